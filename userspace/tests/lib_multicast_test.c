// SPDX-License-Identifier: GPL-2.0
/*
 * Sending to many mailboxes with libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#define NR 3

FIXTURE(multicast)
{
	struct ipcchan *session;
	struct ipcchan_mailbox *mailboxes[NR];
	struct ipcchan_target targets[NR];
	struct ipcchan_message message;
	struct ipcchan_multicast_options options;
	uint32_t refused;
};

FIXTURE_SETUP(multicast)
{
	const struct ipcchan_multicast_options defaults =
		IPCCHAN_MULTICAST_OPTIONS;
	struct ipcchan_mailbox_options create = IPCCHAN_MAILBOX_OPTIONS;

	self->session = open_session();
	create.capacity_messages = 1;
	memset(self->targets, 0, sizeof(self->targets));
	for (int i = 0; i < NR; i++) {
		ASSERT_EQ(0, ipcchan_mailbox_open(self->session, NULL,
						  IPCCHAN_RIGHTS_MAILBOX,
						  &create,
						  &self->mailboxes[i]));
		self->targets[i].fd = ipcchan_mailbox_fd(self->mailboxes[i]);
	}
	ipcchan_message_set(&self->message, "all", 3);
	self->options = defaults;
	self->options.refused = &self->refused;
	self->refused = 4711;
}

FIXTURE_TEARDOWN(multicast)
{
	for (int i = 0; i < NR; i++)
		ipcchan_mailbox_close(self->mailboxes[i]);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* To @nr mailboxes, with the options of the fixture. */
#define cast_to(nr)							\
	ipcchan_mailbox_multicast(self->session, self->targets, (nr),	\
				  &self->message, &self->options)

TEST_F(multicast, gives_the_number_that_it_reached)
{
	char bytes[3];

	EXPECT_EQ(NR, cast_to(NR));
	EXPECT_EQ(4711, self->refused);
	for (int i = 0; i < NR; i++) {
		ASSERT_EQ(3, ipcchan_mailbox_receive(self->mailboxes[i], bytes,
						     sizeof(bytes), NULL));
		EXPECT_EQ(0, memcmp("all", bytes, 3));
	}
}

TEST_F(multicast, needs_no_options)
{
	EXPECT_EQ(NR, ipcchan_mailbox_multicast(self->session, self->targets,
						NR, &self->message, NULL));
}

TEST_F(multicast, says_which_mailbox_refused)
{
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailboxes[1], "x", 1, NULL));
	self->options.flags = IPCCHAN_NONBLOCK;
	EXPECT_EQ(-EAGAIN, cast_to(NR));
	EXPECT_EQ(1, self->refused);
}

TEST_F(multicast, need_not_say_who_refused)
{
	self->targets[2].fd = -1;
	self->options.refused = NULL;
	EXPECT_EQ(-EBADF, cast_to(NR));
}

TEST_F(multicast, times_out_and_says_for_whom)
{
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailboxes[2], "x", 1, NULL));
	self->options.deadline_ns = 1;
	EXPECT_EQ(-ETIMEDOUT, cast_to(NR));
	EXPECT_EQ(2, self->refused);
}

TEST_F(multicast, count_out_of_range_is_refused)
{
	EXPECT_EQ(-EINVAL, cast_to(0));
	EXPECT_EQ(-EINVAL, cast_to(IPCCHAN_MULTICAST_MAX + 1));
	EXPECT_EQ(-EINVAL, cast_to(((size_t)UINT32_MAX) + 2));
}

TEST_F(multicast, sizes_out_of_range_are_refused)
{
	self->options.message_size = 8;
	EXPECT_EQ(-EINVAL, cast_to(NR));
	self->options.message_size = UINT32_MAX;
	EXPECT_EQ(-EINVAL, cast_to(NR));
	self->options.message_size = sizeof(self->message);
	self->options.target_size = 4;
	EXPECT_EQ(-EINVAL, cast_to(NR));
}

TEST_F(multicast, options_of_an_unknown_size_are_refused)
{
	self->options.size = sizeof(self->options) - 1;
	EXPECT_EQ(-EINVAL, cast_to(NR));
}

TEST_F(multicast, unknown_flags_are_refused)
{
	self->options.flags = 1U << 31;
	EXPECT_EQ(-EOPNOTSUPP, cast_to(NR));
}

TEST_HARNESS_MAIN
