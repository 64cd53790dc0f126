// SPDX-License-Identifier: GPL-2.0
/*
 * Servers that end without a descriptor of the mailbox, whose description others
 * have: what they held has its outcome as well.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "call_numbers.h"

FIXTURE(death)
{
	int session;
	int server;
	int client;
	__u64 token;
};

FIXTURE_SETUP(death)
{
	self->session = session_open();
	self->server = mailbox_open(self->session);
	ASSERT_LE(0, self->server);
	self->client = object_restrict(self->server, IPCCHAN_RIGHT_SEND, 0);
	ASSERT_LE(0, self->client);
	ASSERT_EQ(0, start_number(self->client, 7, &self->token));
}

FIXTURE_TEARDOWN(death)
{
	close(self->client);
	close(self->server);
	close(self->session);
}

static int take(FIXTURE_DATA(death) * self)
{
	__u64 token;

	return take_request(self->server, &token);
}

static int take_and_close(void *argument)
{
	FIXTURE_DATA(death) * self = argument;
	int number = take(self);

	close(self->server);
	return number;
}

TEST_F(death, of_a_server_that_has_closed_its_descriptor_is_noticed)
{
	ASSERT_EQ(7, run_in_child(take_and_close, self));
	EXPECT_EQ(-EOWNERDEAD, await_number(self->client, self->token));
	EXPECT_EQ(0, mailbox_info(self->client).calls);
}

static int exit_status(pid_t pid)
{
	int status = 0;

	return waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : -errno;
}

static int take_and_execute(FIXTURE_DATA(death) * self)
{
	if (take(self) != 7 || fcntl(self->server, F_SETFD, FD_CLOEXEC))
		return 1;
	execl("/bin/sh", "sh", "-c", "exit 7", NULL);
	return 2;
}

TEST_F(death, of_a_server_that_another_program_has_replaced_is_noticed)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(take_and_execute(self));
	ASSERT_EQ(7, exit_status(pid));
	EXPECT_EQ(-EOWNERDEAD, await_number(self->client, self->token));
}

/* Then the table is not flushed when the process ends. */
TEST_F(death, of_a_server_whose_table_of_descriptors_goes_on_is_noticed)
{
	pid_t pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(take(self));
	ASSERT_EQ(7, exit_status(pid));
	EXPECT_EQ(-EOWNERDEAD, await_number(self->client, self->token));
}

/* Each of them receives through the description after the other did. */
TEST_F(death, of_one_of_many_servers_ends_what_that_one_held)
{
	__u64 token;
	__u64 mine;

	ASSERT_EQ(0, start_number(self->client, 8, &token));
	ASSERT_EQ(7, run_in_child(take_and_close, self));
	ASSERT_EQ(8, take_request(self->server, &mine));
	EXPECT_EQ(-EOWNERDEAD, await_number(self->client, self->token));
	EXPECT_EQ(0, answer_number(self->server, mine, 9));
	EXPECT_EQ(9, await_number(self->client, token));
}

/**
 * struct holder - a server that goes on after it has closed its descriptor
 * @self: What it serves.
 * @other: A mailbox with a message, which it takes when it has closed.
 * @gate: A pipe; a byte lets it end.
 */
struct holder {
	FIXTURE_DATA(death) * self;
	int other;
	int gate[2];
};

static int take_close_and_wait(void *argument)
{
	struct holder *holder = argument;
	char byte;
	int number = take_and_close(holder->self);

	if (number != 7 || take_number(holder->other) != 1)
		return -1;
	return read(holder->gate[0], &byte, 1) == 1 ? 7 : -errno;
}

TEST_F(death, is_what_ends_a_request_not_that_a_descriptor_is_closed)
{
	struct holder holder = { .self = self };
	struct child child;

	ASSERT_EQ(0, pipe(holder.gate));
	holder.other = mailbox_open(self->session);
	ASSERT_EQ(1, put_number(holder.other, 1));
	child_start(&child, take_close_and_wait, &holder);
	ASSERT_TRUE(await_messages(holder.other, 0));
	EXPECT_EQ(1, mailbox_info(self->client).calls_held);
	EXPECT_EQ(-EAGAIN, fetch_number(self->client, self->token));
	ASSERT_EQ(1, write(holder.gate[1], "", 1));
	ASSERT_EQ(7, child_join(&child));
	EXPECT_EQ(-EOWNERDEAD, await_number(self->client, self->token));
	close(holder.other);
	close(holder.gate[0]);
	close(holder.gate[1]);
}

static int take_in_thread(void *argument)
{
	FIXTURE_DATA(death) * self = argument;
	struct sleeper thread;

	start_take(&thread, self->server);
	return sleeper_join(&thread);
}

static int take_cancel_and_close(void *argument)
{
	FIXTURE_DATA(death) * self = argument;
	int number = take(self);

	if (mailbox_call_cancel(self->client, self->token))
		return -1;
	close(self->server);
	return number;
}

TEST_F(death, of_a_thread_leaves_the_request_to_its_process)
{
	ASSERT_EQ(7, take_in_thread(self));
	EXPECT_EQ(0, answer_number(self->server, self->token, 9));
	EXPECT_EQ(9, await_number(self->client, self->token));
}

/* The notice is for nobody else. */
TEST_F(death, of_the_server_of_a_cancelled_call_leaves_no_notice)
{
	ASSERT_EQ(7, run_in_child(take_cancel_and_close, self));
	EXPECT_TRUE(await_notices(self->server, 0));
	EXPECT_EQ(-ESRCH, fetch_number(self->client, self->token));
}

#include "ipcchan_selftest_main.h"
