// SPDX-License-Identifier: GPL-2.0
/* Order of messages and of waiting calls: nobody is overtaken. */

#include "kselftest_harness.h"

#include <signal.h>

#include "ipcchan_selftest.h"

#define CAPACITY	2
#define ROUNDS		200
#define MANY		40

FIXTURE(order)
{
	int session;
	int mailbox;
	__u64 deadline;
};

static void ignore(int signal)
{
}

FIXTURE_SETUP(order)
{
	struct sigaction action = { .sa_handler = ignore };

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session,
				     .capacity_messages = CAPACITY,
				     .max_message_size = 100,
				     .capacity_bytes = 100);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(order)
{
	close(self->mailbox);
	close(self->session);
}

TEST_F(order, is_first_in_first_out)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = ROUNDS);

	for (int i = 1; i <= ROUNDS; i++)
		ASSERT_EQ(1, put_number(mailbox, i));
	for (int i = 1; i <= ROUNDS; i++)
		EXPECT_EQ(i, take_number(mailbox));
	close(mailbox);
}

TEST_F(order, is_by_priority_highest_first)
{
	int mailbox = mailbox_open(self->session);

	for (int i = 0; i < IPCCHAN_PRIORITIES; i++) {
		int priority = i * 7 % IPCCHAN_PRIORITIES;

		ASSERT_EQ(1, put_number_at(mailbox, priority, priority));
	}
	for (int i = IPCCHAN_PRIORITIES; i-- > 0;)
		EXPECT_EQ(i, take_number(mailbox));
	close(mailbox);
}

TEST_F(order, is_first_in_first_out_within_a_priority)
{
	int mailbox = mailbox_open(self->session);

	for (int i = 0; i < 30; i++)
		ASSERT_EQ(1, put_number_at(mailbox, 100 * (i % 3) + i / 3,
					   i % 3));
	for (int priority = 2; priority >= 0; priority--) {
		for (int i = 0; i < 10; i++)
			EXPECT_EQ(100 * priority + i, take_number(mailbox));
	}
	close(mailbox);
}

TEST_F(order, of_waiting_receivers_is_the_order_of_arrival)
{
	struct sleeper receivers[3];

	for (int i = 0; i < 3; i++) {
		start_take(&receivers[i], self->mailbox);
		ASSERT_TRUE(await_waiters(self->mailbox, 0, i + 1));
	}
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(1, put_number(self->mailbox, i + 1));
		EXPECT_EQ(i + 1, sleeper_join(&receivers[i]));
		EXPECT_EQ(2 - i, mailbox_info(self->mailbox).waiting_receivers);
	}
}

TEST_F(order, of_waiting_senders_is_the_order_of_arrival)
{
	struct sleeper senders[3];

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	for (int i = 0; i < 3; i++) {
		start_put(&senders[i], self->mailbox, 3 + i);
		ASSERT_TRUE(await_waiters(self->mailbox, i + 1, 0));
	}
	for (int i = 1; i <= 5; i++)
		EXPECT_EQ(i, take_number(self->mailbox));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(1, sleeper_join(&senders[i]));
}

TEST_F(order, of_waiting_senders_does_not_look_at_priority)
{
	struct sleeper low;
	struct sleeper high;

	ASSERT_EQ(1, put_number_at(self->mailbox, 1, 20));
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 20));
	start_put(&low, self->mailbox, 3);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	start_put_at(&high, self->mailbox, 4, 9);
	ASSERT_TRUE(await_waiters(self->mailbox, 2, 0));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&low));
	EXPECT_EQ(1, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&high));
}

TEST_F(order, a_message_is_handed_to_the_waiting_receiver)
{
	struct sleeper receiver;

	for (int i = 1; i <= ROUNDS; i++) {
		start_take(&receiver, self->mailbox);
		ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
		ASSERT_EQ(1, put_number(self->mailbox, i));
		/* The receiver need not have run: it is its message. */
		ASSERT_EQ(-EAGAIN, take_number(self->mailbox));
		ASSERT_EQ(i, sleeper_join(&receiver));
	}
}

TEST_F(order, room_is_handed_to_the_waiting_sender)
{
	struct sleeper sender;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	for (int i = 3; i <= ROUNDS; i++) {
		start_put(&sender, self->mailbox, i);
		ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
		ASSERT_EQ(i - 2, take_number(self->mailbox));
		/* The sender need not have run: it is its room. */
		ASSERT_EQ(-EAGAIN, put_number(self->mailbox, 0));
		ASSERT_EQ(CAPACITY, mailbox_info(self->mailbox).messages);
		ASSERT_EQ(1, sleeper_join(&sender));
	}
}

static int send_sixty_bytes(void *mailbox)
{
	char payload[60] = {};
	struct ipcchan_message message = MESSAGE(payload, sizeof(payload));

	return mailbox_send(*(int *)mailbox, &message, 1);
}

static int send_the_longest(int mailbox)
{
	char payload[100] = {};
	struct ipcchan_message message = MESSAGE(payload, sizeof(payload));

	return mailbox_send(mailbox, &message, 1);
}

static int drop(int mailbox)
{
	struct ipcchan_message message = {};

	return mailbox_receive(mailbox, &message, 1,
			       .flags = IPCCHAN_TRUNCATE | IPCCHAN_NONBLOCK);
}

