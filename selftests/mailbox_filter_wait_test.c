// SPDX-License-Identifier: GPL-2.0
/* Receivers that wait for messages of different kinds. */

#include "kselftest_harness.h"

#include "ipcchan_selftest.h"

#define TYPES		4
#define ROUNDS		500
#define MANY		40

/* A call that waits for a message of a range of types. */
struct selection {
	struct sleeper sleeper;
	int mailbox;
	unsigned int type_min;
	unsigned int type_max;
};

FIXTURE(selecting)
{
	int session;
	int mailbox;
	int admin;
	struct selection first;
	struct selection second;
};

FIXTURE_SETUP(selecting)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->admin = object_restrict(self->mailbox, IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->admin);
}

FIXTURE_TEARDOWN(selecting)
{
	close(self->admin);
	close(self->mailbox);
	close(self->session);
}

static int take_selected(void *argument)
{
	struct selection *selection = argument;
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_receive(selection->mailbox, &message, 1,
				 .flags = IPCCHAN_FILTER,
				 .type_min = selection->type_min,
				 .type_max = selection->type_max);

	return nr < 0 ? nr : (int)number;
}

/* Begins to wait, as the @nr-th that does. */
static bool start_selecting(struct selection *selection, int mailbox, int nr,
			    unsigned int type_min, unsigned int type_max)
{
	selection->mailbox = mailbox;
	selection->type_min = type_min;
	selection->type_max = type_max;
	sleeper_start(&selection->sleeper, take_selected, selection);
	return await_waiters(mailbox, 0, nr);
}

TEST_F(selecting, receivers_get_theirs_in_the_order_they_came)
{
	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 1, 1, 1));
	ASSERT_TRUE(start_selecting(&self->second, self->mailbox, 2, 2, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(2, sleeper_join(&self->second.sleeper));
}

TEST_F(selecting, receivers_get_theirs_in_the_other_order)
{
	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 1, 1, 1));
	ASSERT_TRUE(start_selecting(&self->second, self->mailbox, 2, 2, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(2, sleeper_join(&self->second.sleeper));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
}

TEST_F(selecting, receivers_of_one_type_are_served_in_the_order_they_came)
{
	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 1, 1, 3));
	ASSERT_TRUE(start_selecting(&self->second, self->mailbox, 2, 2, 4));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(2, sleeper_join(&self->first.sleeper));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	EXPECT_EQ(3, sleeper_join(&self->second.sleeper));
}

TEST_F(selecting, receiver_stops_nobody_behind_it)
{
	struct sleeper receiver;

	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 1, 1, 1));
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 5));
	EXPECT_EQ(5, sleeper_join(&receiver));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
}

TEST_F(selecting, receiver_waits_behind_one_that_takes_all)
{
	struct sleeper receiver;

	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 2, 1, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
}

TEST_F(selecting, receiver_leaves_others_to_who_does_not_wait)
{
	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 1, 1, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(2, take_number(self->mailbox));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
}

TEST_F(selecting, receiver_is_not_robbed_by_who_does_not_wait)
{
	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 1, 1, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&self->first.sleeper));
}

