// SPDX-License-Identifier: GPL-2.0
/*
 * Opening mailboxes with libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

/* Bytes of struct ipcchan_mailbox_options as first published. */
#define MAILBOX_OPTIONS_AT_FIRST 32

FIXTURE(mailbox)
{
	struct ipcchan *session;
	const char *name;
	struct ipcchan_mailbox_options create;
	struct ipcchan_mailbox *mailbox;
};

FIXTURE_SETUP(mailbox)
{
	const struct ipcchan_mailbox_options defaults = IPCCHAN_MAILBOX_OPTIONS;

	self->session = open_session();
	self->name = own_name("mailbox");
	self->create = defaults;
	self->create.flags = IPCCHAN_OPEN_CREATE;
	self->mailbox = NULL;
}

FIXTURE_TEARDOWN(mailbox)
{
	ipcchan_mailbox_close(self->mailbox);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* Open a name with the SEND right into self->mailbox. */
#define open_with(options) \
	ipcchan_mailbox_open(self->session, self->name, IPCCHAN_RIGHT_SEND, \
			     options, &self->mailbox)

TEST_F(mailbox, open_without_options_needs_the_name_to_exist)
{
	struct ipcchan_mailbox *other;

	EXPECT_EQ(-ENOENT, open_with(NULL));
	ASSERT_EQ(0, open_with(&self->create));
	ASSERT_EQ(0, ipcchan_mailbox_open(self->session, self->name,
					  IPCCHAN_RIGHT_RECEIVE, NULL, &other));
	ipcchan_mailbox_close(other);
}

TEST_F(mailbox, exclusive_open_refuses_a_taken_name)
{
	struct ipcchan_mailbox *other;

	ASSERT_EQ(0, open_with(&self->create));
	self->create.flags |= IPCCHAN_OPEN_EXCLUSIVE;
	EXPECT_EQ(-EEXIST, ipcchan_mailbox_open(self->session, self->name,
						IPCCHAN_RIGHT_SEND,
						&self->create, &other));
}

TEST_F(mailbox, persistent_one_keeps_its_messages_without_descriptors)
{
	char byte;

	self->create.flags |= IPCCHAN_OPEN_PERSIST;
	ASSERT_EQ(0, open_with(&self->create));
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "x", 1, NULL));
	ipcchan_mailbox_close(self->mailbox);
	ASSERT_EQ(0, ipcchan_mailbox_open(self->session, self->name,
					  IPCCHAN_RIGHT_RECEIVE, NULL,
					  &self->mailbox));
	EXPECT_EQ(1, ipcchan_mailbox_receive(self->mailbox, &byte, 1, NULL));
	EXPECT_EQ('x', byte);
	EXPECT_EQ(0, ipcchan_object_unlink(self->session, self->name));
}

TEST_F(mailbox, name_of_a_region_is_refused)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	struct ipcchan_region *region;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.region_size = 1;
	ASSERT_EQ(0, ipcchan_region_open(self->session, self->name,
					 IPCCHAN_RIGHT_MAP_READ, &options,
					 &region));
	EXPECT_EQ(-EPROTOTYPE, open_with(NULL));
	ipcchan_region_close(region);
}

TEST_F(mailbox, empty_name_is_not_anonymous)
{
	self->name = "";
	EXPECT_EQ(-EINVAL, open_with(&self->create));
}

TEST_F(mailbox, long_name_is_refused)
{
	char name[IPCCHAN_NAME_SIZE + 1];

	memset(name, 'n', IPCCHAN_NAME_SIZE);
	name[IPCCHAN_NAME_SIZE] = '\0';
	self->name = name;
	EXPECT_EQ(-ENAMETOOLONG, open_with(&self->create));
	name[IPCCHAN_NAME_SIZE - 1] = '\0';
	EXPECT_EQ(0, open_with(&self->create));
}

TEST_F(mailbox, options_set_its_limits)
{
	struct ipcchan_mailbox_info info;

	self->create.capacity_messages = 7;
	self->create.max_message_size = 100;
	self->create.capacity_bytes = 300;
	ASSERT_EQ(0, open_with(&self->create));
	ASSERT_EQ(0, ipcchan_mailbox_info(self->mailbox, &info, sizeof(info)));
	EXPECT_EQ(7, info.capacity_messages);
	EXPECT_EQ(100, info.max_message_size);
	EXPECT_EQ(300, info.capacity_bytes);
	EXPECT_EQ(1, info.senders);
	EXPECT_EQ(0, info.receivers);
}

TEST_F(mailbox, options_set_its_aging)
{
	struct ipcchan_mailbox_info info;

	self->create.aging_ns = 12345;
	ASSERT_EQ(0, open_with(&self->create));
	ASSERT_EQ(0, ipcchan_mailbox_info(self->mailbox, &info, sizeof(info)));
	EXPECT_EQ(12345, info.aging_ns);
}

