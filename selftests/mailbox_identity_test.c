// SPDX-License-Identifier: GPL-2.0
/* What the kernel stamps on a message: who sent it, when, which. */

#include "kselftest_harness.h"

#include <sys/syscall.h>

#include "ipcchan_selftest.h"

FIXTURE(identity)
{
	int session;
	int mailbox;
	struct ipcchan_message message;
};

FIXTURE_SETUP(identity)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(identity)
{
	close(self->mailbox);
	close(self->session);
}

static int send_empty(void *mailbox)
{
	struct ipcchan_message message = {};

	return mailbox_send(*(int *)mailbox, &message, 1);
}

static int receive_empty(int mailbox, struct ipcchan_message *message)
{
	return mailbox_receive(mailbox, message, 1, .flags = IPCCHAN_NONBLOCK);
}

TEST_F(identity, is_of_this_thread)
{
	ASSERT_EQ(1, send_empty(&self->mailbox));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(getpid(), self->message.tgid);
	EXPECT_EQ(syscall(SYS_gettid), self->message.tid);
	EXPECT_EQ(0, self->message.uid);
	EXPECT_EQ(0, self->message.gid);
	EXPECT_EQ(device_info(self->session).client, self->message.client);
}

TEST_F(identity, is_of_another_thread)
{
	struct sleeper sender;

	sleeper_start(&sender, send_empty, &self->mailbox);
	ASSERT_EQ(1, sleeper_join(&sender));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(getpid(), self->message.tgid);
	EXPECT_EQ(sender.tid, self->message.tid);
}

TEST_F(identity, is_of_another_process)
{
	struct child sender;

	child_start(&sender, send_empty, &self->mailbox);
	ASSERT_TRUE(await_messages(self->mailbox, 1));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(sender.pid, self->message.tgid);
	EXPECT_EQ(sender.pid, self->message.tid);
	EXPECT_EQ(1, child_join(&sender));
}

TEST_F(identity, is_of_another_user)
{
	ASSERT_EQ(1, run_as(ALICE, BOB, send_empty, &self->mailbox));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(ALICE, self->message.uid);
	EXPECT_EQ(BOB, self->message.gid);
}

TEST_F(identity, is_of_the_effective_user)
{
	ASSERT_EQ(0, setegid(BOB));
	ASSERT_EQ(0, seteuid(ALICE));
	ASSERT_EQ(1, send_empty(&self->mailbox));
	ASSERT_EQ(0, seteuid(0));
	ASSERT_EQ(0, setegid(0));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(ALICE, self->message.uid);
	EXPECT_EQ(BOB, self->message.gid);
}

TEST_F(identity, tells_the_session_of_the_descriptor)
{
	const char *name = fresh_name();
	int mine = object_open(self->session, IPCCHAN_KIND_MAILBOX, name,
			       IPCCHAN_OPEN_CREATE);
	int other_session = session_open();
	int other = object_open(other_session, IPCCHAN_KIND_MAILBOX, name, 0);

	ASSERT_EQ(1, send_empty(&mine));
	ASSERT_EQ(1, send_empty(&other));
	ASSERT_EQ(1, receive_empty(mine, &self->message));
	EXPECT_EQ(device_info(self->session).client, self->message.client);
	ASSERT_EQ(1, receive_empty(mine, &self->message));
	EXPECT_EQ(device_info(other_session).client, self->message.client);
	close(other);
	close(other_session);
	close(mine);
}

TEST_F(identity, tells_a_session_that_is_closed)
{
	__u64 client = device_info(self->session).client;

	close(self->session);
	ASSERT_EQ(1, send_empty(&self->mailbox));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(client, self->message.client);
}

TEST_F(identity, survives_the_sender)
{
	struct child sender;
	pid_t pid;

	child_start(&sender, send_empty, &self->mailbox);
	pid = sender.pid;
	ASSERT_EQ(1, child_join(&sender));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(pid, self->message.tgid);
}

TEST_F(identity, is_the_same_through_write)
{
	char byte;

	self->message = MESSAGE(&byte, 1, .type = 5, .priority = 5);
	ASSERT_EQ(1, write(self->mailbox, "x", 1));
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_EQ(getpid(), self->message.tgid);
	EXPECT_EQ(syscall(SYS_gettid), self->message.tid);
	EXPECT_EQ(device_info(self->session).client, self->message.client);
	EXPECT_EQ(1, self->message.sequence);
	EXPECT_EQ(0, self->message.type);
	EXPECT_EQ(0, self->message.priority);
}

TEST_F(identity, tells_the_time)
{
	__u64 before = now_ns(CLOCK_MONOTONIC);
	__u64 after;

	ASSERT_EQ(1, send_empty(&self->mailbox));
	after = now_ns(CLOCK_MONOTONIC);
	ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
	EXPECT_LE(before, self->message.time_ns);
	EXPECT_LE(self->message.time_ns, after);
}

TEST_F(identity, numbers_messages_from_one)
{
	for (int i = 1; i <= 3; i++) {
		ASSERT_EQ(1, send_empty(&self->mailbox));
		ASSERT_EQ(1, receive_empty(self->mailbox, &self->message));
		EXPECT_EQ(i, self->message.sequence);
	}
}

TEST_F(identity, numbers_messages_as_they_were_sent)
{
	ASSERT_EQ(1, put_number_at(self->mailbox, 1, 0));
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 9));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(2, self->message.sequence);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(1, self->message.sequence);
}

TEST_F(identity, has_no_number_for_what_was_not_sent)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1);

	ASSERT_EQ(1, send_empty(&mailbox));
	ASSERT_EQ(-EAGAIN, put_number(mailbox, 0));
	ASSERT_EQ(-EINVAL, put_number_at(mailbox, 0, IPCCHAN_PRIORITIES));
	ASSERT_EQ(1, receive_empty(mailbox, &self->message));
	ASSERT_EQ(1, send_empty(&mailbox));
	ASSERT_EQ(1, receive_empty(mailbox, &self->message));
	EXPECT_EQ(2, self->message.sequence);
	close(mailbox);
}

static int send_once_awaited(void *mailbox)
{
	if (!await_waiters(*(int *)mailbox, 0, 1))
		return HANGS;
	return send_empty(mailbox);
}

TEST_F(identity, is_the_same_for_a_waiting_receiver)
{
	struct child sender;

	child_start(&sender, send_once_awaited, &self->mailbox);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(sender.pid, self->message.tgid);
	EXPECT_EQ(1, self->message.sequence);
	EXPECT_EQ(1, child_join(&sender));
}

#include "ipcchan_selftest_main.h"
