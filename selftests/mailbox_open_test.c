// SPDX-License-Identifier: GPL-2.0
/* The limits of a mailbox at its creation. */

#include "kselftest_harness.h"

#include "ipcchan_selftest.h"

FIXTURE(mailbox_open)
{
	int session;
	struct ipcchan_device_info limits;
};

FIXTURE_SETUP(mailbox_open)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->limits = device_info(self->session);
}

FIXTURE_TEARDOWN(mailbox_open)
{
	close(self->session);
}

TEST_F(mailbox_open, takes_the_limits_asked_for)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 3,
				   .max_message_size = 100,
				   .capacity_bytes = 250);
	struct ipcchan_mailbox_info info;

	ASSERT_LE(0, mailbox);
	info = mailbox_info(mailbox);
	EXPECT_EQ(3, info.capacity_messages);
	EXPECT_EQ(100, info.max_message_size);
	EXPECT_EQ(250, info.capacity_bytes);
	close(mailbox);
}

TEST_F(mailbox_open, takes_the_defaults_of_device_info)
{
	int mailbox = mailbox_open(self->session);
	struct ipcchan_mailbox_info info;

	ASSERT_LE(0, mailbox);
	info = mailbox_info(mailbox);
	EXPECT_EQ(self->limits.default_messages, info.capacity_messages);
	EXPECT_EQ(self->limits.default_message_size, info.max_message_size);
	EXPECT_EQ(self->limits.default_capacity_bytes, info.capacity_bytes);
	close(mailbox);
}

TEST_F(mailbox_open, defaults_to_room_for_the_longest_message)
{
	__u32 size = self->limits.max_message_size;
	int mailbox = mailbox_open(self->session, .max_message_size = size);

	ASSERT_LE(0, mailbox);
	EXPECT_LE(size, mailbox_info(mailbox).capacity_bytes);
	close(mailbox);
}

TEST_F(mailbox_open, takes_the_smallest_limits)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1,
				   .max_message_size = 1, .capacity_bytes = 1);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(1, mailbox_info(mailbox).capacity_messages);
	EXPECT_EQ(1, mailbox_info(mailbox).capacity_bytes);
	close(mailbox);
}

TEST_F(mailbox_open, takes_the_largest_limits)
{
	int mailbox = mailbox_open(self->session,
				   .capacity_messages =
					self->limits.max_messages,
				   .max_message_size =
					self->limits.max_message_size,
				   .capacity_bytes =
					self->limits.max_capacity_bytes);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(self->limits.max_messages,
		  mailbox_info(mailbox).capacity_messages);
	close(mailbox);
}

TEST_F(mailbox_open, makes_a_rendezvous_of_zero_messages)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 0);

	ASSERT_LE(0, mailbox);
	EXPECT_EQ(IPCCHAN_DELIVERY_RENDEZVOUS, mailbox_info(mailbox).delivery);
	close(mailbox);
}

TEST_F(mailbox_open, refuses_too_many_messages)
{
	EXPECT_EQ(-EINVAL,
		  mailbox_open(self->session,
			       .capacity_messages =
					self->limits.max_messages + 1));
}

TEST_F(mailbox_open, refuses_messages_without_bytes)
{
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .max_message_size = 0));
}

TEST_F(mailbox_open, refuses_messages_that_are_too_long)
{
	__u32 size = self->limits.max_message_size + 1;

	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .max_message_size = size,
					.capacity_bytes = size));
}

TEST_F(mailbox_open, refuses_bytes_for_less_than_one_message)
{
	EXPECT_EQ(-EINVAL,
		  mailbox_open(self->session, .max_message_size = 100,
			       .capacity_bytes = 99));
}

TEST_F(mailbox_open, refuses_too_many_bytes)
{
	EXPECT_EQ(-EINVAL,
		  mailbox_open(self->session,
			       .capacity_bytes =
					self->limits.max_capacity_bytes + 1));
}

TEST_F(mailbox_open, of_what_exists_leaves_its_limits)
{
	int created = mailbox_open(self->session, .name = "mailbox-open-test",
				   .capacity_messages = 3);
	int opened = mailbox_open(self->session, .name = "mailbox-open-test",
				  .capacity_messages = 5);

	ASSERT_LE(0, created);
	ASSERT_LE(0, opened);
	EXPECT_EQ(3, mailbox_info(opened).capacity_messages);
	close(opened);
	close(created);
}

TEST_F(mailbox_open, of_what_exists_needs_no_limits)
{
	int created = mailbox_open(self->session, .name = "mailbox-open-test");
	int opened = mailbox_open(self->session, .name = "mailbox-open-test",
				  .flags = 0, .capacity_messages = 0,
				  .max_message_size = 0, .capacity_bytes = 0);

	ASSERT_LE(0, created);
	EXPECT_LE(0, opened);
	close(opened);
	close(created);
}

TEST_F(mailbox_open, starts_empty)
{
	int mailbox = mailbox_open(self->session);
	struct ipcchan_mailbox_info info;

	ASSERT_LE(0, mailbox);
	info = mailbox_info(mailbox);
	EXPECT_EQ(0, info.messages);
	EXPECT_EQ(0, info.held);
	EXPECT_EQ(0, info.bytes);
	EXPECT_EQ(0, info.sent);
	EXPECT_EQ(0, info.received);
	EXPECT_EQ(0, info.high_water);
	EXPECT_EQ(1, info.senders);
	EXPECT_EQ(1, info.receivers);
	close(mailbox);
}

TEST_F(mailbox_open, counts_senders_and_receivers_by_right)
{
	int mailbox = mailbox_open(self->session);
	int sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	int peeker = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK, 0);

	EXPECT_EQ(2, mailbox_info(mailbox).senders);
	EXPECT_EQ(1, mailbox_info(mailbox).receivers);
	close(mailbox);
	EXPECT_EQ(1, mailbox_info(peeker).senders);
	EXPECT_EQ(0, mailbox_info(peeker).receivers);
	close(sender);
	EXPECT_EQ(0, mailbox_info(peeker).senders);
	close(peeker);
}

#include "ipcchan_selftest_main.h"
