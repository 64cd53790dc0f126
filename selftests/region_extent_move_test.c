// SPDX-License-Identifier: GPL-2.0
/* Extents that are moved: the receiver has them, and nobody else. */

#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "extents.h"

#define PAGES		8
#define READ_WRITE	(PROT_READ | PROT_WRITE)

/* A region of which page 2 and page 3 can be moved to somebody. */
FIXTURE(move)
{
	int session;
	int mailbox;
	int region;
	size_t page;
	size_t size;
	char *memory;
	char *moved;
};

FIXTURE_SETUP(move)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	self->region = region_open(self->session, self->size);
	ASSERT_LE(0, self->region);
	self->memory = map_pages(self->region, self->size, READ_WRITE);
	ASSERT_NE(NULL, self->memory);
	for (int i = 0; i < PAGES; i++)
		self->memory[i * self->page] = 'a' + i;
	self->moved = self->memory + 2 * self->page;
}

FIXTURE_TEARDOWN(move)
{
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

/* Two pages, from page 2 on. */
static int put_two(FIXTURE_DATA(move) * self)
{
	return put_extent(self->mailbox, self->region, MOVE, 2 * self->page,
			  2 * self->page);
}

static int lend_two(FIXTURE_DATA(move) * self)
{
	return lend(self->mailbox, self->region, MOVE, 2 * self->page,
		    2 * self->page);
}

TEST_F(move, brings_the_bytes_to_the_receiver)
{
	int extent = lend_two(self);
	char *memory = map_pages(extent, 2 * self->page, PROT_READ);

	ASSERT_LE(0, extent);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ('c', memory[0]);
	EXPECT_EQ('d', memory[self->page]);
	close(extent);
}

TEST_F(move, lets_the_receiver_write)
{
	int extent = lend_two(self);
	char *memory = map_pages(extent, 2 * self->page, READ_WRITE);

	ASSERT_NE(NULL, memory);
	memory[0] = 'x';
	munmap(memory, 2 * self->page);
	close(extent);
	EXPECT_EQ('x', peek(self->moved));
}

TEST_F(move, takes_the_pages_from_the_sender_before_send_returns)
{
	ASSERT_EQ(1, put_two(self));
	EXPECT_EQ(BUS, peek(self->moved));
	EXPECT_EQ(BUS, poke(self->moved, 'x'));
	EXPECT_EQ(BUS, peek(self->moved + self->page));
}

TEST_F(move, leaves_the_pages_beside_it)
{
	ASSERT_EQ(1, put_two(self));
	EXPECT_EQ('b', peek(self->moved - self->page));
	EXPECT_EQ('e', peek(self->moved + 2 * self->page));
	EXPECT_EQ(0, poke(self->moved - 1, 'x'));
	EXPECT_EQ(0, poke(self->moved + 2 * self->page, 'x'));
}

TEST_F(move, takes_the_pages_from_mappings_made_later)
{
	char *memory;

	ASSERT_EQ(1, put_two(self));
	memory = map_pages(self->region, self->size, PROT_READ);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ('b', peek(memory + self->page));
	EXPECT_EQ(BUS, peek(memory + 2 * self->page));
	EXPECT_EQ(BUS, peek(memory + 3 * self->page));
	EXPECT_EQ('e', peek(memory + 4 * self->page));
}

/**
 * struct peeking - another process that has the region mapped
 * @address: What it reads.
 * @counter: 1: it has read it; 2: it may read it again.
 */
struct peeking {
	const char *address;
	int *counter;
};

static int peek_twice(void *argument)
{
	const struct peeking *peeking = argument;

	if (peek(peeking->address) == BUS)
		return -1;
	__atomic_store_n(peeking->counter, 1, __ATOMIC_RELEASE);
	if (!await_counter(peeking->counter, 2))
		return HANGS;
	return peek(peeking->address);
}

TEST_F(move, takes_the_pages_from_other_processes)
{
	struct peeking peeking = {
		.address = self->moved,
		.counter = shared_alloc(sizeof(int)),
	};
	struct child child;

	child_start(&child, peek_twice, &peeking);
	ASSERT_TRUE(await_counter(peeking.counter, 1));
	ASSERT_EQ(1, put_two(self));
	__atomic_store_n(peeking.counter, 2, __ATOMIC_RELEASE);
	EXPECT_EQ(BUS, child_join(&child));
}

TEST_F(move, takes_the_pages_from_a_mapping_that_has_moved)
{
	char *place = mmap(NULL, self->size, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_EQ(place, mremap(self->memory, self->size, self->size,
				MREMAP_MAYMOVE | MREMAP_FIXED, place));
	ASSERT_EQ(1, put_two(self));
	EXPECT_EQ(BUS, peek(place + 2 * self->page));
	EXPECT_EQ('e', peek(place + 4 * self->page));
}

TEST_F(move, is_refused_to_system_calls_of_the_sender)
{
	int pipe[2];
	char byte = 'x';

	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	ASSERT_EQ(1, put_two(self));
	EXPECT_EQ(-1, write(pipe[1], self->moved, 1));
	EXPECT_EQ(EFAULT, errno);
	ASSERT_EQ(1, write(pipe[1], &byte, 1));
	EXPECT_EQ(-1, read(pipe[0], self->moved, 1));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(move, is_refused_to_debuggers_of_the_sender)
{
	char byte = 'x';
	struct iovec local = { &byte, 1 };
	struct iovec remote = { self->moved, 1 };
	int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, memory);
	ASSERT_EQ(1, put_two(self));
	EXPECT_EQ(-1, process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
	EXPECT_EQ(-1, process_vm_writev(getpid(), &local, 1, &remote, 1, 0));
	EXPECT_EQ(-1, pread(memory, &byte, 1, (uintptr_t)self->moved));
	EXPECT_EQ(-1, pwrite(memory, &byte, 1, (uintptr_t)self->moved));
	close(memory);
}

TEST_F(move, shows_only_its_pages)
{
	int extent = lend_two(self);

	EXPECT_EQ(NULL, map_pages(extent, 3 * self->page, PROT_READ));
	EXPECT_EQ(ENXIO, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, self->page, PROT_READ, MAP_SHARED,
				   extent, 2 * self->page));
	EXPECT_EQ(ENXIO, errno);
	close(extent);
}

TEST_F(move, can_be_mapped_in_part)
{
	int extent = lend_two(self);
	char *second = mmap(NULL, self->page, PROT_READ, MAP_SHARED, extent,
			    self->page);

	ASSERT_NE(MAP_FAILED, second);
	EXPECT_EQ('d', peek(second));
	close(extent);
}

TEST_F(move, is_over_when_it_is_closed)
{
	int extent = lend_two(self);

	ASSERT_LE(0, extent);
	EXPECT_EQ(BUS, peek(self->moved));
	close(extent);
	EXPECT_EQ('c', peek(self->moved));
	EXPECT_EQ(0, region_info(self->region).extents);
}

TEST_F(move, lasts_as_long_as_its_mapping)
{
	int extent = lend_two(self);
	char *memory = map_pages(extent, self->page, READ_WRITE);

	ASSERT_NE(NULL, memory);
	close(extent);
	EXPECT_EQ(BUS, peek(self->moved));
	EXPECT_EQ(0, poke(memory, 'x'));
	munmap(memory, self->page);
	EXPECT_EQ('x', peek(self->moved));
}

TEST_F(move, is_over_when_its_mailbox_is_closed)
{
	ASSERT_EQ(1, put_two(self));
	close(self->mailbox);
	EXPECT_EQ('c', peek(self->moved));
}

TEST_F(move, is_over_when_its_mailbox_is_killed)
{
	ASSERT_EQ(1, put_two(self));
	ASSERT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ('c', peek(self->moved));
}

TEST_F(move, is_over_when_its_message_is_dropped)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1,
				   .policy = IPCCHAN_POLICY_DROP_OLDEST,
				   .flags = IPCCHAN_OPEN_CREATE |
					    IPCCHAN_OPEN_FDS);

	ASSERT_EQ(1, put_extent(mailbox, self->region, MOVE, 0, self->page));
	EXPECT_EQ(BUS, peek(self->memory));
	ASSERT_EQ(1, put_number(mailbox, 1));
	EXPECT_EQ('a', peek(self->memory));
	close(mailbox);
}

