// SPDX-License-Identifier: GPL-2.0
/* Signals meet SEND and RECEIVE that sleep. */

#include "kselftest_harness.h"

#include <signal.h>

#include "ipcchan_selftest.h"

#define ROUNDS		100

static int handled;

static void count(int signal)
{
	__atomic_add_fetch(&handled, 1, __ATOMIC_RELEASE);
}

/* A mailbox for one message. */
FIXTURE(signals)
{
	int session;
	int mailbox;
	__u64 deadline;
};

FIXTURE_SETUP(signals)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = 1);
	ASSERT_LE(0, self->mailbox);
	handled = 0;
}

FIXTURE_TEARDOWN(signals)
{
	close(self->mailbox);
	close(self->session);
}

static int handle_signals(int flags)
{
	struct sigaction action = { .sa_handler = count, .sa_flags = flags };

	return sigaction(SIGUSR1, &action, NULL);
}

/* Returns once the handler has run, and the call sleeps again or is over. */
static bool interrupt(struct sleeper *sleeper)
{
	int before = handled;

	return !pthread_kill(sleeper->thread, SIGUSR1) &&
	       await_counter(&handled, before + 1);
}

TEST_F(signals, interrupt_a_receive)
{
	struct sleeper receiver;

	ASSERT_EQ(0, handle_signals(0));
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_TRUE(interrupt(&receiver));
	EXPECT_EQ(-EINTR, sleeper_join(&receiver));
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_receivers);
}

TEST_F(signals, interrupt_a_send)
{
	struct sleeper sender;

	ASSERT_EQ(0, handle_signals(0));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	start_put(&sender, self->mailbox, 2);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	ASSERT_TRUE(interrupt(&sender));
	EXPECT_EQ(-EINTR, sleeper_join(&sender));
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(1, mailbox_info(self->mailbox).sent);
}

TEST_F(signals, restart_a_receive_if_they_shall)
{
	struct sleeper receiver;

	ASSERT_EQ(0, handle_signals(SA_RESTART));
	start_take(&receiver, self->mailbox);
	for (int i = 0; i < 10; i++) {
		ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
		ASSERT_TRUE(interrupt(&receiver));
	}
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
}

TEST_F(signals, restart_a_send_that_sends_once)
{
	struct sleeper sender;

	ASSERT_EQ(0, handle_signals(SA_RESTART));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	start_put(&sender, self->mailbox, 2);
	for (int i = 0; i < 10; i++) {
		ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
		ASSERT_TRUE(interrupt(&sender));
	}
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
	EXPECT_EQ(2, mailbox_info(self->mailbox).sent);
}

static int take_in_time(void *fixture)
{
	FIXTURE_DATA(signals) * self = fixture;
	struct ipcchan_message message = {};

	return mailbox_receive(self->mailbox, &message, 1,
			       .deadline_ns = self->deadline);
}

TEST_F(signals, leave_the_deadline_where_it_was)
{
	struct sleeper receiver;

	ASSERT_EQ(0, handle_signals(SA_RESTART));
	self->deadline = deadline_after(200 * NSEC_PER_MSEC);
	sleeper_start(&receiver, take_in_time, self);
	for (int i = 0; i < 20; i++) {
		pthread_kill(receiver.thread, SIGUSR1);
		nap();
	}
	EXPECT_EQ(-ETIMEDOUT, sleeper_join(&receiver));
	EXPECT_LE(self->deadline, now_ns(CLOCK_MONOTONIC));
}

TEST_F(signals, that_are_ignored_do_not_interrupt)
{
	struct sleeper receiver;

	signal(SIGUSR1, SIG_IGN);
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, pthread_kill(receiver.thread, SIGUSR1));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
}

TEST_F(signals, lose_no_message_that_is_received)
{
	struct sleeper receiver;
	int interrupted = 0;
	int result;

	ASSERT_EQ(0, handle_signals(0));
	for (int i = 1; i <= ROUNDS; i++) {
		start_take(&receiver, self->mailbox);
		ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
		ASSERT_EQ(0, pthread_kill(receiver.thread, SIGUSR1));
		ASSERT_EQ(1, put_number(self->mailbox, i));
		result = sleeper_join(&receiver);
		if (result == -EINTR) {
			interrupted++;
			result = take_number(self->mailbox);
		}
		ASSERT_EQ(i, result);
	}
	TH_LOG("%d of %d were interrupted", interrupted, ROUNDS);
}

TEST_F(signals, never_make_a_sent_message_look_unsent)
{
	struct sleeper sender;
	int sent = 0;
	int result;

	ASSERT_EQ(0, handle_signals(0));
	for (int i = 1; i <= ROUNDS; i++) {
		ASSERT_EQ(1, put_number(self->mailbox, 0));
		start_put(&sender, self->mailbox, i);
		ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
		ASSERT_EQ(0, pthread_kill(sender.thread, SIGUSR1));
		ASSERT_EQ(0, take_number(self->mailbox));
		result = sleeper_join(&sender);
		sent += 1 + (result == 1);
		ASSERT_EQ(result == 1 ? i : -EAGAIN,
			  take_number(self->mailbox));
	}
	EXPECT_EQ(sent, mailbox_info(self->mailbox).sent);
}

static int take(void *mailbox)
{
	struct sleeper receiver;

	start_take(&receiver, *(int *)mailbox);
	return sleeper_join(&receiver);
}

TEST_F(signals, that_stop_a_process_do_not_end_its_receive)
{
	struct child receiver;
	int status;

	child_start(&receiver, take, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, kill(receiver.pid, SIGSTOP));
	ASSERT_EQ(receiver.pid, waitpid(receiver.pid, &status, WUNTRACED));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	ASSERT_EQ(0, kill(receiver.pid, SIGCONT));
	EXPECT_EQ(5, child_join(&receiver));
}

TEST_F(signals, that_kill_a_receiver_leave_the_message_to_others)
{
	struct child receiver;

	child_start(&receiver, take, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, kill(receiver.pid, SIGKILL));
	EXPECT_EQ(DIED, child_join(&receiver));
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_receivers);
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(5, take_number(self->mailbox));
}

static int put(void *mailbox)
{
	struct sleeper sender;

	start_put(&sender, *(int *)mailbox, 2);
	return sleeper_join(&sender);
}

TEST_F(signals, that_kill_a_sender_leave_the_room_to_others)
{
	struct child sender;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	child_start(&sender, put, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	ASSERT_EQ(0, kill(sender.pid, SIGKILL));
	EXPECT_EQ(DIED, child_join(&sender));
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
	EXPECT_EQ(1, put_number(self->mailbox, 3));
}

#include "ipcchan_selftest_main.h"