TEST_F(order, a_small_message_does_not_overtake_a_waiting_large_one)
{
	struct sleeper large;

	ASSERT_EQ(1, send_sixty_bytes(&self->mailbox));
	sleeper_start(&large, send_sixty_bytes, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(-EAGAIN, put_number(self->mailbox, 1));
	ASSERT_EQ(1, drop(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&large));
	EXPECT_EQ(1, put_number(self->mailbox, 1));
}

TEST_F(order, an_interrupted_sender_lets_the_next_one_go)
{
	struct sleeper large;
	struct sleeper small;

	ASSERT_EQ(1, send_sixty_bytes(&self->mailbox));
	sleeper_start(&large, send_sixty_bytes, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	start_put(&small, self->mailbox, 1);
	ASSERT_TRUE(await_waiters(self->mailbox, 2, 0));
	ASSERT_EQ(0, pthread_kill(large.thread, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&large));
	EXPECT_EQ(1, sleeper_join(&small));
}

static int send_sixty_bytes_in_time(void *fixture)
{
	FIXTURE_DATA(order) * self = fixture;
	char payload[60] = {};
	struct ipcchan_message message = MESSAGE(payload, sizeof(payload));

	return mailbox_send(self->mailbox, &message, 1,
			    .deadline_ns = self->deadline);
}

TEST_F(order, a_sender_that_gives_up_lets_the_next_one_go)
{
	struct sleeper large;
	struct sleeper small;

	ASSERT_EQ(1, send_sixty_bytes(&self->mailbox));
	self->deadline = deadline_after(2 * NSEC_PER_SEC);
	sleeper_start(&large, send_sixty_bytes_in_time, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	start_put(&small, self->mailbox, 1);
	EXPECT_EQ(-ETIMEDOUT, sleeper_join(&large));
	EXPECT_EQ(1, sleeper_join(&small));
}

TEST_F(order, an_interrupted_receiver_is_passed_over)
{
	struct sleeper first;
	struct sleeper second;

	start_take(&first, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	start_take(&second, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	ASSERT_EQ(0, pthread_kill(first.thread, SIGUSR1));
	ASSERT_EQ(-EINTR, sleeper_join(&first));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&second));
}

TEST_F(order, one_receive_makes_room_for_several_senders)
{
	struct sleeper senders[2];

	ASSERT_EQ(1, send_the_longest(self->mailbox));
	for (int i = 0; i < 2; i++) {
		start_put(&senders[i], self->mailbox, i + 1);
		ASSERT_TRUE(await_waiters(self->mailbox, i + 1, 0));
	}
	ASSERT_EQ(1, drop(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&senders[0]));
	EXPECT_EQ(1, sleeper_join(&senders[1]));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
}

TEST_F(order, one_batch_serves_several_receivers)
{
	struct ipcchan_message batch[CAPACITY];
	unsigned int numbers[CAPACITY];
	struct sleeper receivers[CAPACITY];

	for (int i = 0; i < CAPACITY; i++) {
		start_take(&receivers[i], self->mailbox);
		ASSERT_TRUE(await_waiters(self->mailbox, 0, i + 1));
	}
	numbers_fill(batch, numbers, CAPACITY, 1);
	ASSERT_EQ(CAPACITY, mailbox_send(self->mailbox, batch, CAPACITY));
	for (int i = 0; i < CAPACITY; i++)
		EXPECT_EQ(i + 1, sleeper_join(&receivers[i]));
}

TEST_F(order, one_batch_serves_many_receivers)
{
	struct ipcchan_message batch[MANY];
	unsigned int numbers[MANY];
	struct sleeper receivers[MANY];
	int mailbox = mailbox_open(self->session);

	for (int i = 0; i < MANY; i++) {
		start_take(&receivers[i], mailbox);
		ASSERT_TRUE(await_waiters(mailbox, 0, i + 1));
	}
	numbers_fill(batch, numbers, MANY, 1);
	ASSERT_EQ(MANY, mailbox_send(mailbox, batch, MANY));
	for (int i = 0; i < MANY; i++)
		EXPECT_EQ(i + 1, sleeper_join(&receivers[i]));
	close(mailbox);
}

TEST_F(order, one_batch_makes_room_for_many_senders)
{
	struct ipcchan_message batch[MANY];
	unsigned int numbers[MANY];
	struct sleeper senders[MANY];
	int mailbox = mailbox_open(self->session, .capacity_messages = MANY);

	numbers_fill(batch, numbers, MANY, 1);
	ASSERT_EQ(MANY, mailbox_send(mailbox, batch, MANY));
	for (int i = 0; i < MANY; i++) {
		start_put(&senders[i], mailbox, MANY + i);
		ASSERT_TRUE(await_waiters(mailbox, i + 1, 0));
	}
	ASSERT_EQ(MANY, mailbox_receive(mailbox, batch, MANY));
	for (int i = 0; i < MANY; i++)
		EXPECT_EQ(1, sleeper_join(&senders[i]));
	for (int i = 0; i < MANY; i++)
		EXPECT_EQ(MANY + i, take_number(mailbox));
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
