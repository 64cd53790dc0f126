// SPDX-License-Identifier: GPL-2.0
/* What /proc/PID/fdinfo tells of ipcchan's descriptors. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "ipcchan_selftest.h"

FIXTURE(fdinfo)
{
	int session;
	const char *name;
	char value[128];
	char expected[128];
};

FIXTURE_SETUP(fdinfo)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
}

FIXTURE_TEARDOWN(fdinfo)
{
	close(self->session);
}

/* Compares one line; 0 if it is as expected. */
#define EXPECT_LINE(fd, key, format, ...)				\
	do {								\
		snprintf(self->expected, sizeof(self->expected), format, \
			 ##__VA_ARGS__);				\
		EXPECT_EQ(0, fdinfo_value(fd, key, self->value,		\
					  sizeof(self->value)));	\
		EXPECT_STREQ(self->expected, self->value);		\
	} while (0)

TEST_F(fdinfo, of_a_session_tells_the_client)
{
	EXPECT_LINE(self->session, "ipcchan-client", "%llu",
		    device_info(self->session).client);
}

TEST_F(fdinfo, of_an_object_tells_which_it_is)
{
	int mailbox = object_open(self->session, IPCCHAN_KIND_MAILBOX,
				  self->name, IPCCHAN_OPEN_CREATE);

	EXPECT_LINE(mailbox, "ipcchan-kind", "mailbox");
	EXPECT_LINE(mailbox, "ipcchan-id", "%llu", object_info(mailbox).id);
	EXPECT_LINE(mailbox, "ipcchan-name", "%s", self->name);
	EXPECT_LINE(mailbox, "ipcchan-rights", "0xf");
	EXPECT_LINE(mailbox, "ipcchan-client", "%llu",
		    device_info(self->session).client);
	close(mailbox);
}

TEST_F(fdinfo, of_a_mailbox_tells_its_messages)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 7,
				   .max_message_size = 50,
				   .capacity_bytes = 99);
	struct sleeper receiver;

	ASSERT_EQ(1, put_number(mailbox, 1));
	EXPECT_LINE(mailbox, "ipcchan-messages", "1/7");
	EXPECT_LINE(mailbox, "ipcchan-held", "0");
	EXPECT_LINE(mailbox, "ipcchan-bytes", "4/99");
	ASSERT_EQ(1, take_number(mailbox));
	start_take(&receiver, mailbox);
	ASSERT_TRUE(await_waiters(mailbox, 0, 1));
	EXPECT_LINE(mailbox, "ipcchan-waiting", "0 senders, 1 receivers");
	ASSERT_EQ(1, put_number(mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
	close(mailbox);
}

TEST_F(fdinfo, of_a_region_tells_its_size_and_mappings)
{
	long page = sysconf(_SC_PAGESIZE);
	int region = region_open(self->session, 2 * page);

	ASSERT_NE(MAP_FAILED, mmap(NULL, page, PROT_READ, MAP_SHARED, region,
				   0));
	EXPECT_LINE(region, "ipcchan-kind", "region");
	EXPECT_LINE(region, "ipcchan-size", "%ld", 2 * page);
	EXPECT_LINE(region, "ipcchan-mappings", "1");
	close(region);
}

TEST_F(fdinfo, tells_the_rights_of_this_descriptor)
{
	int mailbox = mailbox_open(self->session);
	int weak = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);

	EXPECT_LINE(weak, "ipcchan-rights", "0x2");
	close(weak);
	close(mailbox);
}

TEST_F(fdinfo, of_a_dead_mailbox_without_a_name_can_be_read)
{
	int mailbox = mailbox_open(self->session);

	EXPECT_LINE(mailbox, "ipcchan-name", "%s", "");
	ASSERT_EQ(0, object_kill(mailbox));
	EXPECT_LINE(mailbox, "ipcchan-messages", "0/%u",
		    device_info(self->session).default_messages);
	close(mailbox);
}

TEST_F(fdinfo, link_tells_the_kind)
{
	int mailbox = mailbox_open(self->session);
	int region = region_open(self->session, 1);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", mailbox);
	ASSERT_LT(0, readlink(path, self->value, sizeof(self->value) - 1));
	EXPECT_STREQ("anon_inode:[ipcchan-mailbox]", self->value);
	memset(self->value, 0, sizeof(self->value));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", region);
	ASSERT_LT(0, readlink(path, self->value, sizeof(self->value) - 1));
	EXPECT_STREQ("anon_inode:[ipcchan-region]", self->value);
	close(region);
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
