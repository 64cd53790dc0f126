// SPDX-License-Identifier: GPL-2.0
/* PEEK: messages are read and stay. */

#include "kselftest_harness.h"

#include "ipcchan_selftest.h"

/* Three messages: 1 and 3 of the lowest priority, 2 above them. */
FIXTURE(peek)
{
	int session;
	int mailbox;
};

FIXTURE_SETUP(peek)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	ASSERT_EQ(1, put_number_at(self->mailbox, 1, 0));
	ASSERT_EQ(1, put_number_at(self->mailbox, 2, 8));
	ASSERT_EQ(1, put_number_at(self->mailbox, 3, 0));
}

FIXTURE_TEARDOWN(peek)
{
	close(self->mailbox);
	close(self->session);
}

TEST_F(peek, gives_what_receive_would_take)
{
	EXPECT_EQ(2, peek_number(self->mailbox, 0));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(1, peek_number(self->mailbox, 0));
	EXPECT_EQ(1, take_number(self->mailbox));
}

TEST_F(peek, counts_in_the_order_of_receive)
{
	EXPECT_EQ(2, peek_number(self->mailbox, 0));
	EXPECT_EQ(1, peek_number(self->mailbox, 1));
	EXPECT_EQ(3, peek_number(self->mailbox, 2));
}

TEST_F(peek, changes_nothing)
{
	struct ipcchan_mailbox_info before = mailbox_info(self->mailbox);
	struct ipcchan_mailbox_info after;

	ASSERT_EQ(2, peek_number(self->mailbox, 0));
	after = mailbox_info(self->mailbox);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
}

TEST_F(peek, behind_the_last_message_finds_none)
{
	EXPECT_EQ(-ENOMSG, peek_number(self->mailbox, 3));
	EXPECT_EQ(-ENOMSG, peek_number(self->mailbox, ~0U));
}

TEST_F(peek, into_an_empty_mailbox_finds_none)
{
	int empty = mailbox_open(self->session);

	EXPECT_EQ(-ENOMSG, peek_number(empty, 0));
	close(empty);
}

TEST_F(peek, gives_as_many_as_there_are)
{
	struct ipcchan_message batch[5];
	unsigned int numbers[5];

	numbers_buffer(batch, numbers, 5);
	ASSERT_EQ(3, mailbox_peek(self->mailbox, 0, batch, 5));
	EXPECT_EQ(2, numbers[0]);
	EXPECT_EQ(1, numbers[1]);
	EXPECT_EQ(3, numbers[2]);
}

TEST_F(peek, gives_as_many_as_asked_for)
{
	struct ipcchan_message batch[2];
	unsigned int numbers[2];

	numbers_buffer(batch, numbers, 2);
	ASSERT_EQ(1, mailbox_peek(self->mailbox, 1, batch, 1));
	EXPECT_EQ(1, numbers[0]);
	EXPECT_EQ(0, numbers[1]);
}

TEST_F(peek, tells_all_that_receive_tells)
{
	struct ipcchan_message peeked = MESSAGE(&(int){ 0 }, sizeof(int));
	struct ipcchan_message got = peeked;

	ASSERT_EQ(1, mailbox_peek(self->mailbox, 0, &peeked, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(8, peeked.priority);
	EXPECT_EQ(0, memcmp(&peeked, &got, sizeof(got)));
}

TEST_F(peek, into_a_short_buffer_tells_the_length)
{
	struct ipcchan_message message = {};

	EXPECT_EQ(-EMSGSIZE, mailbox_peek(self->mailbox, 0, &message, 1));
	EXPECT_EQ(sizeof(int), message.length);
}

TEST_F(peek, stops_before_a_buffer_that_is_too_short)
{
	struct ipcchan_message batch[3];
	unsigned int numbers[3];

	numbers_buffer(batch, numbers, 3);
	batch[2].size = 1;
	EXPECT_EQ(2, mailbox_peek(self->mailbox, 0, batch, 3));
	EXPECT_EQ(0, numbers[2]);
}

TEST_F(peek, can_cut_a_message)
{
	unsigned int number = ~0U;
	struct ipcchan_message message = MESSAGE(&number, 1);

	ASSERT_EQ(1, mailbox_peek(self->mailbox, 0, &message, 1,
				  .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(sizeof(number), message.length);
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, message.flags);
	EXPECT_EQ(0xffffff02, number);
}

TEST_F(peek, needs_the_right)
{
	int weak = object_restrict(self->mailbox, IPCCHAN_RIGHTS_MAILBOX &
				   ~IPCCHAN_RIGHT_PEEK, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(-EPERM, peek_number(weak, 0));
	close(weak);
}

TEST_F(peek, needs_no_other_right)
{
	int peeker = object_restrict(self->mailbox, IPCCHAN_RIGHT_PEEK, 0);

	ASSERT_LE(0, peeker);
	EXPECT_EQ(2, peek_number(peeker, 0));
	close(peeker);
}

TEST_F(peek, refuses_no_messages)
{
	struct ipcchan_message message = {};

	EXPECT_EQ(-EINVAL, mailbox_peek(self->mailbox, 0, &message, 0));
}

TEST_F(peek, refuses_more_than_a_batch)
{
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX + 1] = {};

	EXPECT_EQ(-EINVAL, mailbox_peek(self->mailbox, 0, batch,
					IPCCHAN_BATCH_MAX + 1));
}

TEST_F(peek, finds_nothing_in_a_dead_mailbox)
{
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(-EIDRM, peek_number(self->mailbox, 0));
}

TEST_F(peek, needs_a_writable_buffer)
{
	struct ipcchan_message message = MESSAGE(NULL, sizeof(int));

	EXPECT_EQ(-EFAULT, mailbox_peek(self->mailbox, 0, &message, 1));
	EXPECT_EQ(2, peek_number(self->mailbox, 0));
}

TEST_F(peek, needs_messages_in_memory)
{
	EXPECT_EQ(-EFAULT, mailbox_peek(self->mailbox, 0, NULL, 1));
}

/* Puts and takes so that there are always two consecutive numbers or three. */
static int move_along(void *mailbox)
{
	for (int i = 3; i < 3000; i++) {
		int result = put_number(*(int *)mailbox, i);

		if (result != 1 || take_number(*(int *)mailbox) != i - 2)
			return -EPROTO;
	}
	return 0;
}

TEST_F(peek, of_many_is_of_one_moment)
{
	int mailbox = mailbox_open(self->session);
	struct ipcchan_message batch[5];
	unsigned int numbers[5];
	struct sleeper mover;
	int nr;

	ASSERT_EQ(1, put_number(mailbox, 1));
	ASSERT_EQ(1, put_number(mailbox, 2));
	sleeper_start(&mover, move_along, &mailbox);
	do {
		numbers_buffer(batch, numbers, 5);
		nr = mailbox_peek(mailbox, 0, batch, 5);
		ASSERT_LE(2, nr);
		ASSERT_GE(3, nr);
		for (int i = 1; i < nr; i++)
			ASSERT_EQ(numbers[0] + i, numbers[i]);
	} while (numbers[0] < 2998);
	EXPECT_EQ(0, sleeper_join(&mover));
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
