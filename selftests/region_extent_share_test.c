// SPDX-License-Identifier: GPL-2.0
/* Extents that are shared: many may read, and the lender does as before. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "extents.h"

#define PAGES		4
#define READ_WRITE	(PROT_READ | PROT_WRITE)

/* A region of which page 1 and page 2 can be shared. */
FIXTURE(share)
{
	int session;
	int mailbox;
	int region;
	size_t page;
	char *shared;
};

FIXTURE_SETUP(share)
{
	char *memory;

	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	self->region = region_open(self->session, PAGES * self->page);
	ASSERT_LE(0, self->region);
	memory = map_pages(self->region, PAGES * self->page, READ_WRITE);
	ASSERT_NE(NULL, memory);
	self->shared = memory + self->page;
	self->shared[0] = 'a';
}

FIXTURE_TEARDOWN(share)
{
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

static int lend_two(FIXTURE_DATA(share) * self, unsigned int mode)
{
	return lend(self->mailbox, self->region, mode, self->page,
		    2 * self->page);
}

TEST_F(share, can_be_read_by_the_receiver)
{
	int extent = lend_two(self, SHARE);
	char *memory = map_pages(extent, 2 * self->page, PROT_READ);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ('a', peek(memory));
	EXPECT_EQ(NULL, map_pages(extent, 3 * self->page, PROT_READ));
	close(extent);
}

TEST_F(share, cannot_be_written_by_the_receiver)
{
	int extent = lend_two(self, SHARE);
	char *memory = map_pages(extent, self->page, PROT_READ);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(NULL, map_pages(extent, self->page, READ_WRITE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mprotect(memory, self->page, READ_WRITE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(IPCCHAN_RIGHT_MAP_READ, object_info(extent).rights);
	close(extent);
}

TEST_F(share, lets_the_lender_write)
{
	int extent = lend_two(self, SHARE);
	char *memory = map_pages(extent, self->page, PROT_READ);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, poke(self->shared, 'b'));
	EXPECT_EQ('b', peek(memory));
	close(extent);
}

static int peek_extent(void *extent)
{
	char *memory = map_pages(*(int *)extent, 1, PROT_READ);
	int byte;

	if (!memory)
		return -errno;
	byte = peek(memory);
	munmap(memory, 1);
	return byte;
}

TEST_F(share, may_be_mapped_by_many_processes)
{
	int extent = lend_two(self, SHARE);

	EXPECT_EQ('a', peek_extent(&extent));
	EXPECT_EQ('a', run_in_child(peek_extent, &extent));
	close(extent);
}

TEST_F(share, may_be_lent_to_several)
{
	int first = lend_two(self, SHARE);
	int second = lend_two(self, SHARE);

	EXPECT_EQ('a', peek_extent(&first));
	EXPECT_EQ('a', peek_extent(&second));
	EXPECT_EQ(2, region_info(self->region).extents);
	close(first);
	close(second);
}

TEST_F(share, keeps_the_pages_from_being_moved)
{
	int extent = lend_two(self, SHARE);

	ASSERT_LE(0, extent);
	EXPECT_EQ(-EBUSY, put_extent(self->mailbox, self->region, MOVE, 0,
				     2 * self->page));
	EXPECT_EQ(-EBUSY, put_extent(self->mailbox, self->region, MOVE,
				     2 * self->page, 2 * self->page));
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, MOVE, 0,
				self->page));
	close(extent);
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, MOVE,
				2 * self->page, 2 * self->page));
}

TEST_F(share, cannot_be_moved_on)
{
	int extent = lend_two(self, SHARE);

	EXPECT_EQ(-EPERM, put_extent(self->mailbox, extent, MOVE, 0,
				     self->page));
	close(extent);
}

TEST_F(share, can_be_shared_on)
{
	int extent = lend_two(self, SHARE);
	int other = lend(self->mailbox, extent, SHARE, 0, self->page);

	ASSERT_LE(0, other);
	close(extent);
	EXPECT_EQ('a', peek_extent(&other));
	EXPECT_EQ(-EBUSY, lend_two(self, MOVE));
	close(other);
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, MOVE, 0,
				PAGES * self->page));
}