TEST_F(selecting, receiver_keeps_the_filter_it_began_with)
{
	struct sleeper receiver;

	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_max = 1));
	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(0, mailbox_filter(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
	EXPECT_EQ(2, take_number(self->mailbox));
}

TEST_F(selecting, receivers_are_refused_by_a_kill)
{
	ASSERT_TRUE(start_selecting(&self->first, self->mailbox, 1, 1, 1));
	ASSERT_TRUE(start_selecting(&self->second, self->mailbox, 2, 2, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	ASSERT_EQ(0, object_kill(self->admin));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(-EIDRM, sleeper_join(&self->second.sleeper));
}

TEST_F(selecting, receivers_are_told_of_the_end)
{
	int receiver = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_TRUE(start_selecting(&self->first, receiver, 1, 1, 1));
	ASSERT_TRUE(start_selecting(&self->second, receiver, 2, 2, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	close(self->mailbox);
	EXPECT_EQ(-EPIPE, sleeper_join(&self->first.sleeper));
	EXPECT_EQ(-EPIPE, sleeper_join(&self->second.sleeper));
	EXPECT_EQ(3, take_number(receiver));
	self->mailbox = receiver;
}

TEST_F(selecting, receivers_are_served_by_room_that_is_made)
{
	int small = mailbox_open(self->session, .capacity_messages = 1);
	struct sleeper sender;

	ASSERT_TRUE(start_selecting(&self->first, small, 1, 2, 2));
	ASSERT_EQ(1, put_number(small, 1));
	start_put(&sender, small, 2);
	ASSERT_TRUE(await_waiters(small, 1, 1));
	EXPECT_EQ(1, take_number(small));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(2, sleeper_join(&self->first.sleeper));
	close(small);
}

/* More than one lock section of the kernel wakes. */
/* Sends the numbers from 1 on in one call, the last of which it waits for. */
static int send_up_to(struct selection *selection, int mailbox, unsigned int nr)
{
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX];
	unsigned int numbers[IPCCHAN_BATCH_MAX];

	if (!start_selecting(selection, mailbox, 1, nr, nr))
		return -EILSEQ;
	numbers_fill(batch, numbers, nr, 1);
	if (mailbox_send(mailbox, batch, nr) != (int)nr)
		return -EILSEQ;
	return sleeper_join(&selection->sleeper);
}

TEST_F(selecting, receiver_finds_its_message_in_a_batch_of_any_length)
{
	for (unsigned int nr = 1; nr <= 9; nr++) {
		EXPECT_EQ((int)nr, send_up_to(&self->first, self->mailbox, nr));
		while (take_number(self->mailbox) >= 0)
			;
	}
}

TEST_F(selecting, receivers_are_all_served_by_one_batch)
{
	struct selection selections[MANY];
	struct ipcchan_message batch[MANY];
	unsigned int numbers[MANY];

	for (int i = 0; i < MANY; i++)
		ASSERT_TRUE(start_selecting(&selections[i], self->mailbox,
					    i + 1, MANY - i, MANY - i));
	numbers_fill(batch, numbers, MANY, 1);
	ASSERT_EQ(MANY, mailbox_send(self->mailbox, batch, MANY));
	for (int i = 0; i < MANY; i++)
		EXPECT_EQ(MANY - i, sleeper_join(&selections[i].sleeper));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(MANY, mailbox_info(self->mailbox).handoffs);
}

/* Number @nr of @type, unlike all others. */
static unsigned int number_of(unsigned int type, unsigned int nr)
{
	return nr * TYPES + type;
}

/* Takes all of a type, and wants them in their order. */
static int take_all_of_a_type(void *argument)
{
	struct selection *selection = argument;
	unsigned int type = selection->type_min;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned int number = 0;
		struct ipcchan_message message = MESSAGE(&number, 4);
		int nr = mailbox_receive(selection->mailbox, &message, 1,
					 .flags = IPCCHAN_FILTER,
					 .type_min = type, .type_max = type);

		if (nr != 1)
			return nr;
		if (message.type != type || number != number_of(type, i))
			return -EILSEQ;
	}
	return 0;
}

static int send_all_types(int mailbox)
{
	for (unsigned int i = 0; i < TYPES * ROUNDS; i++) {
		unsigned int type = i % TYPES;
		unsigned int number = number_of(type, i / TYPES);
		struct ipcchan_message message = MESSAGE(&number, 4,
							 .type = type);
		int nr = mailbox_send(mailbox, &message, 1);

		if (nr != 1)
			return nr;
	}
	return 0;
}

TEST_F(selecting, receivers_of_all_types_lose_nothing)
{
	struct selection selections[TYPES];

	for (int i = 0; i < TYPES; i++) {
		selections[i] = (struct selection) {
			.mailbox = self->mailbox,
			.type_min = i,
		};
		sleeper_start(&selections[i].sleeper, take_all_of_a_type,
			      &selections[i]);
	}
	EXPECT_EQ(0, send_all_types(self->mailbox));
	for (int i = 0; i < TYPES; i++)
		EXPECT_EQ(0, sleeper_join(&selections[i].sleeper));
	EXPECT_EQ(TYPES * ROUNDS, mailbox_info(self->mailbox).received);
}

#include "ipcchan_selftest_main.h"