TEST_F(move, is_undone_when_the_mailbox_is_full)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = 1,
				   .flags = IPCCHAN_OPEN_CREATE |
					    IPCCHAN_OPEN_FDS);

	ASSERT_EQ(1, put_number(mailbox, 1));
	EXPECT_EQ(-EAGAIN, put_extent(mailbox, self->region, MOVE, 0,
				      self->page));
	EXPECT_EQ('a', peek(self->memory));
	EXPECT_EQ(0, region_info(self->region).extents);
	close(mailbox);
}

TEST_F(move, is_undone_when_another_extent_of_the_message_is_refused)
{
	const struct ipcchan_extent extents[] = {
		{ self->region, MOVE, 0, self->page },
		{ self->region, MOVE, 0, self->page },
	};

	EXPECT_EQ(-EBUSY, put_extents(self->mailbox, extents, 2));
	EXPECT_EQ('a', peek(self->memory));
	EXPECT_EQ(0, region_info(self->region).extents);
}

TEST_F(move, may_be_one_of_several_in_a_message)
{
	const struct ipcchan_extent extents[] = {
		{ self->region, MOVE, 0, self->page },
		{ self->mailbox, SHARE, 0, self->page },
	};
	const struct ipcchan_extent good[] = {
		{ self->region, MOVE, 0, self->page },
		{ self->region, SHARE, 2 * self->page, self->page },
		{ STDIN_FILENO, 0, 0, 0 },
	};

	EXPECT_EQ(-EBADF, put_extents(self->mailbox, extents, 2));
	EXPECT_EQ(1, put_extents(self->mailbox, good, 3));
	EXPECT_EQ(2, region_info(self->region).extents);
}

