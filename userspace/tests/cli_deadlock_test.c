// SPDX-License-Identifier: GPL-2.0
/*
 * The ipcchan tool: a call that would wait for itself. It takes a process that has
 * received before it became the tool, which no shell can be.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sys/wait.h>

/* The only one who may receive, with an end of a pipe for standard error. */
_Noreturn static void become_the_tool(const char *name, int output)
{
	struct ipcchan_receive_options now = IPCCHAN_RECEIVE_OPTIONS;
	struct ipcchan_mailbox *mailbox;
	char byte;

	now.flags = IPCCHAN_NONBLOCK;
	if (ipcchan_mailbox_open(open_session(), name, IPCCHAN_RIGHT_RECEIVE,
				 NULL, &mailbox) ||
	    ipcchan_mailbox_receive(mailbox, &byte, 1, &now) != -EAGAIN)
		abort();
	fcntl(ipcchan_mailbox_fd(mailbox), F_SETFD, 0);
	dup2(output, STDERR_FILENO);
	execlp("ipcchan", "ipcchan", "call", name, "x", NULL);
	abort();
}

static void read_all(int fd, char *text, size_t size)
{
	size_t length = 0;
	ssize_t got;

	while ((got = read(fd, text + length, size - 1 - length)) > 0)
		length += got;
	text[length] = '\0';
}

TEST(call_of_the_tool_names_who_waits_for_whom)
{
	struct ipcchan_mailbox_options create = IPCCHAN_MAILBOX_OPTIONS;
	const char *name = own_name("circle");
	struct ipcchan *session = open_session();
	struct ipcchan_mailbox *mailbox;
	char expected[512];
	char text[512];
	int status;
	int ends[2];
	pid_t pid;

	create.flags = IPCCHAN_OPEN_CREATE;
	ASSERT_EQ(0, ipcchan_mailbox_open(session, name, IPCCHAN_RIGHT_SEND,
					  &create, &mailbox));
	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	pid = fork();
	if (!pid)
		become_the_tool(name, ends[1]);
	close(ends[1]);
	read_all(ends[0], text, sizeof(text));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(1, WEXITSTATUS(status));
	snprintf(expected, sizeof(expected),
		 "ipcchan: call \"%s\": it would wait for itself for ever [EDEADLK]\n"
		 "  pid %d (client ", name, pid);
	EXPECT_EQ(0, strncmp(expected, text, strlen(expected)));
	snprintf(expected, sizeof(expected),
		 ") waits for pid %d to receive its request in \"%s\"\n", pid,
		 name);
	EXPECT_NE(NULL, strstr(text, expected));
	ipcchan_mailbox_close(mailbox);
	EXPECT_TRUE(has_no_objects(session));
	ipcchan_session_close(session);
}

TEST_HARNESS_MAIN
