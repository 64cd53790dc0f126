// SPDX-License-Identifier: GPL-2.0
/* SEND of one message: room, blocking, what it refuses. */

#include "kselftest_harness.h"

#include "ipcchan_selftest.h"

#define MAX_SIZE	100

/* Room for two messages, and for 150 bytes. */
FIXTURE(mailbox)
{
	int session;
	int mailbox;
	char payload[MAX_SIZE + 1];
};

FIXTURE_SETUP(mailbox)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session, .capacity_messages = 2,
				     .max_message_size = MAX_SIZE,
				     .capacity_bytes = 150);
	ASSERT_LE(0, self->mailbox);
}

FIXTURE_TEARDOWN(mailbox)
{
	close(self->mailbox);
	close(self->session);
}

static int send_bytes(int mailbox, const void *payload, unsigned int size)
{
	struct ipcchan_message message = MESSAGE(payload, size);

	return mailbox_send(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
}

TEST_F(mailbox, send_queues_the_message)
{
	ASSERT_EQ(1, put_number(self->mailbox, 7));
	EXPECT_EQ(1, mailbox_info(self->mailbox).messages);
	EXPECT_EQ(4, mailbox_info(self->mailbox).bytes);
	EXPECT_EQ(7, take_number(self->mailbox));
}

TEST_F(mailbox, send_blocks_while_messages_are_too_many)
{
	struct sleeper sender;

	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	start_put(&sender, self->mailbox, 3);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, take_number(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(3, take_number(self->mailbox));
}

static int send_the_longest(void *mailbox)
{
	char payload[MAX_SIZE] = {};
	struct ipcchan_message message = MESSAGE(payload, MAX_SIZE);

	return mailbox_send(*(int *)mailbox, &message, 1);
}

static int receive_and_drop(int mailbox)
{
	struct ipcchan_message message = {};

	return mailbox_receive(mailbox, &message, 1, .flags = IPCCHAN_TRUNCATE);
}

TEST_F(mailbox, send_blocks_while_bytes_are_too_many)
{
	struct sleeper sender;

	ASSERT_EQ(1, send_bytes(self->mailbox, self->payload, 51));
	sleeper_start(&sender, send_the_longest, &self->mailbox);
	ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
	EXPECT_EQ(1, receive_and_drop(self->mailbox));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(MAX_SIZE, mailbox_info(self->mailbox).bytes);
}

TEST_F(mailbox, send_uses_room_to_the_last_byte)
{
	ASSERT_EQ(1, send_bytes(self->mailbox, self->payload, 50));
	EXPECT_EQ(1, send_bytes(self->mailbox, self->payload, 100));
	EXPECT_EQ(150, mailbox_info(self->mailbox).bytes);
}

TEST_F(mailbox, send_of_one_byte_too_many_would_block)
{
	ASSERT_EQ(1, send_bytes(self->mailbox, self->payload, 51));
	EXPECT_EQ(-EAGAIN, send_bytes(self->mailbox, self->payload, 100));
	EXPECT_EQ(51, mailbox_info(self->mailbox).bytes);
}

TEST_F(mailbox, send_into_a_full_one_would_block)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(-EAGAIN, put_number(self->mailbox, 3));
	EXPECT_EQ(2, mailbox_info(self->mailbox).messages);
}

TEST_F(mailbox, empty_messages_take_a_place_each)
{
	ASSERT_EQ(1, send_bytes(self->mailbox, NULL, 0));
	ASSERT_EQ(1, send_bytes(self->mailbox, NULL, 0));
	EXPECT_EQ(-EAGAIN, send_bytes(self->mailbox, NULL, 0));
	EXPECT_EQ(0, mailbox_info(self->mailbox).bytes);
}

static int send_without_flag(int mailbox)
{
	unsigned int number = 3;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));

	return mailbox_send(mailbox, &message, 1);
}

TEST_F(mailbox, send_does_not_block_with_o_nonblock)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(0, set_nonblocking(self->mailbox, true));
	EXPECT_EQ(-EAGAIN, send_without_flag(self->mailbox));
}