TEST_F(move, of_a_part_of_what_is_moved_gives_ebusy)
{
	int extent = lend_two(self);

	for (int first = 1; first <= 3; first++)
		EXPECT_EQ(-EBUSY,
			  put_extent(self->mailbox, self->region, MOVE,
				     first * self->page, 2 * self->page));
	EXPECT_EQ(-EBUSY, put_extent(self->mailbox, self->region, SHARE,
				     3 * self->page, self->page));
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, MOVE, 0,
				2 * self->page));
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, MOVE,
				4 * self->page, 2 * self->page));
	close(extent);
}

TEST_F(move, of_a_page_in_a_pipe_gives_ebusy)
{
	struct iovec page = { self->moved, self->page };
	char *copy = malloc(self->page);
	int pipe[2];

	ASSERT_EQ(0, pipe2(pipe, O_CLOEXEC));
	ASSERT_EQ(self->page, vmsplice(pipe[1], &page, 1, 0));
	EXPECT_EQ(-EBUSY, put_two(self));
	EXPECT_EQ('c', peek(self->moved));
	EXPECT_EQ(0, poke(self->moved, 'c'));
	ASSERT_EQ(self->page, read(pipe[0], copy, self->page));
	EXPECT_EQ(1, put_two(self));
	free(copy);
}

/* The kernel's lists of pages to be locked have references too. */
TEST_F(move, takes_pages_that_are_locked_in_memory)
{
	ASSERT_EQ(0, mlock(self->moved, 2 * self->page));
	EXPECT_EQ(1, put_two(self));
	EXPECT_EQ(BUS, peek(self->moved));
}

TEST_F(move, needs_the_right_to_write)
{
	int reader = object_restrict(self->region, IPCCHAN_RIGHT_MAP_READ, 0);

	EXPECT_EQ(-EPERM, put_extent(self->mailbox, reader, MOVE, 0,
				     self->page));
	EXPECT_EQ(1, put_extent(self->mailbox, reader, SHARE, 0, self->page));
	close(reader);
}

