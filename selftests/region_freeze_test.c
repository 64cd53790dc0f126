// SPDX-License-Identifier: GPL-2.0
/* Regions that are frozen: readable by all, writable by nobody, until they thaw. */

#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include "extents.h"

#define PAGES		32
#define READ_WRITE	(PROT_READ | PROT_WRITE)
#define FREEZABLE	(IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FREEZE)

FIXTURE(freeze)
{
	int session;
	int mailbox;
	int region;
	size_t page;
	size_t size;
	char *memory;
};

FIXTURE_SETUP(freeze)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	self->region = region_open(self->session, self->size,
				   .flags = FREEZABLE);
	ASSERT_LE(0, self->region);
	self->memory = map_pages(self->region, self->size, READ_WRITE);
	ASSERT_NE(NULL, self->memory);
	self->memory[0] = 'a';
}

FIXTURE_TEARDOWN(freeze)
{
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

TEST_F(freeze, lets_nobody_write)
{
	ASSERT_EQ(0, region_freeze(self->region));
	EXPECT_EQ(BUS, poke(self->memory, 'b'));
	EXPECT_EQ(BUS, poke(self->memory + self->page, 'b'));
	EXPECT_EQ('a', peek(self->memory));
}

TEST_F(freeze, lets_all_read)
{
	char *other = map_pages(self->region, self->size, PROT_READ);

	ASSERT_EQ(0, region_freeze(self->region));
	for (int i = 0; i < PAGES; i++) {
		EXPECT_LE(0, peek(self->memory + i * self->page));
		EXPECT_LE(0, peek(other + i * self->page));
	}
}

TEST_F(freeze, lets_nobody_write_to_what_was_read)
{
	ASSERT_EQ(0, region_freeze(self->region));
	ASSERT_EQ(0, peek(self->memory + self->page));
	EXPECT_EQ(BUS, poke(self->memory + self->page, 'b'));
	EXPECT_EQ(0, peek(self->memory + self->page));
}

TEST_F(freeze, lets_nobody_write_through_later_mappings)
{
	char *other;

	ASSERT_EQ(0, region_freeze(self->region));
	other = map_pages(self->region, self->size, READ_WRITE);
	ASSERT_NE(NULL, other);
	EXPECT_EQ(BUS, poke(other, 'b'));
	EXPECT_EQ('a', peek(other));
}

static int poke_inherited(void *memory)
{
	return poke(memory, 'b');
}

TEST_F(freeze, lets_no_other_process_write)
{
	ASSERT_EQ(0, region_freeze(self->region));
	EXPECT_EQ(BUS, run_in_child(poke_inherited, self->memory));
}

TEST_F(freeze, lets_no_system_call_write)
{
	int pipe[2];

	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	ASSERT_EQ(0, region_freeze(self->region));
	ASSERT_EQ(1, write(pipe[1], self->memory, 1));
	EXPECT_EQ(-1, read(pipe[0], self->memory, 1));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(freeze, lets_no_holder_of_an_extent_write)
{
	int extent = lend(self->mailbox, self->region, MOVE, 0, self->page);
	char *memory = map_pages(extent, self->page, READ_WRITE);

	ASSERT_EQ(0, poke(memory, 'b'));
	ASSERT_EQ(0, region_freeze(self->region));
	EXPECT_EQ('b', peek(memory));
	EXPECT_EQ(BUS, poke(memory, 'c'));
	EXPECT_EQ(BUS, peek(self->memory));
	ASSERT_EQ(0, region_thaw(self->region));
	EXPECT_EQ(0, poke(memory, 'c'));
	close(extent);
}

TEST_F(freeze, ends_with_a_thaw)
{
	ASSERT_EQ(0, region_freeze(self->region));
	ASSERT_EQ(BUS, poke(self->memory, 'b'));
	ASSERT_EQ(0, region_thaw(self->region));
	EXPECT_EQ(0, poke(self->memory, 'b'));
	EXPECT_EQ('b', peek(self->memory));
}

TEST_F(freeze, may_be_repeated)
{
	ASSERT_EQ(0, region_thaw(self->region));
	ASSERT_EQ(0, region_freeze(self->region));
	ASSERT_EQ(0, region_freeze(self->region));
	EXPECT_EQ(BUS, poke(self->memory, 'b'));
	ASSERT_EQ(0, region_thaw(self->region));
	EXPECT_EQ(0, poke(self->memory, 'b'));
}

TEST_F(freeze, shows_in_region_info)
{
	EXPECT_EQ(0, region_info(self->region).state);
	ASSERT_EQ(0, region_freeze(self->region));
	EXPECT_EQ(IPCCHAN_REGION_FROZEN, region_info(self->region).state);
	ASSERT_EQ(0, region_thaw(self->region));
	EXPECT_EQ(0, region_info(self->region).state);
}

TEST_F(freeze, lets_extents_be_lent_and_return)
{
	int extent;

	ASSERT_EQ(0, region_freeze(self->region));
	extent = lend(self->mailbox, self->region, MOVE, 0, self->page);
	ASSERT_LE(0, extent);
	EXPECT_EQ(BUS, peek(self->memory));
	close(extent);
	EXPECT_EQ('a', peek(self->memory));
	EXPECT_EQ(BUS, poke(self->memory, 'b'));
}

TEST_F(freeze, of_a_page_in_a_pipe_gives_ebusy)
{
	struct iovec page = { self->memory, self->page };
	int pipe[2];

	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	ASSERT_EQ(self->page, vmsplice(pipe[1], &page, 1, 0));
	EXPECT_EQ(-EBUSY, region_freeze(self->region));
	EXPECT_EQ(0, poke(self->memory, 'b'));
}

TEST_F(freeze, needs_the_right_to_administer)
{
	int writer = object_restrict(self->region, IPCCHAN_RIGHT_MAP_READ |
						   IPCCHAN_RIGHT_MAP_WRITE, 0);

	EXPECT_EQ(-EPERM, region_freeze(writer));
	EXPECT_EQ(-EPERM, region_thaw(writer));
	close(writer);
}

TEST_F(freeze, needs_a_region_that_was_made_for_it)
{
	int region = region_open(self->session, self->page);

	EXPECT_EQ(-EOPNOTSUPP, region_freeze(region));
	EXPECT_EQ(-EOPNOTSUPP, region_thaw(region));
	close(region);
}

TEST_F(freeze, of_a_dead_region_gives_eidrm)
{
	ASSERT_EQ(0, object_kill(self->region));
	EXPECT_EQ(-EIDRM, region_freeze(self->region));
	EXPECT_EQ(-EIDRM, region_thaw(self->region));
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* Faults of reading a region, and then writing to it. */
static long faults_of(int region, size_t size, size_t page)
{
	char *memory = map_pages(region, size, READ_WRITE);
	long before = faults();

	for (size_t i = 0; i < size; i += page)
		peek(memory + i);
	for (size_t i = 0; i < size; i += page)
		poke(memory + i, 'x');
	return faults() - before;
}

/* It is why a region must be made for it. */
TEST_F(freeze, makes_a_fault_of_each_first_write_to_a_page)
{
	int plain = region_open(self->session, self->size);

	EXPECT_GT(PAGES / 2, faults_of(plain, self->size, self->page));
	EXPECT_LE(PAGES, faults_of(self->region, self->size, self->page));
	close(plain);
}

#include "ipcchan_selftest_main.h"
