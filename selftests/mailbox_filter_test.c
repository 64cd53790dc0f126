// SPDX-License-Identifier: GPL-2.0
/* Filters: a receiver takes the messages that it wants, as if no other were. */

#include "kselftest_harness.h"

#include <poll.h>

#include "ipcchan_selftest.h"

#define DEEP	5000

/* A mailbox, and a second session that sends to it. */
FIXTURE(filter)
{
	int session;
	int mailbox;
	int other_session;
	int other;
	const char *name;
};

FIXTURE_SETUP(filter)
{
	self->name = fresh_name();
	self->session = session_open();
	self->other_session = session_open();
	ASSERT_LE(0, self->session);
	ASSERT_LE(0, self->other_session);
	self->mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX,
				    self->name, IPCCHAN_OPEN_CREATE);
	ASSERT_LE(0, self->mailbox);
	self->other = object_open(self->other_session, IPCCHAN_KIND_MAILBOX,
				  self->name, 0);
	ASSERT_LE(0, self->other);
}

FIXTURE_TEARDOWN(filter)
{
	close(self->other);
	close(self->mailbox);
	close(self->other_session);
	close(self->session);
}

/* Returns the number taken, or -errno. */
static int take_by(int mailbox, struct ipcchan_mailbox_receive *how)
{
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr;

	how->messages = (uintptr_t)&message;
	how->count = 1;
	how->message_size = sizeof(message);
	nr = call(mailbox, IPCCHAN_IOC_MAILBOX_RECEIVE, how);
	return nr < 0 ? nr : (int)number;
}

/* By default: any type. Further arguments are initialisers. */
#define take_where(mailbox, ...)					\
	take_by(mailbox, &(struct ipcchan_mailbox_receive){		\
		.flags = IPCCHAN_FILTER | IPCCHAN_NONBLOCK,		\
		.type_max = ~0U,					\
		__VA_ARGS__						\
	})

#define EXCEPT_FLAGS	(IPCCHAN_FILTER | IPCCHAN_EXCEPT | IPCCHAN_NONBLOCK)

#define take_except(mailbox, ...) \
	take_where(mailbox, .flags = EXCEPT_FLAGS, __VA_ARGS__)

/* The numbers from @first to @last, of priority 0. */
static int put_range(int mailbox, unsigned int first, unsigned int last)
{
	for (unsigned int i = first; i <= last; i++) {
		int nr = put_number(mailbox, i);

		if (nr != 1)
			return nr;
	}
	return 0;
}

TEST_F(filter, takes_the_types_of_a_range)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 5));
	EXPECT_EQ(3, take_where(self->mailbox, .type_min = 3, .type_max = 4));
	EXPECT_EQ(4, take_where(self->mailbox, .type_min = 3, .type_max = 4));
	EXPECT_EQ(-EAGAIN,
		  take_where(self->mailbox, .type_min = 3, .type_max = 4));
}

TEST_F(filter, leaves_other_messages_in_their_order)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 4));
	ASSERT_EQ(3, take_where(self->mailbox, .type_min = 3, .type_max = 3));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(4, take_number(self->mailbox));
}

TEST_F(filter, takes_the_oldest_of_its_messages_first)
{
	ASSERT_EQ(1, put_number(self->mailbox, 9));
	ASSERT_EQ(1, put_number(self->mailbox, 4));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	EXPECT_EQ(4, take_where(self->mailbox, .type_min = 2, .type_max = 4));
	EXPECT_EQ(2, take_where(self->mailbox, .type_min = 2, .type_max = 4));
	EXPECT_EQ(3, take_where(self->mailbox, .type_min = 2, .type_max = 4));
}

TEST_F(filter, takes_the_highest_priority_of_its_messages_first)
{
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 1));
	ASSERT_EQ(1, put_number_at(self->mailbox, 9, 31));
	ASSERT_EQ(1, put_number_at(self->mailbox, 3, 7));
	ASSERT_EQ(1, put_number_at(self->mailbox, 4, 7));
	EXPECT_EQ(3, take_where(self->mailbox, .type_min = 2, .type_max = 4));
	EXPECT_EQ(4, take_where(self->mailbox, .type_min = 2, .type_max = 4));
	EXPECT_EQ(2, take_where(self->mailbox, .type_min = 2, .type_max = 4));
}

