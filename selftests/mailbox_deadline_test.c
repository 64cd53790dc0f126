// SPDX-License-Identifier: GPL-2.0
/* Deadlines of SEND and RECEIVE, on both clocks. */

#include "kselftest_harness.h"

#include <time.h>

#include "ipcchan_selftest.h"

/* A mailbox for one message; calls with one deadline on one clock. */
FIXTURE(deadline)
{
	int session;
	int mailbox;
	clockid_t clock;
	unsigned int flags;
	__u64 deadline;
};

FIXTURE_VARIANT(deadline)
{
	clockid_t clock;
	unsigned int flags;
};

FIXTURE_VARIANT_ADD(deadline, monotonic)
{
	.clock = CLOCK_MONOTONIC,
};

FIXTURE_VARIANT_ADD(deadline, realtime)
{
	.clock = CLOCK_REALTIME,
	.flags = IPCCHAN_REALTIME,
};

FIXTURE_SETUP(deadline)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = 1);
	ASSERT_LE(0, self->mailbox);
	self->clock = variant->clock;
	self->flags = variant->flags;
	self->deadline = now_ns(self->clock) + 20 * NSEC_PER_MSEC;
}

FIXTURE_TEARDOWN(deadline)
{
	close(self->mailbox);
	close(self->session);
}

static int take_in_time(void *fixture)
{
	FIXTURE_DATA(deadline) * self = fixture;
	unsigned int number;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_receive(self->mailbox, &message, 1,
				 .flags = self->flags,
				 .deadline_ns = self->deadline);

	return nr < 0 ? nr : (int)number;
}

static int put_in_time(void *fixture)
{
	FIXTURE_DATA(deadline) * self = fixture;
	unsigned int number = 2;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number),
						 .type = number);

	return mailbox_send(self->mailbox, &message, 1, .flags = self->flags,
			    .deadline_ns = self->deadline);
}

TEST_F(deadline, ends_a_receive_and_not_before)
{
	EXPECT_EQ(-ETIMEDOUT, take_in_time(self));
	EXPECT_LE(self->deadline, now_ns(self->clock));
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_receivers);
}

TEST_F(deadline, ends_a_send_and_not_before)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-ETIMEDOUT, put_in_time(self));
	EXPECT_LE(self->deadline, now_ns(self->clock));
	EXPECT_EQ(0, mailbox_info(self->mailbox).waiting_senders);
	EXPECT_EQ(1, mailbox_info(self->mailbox).sent);
}

TEST_F(deadline, in_the_past_still_receives_what_is_there)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	self->deadline = now_ns(self->clock) - NSEC_PER_SEC;
	EXPECT_EQ(1, take_in_time(self));
}

TEST_F(deadline, in_the_past_still_sends_what_fits)
{
	self->deadline = now_ns(self->clock) - NSEC_PER_SEC;
	EXPECT_EQ(1, put_in_time(self));
	EXPECT_EQ(2, take_number(self->mailbox));
}

TEST_F(deadline, in_the_past_ends_a_receive_that_would_wait)
{
	self->deadline = now_ns(self->clock) - NSEC_PER_SEC;
	EXPECT_EQ(-ETIMEDOUT, take_in_time(self));
}

TEST_F(deadline, in_the_past_ends_a_send_that_would_wait)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	self->deadline = now_ns(self->clock) - NSEC_PER_SEC;
	EXPECT_EQ(-ETIMEDOUT, put_in_time(self));
}

TEST_F(deadline, of_zero_is_in_the_past)
{
	self->deadline = 0;
	EXPECT_EQ(-ETIMEDOUT, take_in_time(self));
	EXPECT_EQ(1, put_in_time(self));
	EXPECT_EQ(-ETIMEDOUT, put_in_time(self));
}

TEST_F(deadline, does_not_matter_to_a_nonblocking_call)
{
	self->deadline = 0;
	self->flags |= IPCCHAN_NONBLOCK;
	EXPECT_EQ(-EAGAIN, take_in_time(self));
	EXPECT_EQ(1, put_in_time(self));
	EXPECT_EQ(-EAGAIN, put_in_time(self));
}

TEST_F(deadline, does_not_matter_to_a_nonblocking_descriptor)
{
	ASSERT_EQ(0, set_nonblocking(self->mailbox, true));
	self->deadline = 0;
	EXPECT_EQ(-EAGAIN, take_in_time(self));
	EXPECT_EQ(1, put_in_time(self));
	EXPECT_EQ(-EAGAIN, put_in_time(self));
}

TEST_F(deadline, far_away_lets_a_message_come)
{
	struct sleeper receiver;

	self->deadline = now_ns(self->clock) + 3600 * NSEC_PER_SEC;
	sleeper_start(&receiver, take_in_time, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(5, sleeper_join(&receiver));
}

static const __u64 far_away[] = {
	IPCCHAN_DEADLINE_NEVER, IPCCHAN_DEADLINE_NEVER - 1,
	1ULL << 63, (1ULL << 63) - 1,
};

TEST_F(deadline, beyond_all_times_lets_a_message_come)
{
	struct sleeper receiver;

	for (size_t i = 0; i < ARRAY_SIZE(far_away); i++) {
		self->deadline = far_away[i];
		sleeper_start(&receiver, take_in_time, self);
		ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
		ASSERT_EQ(1, put_number(self->mailbox, 5));
		EXPECT_EQ(5, sleeper_join(&receiver));
	}
}

TEST_F(deadline, beyond_all_times_lets_room_come)
{
	struct sleeper sender;

	for (size_t i = 0; i < ARRAY_SIZE(far_away); i++) {
		ASSERT_EQ(1, put_number(self->mailbox, 1));
		self->deadline = far_away[i];
		sleeper_start(&sender, put_in_time, self);
		ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
		ASSERT_EQ(1, take_number(self->mailbox));
		EXPECT_EQ(1, sleeper_join(&sender));
		EXPECT_EQ(2, take_number(self->mailbox));
	}
}

#include "ipcchan_selftest_main.h"
