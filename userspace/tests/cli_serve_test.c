// SPDX-License-Identifier: GPL-2.0
/*
 * The ipcchan tool: a server that was started in a way that a shell has not.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <signal.h>
#include <sys/wait.h>

_Noreturn static void become_a_server(const char *name)
{
	signal(SIGCHLD, SIG_IGN);
	execlp("ipcchan", "ipcchan", "serve", "--count", "1", name, "sh", "-c",
	       "exit 3", NULL);
	abort();
}

static bool await_server(const struct ipcchan_mailbox *mailbox)
{
	uint64_t deadline =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	struct ipcchan_mailbox_info info;

	do {
		if (ipcchan_mailbox_info(mailbox, &info, sizeof(info)))
			abort();
		if (info.receivers)
			return true;
		nap();
	} while (ipcchan_deadline_in(0) < deadline);
	return false;
}

TEST(serve_sees_the_end_of_the_command_though_sigchld_was_ignored)
{
	struct ipcchan_mailbox_options create = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_call_options how = IPCCHAN_CALL_OPTIONS;
	const char *name = own_name("ignores");
	struct ipcchan *session = open_session();
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_message message;
	int status;
	pid_t pid;

	create.flags = IPCCHAN_OPEN_CREATE;
	ASSERT_EQ(0, ipcchan_mailbox_open(session, name, IPCCHAN_RIGHT_SEND,
					  &create, &mailbox));
	pid = fork();
	if (!pid)
		become_a_server(name);
	ASSERT_TRUE(await_server(mailbox));
	ipcchan_message_set(&message, NULL, 0);
	how.deadline_ns =
		ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
	EXPECT_EQ(0, ipcchan_mailbox_call(mailbox, &message, &message,
					  sizeof(message), &how));
	EXPECT_EQ(3, message.type);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ipcchan_mailbox_close(mailbox);
	EXPECT_TRUE(has_no_objects(session));
	ipcchan_session_close(session);
}

TEST_HARNESS_MAIN
