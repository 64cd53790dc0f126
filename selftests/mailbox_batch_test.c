// SPDX-License-Identifier: GPL-2.0
/* SEND and RECEIVE of many messages; what a call returns that did some. */

#include "kselftest_harness.h"

#include <signal.h>

#include "ipcchan_selftest.h"

#define MAX		IPCCHAN_BATCH_MAX

FIXTURE(batch)
{
	int session;
	int mailbox;
	struct ipcchan_message batch[MAX];
	unsigned int numbers[MAX];
};

FIXTURE_SETUP(batch)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .max_message_size = 100,
				     .capacity_messages = 2 * MAX);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(batch)
{
	close(self->mailbox);
	close(self->session);
}

TEST_F(batch, of_the_largest_size_arrives_in_order)
{
	numbers_fill(self->batch, self->numbers, MAX, 1);
	ASSERT_EQ(MAX, mailbox_send(self->mailbox, self->batch, MAX));
	numbers_buffer(self->batch, self->numbers, MAX);
	ASSERT_EQ(MAX, mailbox_receive(self->mailbox, self->batch, MAX));
	for (int i = 0; i < MAX; i++) {
		EXPECT_EQ(i + 1, self->numbers[i]);
		EXPECT_EQ(i + 1, self->batch[i].type);
		EXPECT_EQ(i + 1, self->batch[i].sequence);
		EXPECT_EQ(sizeof(int), self->batch[i].length);
	}
}

TEST_F(batch, may_be_received_one_by_one)
{
	numbers_fill(self->batch, self->numbers, 3, 1);
	ASSERT_EQ(3, mailbox_send(self->mailbox, self->batch, 3));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
}

TEST_F(batch, takes_what_is_there)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	numbers_buffer(self->batch, self->numbers, 5);
	EXPECT_EQ(2, mailbox_receive(self->mailbox, self->batch, 5));
	EXPECT_EQ(1, self->numbers[0]);
	EXPECT_EQ(2, self->numbers[1]);
}

TEST_F(batch, takes_no_more_than_asked_for)
{
	numbers_fill(self->batch, self->numbers, 5, 1);
	ASSERT_EQ(5, mailbox_send(self->mailbox, self->batch, 5));
	numbers_buffer(self->batch, self->numbers, 5);
	EXPECT_EQ(2, mailbox_receive(self->mailbox, self->batch, 2));
	EXPECT_EQ(0, self->numbers[2]);
	EXPECT_EQ(3, take_number(self->mailbox));
}

TEST_F(batch, leaves_elements_that_got_no_message)
{
	numbers_buffer(self->batch, self->numbers, 2);
	self->batch[1].length = 77;
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, self->batch, 2));
	EXPECT_EQ(77, self->batch[1].length);
}

static int take_up_to_five(void *mailbox)
{
	struct ipcchan_message batch[5];
	unsigned int numbers[5];

	numbers_buffer(batch, numbers, 5);
	return mailbox_receive(*(int *)mailbox, batch, 5);
}