TEST_F(share, outlives_the_extent_that_it_was_lent_from)
{
	int moved = lend_two(self, MOVE);
	int shared = lend(self->mailbox, moved, SHARE, 0, self->page);

	ASSERT_LE(0, shared);
	close(moved);
	EXPECT_EQ('a', peek_extent(&shared));
	EXPECT_EQ(0, poke(self->shared, 'b'));
	EXPECT_EQ(-EBUSY, lend_two(self, MOVE));
	close(shared);
	EXPECT_EQ(2, region_info(self->region).returned);
	EXPECT_EQ(0, region_info(self->region).extents);
}

TEST_F(share, that_is_given_back_cannot_be_read)
{
	int extent = lend_two(self, SHARE);
	char *memory = map_pages(extent, self->page, PROT_READ);

	ASSERT_EQ('a', peek(memory));
	ASSERT_EQ(0, region_release(extent));
	EXPECT_EQ(BUS, peek(memory));
	EXPECT_EQ('a', peek(self->shared));
	EXPECT_EQ(-ESTALE, region_release(extent));
	EXPECT_EQ(NULL, map_pages(extent, self->page, PROT_READ));
	EXPECT_EQ(ESTALE, errno);
	close(extent);
}

/**
 * struct reader - a process that has a share until it dies
 * @mailbox: Where it comes from.
 * @counter: 1: it has it.
 */
struct reader {
	int mailbox;
	int *counter;
};

static int read_for_ever(void *argument)
{
	struct reader *reader = argument;
	int extent = take_extent(reader->mailbox);

	if (peek_extent(&extent) != 'a')
		return -1;
	__atomic_store_n(reader->counter, 1, __ATOMIC_RELEASE);
	return await_counter(reader->counter, 2);
}

TEST_F(share, is_over_when_its_readers_are_killed)
{
	struct reader reader = {
		.mailbox = self->mailbox,
		.counter = shared_alloc(sizeof(int)),
	};
	struct child child;

	ASSERT_EQ(1, put_extent(self->mailbox, self->region, SHARE, self->page,
				self->page));
	child_start(&child, read_for_ever, &reader);
	ASSERT_TRUE(await_counter(reader.counter, 1));
	EXPECT_EQ(1, region_info(self->region).extents);
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_TRUE(await_extents(self->region, 0));
	EXPECT_LE(0, lend_two(self, MOVE));
}

/* One block to many. */

FIXTURE(cast)
{
	int session;
	int mailbox;
	int others[2];
	int region;
	size_t page;
};

FIXTURE_SETUP(cast)
{
	char *memory;

	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	self->mailbox = mailbox_open(self->session,
				     .delivery = IPCCHAN_DELIVERY_BROADCAST,
				     .flags = IPCCHAN_OPEN_CREATE |
					      IPCCHAN_OPEN_FDS);
	ASSERT_LE(0, self->mailbox);
	for (int i = 0; i < 2; i++) {
		self->others[i] = object_restrict(self->mailbox,
						  IPCCHAN_RIGHT_RECEIVE, 0);
		ASSERT_EQ(0, mailbox_subscribe(self->others[i]));
	}
	self->region = region_open(self->session, self->page);
	memory = map_pages(self->region, self->page, READ_WRITE);
	ASSERT_NE(NULL, memory);
	memory[0] = 'a';
}

FIXTURE_TEARDOWN(cast)
{
	close(self->region);
	close(self->others[0]);
	close(self->others[1]);
	close(self->mailbox);
	close(self->session);
}

TEST_F(cast, shares_one_block_with_all_subscribers)
{
	int extents[2];

	ASSERT_EQ(1, put_extent(self->mailbox, self->region, SHARE, 0,
				self->page));
	for (int i = 0; i < 2; i++) {
		extents[i] = take_extent(self->others[i]);
		ASSERT_LE(0, extents[i]);
		EXPECT_EQ('a', peek_extent(&extents[i]));
	}
	EXPECT_EQ(1, region_info(self->region).extents);
	close(extents[0]);
	EXPECT_EQ('a', peek_extent(&extents[1]));
	EXPECT_EQ(1, region_info(self->region).extents);
	close(extents[1]);
}

TEST_F(cast, ends_with_the_last_subscriber)
{
	ASSERT_EQ(1, put_extent(self->mailbox, self->region, SHARE, 0,
				self->page));
	close(take_extent(self->others[0]));
	EXPECT_EQ(1, region_info(self->region).extents);
	close(take_extent(self->others[1]));
	EXPECT_TRUE(await_extents(self->region, 0));
}

#include "ipcchan_selftest_main.h"