TEST_F(filter, of_nothing_but_zeroes_is_for_type_zero)
{
	ASSERT_EQ(0, put_range(self->mailbox, 0, 1));
	EXPECT_EQ(0, take_where(self->mailbox, .type_max = 0));
	EXPECT_EQ(-EAGAIN, take_where(self->mailbox, .type_max = 0));
}

TEST_F(filter, may_have_the_ends_of_all_types)
{
	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(1, put_number(self->mailbox, ~0U));
	EXPECT_EQ(-1, take_where(self->mailbox, .type_min = ~0U));
	EXPECT_EQ(7, take_where(self->mailbox, .type_min = 0));
}

TEST_F(filter, with_an_exception_takes_the_types_outside)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 6));
	EXPECT_EQ(1, take_except(self->mailbox, .type_min = 2, .type_max = 4));
	EXPECT_EQ(5, take_except(self->mailbox, .type_min = 2, .type_max = 4));
	EXPECT_EQ(6, take_except(self->mailbox, .type_min = 2, .type_max = 4));
	EXPECT_EQ(-EAGAIN,
		  take_except(self->mailbox, .type_min = 2, .type_max = 4));
}

TEST_F(filter, with_an_exception_keeps_the_order_of_both_sides)
{
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	ASSERT_EQ(1, put_number(self->mailbox, 9));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 3));
	EXPECT_EQ(2, take_except(self->mailbox, .type_min = 3, .type_max = 4));
	EXPECT_EQ(9, take_except(self->mailbox, .type_min = 3, .type_max = 4));
	EXPECT_EQ(1, take_except(self->mailbox, .type_min = 3, .type_max = 4));
}

TEST_F(filter, with_an_exception_of_all_types_takes_none)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EAGAIN, take_except(self->mailbox, .type_max = ~0U));
}

TEST_F(filter, takes_the_messages_of_one_sender)
{
	__u64 client = device_info(self->other_session).client;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->other, 2));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	ASSERT_EQ(1, put_number_at(self->other, 4, 5));
	EXPECT_EQ(4, take_where(self->mailbox, .client = client));
	EXPECT_EQ(2, take_where(self->mailbox, .client = client));
	EXPECT_EQ(-EAGAIN, take_where(self->mailbox, .client = client));
}

TEST_F(filter, takes_one_type_of_one_sender)
{
	__u64 client = device_info(self->other_session).client;

	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(1, put_number(self->other, 1));
	ASSERT_EQ(1, put_number(self->other, 2));
	EXPECT_EQ(2, take_where(self->mailbox, .client = client, .type_min = 2,
				.type_max = 2));
	EXPECT_EQ(-EAGAIN, take_where(self->mailbox, .client = client,
				      .type_min = 2, .type_max = 2));
	EXPECT_EQ(2, take_number(self->mailbox));
}

TEST_F(filter, of_a_sender_that_never_was_matches_nothing)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EAGAIN, take_where(self->mailbox, .client = ~0ULL));
}

TEST_F(filter, takes_a_priority_and_those_above)
{
	ASSERT_EQ(1, put_number_at(self->mailbox, 1, 4));
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 5));
	ASSERT_EQ(1, put_number_at(self->mailbox, 3, 6));
	EXPECT_EQ(3, take_where(self->mailbox, .min_priority = 5));
	EXPECT_EQ(2, take_where(self->mailbox, .min_priority = 5));
	EXPECT_EQ(-EAGAIN, take_where(self->mailbox, .min_priority = 5));
}

TEST_F(filter, needs_all_that_it_says)
{
	__u64 client = device_info(self->other_session).client;

	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 5));
	ASSERT_EQ(1, put_number_at(self->other, 1, 5));
	ASSERT_EQ(1, put_number_at(self->other, 2, 4));
	EXPECT_EQ(-EAGAIN, take_where(self->mailbox, .client = client,
				      .type_min = 2, .type_max = 3,
				      .min_priority = 5));
	ASSERT_EQ(1, put_number_at(self->other, 3, 5));
	EXPECT_EQ(3, take_where(self->mailbox, .client = client, .type_min = 2,
				.type_max = 3, .min_priority = 5));
}

