// SPDX-License-Identifier: GPL-2.0
/*
 * Regions of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sys/mman.h>

FIXTURE(region)
{
	struct ipcchan *session;
	struct ipcchan_region_options options;
	struct ipcchan_region *region;
	size_t page;
};

FIXTURE_SETUP(region)
{
	const struct ipcchan_region_options defaults = IPCCHAN_REGION_OPTIONS;

	self->session = open_session();
	self->page = sysconf(_SC_PAGESIZE);
	self->options = defaults;
	self->options.region_size = self->page + 1;
	ASSERT_EQ(0, ipcchan_region_open(self->session, NULL,
					 IPCCHAN_RIGHTS_REGION, &self->options,
					 &self->region));
}

FIXTURE_TEARDOWN(region)
{
	ipcchan_region_close(self->region);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

TEST_F(region, size_is_rounded_up_to_pages)
{
	EXPECT_EQ(2 * self->page, ipcchan_region_size(self->region));
}

TEST_F(region, shows_what_is_written_to_every_mapping)
{
	void *first;
	void *second;

	ASSERT_EQ(0, ipcchan_region_map(self->region, PROT_READ | PROT_WRITE,
					&first));
	ASSERT_EQ(0, ipcchan_region_map(self->region, PROT_READ, &second));
	EXPECT_EQ(0, *((char *)second + 2 * self->page - 1));
	strcpy(first, "shared");
	EXPECT_STREQ("shared", (char *)second);
	EXPECT_EQ(0, ipcchan_region_unmap(self->region, first));
	EXPECT_EQ(0, ipcchan_region_unmap(self->region, second));
}

TEST_F(region, info_counts_the_mappings)
{
	struct ipcchan_region_info info;
	void *address;

	ASSERT_EQ(0, ipcchan_region_info(self->region, &info, sizeof(info)));
	EXPECT_EQ(2 * self->page, info.size);
	EXPECT_EQ(0, info.mappings);
	ASSERT_EQ(0, ipcchan_region_map(self->region, PROT_READ, &address));
	ASSERT_EQ(0, ipcchan_region_info(self->region, &info, sizeof(info)));
	EXPECT_EQ(1, info.mappings);
	EXPECT_EQ(0, ipcchan_region_unmap(self->region, address));
}

TEST_F(region, cannot_be_written_without_the_right)
{
	struct ipcchan_region *reader;
	void *address;
	int fd = ipcchan_object_restrict(ipcchan_region_fd(self->region),
					 IPCCHAN_RIGHT_MAP_READ, 0);

	ASSERT_EQ(0, ipcchan_region_from_fd(fd, &reader));
	EXPECT_EQ(2 * self->page, ipcchan_region_size(reader));
	EXPECT_EQ(-EACCES, ipcchan_region_map(reader, PROT_READ | PROT_WRITE,
					      &address));
	ASSERT_EQ(0, ipcchan_region_map(reader, PROT_READ, &address));
	EXPECT_EQ(-1, mprotect(address, self->page, PROT_READ | PROT_WRITE));
	EXPECT_EQ(0, ipcchan_region_unmap(reader, address));
	ipcchan_region_close(reader);
}

TEST_F(region, unmapping_nothing_is_allowed)
{
	EXPECT_EQ(0, ipcchan_region_unmap(self->region, NULL));
}

TEST_F(region, unmapping_what_is_no_mapping_is_refused)
{
	EXPECT_EQ(-EINVAL, ipcchan_region_unmap(self->region, (void *)1));
}

TEST_F(region, mapping_outlives_the_handle)
{
	struct ipcchan_region *other;
	void *address;

	ASSERT_EQ(0, ipcchan_region_open(self->session, NULL,
					 IPCCHAN_RIGHTS_REGION, &self->options,
					 &other));
	ASSERT_EQ(0, ipcchan_region_map(other, PROT_READ | PROT_WRITE,
					&address));
	ipcchan_region_close(other);
	strcpy(address, "still there");
	EXPECT_STREQ("still there", (char *)address);
	EXPECT_EQ(0, munmap(address, 2 * self->page));
}

TEST_F(region, from_fd_refuses_a_mailbox)
{
	struct ipcchan_mailbox *mailbox = new_mailbox(self->session, NULL);
	struct ipcchan_region *region;

	EXPECT_EQ(-EPROTOTYPE,
		  ipcchan_region_from_fd(ipcchan_mailbox_fd(mailbox), &region));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(region, without_a_size_is_refused)
{
	struct ipcchan_region *region;

	EXPECT_EQ(-EINVAL, ipcchan_region_open(self->session, NULL,
					       IPCCHAN_RIGHTS_REGION, NULL,
					       &region));
}

TEST_F(region, killed_one_gives_eidrm)
{
	void *address;

	EXPECT_EQ(0, ipcchan_object_kill(ipcchan_region_fd(self->region)));
	EXPECT_EQ(-EIDRM, ipcchan_region_map(self->region, PROT_READ, &address));
}

TEST_HARNESS_MAIN