TEST_F(mailbox, send_does_not_block_on_one_opened_nonblocking)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1,
				   .flags = IPCCHAN_OPEN_CREATE |
					    IPCCHAN_OPEN_NONBLOCK);

	ASSERT_LE(0, mailbox);
	EXPECT_TRUE(file_flags(mailbox) & O_NONBLOCK);
	EXPECT_EQ(1, send_without_flag(mailbox));
	EXPECT_EQ(-EAGAIN, send_without_flag(mailbox));
	close(mailbox);
}

TEST_F(mailbox, restricted_descriptor_has_an_o_nonblock_of_its_own)
{
	int other = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND,
				    IPCCHAN_OPEN_NONBLOCK);

	ASSERT_LE(0, other);
	EXPECT_TRUE(file_flags(other) & O_NONBLOCK);
	EXPECT_FALSE(file_flags(self->mailbox) & O_NONBLOCK);
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(-EAGAIN, send_without_flag(other));
	close(other);
}

TEST_F(mailbox, send_takes_the_longest_message)
{
	EXPECT_EQ(1, send_bytes(self->mailbox, self->payload, MAX_SIZE));
}

TEST_F(mailbox, send_refuses_a_longer_message)
{
	EXPECT_EQ(-EMSGSIZE,
		  send_bytes(self->mailbox, self->payload, MAX_SIZE + 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).sent);
}

TEST_F(mailbox, send_needs_the_right)
{
	int weak = object_restrict(self->mailbox, IPCCHAN_RIGHTS_MAILBOX &
				   ~IPCCHAN_RIGHT_SEND, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(-EPERM, put_number(weak, 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
	close(weak);
}

TEST_F(mailbox, send_takes_the_highest_priority)
{
	EXPECT_EQ(1, put_number_at(self->mailbox, 1, IPCCHAN_PRIORITIES - 1));
}

TEST_F(mailbox, send_refuses_a_higher_priority)
{
	EXPECT_EQ(-EINVAL,
		  put_number_at(self->mailbox, 1, IPCCHAN_PRIORITIES));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
}

TEST_F(mailbox, send_refuses_no_messages)
{
	struct ipcchan_message message = {};

	EXPECT_EQ(-EINVAL, mailbox_send(self->mailbox, &message, 0));
}

TEST_F(mailbox, send_refuses_more_than_a_batch)
{
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX + 1] = {};

	EXPECT_EQ(-EINVAL, mailbox_send(self->mailbox, batch,
					IPCCHAN_BATCH_MAX + 1));
	EXPECT_EQ(0, mailbox_info(self->mailbox).messages);
}

TEST_F(mailbox, send_ignores_what_only_receive_writes)
{
	struct ipcchan_message message = {
		.length = 1000, .sequence = 1000, .time_ns = 1000,
		.client = 1000, .tgid = 1000, .tid = 1000, .uid = 1000,
		.gid = 1000,
	};

	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(0, message.length);
	EXPECT_EQ(1, message.sequence);
	EXPECT_NE(1000, message.client);
	EXPECT_EQ(getpid(), message.tgid);
	EXPECT_EQ(0, message.uid);
}

TEST_F(mailbox, send_keeps_any_type)
{
	struct ipcchan_message message = { .type = 0xffffffff };

	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	message.type = 0;
	ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(0xffffffff, message.type);
	ASSERT_EQ(1, mailbox_receive(self->mailbox, &message, 1));
	EXPECT_EQ(0, message.type);
}

TEST_F(mailbox, send_counts_in_info)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(-EAGAIN, put_number(self->mailbox, 3));
	EXPECT_EQ(2, mailbox_info(self->mailbox).sent);
	EXPECT_EQ(0, mailbox_info(self->mailbox).received);
	EXPECT_EQ(2, mailbox_info(self->mailbox).high_water);
}

TEST_F(mailbox, high_water_stays_when_messages_go)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	ASSERT_EQ(1, take_number(self->mailbox));
	ASSERT_EQ(2, take_number(self->mailbox));
	EXPECT_EQ(2, mailbox_info(self->mailbox).high_water);
	EXPECT_EQ(2, mailbox_info(self->mailbox).received);
}

#include "ipcchan_selftest_main.h"