TEST_F(filter, applies_to_each_message_of_a_batch)
{
	struct ipcchan_message batch[5];
	unsigned int numbers[5];

	ASSERT_EQ(0, put_range(self->mailbox, 1, 5));
	numbers_buffer(batch, numbers, 5);
	EXPECT_EQ(3, mailbox_receive(self->mailbox, batch, 5,
				     .flags = IPCCHAN_FILTER, .type_min = 2,
				     .type_max = 4));
	EXPECT_EQ(2, numbers[0]);
	EXPECT_EQ(3, numbers[1]);
	EXPECT_EQ(4, numbers[2]);
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(5, take_number(self->mailbox));
}

TEST_F(filter, does_not_stop_at_a_long_message_of_others)
{
	char payload[100] = {};
	struct ipcchan_message message = MESSAGE(payload, 100, .type = 1);

	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(-EMSGSIZE, take_where(self->mailbox));
	EXPECT_EQ(2, take_where(self->mailbox, .type_min = 2));
}

TEST_F(filter, that_matches_nothing_lets_a_call_wait)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-ETIMEDOUT, take_where(self->mailbox, .type_min = 2,
					 .flags = IPCCHAN_FILTER));
	EXPECT_EQ(1, take_number(self->mailbox));
}

/* The first of the messages with a bad address goes back to its place. */
TEST_F(filter, leaves_its_message_in_its_place_after_a_fault)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	ASSERT_EQ(0, put_range(self->mailbox, 1, 3));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, &message, 1,
					   .flags = IPCCHAN_FILTER,
					   .type_min = 2, .type_max = 2));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
}

TEST_F(filter, finds_its_message_in_a_deep_queue)
{
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX] = {};
	int deep = mailbox_open(self->session, .capacity_messages = DEEP);
	int nr = IPCCHAN_BATCH_MAX;

	ASSERT_LE(0, deep);
	for (int i = 0; i < IPCCHAN_BATCH_MAX; i++)
		batch[i].type = i;
	while (nr == IPCCHAN_BATCH_MAX)
		nr = mailbox_send(deep, batch, IPCCHAN_BATCH_MAX,
				  .flags = IPCCHAN_NONBLOCK);
	ASSERT_EQ(DEEP, mailbox_info(deep).messages);
	for (int i = 0; i < 100; i++) {
		struct ipcchan_message message = {};

		ASSERT_EQ(1, mailbox_receive(deep, &message, 1,
					     .flags = IPCCHAN_FILTER,
					     .type_min = 40, .type_max = 41));
		ASSERT_EQ(40 + i % 2, message.type);
		ASSERT_EQ(i / 2 * 64 + 41 + i % 2, message.sequence);
	}
	close(deep);
}

TEST_F(filter, is_refused_if_its_range_is_reversed)
{
	EXPECT_EQ(-EINVAL,
		  take_where(self->mailbox, .type_min = 2, .type_max = 1));
	EXPECT_EQ(-EINVAL,
		  mailbox_filter(self->mailbox, .type_min = 2, .type_max = 1));
}

TEST_F(filter, is_refused_if_no_message_has_its_priority)
{
	EXPECT_EQ(-EINVAL, take_where(self->mailbox,
				      .min_priority = IPCCHAN_PRIORITIES));
	EXPECT_EQ(-EINVAL, mailbox_filter(self->mailbox,
					  .min_priority = IPCCHAN_PRIORITIES));
}

TEST_F(filter, is_refused_without_its_flag)
{
	unsigned int flags = IPCCHAN_NONBLOCK;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(-EINVAL, take_where(self->mailbox, .flags = flags));
	EXPECT_EQ(-EINVAL, take_where(self->mailbox, .flags = flags,
				      .type_max = 0, .client = 1));
	EXPECT_EQ(-EINVAL, take_where(self->mailbox, .flags = flags,
				      .type_min = 1, .type_max = 1));
	EXPECT_EQ(-EINVAL, take_where(self->mailbox, .flags = flags,
				      .type_max = 0, .min_priority = 1));
	flags |= IPCCHAN_EXCEPT;
	EXPECT_EQ(-EINVAL, take_where(self->mailbox, .flags = flags,
				      .type_max = 0));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(filter, of_a_descriptor_applies_to_its_receives)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 3));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 2));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
}