TEST_F(mailbox, senders_of_a_fair_one_are_told)
{
	struct ipcchan_mailbox_sender senders[2];

	self->create.delivery = IPCCHAN_DELIVERY_FAIR;
	ASSERT_EQ(0, open_with(&self->create));
	ASSERT_EQ(0, ipcchan_mailbox_send(self->mailbox, "four", 4, NULL));
	ASSERT_EQ(1, ipcchan_mailbox_senders(self->mailbox, 0, senders, 2,
					     sizeof(senders[0])));
	EXPECT_EQ(1, senders[0].queued);
	EXPECT_EQ(4, senders[0].bytes);
	EXPECT_EQ(0, ipcchan_mailbox_senders(self->mailbox, senders[0].client,
					     senders, 2, sizeof(senders[0])));
}

TEST_F(mailbox, senders_of_a_queue_are_not)
{
	struct ipcchan_mailbox_sender sender;

	ASSERT_EQ(0, open_with(&self->create));
	EXPECT_EQ(-EOPNOTSUPP, ipcchan_mailbox_senders(self->mailbox, 0,
						       &sender, 1,
						       sizeof(sender)));
}

TEST_F(mailbox, senders_need_a_count_and_a_size)
{
	struct ipcchan_mailbox_sender sender;

	self->create.delivery = IPCCHAN_DELIVERY_FAIR;
	ASSERT_EQ(0, open_with(&self->create));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_senders(self->mailbox, 0, &sender, 0,
						   sizeof(sender)));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_senders(self->mailbox, 0, &sender,
						   (size_t)1 << 32,
						   sizeof(sender)));
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_senders(self->mailbox, 0, &sender, 1,
						   sizeof(sender) - 1));
}

TEST_F(mailbox, options_as_first_published_are_enough)
{
	self->create.size = MAILBOX_OPTIONS_AT_FIRST;
	EXPECT_EQ(0, open_with(&self->create));
}

TEST_F(mailbox, options_that_are_too_short_are_refused)
{
	self->create.size = MAILBOX_OPTIONS_AT_FIRST - 1;
	EXPECT_EQ(-EINVAL, open_with(&self->create));
	self->create.size = 0;
	EXPECT_EQ(-EINVAL, open_with(&self->create));
}

TEST_F(mailbox, options_of_a_newer_header_are_taken_unless_used)
{
	struct {
		struct ipcchan_mailbox_options known;
		uint64_t unknown;
	} newer = { self->create, 0 };

	newer.known.size = sizeof(newer);
	newer.unknown = 1;
	EXPECT_EQ(-E2BIG, open_with(&newer.known));
	newer.unknown = 0;
	EXPECT_EQ(0, open_with(&newer.known));
}

TEST_F(mailbox, unknown_flag_is_refused)
{
	self->create.flags |= 1U << 31;
	EXPECT_EQ(-EOPNOTSUPP, open_with(&self->create));
}

TEST_F(mailbox, history_of_a_queue_is_refused)
{
	self->create.history = 1;
	EXPECT_EQ(-EINVAL, open_with(&self->create));
}

TEST_F(mailbox, no_right_is_refused)
{
	EXPECT_EQ(-EINVAL, ipcchan_mailbox_open(self->session, NULL, 0, NULL,
						&self->mailbox));
}

TEST_F(mailbox, from_fd_makes_a_handle_of_a_received_descriptor)
{
	struct ipcchan_mailbox *received;
	char byte;
	int fd;

	self->mailbox = new_mailbox(self->session, NULL);
	fd = received_fd(ipcchan_mailbox_fd(self->mailbox));
	ASSERT_EQ(0, ipcchan_mailbox_from_fd(fd, &received));
	EXPECT_EQ(0, ipcchan_mailbox_send(self->mailbox, "x", 1, NULL));
	EXPECT_EQ(1, ipcchan_mailbox_receive(received, &byte, 1, NULL));
	ipcchan_mailbox_close(received);
}

TEST_F(mailbox, from_fd_refuses_a_region)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	struct ipcchan_mailbox *received;
	struct ipcchan_region *region;

	options.region_size = 1;
	ASSERT_EQ(0, ipcchan_region_open(self->session, NULL,
					 IPCCHAN_RIGHT_MAP_READ, &options,
					 &region));
	EXPECT_EQ(-EPROTOTYPE,
		  ipcchan_mailbox_from_fd(ipcchan_region_fd(region), &received));
	EXPECT_LE(0, fcntl(ipcchan_region_fd(region), F_GETFD));
	ipcchan_region_close(region);
}

TEST_F(mailbox, descriptor_is_closed_on_exec)
{
	self->mailbox = new_mailbox(self->session, NULL);
	EXPECT_EQ(FD_CLOEXEC,
		  fcntl(ipcchan_mailbox_fd(self->mailbox), F_GETFD));
}

TEST_F(mailbox, forked_child_may_use_the_handle)
{
	char byte;
	pid_t child;

	self->mailbox = new_mailbox(self->session, NULL);
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(ipcchan_mailbox_send(self->mailbox, "c", 1, NULL) != 0);
	EXPECT_EQ(1, ipcchan_mailbox_receive(self->mailbox, &byte, 1, NULL));
	EXPECT_EQ('c', byte);
	EXPECT_EQ(child, waitpid(child, NULL, 0));
}

TEST_HARNESS_MAIN
