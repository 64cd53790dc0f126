// SPDX-License-Identifier: GPL-2.0
/* Messages whose bytes are in several pieces of memory. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define MOST	IPCCHAN_SEGMENTS_MAX
#define PIECE	3

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Pieces with the letters of the alphabet, each at some distance of the next. */
FIXTURE(segments)
{
	int session;
	int mailbox;
	struct ipcchan_segment of[MOST + 1];
	char memory[(MOST + 1) * 2 * PIECE];
	char whole[64];
	struct ipcchan_message message;
	struct ipcchan_message plain;
};

FIXTURE_SETUP(segments)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	for (int i = 0; i <= MOST; i++) {
		char *piece = self->memory + i * 2 * PIECE;

		memcpy(piece, alphabet + i * PIECE, PIECE);
		self->of[i].base = (uintptr_t)piece;
		self->of[i].size = PIECE;
	}
	self->message = MESSAGE(self->of, MOST * PIECE, .nr_segments = MOST);
	self->plain = MESSAGE(self->whole, sizeof(self->whole));
}

FIXTURE_TEARDOWN(segments)
{
	close(self->mailbox);
	close(self->session);
}

static void clear(FIXTURE_DATA(segments) * self)
{
	memset(self->memory, '.', sizeof(self->memory));
}

/* Do the first @nr pieces have the letters, and what is between them nothing? */
static bool are_filled(FIXTURE_DATA(segments) * self, unsigned int letters)
{
	for (unsigned int i = 0; i < sizeof(self->memory); i++) {
		unsigned int at = i / (2 * PIECE) * PIECE + i % (2 * PIECE);
		bool is_piece = i % (2 * PIECE) < PIECE;
		char due = is_piece && at < letters ? alphabet[at] : '.';

		if (self->memory[i] != due)
			return false;
	}
	return true;
}

static int put_alphabet(FIXTURE_DATA(segments) * self, unsigned int letters)
{
	return mailbox_send(self->mailbox, &MESSAGE(alphabet, letters), 1);
}

TEST_F(segments, are_sent_as_one_message)
{
	ASSERT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->plain, 1));
	EXPECT_EQ(MOST * PIECE, self->plain.length);
	EXPECT_EQ(0, memcmp(self->whole, alphabet, MOST * PIECE));
}

TEST_F(segments, are_filled_in_order)
{
	ASSERT_EQ(1, put_alphabet(self, MOST * PIECE));
	clear(self);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(MOST * PIECE, self->message.length);
	EXPECT_TRUE(are_filled(self, MOST * PIECE));
}

TEST_F(segments, are_filled_as_far_as_the_message_goes)
{
	ASSERT_EQ(1, put_alphabet(self, 2 * PIECE + 1));
	clear(self);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(2 * PIECE + 1, self->message.length);
	EXPECT_TRUE(are_filled(self, 2 * PIECE + 1));
}

TEST_F(segments, are_the_same_after_a_receive)
{
	ASSERT_EQ(1, put_alphabet(self, PIECE));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(MOST, self->message.nr_segments);
	EXPECT_EQ(MOST * PIECE, self->message.size);
	EXPECT_EQ((uintptr_t)self->of, self->message.data);
}