TEST_F(filter, of_a_descriptor_applies_to_read)
{
	unsigned int number;

	ASSERT_EQ(0, put_range(self->mailbox, 1, 2));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 2));
	ASSERT_EQ(0, set_nonblocking(self->mailbox, true));
	EXPECT_EQ(sizeof(number), read(self->mailbox, &number, sizeof(number)));
	EXPECT_EQ(2, number);
	EXPECT_EQ(-1, read(self->mailbox, &number, sizeof(number)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(filter, of_a_descriptor_can_have_an_exception)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 2));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 1, .type_max = 1,
				    .flags = IPCCHAN_EXCEPT));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
}

TEST_F(filter, of_a_descriptor_gives_way_to_that_of_a_call)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 3));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 2));
	EXPECT_EQ(1, take_where(self->mailbox, .type_max = 1));
	EXPECT_EQ(2, take_where(self->mailbox));
}

TEST_F(filter, of_a_descriptor_can_be_lifted)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 2));
	ASSERT_EQ(-EAGAIN, take_number(self->mailbox));
	ASSERT_EQ(0, mailbox_filter(self->mailbox));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(filter, of_a_descriptor_is_not_that_of_another)
{
	int weaker;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 2));
	weaker = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	EXPECT_EQ(1, take_number(weaker));
	close(weaker);
}

TEST_F(filter, of_a_descriptor_is_that_of_its_duplicate)
{
	int duplicate = dup(self->mailbox);

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(0, mailbox_filter(duplicate, .type_min = 2));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
	close(duplicate);
}

TEST_F(filter, of_a_descriptor_does_not_hide_from_peek)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 2));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 2));
	EXPECT_EQ(1, peek_number(self->mailbox, 0));
	EXPECT_EQ(2, peek_number(self->mailbox, 1));
}

TEST_F(filter, of_a_descriptor_needs_the_receive_right)
{
	int sender = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);

	EXPECT_EQ(-EPERM, mailbox_filter(sender));
	close(sender);
}

TEST_F(filter, of_a_descriptor_is_unchanged_by_a_call_that_fails)
{
	ASSERT_EQ(0, put_range(self->mailbox, 1, 2));
	ASSERT_EQ(0, mailbox_filter(self->mailbox, .type_min = 2));
	ASSERT_EQ(-EINVAL, mailbox_filter(self->mailbox, .min_priority = 99));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
}

TEST_F(filter, of_a_descriptor_cannot_be_set_on_a_dead_mailbox)
{
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, mailbox_filter(self->mailbox));
}

/* Only the receiver is left, with a message of type 1. */
static int leave_the_receiver(void *fixture)
{
	FIXTURE_DATA(filter) * self = fixture;
	int receiver = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	put_number(self->mailbox, 1);
	object_unlink(self->session, self->name);
	close(self->mailbox);
	close(self->other);
	self->mailbox = receiver;
	self->other = -1;
	return receiver;
}

TEST_F(filter, comes_to_its_end_while_others_have_messages)
{
	int receiver = leave_the_receiver(self);

	EXPECT_EQ(-EPIPE, take_where(receiver, .type_min = 2));
	EXPECT_EQ(1, take_number(receiver));
	EXPECT_EQ(-EPIPE, take_number(receiver));
}

TEST_F(filter, of_a_descriptor_comes_to_its_end_in_read)
{
	int receiver = leave_the_receiver(self);
	unsigned int number;

	ASSERT_EQ(0, mailbox_filter(receiver, .type_min = 2));
	EXPECT_EQ(0, read(receiver, &number, sizeof(number)));
	ASSERT_EQ(0, mailbox_filter(receiver));
	EXPECT_EQ(sizeof(number), read(receiver, &number, sizeof(number)));
}

#include "ipcchan_selftest_main.h"