TEST_F(batch, does_not_wait_to_become_full)
{
	struct sleeper receiver;

	sleeper_start(&receiver, take_up_to_five, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
}

TEST_F(batch, is_handed_to_a_waiting_batch_without_losing_any)
{
	struct sleeper receiver;

	sleeper_start(&receiver, take_up_to_five, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	numbers_fill(self->batch, self->numbers, 3, 1);
	ASSERT_EQ(3, mailbox_send(self->mailbox, self->batch, 3));
	EXPECT_EQ(3 - mailbox_info(self->mailbox).messages,
		  sleeper_join(&receiver));
}

TEST_F(batch, may_have_a_priority_for_each_message)
{
	numbers_fill(self->batch, self->numbers, 3, 1);
	self->batch[1].priority = 5;
	self->batch[2].priority = 9;
	ASSERT_EQ(3, mailbox_send(self->mailbox, self->batch, 3));
	EXPECT_EQ(3, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(batch, is_received_by_priority)
{
	ASSERT_EQ(1, put_number_at(self->mailbox, 1, 0));
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 7));
	ASSERT_EQ(1, put_number_at(self->mailbox, 3, 7));
	numbers_buffer(self->batch, self->numbers, 3);
	ASSERT_EQ(3, mailbox_receive(self->mailbox, self->batch, 3));
	EXPECT_EQ(2, self->numbers[0]);
	EXPECT_EQ(3, self->numbers[1]);
	EXPECT_EQ(1, self->numbers[2]);
}

TEST_F(batch, stops_before_a_message_that_is_too_long)
{
	numbers_fill(self->batch, self->numbers, 3, 1);
	self->batch[1].size = 101;
	EXPECT_EQ(1, mailbox_send(self->mailbox, self->batch, 3));
	EXPECT_EQ(-EMSGSIZE, mailbox_send(self->mailbox, self->batch + 1, 2));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(batch, stops_before_a_priority_that_is_too_high)
{
	numbers_fill(self->batch, self->numbers, 3, 1);
	self->batch[2].priority = IPCCHAN_PRIORITIES;
	EXPECT_EQ(2, mailbox_send(self->mailbox, self->batch, 3));
	EXPECT_EQ(-EINVAL, mailbox_send(self->mailbox, self->batch + 2, 1));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
}

TEST_F(batch, stops_before_a_buffer_that_is_too_short)
{
	numbers_fill(self->batch, self->numbers, 3, 1);
	ASSERT_EQ(3, mailbox_send(self->mailbox, self->batch, 3));
	numbers_buffer(self->batch, self->numbers, 3);
	self->batch[1].size = 3;
	EXPECT_EQ(1, mailbox_receive(self->mailbox, self->batch, 3));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->mailbox, self->batch + 1,
					     2));
	EXPECT_EQ(sizeof(int), self->batch[1].length);
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
}

TEST_F(batch, may_cut_some_messages)
{
	numbers_fill(self->batch, self->numbers, 3, 1);
	ASSERT_EQ(3, mailbox_send(self->mailbox, self->batch, 3));
	numbers_buffer(self->batch, self->numbers, 3);
	self->batch[1].size = 3;
	EXPECT_EQ(3, mailbox_receive(self->mailbox, self->batch, 3,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(0, self->batch[0].flags);
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, self->batch[1].flags);
	EXPECT_EQ(0, self->batch[2].flags);
}

/* An element as a newer header may have it. */
struct newer_message {
	struct ipcchan_message message;
	__u64 newer;
};

TEST_F(batch, steps_by_the_callers_size_of_a_message)
{
	struct newer_message batch[2] = {
		{ .message.type = 1 }, { .message.type = 2 },
	};

	ASSERT_EQ(2, mailbox_send(self->mailbox, batch, 2,
				  .message_size = sizeof(batch[0])));
	ASSERT_EQ(2, mailbox_receive(self->mailbox, batch, 2,
				     .message_size = sizeof(batch[0])));
	EXPECT_EQ(1, batch[0].message.sequence);
	EXPECT_EQ(2, batch[1].message.sequence);
}

TEST_F(batch, refuses_parts_of_a_message_it_does_not_know)
{
	struct newer_message batch[2] = { { .newer = 0 }, { .newer = 1 } };

	EXPECT_EQ(-E2BIG, mailbox_send(self->mailbox, batch, 2,
				       .message_size = sizeof(batch[0])));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
}

TEST_F(batch, refuses_messages_shorter_than_the_first_version)
{
	__u32 size = IPCCHAN_MESSAGE_SIZE_VER0 - 8;

	numbers_fill(self->batch, self->numbers, 1, 1);
	EXPECT_EQ(-EINVAL, mailbox_send(self->mailbox, self->batch, 1,
					.message_size = size));
	EXPECT_EQ(-EINVAL, mailbox_receive(self->mailbox, self->batch, 1,
					   .message_size = size));
	EXPECT_EQ(-EINVAL, mailbox_peek(self->mailbox, 0, self->batch, 1,
					.message_size = size));
}

/* Room for two messages, and a sender of five: two go, it waits with three. */
FIXTURE(blocked_batch)
{
	int session;
	int mailbox;
	int admin;
	struct sleeper sender;
	unsigned int count;
	__u64 deadline;
};

static int send_batch(void *fixture)
{
	FIXTURE_DATA(blocked_batch) * self = fixture;
	struct ipcchan_message batch[MAX];
	unsigned int numbers[MAX];

	numbers_fill(batch, numbers, self->count, 1);
	return mailbox_send(self->mailbox, batch, self->count,
			    .deadline_ns = self->deadline);
}

static void ignore(int signal)
{
}

FIXTURE_SETUP(blocked_batch)
{
	struct sigaction action = { .sa_handler = ignore };

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = 2);
	ASSERT_LE(0, self->mailbox);
	self->admin = object_restrict(self->mailbox, IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->admin);
	self->count = 5;
	self->deadline = deadline_must_happen();
}

FIXTURE_TEARDOWN(blocked_batch)
{
	close(self->admin);
	close(self->mailbox);
	close(self->session);
}

TEST_F(blocked_batch, sends_at_once_what_fits)
{
	struct ipcchan_message batch[5];
	unsigned int numbers[5];

	numbers_fill(batch, numbers, 5, 1);
	EXPECT_EQ(2, mailbox_send(self->mailbox, batch, 5,
				  .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(-EAGAIN, mailbox_send(self->mailbox, batch + 2, 3,
					.flags = IPCCHAN_NONBLOCK));
}

TEST_F(blocked_batch, goes_on_whenever_there_is_room)
{
	sleeper_start(&self->sender, send_batch, self);
	for (int i = 1; i <= 3; i++) {
		ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
		ASSERT_EQ(2, mailbox_info(self->mailbox).messages);
		EXPECT_EQ(i, take_number(self->mailbox));
	}
	EXPECT_EQ(5, sleeper_join(&self->sender));
	EXPECT_EQ(4, take_number(self->mailbox));
	EXPECT_EQ(5, take_number(self->mailbox));
}

TEST_F(blocked_batch, is_not_interrupted_by_another_sender)
{
	struct sleeper other;

	sleeper_start(&self->sender, send_batch, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	start_put(&other, self->mailbox, 6);
	ASSERT_TRUE(await_waiters(self->mailbox, 2, 0));
	for (int i = 1; i <= 6; i++)
		EXPECT_EQ(i, take_number(self->mailbox));
	EXPECT_EQ(5, sleeper_join(&self->sender));
	EXPECT_EQ(1, sleeper_join(&other));
}

TEST_F(blocked_batch, tells_what_was_sent_before_a_signal)
{
	sleeper_start(&self->sender, send_batch, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	ASSERT_EQ(0, pthread_kill(self->sender.thread, SIGUSR1));
	EXPECT_EQ(2, sleeper_join(&self->sender));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_senders);
}

TEST_F(blocked_batch, tells_what_was_sent_before_the_deadline)
{
	self->deadline = deadline_after(NSEC_PER_MSEC);
	EXPECT_EQ(2, send_batch(self));
	EXPECT_LE(self->deadline, now_ns(CLOCK_MONOTONIC));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
}

TEST_F(blocked_batch, tells_what_was_sent_before_a_kill)
{
	sleeper_start(&self->sender, send_batch, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	ASSERT_EQ(0, object_kill(self->admin));
	EXPECT_EQ(2, sleeper_join(&self->sender));
}

TEST_F(blocked_batch, tells_what_was_sent_before_the_receivers_were_gone)
{
	int receiver = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	int sender = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);

	close(self->mailbox);
	self->mailbox = sender;
	sleeper_start(&self->sender, send_batch, self);
	ASSERT_TRUE(await_waiters(sender, 1, 0));
	close(receiver);
	EXPECT_EQ(2, sleeper_join(&self->sender));
	EXPECT_EQ(-EPIPE, put_number(sender, 1));
}

TEST_F(blocked_batch, is_sent_whole_to_a_receiver_of_one_at_a_time)
{
	self->count = MAX;
	sleeper_start(&self->sender, send_batch, self);
	for (int i = 1; i <= MAX; i++) {
		struct sleeper receiver;

		start_take(&receiver, self->mailbox);
		EXPECT_EQ(i, sleeper_join(&receiver));
	}
	EXPECT_EQ(MAX, sleeper_join(&self->sender));
}

#include "ipcchan_selftest_main.h"
