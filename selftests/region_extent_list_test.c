// SPDX-License-Identifier: GPL-2.0
/* What is told of extents: who has which, and that one has returned. */

#include "kselftest_harness.h"

#include <poll.h>
#include <sys/mman.h>

#include "extents.h"

#define PAGES		4

FIXTURE(extents)
{
	int session;
	int mailbox;
	int region;
	size_t page;
	struct ipcchan_extent_info info[PAGES];
};

FIXTURE_SETUP(extents)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	self->region = region_open(self->session, PAGES * self->page);
	ASSERT_LE(0, self->region);
}

FIXTURE_TEARDOWN(extents)
{
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

static int lend_page(FIXTURE_DATA(extents) * self, unsigned int mode, int page)
{
	return lend(self->mailbox, self->region, mode, page * self->page,
		    self->page);
}

TEST_F(extents, are_listed_with_what_they_are)
{
	int first = lend_page(self, MOVE, 1);
	int second = lend_page(self, SHARE, 2);
	__u64 now = now_ns(CLOCK_MONOTONIC);

	ASSERT_EQ(2, region_extents(self->region, self->info, PAGES));
	EXPECT_EQ(MOVE, self->info[0].mode);
	EXPECT_EQ(SHARE, self->info[1].mode);
	EXPECT_LT(self->info[0].id, self->info[1].id);
	EXPECT_EQ(region_info(second).extent, self->info[1].id);
	EXPECT_EQ(0, self->info[1].lender);
	EXPECT_EQ(2 * self->page, self->info[1].offset);
	EXPECT_EQ(self->page, self->info[1].length);
	EXPECT_EQ(getpid(), self->info[1].tgid);
	EXPECT_LE(self->info[0].since_ns, self->info[1].since_ns);
	EXPECT_GE(now, self->info[1].since_ns);
	EXPECT_EQ(0, self->info[0].mappings);
	close(first);
	close(second);
}

TEST_F(extents, are_queued_until_they_are_received)
{
	ASSERT_EQ(1, put_extent(self->mailbox, self->region, MOVE, 0,
				self->page));
	ASSERT_EQ(1, region_extents(self->region, self->info, 1));
	EXPECT_EQ(IPCCHAN_EXTENT_QUEUED, self->info[0].state);
	EXPECT_EQ(0, self->info[0].tgid);
	ASSERT_LE(0, take_extent(self->mailbox));
	ASSERT_EQ(1, region_extents(self->region, self->info, 1));
	EXPECT_EQ(IPCCHAN_EXTENT_HELD, self->info[0].state);
	EXPECT_EQ(getpid(), self->info[0].tgid);
}

TEST_F(extents, are_listed_with_their_lender)
{
	int first = lend(self->mailbox, self->region, MOVE, 0, 2 * self->page);
	int second = lend(self->mailbox, first, MOVE, self->page, self->page);

	ASSERT_EQ(2, region_extents(self->region, self->info, PAGES));
	EXPECT_EQ(self->info[0].id, self->info[1].lender);
	close(first);
	ASSERT_EQ(1, region_extents(self->region, self->info, PAGES));
	EXPECT_EQ(0, self->info[0].lender);
	EXPECT_EQ(region_info(second).extent, self->info[0].id);
	close(second);
}

TEST_F(extents, are_listed_in_parts)
{
	int fds[PAGES];

	for (int i = 0; i < PAGES; i++)
		fds[i] = lend_page(self, MOVE, i);
	ASSERT_EQ(3, region_extents(self->region, self->info, 3));
	ASSERT_EQ(1, region_extents(self->region, self->info, 3,
				    .after = self->info[2].id));
	EXPECT_EQ(3 * self->page, self->info[0].offset);
	EXPECT_EQ(0, region_extents(self->region, self->info, 3,
				    .after = self->info[0].id));
	for (int i = 0; i < PAGES; i++)
		close(fds[i]);
}

TEST_F(extents, are_listed_in_arrays_of_a_sensible_size)
{
	EXPECT_EQ(-EINVAL, region_extents(self->region, self->info, 0));
	EXPECT_EQ(-EINVAL, region_extents(self->region, self->info,
					  IPCCHAN_LIST_MAX + 1));
	EXPECT_EQ(-EINVAL,
		  region_extents(self->region, self->info, 1,
				 .entry_size = sizeof(self->info[0]) - 1));
}

TEST_F(extents, can_be_listed_through_one_of_them)
{
	int extent = lend_page(self, SHARE, 0);

	EXPECT_EQ(1, region_extents(extent, self->info, PAGES));
	close(extent);
}

TEST_F(extents, of_a_dead_region_are_not_listed)
{
	ASSERT_EQ(0, object_kill(self->region));
	EXPECT_EQ(-EIDRM, region_extents(self->region, self->info, 1));
}

TEST_F(extents, show_in_fdinfo)
{
	int extent = lend_page(self, MOVE, 1);
	char expected[128];
	char value[128];

	snprintf(expected, sizeof(expected),
		 "1 move %zu+%zu held tgid %d mappings 0", self->page,
		 self->page, getpid());
	ASSERT_EQ(0, fdinfo_value(self->region, "ipcchan-extent", value,
				  sizeof(value)));
	EXPECT_STREQ(expected, value);
	ASSERT_EQ(0, fdinfo_value(extent, "ipcchan-extent", value,
				  sizeof(value)));
	EXPECT_STREQ(expected, value);
	close(extent);
	ASSERT_EQ(0, fdinfo_value(self->region, "ipcchan-returned", value,
				  sizeof(value)));
	EXPECT_STREQ("1", value);
}

/* That one has returned */

TEST_F(extents, that_return_make_the_region_readable)
{
	int extent = lend_page(self, MOVE, 1);

	EXPECT_EQ(0, region_events(self->region));
	close(extent);
	EXPECT_EQ(POLLIN, region_events(self->region));
	EXPECT_EQ(1, region_info(self->region).returned);
	EXPECT_EQ(POLLIN, region_events(self->region));
	EXPECT_EQ(1, region_see(self->region).returned);
	EXPECT_EQ(0, region_events(self->region));
}

TEST_F(extents, are_seen_by_each_description_for_itself)
{
	int other = object_restrict(self->region, IPCCHAN_RIGHT_MAP_READ, 0);

	close(lend_page(self, SHARE, 1));
	EXPECT_EQ(POLLIN, region_events(other));
	region_see(self->region);
	EXPECT_EQ(POLLIN, region_events(other));
	close(other);
}

TEST_F(extents, that_return_to_an_extent_make_that_readable)
{
	int extent = lend_page(self, MOVE, 1);

	close(lend(self->mailbox, extent, MOVE, 0, self->page));
	EXPECT_EQ(POLLIN, region_events(extent));
	EXPECT_EQ(0, region_events(self->region));
	close(extent);
}

TEST_F(extents, that_are_over_hang_up)
{
	int extent = lend_page(self, MOVE, 1);

	EXPECT_EQ(0, region_events(extent));
	ASSERT_EQ(0, region_release(extent));
	EXPECT_EQ(POLLHUP, region_events(extent));
	close(extent);
}

TEST_F(extents, of_a_dead_region_hang_up)
{
	int extent = lend_page(self, MOVE, 1);

	ASSERT_EQ(0, object_kill(self->region));
	EXPECT_EQ(POLLHUP | POLLERR, region_events(extent));
	EXPECT_EQ(POLLHUP | POLLERR, region_events(self->region));
	close(extent);
}

static int wait_for_return(void *region)
{
	struct pollfd poller = { .fd = *(int *)region, .events = POLLIN };

	return poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000);
}

TEST_F(extents, that_return_wake_who_polls)
{
	int extent = lend_page(self, MOVE, 1);
	struct sleeper sleeper;

	sleeper_start(&sleeper, wait_for_return, &self->region);
	ASSERT_TRUE(await_asleep(&sleeper));
	close(extent);
	EXPECT_EQ(1, sleeper_join(&sleeper));
}

#include "ipcchan_selftest_main.h"
