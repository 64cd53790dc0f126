// SPDX-License-Identifier: GPL-2.0
/* The end of a mailbox: EPIPE when the other side is gone, EIDRM when killed. */

#include "kselftest_harness.h"

#include <signal.h>
#include <sys/socket.h>

#include "ipcchan_selftest.h"

#define SEND		IPCCHAN_RIGHT_SEND
#define RECEIVE		IPCCHAN_RIGHT_RECEIVE
#define WATCH		(IPCCHAN_RIGHT_PEEK | IPCCHAN_RIGHT_ADMIN)

/* An anonymous mailbox for one message, with one descriptor for each right. */
FIXTURE(end)
{
	int session;
	int sender;
	int receiver;
	int watcher;
};

FIXTURE_SETUP(end)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = 1);
	ASSERT_LE(0, mailbox);
	self->sender = object_restrict(mailbox, SEND, 0);
	self->receiver = object_restrict(mailbox, RECEIVE, 0);
	self->watcher = object_restrict(mailbox, WATCH, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
}

FIXTURE_TEARDOWN(end)
{
	close(self->sender);
	close(self->receiver);
	close(self->watcher);
	close(self->session);
}

TEST_F(end, comes_when_nobody_can_send)
{
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	close(self->sender);
	EXPECT_EQ(-EPIPE, take_number(self->receiver));
}

TEST_F(end, comes_behind_the_last_message)
{
	ASSERT_EQ(1, put_number(self->sender, 1));
	close(self->sender);
	EXPECT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(-EPIPE, take_number(self->receiver));
}

TEST_F(end, wakes_a_waiting_receiver)
{
	struct sleeper receiver;

	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	close(self->sender);
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
}

TEST_F(end, wakes_all_waiting_receivers)
{
	struct sleeper receivers[20];

	for (int i = 0; i < 20; i++)
		start_take(&receivers[i], self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 20));
	close(self->sender);
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(-EPIPE, sleeper_join(&receivers[i]));
}

TEST_F(end, comes_when_nobody_can_receive)
{
	ASSERT_EQ(1, put_number(self->sender, 1));
	close(self->receiver);
	EXPECT_EQ(-EPIPE, put_number(self->sender, 2));
}

TEST_F(end, comes_to_a_sender_with_room_too)
{
	close(self->receiver);
	EXPECT_EQ(-EPIPE, put_number(self->sender, 1));
	EXPECT_EQ(0, mailbox_info(self->watcher).sent);
}

TEST_F(end, wakes_all_waiting_senders)
{
	struct sleeper senders[20];

	ASSERT_EQ(1, put_number(self->sender, 1));
	for (int i = 0; i < 20; i++)
		start_put(&senders[i], self->sender, 2);
	ASSERT_TRUE(await_waiters(self->watcher, 20, 0));
	close(self->receiver);
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(-EPIPE, sleeper_join(&senders[i]));
}

TEST_F(end, does_not_come_while_another_description_can_send)
{
	int second = object_restrict(self->sender, SEND, 0);

	close(self->sender);
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	close(second);
	EXPECT_EQ(-EPIPE, take_number(self->receiver));
}

TEST_F(end, does_not_come_while_a_duplicate_can_send)
{
	int duplicate = dup(self->sender);

	close(self->sender);
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	close(duplicate);
	EXPECT_EQ(-EPIPE, take_number(self->receiver));
}

TEST_F(end, does_not_come_while_a_sender_is_in_a_socket)
{
	int sockets[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				sockets));
	ASSERT_EQ(1, fd_send(sockets[0], self->sender));
	close(self->sender);
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	close(sockets[0]);
	close(sockets[1]);
	EXPECT_EQ(-EPIPE, take_number(self->receiver));
}

TEST_F(end, does_not_come_to_who_can_do_both)
{
	int both = mailbox_open(self->session, .capacity_messages = 1);

	EXPECT_EQ(-EAGAIN, take_number(both));
	EXPECT_EQ(1, put_number(both, 1));
	EXPECT_EQ(-EAGAIN, put_number(both, 2));
	EXPECT_EQ(1, take_number(both));
	EXPECT_EQ(-EAGAIN, take_number(both));
	close(both);
}

static int hold_sender(void *fixture)
{
	FIXTURE_DATA(end) * self = fixture;

	close(self->receiver);
	return await_waiters(self->watcher, 1, 1);
}

TEST_F(end, comes_with_the_death_of_the_last_sender)
{
	struct sleeper receiver;
	struct child holder;

	child_start(&holder, hold_sender, self);
	close(self->sender);
	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, kill(holder.pid, SIGKILL));
	EXPECT_EQ(DIED, child_join(&holder));
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
}

TEST_F(end, does_not_stop_peek)
{
	ASSERT_EQ(1, put_number(self->sender, 1));
	close(self->sender);
	close(self->receiver);
	EXPECT_EQ(1, peek_number(self->watcher, 0));
}

/* The same with a name, which somebody may still open. */
FIXTURE(named)
{
	int session;
	int mailbox;
	int watcher;
	const char *name;
};

FIXTURE_SETUP(named)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
	self->mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX,
				    self->name, IPCCHAN_OPEN_CREATE);
	ASSERT_LE(0, self->mailbox);
	self->watcher = object_restrict(self->mailbox, WATCH, 0);
	ASSERT_LE(0, self->watcher);
}