TEST_F(move, is_of_whole_pages_inside_the_region)
{
	const struct {
		__u64 offset;
		__u64 length;
		int error;
	} bad[] = {
		{ 0, 0, -EINVAL },
		{ 1, self->page, -EINVAL },
		{ 0, self->page - 1, -EINVAL },
		{ 0, self->size + self->page, -ENXIO },
		{ self->size, self->page, -ENXIO },
		{ self->page, self->size, -ENXIO },
		{ -self->page, 2 * self->page, -ENXIO },
		{ self->page, -self->page, -ENXIO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(bad[i].error,
			  put_extent(self->mailbox, self->region, MOVE,
				     bad[i].offset, bad[i].length));
	EXPECT_EQ(0, region_info(self->region).extents);
}

TEST_F(move, of_what_is_not_in_the_region_gives_enxio)
{
	EXPECT_EQ(-ENXIO, put_extent(self->mailbox, self->region, MOVE,
				     self->size, self->page));
}

/* The machine's limit of open files; root is above it, ALICE is not. */
static bool set_file_max(const char *value, size_t size)
{
	int fd = open("/proc/sys/fs/file-max", O_WRONLY | O_CLOEXEC);
	bool done = write(fd, value, size) > 0;

	close(fd);
	return done;
}

static int put_first_page(void *fixture)
{
	FIXTURE_DATA(move) * self = fixture;

	return put_extent(self->mailbox, self->region, MOVE, 0, self->page);
}

TEST_F(move, gives_enfile_if_there_can_be_no_file)
{
	char limit[32];
	int fd = open("/proc/sys/fs/file-max", O_RDONLY | O_CLOEXEC);
	ssize_t size = read(fd, limit, sizeof(limit));

	ASSERT_LT(0, size);
	close(fd);
	ASSERT_TRUE(set_file_max("0", 1));
	EXPECT_EQ(-ENFILE, run_as(ALICE, ALICE, put_first_page, self));
	ASSERT_TRUE(set_file_max(limit, size));
	EXPECT_EQ('a', peek(self->memory));
}

TEST_F(move, has_a_mode_that_is_known)
{
	EXPECT_EQ(-EINVAL, put_extent(self->mailbox, self->region, 3, 0,
				      self->page));
	EXPECT_EQ(-EINVAL, put_extent(self->mailbox, self->region, 0, 0,
				      self->page));
	EXPECT_EQ(1, put_extent(self->mailbox, self->region, 0, 0, 0));
}

TEST_F(move, of_a_dead_region_gives_eidrm)
{
	ASSERT_EQ(0, object_kill(self->region));
	EXPECT_EQ(-EIDRM, put_two(self));
}

TEST_F(move, cannot_be_made_weaker)
{
	int extent = lend_two(self);

	EXPECT_EQ(-EOPNOTSUPP,
		  object_restrict(extent, IPCCHAN_RIGHT_MAP_READ, 0));
	close(extent);
}

TEST_F(move, tells_what_it_is)
{
	int extent = lend_two(self);
	struct ipcchan_region_info info = region_info(extent);

	EXPECT_EQ(self->size, info.size);
	EXPECT_LT(0, info.extent);
	EXPECT_EQ(MOVE, info.mode);
	EXPECT_EQ(2 * self->page, info.offset);
	EXPECT_EQ(2 * self->page, info.length);
	EXPECT_EQ(1, info.extents);
	EXPECT_EQ(IPCCHAN_RIGHT_MAP_READ | IPCCHAN_RIGHT_MAP_WRITE,
		  object_info(extent).rights);
	close(extent);
}

TEST_F(move, is_charged_until_it_is_over)
{
	__u64 bytes = device_info(self->session).user_bytes;
	int extent = lend_two(self);

	EXPECT_LT(bytes, device_info(self->session).user_bytes);
	close(extent);
	EXPECT_TRUE(await_usage(self->session, 2, bytes));
}

TEST_F(move, again_and_again_is_never_refused)
{
	for (int i = 0; i < 200; i++) {
		int extent = lend_two(self);
		char *memory = map_pages(extent, 2 * self->page, READ_WRITE);

		ASSERT_LE(0, extent) TH_LOG("round %d", i);
		memory[i] = 'x';
		munmap(memory, 2 * self->page);
		close(extent);
		ASSERT_EQ(0, poke(self->moved + self->page, 'y'));
	}
}

/* Who may map it */

static int map_error(void *extent)
{
	return map_pages(*(int *)extent, 1, PROT_READ) ? 0 : errno;
}

TEST_F(move, is_mapped_by_one_process_at_a_time)
{
	int extent = lend_two(self);
	char *memory = map_pages(extent, self->page, READ_WRITE);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(EBUSY, run_in_child(map_error, &extent));
	EXPECT_EQ(0, map_error(&extent));
	close(extent);
}

static int poke_inherited(void *memory)
{
	return poke(memory, 'x');
}

TEST_F(move, is_not_inherited_by_fork)
{
	int extent = lend_two(self);
	char *memory = map_pages(extent, self->page, READ_WRITE);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(DIED, run_in_child(poke_inherited, memory));
	/* Newer kernels let nobody ask for that. */
	if (!madvise(memory, self->page, MADV_DOFORK))
		EXPECT_EQ(BUS, run_in_child(poke_inherited, memory));
	EXPECT_EQ('c', peek(memory));
	close(extent);
}

#include "ipcchan_selftest_main.h"
