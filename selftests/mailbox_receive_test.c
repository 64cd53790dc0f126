// SPDX-License-Identifier: GPL-2.0
/* RECEIVE of one message: blocking, short buffers, contents of every size. */

#include "kselftest_harness.h"

#include "ipcchan_selftest.h"

FIXTURE(mailbox)
{
	int session;
	int mailbox;
};

FIXTURE_SETUP(mailbox)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(mailbox)
{
	close(self->mailbox);
	close(self->session);
}

static int send_text(int mailbox, const char *text)
{
	struct ipcchan_message message = MESSAGE(text, strlen(text));

	return mailbox_send(mailbox, &message, 1);
}

TEST_F(mailbox, receive_blocks_while_empty)
{
	struct sleeper receiver;

	start_take(&receiver, self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 7));
	EXPECT_EQ(7, sleeper_join(&receiver));
	EXPECT_EQ(1, mailbox_info(self->mailbox).received);
}

TEST_F(mailbox, receive_from_an_empty_one_would_block)
{
	EXPECT_EQ(-EAGAIN, take_number(self->mailbox));
}

TEST_F(mailbox, receive_does_not_block_with_o_nonblock)
{
	struct ipcchan_message message = {};

	ASSERT_EQ(0, set_nonblocking(self->mailbox, true));
	EXPECT_EQ(-EAGAIN, mailbox_receive(self->mailbox, &message, 1));
}

TEST_F(mailbox, receive_takes_the_message_away)
{
	ASSERT_EQ(1, put_number(self->mailbox, 7));
	ASSERT_EQ(7, take_number(self->mailbox));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(0, mailbox_info(self->mailbox).held);
	EXPECT_EQ(0, mailbox_info(self->mailbox).bytes);
}

TEST_F(mailbox, receive_tells_length_type_and_priority)
{
	char buffer[16];
	struct ipcchan_message sent = MESSAGE("hello", 5, .type = 9,
					      .priority = 3);
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer),
					     .flags = ~0U, .nr_fds = ~0U);

	ASSERT_EQ(1, mailbox_send(self->mailbox, &sent, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(5, got.length);
	EXPECT_EQ(9, got.type);
	EXPECT_EQ(3, got.priority);
	EXPECT_EQ(0, got.flags);
	EXPECT_EQ(0, got.nr_fds);
	EXPECT_EQ(0, memcmp(buffer, "hello", 5));
}

TEST_F(mailbox, receive_leaves_address_and_size_of_the_buffer)
{
	char buffer[16];
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer));

	ASSERT_EQ(1, send_text(self->mailbox, "hello"));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ((uintptr_t)buffer, got.data);
	EXPECT_EQ(sizeof(buffer), got.size);
}

TEST_F(mailbox, receive_writes_nothing_behind_the_message)
{
	char buffer[] = "................";
	struct ipcchan_message got = MESSAGE(buffer, sizeof(buffer));

	ASSERT_EQ(1, send_text(self->mailbox, "hello"));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_STREQ("hello...........", buffer);
}

TEST_F(mailbox, receive_into_a_short_buffer_tells_the_length)
{
	char buffer[] = "....";
	struct ipcchan_message got = MESSAGE(buffer, 4);

	ASSERT_EQ(1, send_text(self->mailbox, "hello"));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(5, got.length);
	EXPECT_STREQ("....", buffer);
}

TEST_F(mailbox, receive_into_a_short_buffer_leaves_the_message)
{
	char buffer[5];
	struct ipcchan_message got = MESSAGE(buffer, 4);

	ASSERT_EQ(1, send_text(self->mailbox, "first"));
	ASSERT_EQ(1, send_text(self->mailbox, "other"));
	ASSERT_EQ(-EMSGSIZE, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
	got.size = 5;
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(0, memcmp(buffer, "first", 5));
	EXPECT_EQ(1, got.sequence);
}

TEST_F(mailbox, receive_into_a_short_buffer_need_not_wait)
{
	struct ipcchan_message got = {};

	ASSERT_EQ(1, send_text(self->mailbox, "hello"));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->mailbox, &got, 1,
					     .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(5, got.length);
}

TEST_F(mailbox, receive_can_cut_a_message)
{
	char buffer[] = "....";
	struct ipcchan_message got = MESSAGE(buffer, 3);

	ASSERT_EQ(1, send_text(self->mailbox, "hello"));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_STREQ("hel.", buffer);
	EXPECT_EQ(5, got.length);
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, got.flags);
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
}

TEST_F(mailbox, receive_can_cut_a_message_to_nothing)
{
	struct ipcchan_message got = {};

	ASSERT_EQ(1, send_text(self->mailbox, "hello"));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(5, got.length);
	EXPECT_EQ(IPCCHAN_MESSAGE_TRUNCATED, got.flags);
}

TEST_F(mailbox, receive_marks_only_messages_that_were_cut)
{
	char buffer[5];
	struct ipcchan_message got = MESSAGE(buffer, 5);

	ASSERT_EQ(1, send_text(self->mailbox, "hello"));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1,
				     .flags = IPCCHAN_TRUNCATE));
	EXPECT_EQ(0, got.flags);
}

TEST_F(mailbox, receive_of_an_empty_message_needs_no_buffer)
{
	struct ipcchan_message message = { .type = 4 };

	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	message.length = 77;
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(0, message.length);
	EXPECT_EQ(4, message.type);
}