FIXTURE_TEARDOWN(named)
{
	close(self->mailbox);
	close(self->watcher);
	close(self->session);
}

static int keep_only(int mailbox, unsigned int rights)
{
	int weak = object_restrict(mailbox, rights, 0);

	close(mailbox);
	return weak;
}

TEST_F(named, receiver_without_senders_waits_for_some)
{
	self->mailbox = keep_only(self->mailbox, RECEIVE);
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
}

TEST_F(named, sender_without_receivers_fills_it)
{
	self->mailbox = keep_only(self->mailbox, SEND);
	EXPECT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, peek_number(self->watcher, 0));
}

TEST_F(named, receiver_reaches_the_end_after_unlink)
{
	self->mailbox = keep_only(self->mailbox, RECEIVE);
	ASSERT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(-EPIPE, take_number(self->mailbox));
}

TEST_F(named, sender_reaches_the_end_after_unlink)
{
	self->mailbox = keep_only(self->mailbox, SEND);
	ASSERT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(-EPIPE, put_number(self->mailbox, 1));
}

TEST_F(named, unlink_wakes_a_waiting_receiver)
{
	struct sleeper receiver;

	self->mailbox = keep_only(self->mailbox, RECEIVE);
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, object_unlink(self->session, self->name));
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
}

TEST_F(named, unlink_leaves_a_waiting_receiver_that_has_a_sender)
{
	struct sleeper receiver;

	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, object_unlink(self->session, self->name));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
}

TEST_F(named, waiting_receiver_is_told_of_a_kill_rather_than_of_the_end)
{
	struct sleeper receiver;

	self->mailbox = keep_only(self->mailbox, RECEIVE);
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, sleeper_join(&receiver));
}

TEST_F(named, waiting_sender_is_told_of_a_kill_rather_than_of_the_end)
{
	struct sleeper sender;

	self->mailbox = keep_only(self->mailbox, SEND);
	while (put_number(self->mailbox, 1) == 1)
		;
	start_put(&sender, self->mailbox, 2);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, sleeper_join(&sender));
}

/* A kill, with calls of each kind before and after. */
FIXTURE(killed)
{
	int session;
	int mailbox;
	int admin;
};

FIXTURE_SETUP(killed)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = 1);
	ASSERT_LE(0, self->mailbox);
	self->admin = object_restrict(self->mailbox, IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->admin);
}

FIXTURE_TEARDOWN(killed)
{
	close(self->admin);
	close(self->mailbox);
	close(self->session);
}

TEST_F(killed, every_waiting_receiver_is_told)
{
	struct sleeper receivers[20];

	for (int i = 0; i < 20; i++)
		start_take(&receivers[i], self->mailbox);
	ASSERT_TRUE(await_waiters(self->admin, 0, 20));
	ASSERT_EQ(0, object_kill(self->admin));
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(-EIDRM, sleeper_join(&receivers[i]));
}

TEST_F(killed, every_waiting_sender_is_told)
{
	struct sleeper senders[20];

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	for (int i = 0; i < 20; i++)
		start_put(&senders[i], self->mailbox, 2);
	ASSERT_TRUE(await_waiters(self->admin, 20, 0));
	ASSERT_EQ(0, object_kill(self->admin));
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(-EIDRM, sleeper_join(&senders[i]));
}

TEST_F(killed, later_calls_are_told)
{
	struct ipcchan_mailbox_info info = {};

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(0, object_kill(self->admin));
	EXPECT_EQ(-EIDRM, put_number(self->mailbox, 2));
	EXPECT_EQ(-EIDRM, take_number(self->mailbox));
	EXPECT_EQ(-EIDRM, peek_number(self->mailbox, 0));
	EXPECT_EQ(-EIDRM, call(self->mailbox, IPCCHAN_IOC_MAILBOX_INFO, &info));
}

static int exchange_until_killed(void *mailbox)
{
	int result;

	do {
		result = put_number(*(int *)mailbox, 1);
		if (result >= 0 || result == -EAGAIN)
			result = take_number(*(int *)mailbox);
	} while (result >= 0 || result == -EAGAIN);
	return result;
}

TEST_F(killed, calls_under_way_are_told)
{
	struct sleeper users[4];

	for (int i = 0; i < 4; i++)
		sleeper_start(&users[i], exchange_until_killed, &self->mailbox);
	while (mailbox_info(self->mailbox).received < 100)
		nap();
	ASSERT_EQ(0, object_kill(self->admin));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(-EIDRM, sleeper_join(&users[i]));
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(killed, is_told_rather_than_the_end)
{
	int receiver = object_restrict(self->mailbox, RECEIVE, 0);

	close(self->mailbox);
	ASSERT_EQ(-EPIPE, take_number(receiver));
	ASSERT_EQ(0, object_kill(self->admin));
	EXPECT_EQ(-EIDRM, take_number(receiver));
	close(receiver);
}

TEST_F(killed, messages_are_dropped)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(0, object_kill(self->admin));
	EXPECT_EQ(0, device_info(self->session).user_bytes);
	EXPECT_EQ(0, object_info(self->mailbox).bytes);
}

#include "ipcchan_selftest_main.h"
