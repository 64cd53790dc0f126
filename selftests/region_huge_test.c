// SPDX-License-Identifier: GPL-2.0
/* Regions of huge pages: mapped as such, and lent as a whole. */

#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "extents.h"

#define HUGE		(2UL << 20)
#define HUGES		3
#define READ_WRITE	(PROT_READ | PROT_WRITE)
#define OPEN_HUGE	(IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_HUGE)

FIXTURE(huge)
{
	bool is_there;
	int session;
	int mailbox;
	int region;
	size_t page;
	char *memory;
};

FIXTURE_SETUP(huge)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	self->region = region_open(self->session, HUGES * HUGE,
				   .flags = OPEN_HUGE);
	self->is_there = device_info(self->session).features &
			 IPCCHAN_FEATURE_HUGE;
	if (!self->is_there) {
		ASSERT_EQ(-EOPNOTSUPP, self->region);
		return;
	}
	ASSERT_LE(0, self->region);
	self->memory = map_pages(self->region, HUGES * HUGE, READ_WRITE);
	ASSERT_NE(NULL, self->memory);
}

/* The harness runs a test that its fixture would skip. */
#define NEEDS_HUGE_PAGES()						\
	do {								\
		if (!self->is_there)					\
			SKIP(return, "this kernel has no huge pages");	\
	} while (0)

FIXTURE_TEARDOWN(huge)
{
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

/* Bytes of the mapping at this address that huge pages map. */
static size_t mapped_huge(const char *memory)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	bool is_found = false;
	size_t bytes = 0;
	char line[256];

	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long start;
		unsigned long end;
		size_t kib;

		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			is_found = start == (uintptr_t)memory;
		else if (is_found &&
			 sscanf(line, "ShmemPmdMapped: %zu kB", &kib) == 1)
			bytes = kib << 10;
	}
	fclose(maps);
	return bytes;
}

TEST_F(huge, is_mapped_by_huge_pages_where_it_is_written)
{
	NEEDS_HUGE_PAGES();
	ASSERT_EQ(0, poke(self->memory, 'a'));
	EXPECT_EQ(HUGE, mapped_huge(self->memory));
	ASSERT_EQ(0, poke(self->memory + 2 * HUGE, 'a'));
	EXPECT_EQ(2 * HUGE, mapped_huge(self->memory));
}

TEST_F(huge, is_mapped_by_huge_pages_where_it_is_read)
{
	NEEDS_HUGE_PAGES();
	ASSERT_EQ(0, peek(self->memory + self->page));
	EXPECT_EQ(HUGE, mapped_huge(self->memory));
	ASSERT_EQ(0, poke(self->memory + self->page, 'a'));
	EXPECT_EQ(HUGE, mapped_huge(self->memory));
}

TEST_F(huge, has_whole_huge_pages)
{
	int one_byte = region_open(self->session, 1, .flags = OPEN_HUGE);

	NEEDS_HUGE_PAGES();
	EXPECT_EQ(HUGE, region_info(one_byte).size);
	EXPECT_EQ(HUGE, region_info(one_byte).granule);
	EXPECT_EQ(HUGE, object_info(one_byte).bytes);
	close(one_byte);
}

TEST_F(huge, is_charged_as_a_whole)
{
	NEEDS_HUGE_PAGES();
	EXPECT_LE(HUGES * HUGE, device_info(self->session).user_bytes);
}

TEST_F(huge, lends_no_part_of_a_huge_page)
{
	NEEDS_HUGE_PAGES();
	EXPECT_EQ(-EINVAL, put_extent(self->mailbox, self->region, MOVE, 0,
				      self->page));
	EXPECT_EQ(-EINVAL, put_extent(self->mailbox, self->region, MOVE,
				      self->page, HUGE));
	EXPECT_EQ(-EINVAL, put_extent(self->mailbox, self->region, SHARE,
				      HUGE / 2, HUGE));
}

TEST_F(huge, moves_a_huge_page_as_a_whole)
{
	int extent;
	char *memory;

	NEEDS_HUGE_PAGES();
	for (int i = 0; i < HUGES; i++)
		ASSERT_EQ(0, poke(self->memory + i * HUGE, 'a' + i));
	extent = lend(self->mailbox, self->region, MOVE, HUGE, HUGE);
	ASSERT_LE(0, extent);
	EXPECT_EQ(BUS, peek(self->memory + HUGE));
	EXPECT_EQ(BUS, peek(self->memory + 2 * HUGE - 1));
	EXPECT_EQ(0, peek(self->memory + HUGE - 1));
	EXPECT_EQ('c', peek(self->memory + 2 * HUGE));
	memory = map_pages(extent, HUGE, READ_WRITE);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ('b', peek(memory));
	EXPECT_EQ(0, poke(memory + HUGE - 1, 'x'));
	EXPECT_EQ(HUGE, mapped_huge(memory));
	munmap(memory, HUGE);
	close(extent);
	EXPECT_EQ('x', peek(self->memory + 2 * HUGE - 1));
}

TEST_F(huge, page_in_a_pipe_is_not_moved)
{
	struct iovec page = { self->memory + self->page, self->page };
	int pipe[2];

	NEEDS_HUGE_PAGES();
	ASSERT_EQ(0, poke(self->memory, 'a'));
	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	ASSERT_EQ(self->page, vmsplice(pipe[1], &page, 1, 0));
	EXPECT_EQ(-EBUSY, put_extent(self->mailbox, self->region, MOVE, 0,
				     HUGE));
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, MOVE, HUGE, HUGE));
	EXPECT_EQ('a', peek(self->memory));
}

TEST_F(huge, page_may_be_mapped_in_part)
{
	char *part = mmap(NULL, 2 * self->page, READ_WRITE, MAP_SHARED,
			  self->region, HUGE - self->page);

	NEEDS_HUGE_PAGES();
	ASSERT_NE(MAP_FAILED, part);
	EXPECT_EQ(0, poke(part, 'a'));
	EXPECT_EQ('a', peek(self->memory + HUGE - self->page));
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, MOVE, HUGE, HUGE));
	EXPECT_EQ('a', peek(part));
	EXPECT_EQ(BUS, peek(part + self->page));
}

TEST_F(huge, region_is_made_with_create_only)
{
	NEEDS_HUGE_PAGES();
	EXPECT_EQ(-EINVAL, region_open(self->session, HUGE,
				       .name = "huge",
				       .flags = IPCCHAN_OPEN_HUGE));
}

TEST_F(huge, pages_are_not_those_of_other_regions)
{
	int region = region_open(self->session, self->page);

	NEEDS_HUGE_PAGES();
	EXPECT_EQ(self->page, region_info(region).granule);
	EXPECT_EQ(self->page, region_info(region).size);
	close(region);
}

#include "ipcchan_selftest_main.h"
