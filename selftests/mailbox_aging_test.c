// SPDX-License-Identifier: GPL-2.0
/* Aging: the lowest priority does not wait for ever. */

#include "kselftest_harness.h"

#include "ipcchan_selftest.h"

#define ROOM	8

/* So old that no message of a test is; and so young that each of them is. */
#define NEVER	(1000 * NSEC_PER_SEC)
#define AT_ONCE	1

FIXTURE(aging)
{
	int session;
	int never;
	int at_once;
};

FIXTURE_VARIANT(aging)
{
	unsigned int delivery;
};

FIXTURE_VARIANT_ADD(aging, queue)
{
	.delivery = IPCCHAN_DELIVERY_QUEUE,
};

FIXTURE_VARIANT_ADD(aging, fair)
{
	.delivery = IPCCHAN_DELIVERY_FAIR,
};

FIXTURE_SETUP(aging)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->never = mailbox_open(self->session, .delivery = variant->delivery,
				   .aging_ns = NEVER);
	self->at_once = mailbox_open(self->session,
				     .delivery = variant->delivery,
				     .aging_ns = AT_ONCE);
	ASSERT_LE(0, self->at_once);
}

FIXTURE_TEARDOWN(aging)
{
	close(self->at_once);
	close(self->never);
	close(self->session);
}

/* Numbers 1, 2, 3 of rising priority; the clock moves on behind each. */
static int put_three(int mailbox)
{
	int nr = 0;

	for (int i = 1; i <= 3; i++) {
		nr += put_number_at(mailbox, i, i);
		nap();
	}
	return nr;
}

TEST_F(aging, young_messages_go_by_priority)
{
	ASSERT_EQ(3, put_three(self->never));
	for (int i = 3; i > 0; i--)
		EXPECT_EQ(i, take_number(self->never));
}

TEST_F(aging, old_messages_go_by_age)
{
	ASSERT_EQ(3, put_three(self->at_once));
	for (int i = 1; i <= 3; i++)
		EXPECT_EQ(i, take_number(self->at_once));
}

TEST_F(aging, peek_shows_first_what_is_old)
{
	ASSERT_EQ(3, put_three(self->at_once));
	for (int i = 1; i <= 3; i++) {
		EXPECT_EQ(i, peek_number(self->at_once, 0));
		EXPECT_EQ(i, take_number(self->at_once));
	}
}

TEST_F(aging, peek_shows_each_message_once)
{
	struct ipcchan_message batch[4];
	unsigned int numbers[4];

	ASSERT_EQ(3, put_three(self->at_once));
	numbers_buffer(batch, numbers, 4);
	ASSERT_EQ(3, mailbox_peek(self->at_once, 0, batch, 4));
	EXPECT_EQ(1, numbers[0]);
	EXPECT_EQ(3, numbers[1]);
	EXPECT_EQ(2, numbers[2]);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(numbers[i], peek_number(self->at_once, i));
	EXPECT_EQ(-ENOMSG, peek_number(self->at_once, 3));
}

TEST_F(aging, batch_goes_by_age)
{
	struct ipcchan_message batch[3];
	unsigned int numbers[3];

	ASSERT_EQ(3, put_three(self->at_once));
	numbers_buffer(batch, numbers, 3);
	ASSERT_EQ(3, mailbox_receive(self->at_once, batch, 3));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(i + 1, numbers[i]);
}

TEST_F(aging, what_comes_back_goes_first_again)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	ASSERT_EQ(3, put_three(self->at_once));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->at_once, &message, 1));
	EXPECT_EQ(1, take_number(self->at_once));
}

/*
 * A mailbox is kept full of the highest priority. A receive that begins when
 * the low message is overdue must take it, whatever time that is.
 */
TEST_F(aging, lowest_priority_waits_so_long_and_for_one_more)
{
	const __u64 aging_ns = 20 * NSEC_PER_MSEC;
	int mailbox = mailbox_open(self->session, .capacity_messages = ROOM,
				   .delivery = variant->delivery,
				   .aging_ns = aging_ns);
	unsigned int taken = 0;
	__u64 sent_by;
	__u64 began;
	int number;

	ASSERT_EQ(1, put_number_at(mailbox, 1, 0));
	sent_by = now_ns(CLOCK_MONOTONIC);
	do {
		while (put_number_at(mailbox, 2, 31) == 1)
			;
		began = now_ns(CLOCK_MONOTONIC);
		number = take_number(mailbox);
		ASSERT_TRUE(number != 2 || began <= sent_by + aging_ns);
		taken++;
	} while (number == 2);
	EXPECT_EQ(1, number);
	TH_LOG("%u messages went before it", taken - 1);
	close(mailbox);
}

TEST_F(aging, without_it_the_lowest_priority_waits_for_all)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = ROOM,
				   .delivery = variant->delivery);

	ASSERT_EQ(1, put_number_at(mailbox, 1, 0));
	for (int i = 0; i < 1000; i++) {
		while (put_number_at(mailbox, 2, 31) == 1)
			;
		ASSERT_EQ(2, take_number(mailbox));
	}
	close(mailbox);
}

TEST_F(aging, info_tells_it)
{
	EXPECT_EQ(NEVER, mailbox_info(self->never).aging_ns);
	EXPECT_EQ(AT_ONCE, mailbox_info(self->at_once).aging_ns);
}

TEST_F(aging, goes_with_a_rendezvous)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 0,
				   .aging_ns = AT_ONCE);
	struct sleeper senders[2];

	ASSERT_LE(0, mailbox);
	for (int i = 0; i < 2; i++) {
		start_put_at(&senders[i], mailbox, i + 1, i);
		ASSERT_TRUE(await_waiters(mailbox, i + 1, 0));
	}
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(i + 1, take_number(mailbox));
		EXPECT_EQ(1, sleeper_join(&senders[i]));
	}
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