TEST_F(mailbox, receive_needs_the_right)
{
	int weak = object_restrict(self->mailbox, IPCCHAN_RIGHTS_MAILBOX &
				   ~IPCCHAN_RIGHT_RECEIVE, 0);

	ASSERT_EQ(1, put_number(self->mailbox, 7));
	EXPECT_EQ(-EPERM, take_number(weak));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
	close(weak);
}

TEST_F(mailbox, receive_refuses_no_messages)
{
	struct ipcchan_message message = {};

	EXPECT_EQ(-EINVAL, mailbox_receive(self->mailbox, &message, 0));
}

TEST_F(mailbox, receive_refuses_more_than_a_batch)
{
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX + 1] = {};

	EXPECT_EQ(-EINVAL, mailbox_receive(self->mailbox, batch,
					   IPCCHAN_BATCH_MAX + 1));
}

FIXTURE(size)
{
	int session;
	int mailbox;
	unsigned char *sent;
	unsigned char *got;
	struct ipcchan_message message;
};

FIXTURE_VARIANT(size)
{
	size_t size;
};

FIXTURE_VARIANT_ADD(size, of_0)
{
	.size = 0,
};

FIXTURE_VARIANT_ADD(size, of_1)
{
	.size = 1,
};

FIXTURE_VARIANT_ADD(size, of_63)
{
	.size = 63,
};

FIXTURE_VARIANT_ADD(size, of_4000)
{
	.size = 4000,
};

FIXTURE_VARIANT_ADD(size, of_4096)
{
	.size = 4096,
};

FIXTURE_VARIANT_ADD(size, of_4097)
{
	.size = 4097,
};

FIXTURE_VARIANT_ADD(size, of_65535)
{
	.size = 65535,
};

FIXTURE_VARIANT_ADD(size, of_262145)
{
	.size = 262145,
};

FIXTURE_VARIANT_ADD(size, of_1048576)
{
	.size = 1048576,
};

static void fill_randomly(unsigned char *payload, size_t size)
{
	srandom(size);
	for (size_t i = 0; i < size; i++)
		payload[i] = random();
}

FIXTURE_SETUP(size)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session,
				     .max_message_size = 1048576,
				     .capacity_bytes = 4 * 1048576);
	ASSERT_LE(0, self->mailbox);
	self->sent = malloc(variant->size + 1);
	self->got = calloc(1, variant->size + 1);
	fill_randomly(self->sent, variant->size);
	self->message = MESSAGE(self->sent, variant->size);
}

FIXTURE_TEARDOWN(size)
{
	free(self->sent);
	free(self->got);
	close(self->mailbox);
	close(self->session);
}

TEST_F(size, arrives_unchanged)
{
	struct ipcchan_message got = MESSAGE(self->got, variant->size);

	ASSERT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(variant->size, got.length);
	EXPECT_EQ(0, memcmp(self->sent, self->got, variant->size));
	EXPECT_EQ(0, self->got[variant->size]);
}

TEST_F(size, is_read_when_it_is_sent)
{
	struct ipcchan_message got = MESSAGE(self->got, variant->size);

	ASSERT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	memset(self->sent, 0, variant->size);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	fill_randomly(self->sent, variant->size);
	EXPECT_EQ(0, memcmp(self->sent, self->got, variant->size));
}

/* In another process, once the test waits. */
static int send_to_waiting(void *fixture)
{
	FIXTURE_DATA(size) * self = fixture;

	if (!await_waiters(self->mailbox, 0, 1))
		return HANGS;
	return mailbox_send(self->mailbox, &self->message, 1);
}

TEST_F(size, arrives_unchanged_at_a_waiting_receiver)
{
	struct ipcchan_message got = MESSAGE(self->got, variant->size);
	struct child sender;

	child_start(&sender, send_to_waiting, self);
	EXPECT_EQ(1, mailbox_receive(self->mailbox, &got, 1));
	EXPECT_EQ(1, child_join(&sender));
	EXPECT_EQ(variant->size, got.length);
	EXPECT_EQ(0, memcmp(self->sent, self->got, variant->size));
}

TEST_F(size, is_counted_in_bytes)
{
	ASSERT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	EXPECT_EQ(variant->size, mailbox_info(self->mailbox).bytes);
	EXPECT_EQ(variant->size, object_info(self->mailbox).bytes);
	EXPECT_EQ(1, object_info(self->mailbox).items);
}

/* With what the module knows of them, some of these do not fit into a page of its. */
TEST(sizes_about_a_page_arrive_unchanged)
{
	unsigned char sent[4200];
	unsigned char got[sizeof(sent)];
	int session = session_open();
	int mailbox;

	ASSERT_LE(0, session);
	mailbox = mailbox_open(session, .max_message_size = sizeof(sent));
	ASSERT_LE(0, mailbox);
	for (size_t size = 3500; size <= sizeof(sent); size++) {
		struct ipcchan_message out = MESSAGE(sent, size);
		struct ipcchan_message in = MESSAGE(got, sizeof(got));

		fill_randomly(sent, size);
		ASSERT_EQ(1, mailbox_send(mailbox, &out, 1));
		ASSERT_EQ(1, mailbox_receive(mailbox, &in, 1));
		ASSERT_EQ(size, in.length);
		ASSERT_EQ(0, memcmp(sent, got, size));
	}
	close(mailbox);
	close(session);
}

#include "ipcchan_selftest_main.h"