TEST_F(segments, are_filled_by_peek)
{
	ASSERT_EQ(1, put_alphabet(self, MOST * PIECE));
	clear(self);
	ASSERT_EQ(1, mailbox_peek(self->mailbox, 0, &self->message, 1));
	EXPECT_TRUE(are_filled(self, MOST * PIECE));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(segments, that_are_too_short_together_leave_the_message)
{
	ASSERT_EQ(1, put_alphabet(self, MOST * PIECE + 1));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(MOST * PIECE + 1, self->message.length);
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(segments, are_filled_with_what_fits_if_truncated)
{
	ASSERT_EQ(1, put_alphabet(self, MOST * PIECE + 1));
	clear(self);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, self->message.flags);
	EXPECT_TRUE(are_filled(self, MOST * PIECE));
}

TEST_F(segments, are_not_more_than_16)
{
	self->message.nr_segments = MOST + 1;
	self->message.size = (MOST + 1) * PIECE;
	ASSERT_EQ(1, put_alphabet(self, 1));
	EXPECT_EQ(-EINVAL, mailbox_send(self->mailbox, &self->message, 1));
	EXPECT_EQ(-EINVAL, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(-EINVAL, mailbox_peek(self->mailbox, 0, &self->message, 1));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(segments, are_refused_if_they_are_not_the_size_together)
{
	ASSERT_EQ(1, put_alphabet(self, 1));
	for (int off = -1; off <= 1; off += 2) {
		self->message.size = MOST * PIECE + off;
		EXPECT_EQ(-EINVAL,
			  mailbox_send(self->mailbox, &self->message, 1));
		EXPECT_EQ(-EINVAL,
			  mailbox_receive(self->mailbox, &self->message, 1));
		EXPECT_EQ(-EINVAL,
			  mailbox_peek(self->mailbox, 0, &self->message, 1));
	}
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
}

TEST_F(segments, are_refused_if_their_sizes_overflow)
{
	self->message.nr_segments = 2;
	self->message.size = 2;
	self->of[0].size = ~0ULL;
	self->of[1].size = PIECE;
	EXPECT_EQ(-EINVAL, mailbox_send(self->mailbox, &self->message, 1));
	self->of[0].size = 1ULL << 32;
	EXPECT_EQ(-EINVAL, mailbox_send(self->mailbox, &self->message, 1));
}

TEST_F(segments, can_be_empty)
{
	self->of[0].size = 0;
	self->of[0].base = 0;
	self->of[2].size = 0;
	self->message.size = PIECE;
	self->message.nr_segments = 3;
	ASSERT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->plain, 1));
	EXPECT_EQ(PIECE, self->plain.length);
	EXPECT_EQ(0, memcmp(self->whole, alphabet + PIECE, PIECE));
}

TEST_F(segments, can_all_be_empty)
{
	for (int i = 0; i < MOST; i++)
		self->of[i].size = 0;
	self->message.size = 0;
	ASSERT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(0, self->message.length);
}

TEST_F(segments, that_cannot_be_read_send_nothing)
{
	self->of[MOST - 1].base = 8;
	EXPECT_EQ(-EFAULT, mailbox_send(self->mailbox, &self->message, 1));
	self->message.data = 8;
	EXPECT_EQ(-EFAULT, mailbox_send(self->mailbox, &self->message, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
}

TEST_F(segments, that_cannot_be_written_leave_the_message)
{
	ASSERT_EQ(1, put_alphabet(self, MOST * PIECE));
	self->of[MOST - 1].base = 8;
	EXPECT_EQ(-EFAULT, mailbox_receive(self->mailbox, &self->message, 1));
	EXPECT_EQ(-EFAULT, mailbox_peek(self->mailbox, 0, &self->message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->plain, 1));
	EXPECT_EQ(0, memcmp(self->whole, alphabet, MOST * PIECE));
}

TEST_F(segments, that_the_message_does_not_reach_may_be_anywhere)
{
	ASSERT_EQ(1, put_alphabet(self, PIECE));
	self->of[MOST - 1].base = 8;
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &self->message, 1));
}

TEST_F(segments, are_of_each_message_of_a_batch)
{
	struct ipcchan_message batch[] = { self->message, self->plain };

	batch[0].nr_segments = 2;
	batch[0].size = 2 * PIECE;
	ASSERT_EQ(1, put_alphabet(self, 2 * PIECE));
	ASSERT_EQ(1, put_alphabet(self, 5));
	clear(self);
	ASSERT_EQ(2, mailbox_receive(self->mailbox, batch, 2));
	EXPECT_TRUE(are_filled(self, 2 * PIECE));
	EXPECT_EQ(0, memcmp(self->whole, alphabet, 5));
}

/* Calls */

TEST_F(segments, are_of_a_request_too)
{
	ASSERT_EQ(0, mailbox_call_start(self->mailbox, &self->message));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->plain, 1));
	EXPECT_EQ(0, memcmp(self->whole, alphabet, MOST * PIECE));
	EXPECT_EQ(self->message.token, self->plain.token);
}

TEST_F(segments, are_of_a_reply_too)
{
	struct ipcchan_message request = MESSAGE("ask", 3);

	ASSERT_EQ(0, mailbox_call_start(self->mailbox, &request));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->plain, 1));
	self->message.token = self->plain.token;
	ASSERT_EQ(0, mailbox_reply(self->mailbox, &self->message));
	clear(self);
	ASSERT_EQ(0, mailbox_call_wait(self->mailbox, 0, &self->message));
	EXPECT_EQ(MOST * PIECE, self->message.length);
	EXPECT_TRUE(are_filled(self, MOST * PIECE));
}

static int call_by_segments(void *argument)
{
	FIXTURE_DATA(segments) * self = argument;
	struct ipcchan_message request = self->message;

	return mailbox_call(self->mailbox, &request, &self->message);
}

TEST_F(segments, are_of_both_in_one_call)
{
	struct sleeper caller;

	sleeper_start(&caller, call_by_segments, self);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->plain, 1));
	EXPECT_EQ(0, memcmp(self->whole, alphabet, MOST * PIECE));
	clear(self);
	self->plain.size = self->plain.length;
	self->plain.flags = 0;
	ASSERT_EQ(0, mailbox_reply(self->mailbox, &self->plain));
	EXPECT_EQ(0, sleeper_join(&caller));
	EXPECT_TRUE(are_filled(self, MOST * PIECE));
}

TEST_F(segments, of_a_request_or_a_reply_are_checked)
{
	struct ipcchan_message good = MESSAGE("ask", 3);

	self->message.size--;
	EXPECT_EQ(-EINVAL, mailbox_call(self->mailbox, &self->message, &good));
	EXPECT_EQ(-EINVAL, mailbox_call(self->mailbox, &good, &self->message));
	EXPECT_EQ(-EINVAL, mailbox_call_start(self->mailbox, &self->message));
	EXPECT_EQ(-EINVAL, mailbox_call_wait(self->mailbox, 0, &self->message));
	self->message.token = 1;
	EXPECT_EQ(-EINVAL, mailbox_reply(self->mailbox, &self->message));
	EXPECT_EQ(-EINVAL, mailbox_reply_receive(self->mailbox, &self->message,
						 &good));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
}

TEST_F(segments, of_a_reply_that_cannot_be_written_leave_it_to_be_fetched)
{
	struct ipcchan_message request = MESSAGE("ask", 3);

	ASSERT_EQ(0, mailbox_call_start(self->mailbox, &request));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &self->plain, 1));
	ASSERT_EQ(0, mailbox_reply(self->mailbox,
				   &MESSAGE(alphabet, MOST * PIECE,
					    .token = request.token)));
	self->of[3].base = 8;
	EXPECT_EQ(-EFAULT, mailbox_call_wait(self->mailbox, request.token,
					     &self->message));
	EXPECT_EQ(0, mailbox_call_wait(self->mailbox, request.token,
				       &self->plain));
	EXPECT_EQ(0, memcmp(self->whole, alphabet, MOST * PIECE));
}

#include "ipcchan_selftest_main.h"
