// SPDX-License-Identifier: GPL-2.0
/* Regions: shared pages, who may map them how, and how long they last. */

#include "kselftest_harness.h"

#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define PAGES		4
#define RIGHT_READ	IPCCHAN_RIGHT_MAP_READ
#define RIGHT_WRITE	IPCCHAN_RIGHT_MAP_WRITE

FIXTURE(region)
{
	int session;
	int region;
	size_t page;
	size_t size;
};

FIXTURE_SETUP(region)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->region = region_open(self->session, self->size);
	ASSERT_LE(0, self->region);
}

FIXTURE_TEARDOWN(region)
{
	close(self->region);
	close(self->session);
}

static char *map(int region, size_t size, int protection)
{
	return mmap(NULL, size, protection, MAP_SHARED, region, 0);
}

/* The errno of a mapping that fails, 0 of one that does not. */
static int map_error(int region, size_t size, int protection, int flags)
{
	char *memory = mmap(NULL, size, protection, flags, region, 0);

	if (memory == MAP_FAILED)
		return errno;
	munmap(memory, size);
	return 0;
}

TEST_F(region, starts_with_zeroes)
{
	char *memory = map(self->region, self->size, PROT_READ);

	ASSERT_NE(MAP_FAILED, memory);
	for (size_t i = 0; i < self->size; i++)
		ASSERT_EQ(0, memory[i]);
}

TEST_F(region, has_all_its_pages_from_the_start)
{
	char *memory = map(self->region, self->size, PROT_READ);
	unsigned char present[PAGES] = {};

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, mincore(memory, self->size, present));
	for (int i = 0; i < PAGES; i++)
		EXPECT_EQ(1, present[i] & 1);
}

TEST_F(region, does_not_show_what_another_one_held)
{
	char *memory = map(self->region, self->size, PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	memset(memory, 'x', self->size);
	munmap(memory, self->size);
	close(self->region);
	self->region = region_open(self->session, self->size);
	memory = map(self->region, self->size, PROT_READ);
	for (size_t i = 0; i < self->size; i++)
		ASSERT_EQ(0, memory[i]);
}

TEST_F(region, tells_its_size)
{
	EXPECT_EQ(self->size, region_info(self->region).size);
	EXPECT_EQ(self->size, object_info(self->region).bytes);
}

TEST_F(region, has_whole_pages)
{
	int one_byte = region_open(self->session, 1);
	int one_more = region_open(self->session, self->page + 1);

	EXPECT_EQ(self->page, region_info(one_byte).size);
	EXPECT_EQ(2 * self->page, region_info(one_more).size);
	EXPECT_EQ(0, map_error(one_more, 2 * self->page, PROT_READ,
			       MAP_SHARED));
	close(one_more);
	close(one_byte);
}

TEST_F(region, has_at_least_one_byte)
{
	EXPECT_EQ(-EINVAL, region_open(self->session, 0));
}

TEST_F(region, is_not_larger_than_the_limit)
{
	__u64 limit = device_info(self->session).max_region_size;

	EXPECT_EQ(-EINVAL, region_open(self->session, limit + 1));
	EXPECT_EQ(-EINVAL, region_open(self->session, ~0ULL));
}

TEST_F(region, is_not_writable_without_being_readable)
{
	EXPECT_EQ(-EINVAL,
		  region_open(self->session, 1, .rights = RIGHT_WRITE));
	EXPECT_EQ(-EINVAL, object_restrict(self->region, RIGHT_WRITE, 0));
}

TEST_F(region, of_a_name_keeps_its_size)
{
	const char *name = fresh_name();
	int created = object_open(self->session, IPCCHAN_KIND_REGION, name,
				  IPCCHAN_OPEN_CREATE);
	struct ipcchan_region_open open = {
		.rights = RIGHT_READ, .size = 100 * self->page,
	};
	int opened;

	set_name(open.name, name);
	opened = call(self->session, IPCCHAN_IOC_REGION_OPEN, &open);
	ASSERT_LE(0, opened);
	EXPECT_EQ(self->page, region_info(opened).size);
	close(opened);
	close(created);
}

TEST_F(region, is_the_same_in_all_mappings)
{
	char *first = map(self->region, self->size, PROT_WRITE);
	char *second = map(self->region, self->size, PROT_READ);

	ASSERT_NE(MAP_FAILED, first);
	ASSERT_NE(MAP_FAILED, second);
	first[self->size - 1] = 'x';
	EXPECT_EQ('x', second[self->size - 1]);
}

static int write_x_at_the_end(void *fixture)
{
	FIXTURE_DATA(region) * self = fixture;
	char *memory = map(self->region, self->size, PROT_WRITE);

	if (memory == MAP_FAILED)
		return -errno;
	memory[self->size - 1] = 'x';
	return 0;
}

TEST_F(region, is_the_same_in_all_processes)
{
	char *memory = map(self->region, self->size, PROT_READ);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, run_in_child(write_x_at_the_end, self));
	EXPECT_EQ('x', memory[self->size - 1]);
}

TEST_F(region, is_the_same_through_another_descriptor)
{
	int other = object_restrict(self->region, RIGHT_READ, 0);
	char *first = map(self->region, self->size, PROT_WRITE);
	char *second = map(other, self->size, PROT_READ);

	ASSERT_NE(MAP_FAILED, second);
	first[0] = 'x';
	EXPECT_EQ('x', second[0]);
	close(other);
}

TEST_F(region, can_be_mapped_in_part)
{
	char *whole = map(self->region, self->size, PROT_WRITE);
	char *part = mmap(NULL, self->page, PROT_READ, MAP_SHARED, self->region,
			  2 * self->page);

	ASSERT_NE(MAP_FAILED, part);
	whole[2 * self->page] = 'x';
	EXPECT_EQ('x', part[0]);
}

TEST_F(region, cannot_be_mapped_beyond_its_end)
{
	EXPECT_EQ(ENXIO, map_error(self->region, self->size + self->page,
				   PROT_READ, MAP_SHARED));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, self->page, PROT_READ, MAP_SHARED,
				   self->region, self->size));
	EXPECT_EQ(ENXIO, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 2 * self->page, PROT_READ, MAP_SHARED,
				   self->region, self->size - self->page));
	EXPECT_EQ(ENXIO, errno);
}

TEST_F(region, cannot_be_mapped_privately)
{
	EXPECT_EQ(EINVAL, map_error(self->region, self->size, PROT_READ,
				    MAP_PRIVATE));
	EXPECT_EQ(EINVAL, map_error(self->region, self->size,
				    PROT_READ | PROT_WRITE, MAP_PRIVATE));
}

TEST_F(region, mapping_does_not_grow)
{
	char *memory = map(self->region, self->page, PROT_READ);

	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(MAP_FAILED, mremap(memory, self->page, 2 * self->page,
				     MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(region, mapping_can_move)
{
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);
	char *place = mmap(NULL, self->size, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, memory);
	memory[0] = 'x';
	ASSERT_EQ(place, mremap(memory, self->size, self->size,
				MREMAP_MAYMOVE | MREMAP_FIXED, place));
	EXPECT_EQ('x', place[0]);
	EXPECT_EQ(1, region_info(self->region).mappings);
}

TEST_F(region, needs_the_right_to_be_mapped)
{
	int admin = object_restrict(self->region, IPCCHAN_RIGHT_ADMIN, 0);

	ASSERT_LE(0, admin);
	EXPECT_EQ(EACCES, map_error(admin, self->size, PROT_READ, MAP_SHARED));
	EXPECT_EQ(EACCES, map_error(admin, self->size, PROT_NONE, MAP_SHARED));
	close(admin);
}

TEST_F(region, needs_the_right_to_be_mapped_writable)
{
	int reader = object_restrict(self->region, RIGHT_READ, 0);

	ASSERT_LE(0, reader);
	EXPECT_EQ(0, map_error(reader, self->size, PROT_READ, MAP_SHARED));
	EXPECT_EQ(EACCES, map_error(reader, self->size, PROT_WRITE,
				    MAP_SHARED));
	EXPECT_EQ(EACCES, map_error(reader, self->size, PROT_READ | PROT_WRITE,
				    MAP_SHARED));
	close(reader);
}

TEST_F(region, needs_the_right_to_become_writable)
{
	int reader = object_restrict(self->region, RIGHT_READ, 0);
	char *memory = map(reader, self->size, PROT_READ);

	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(-1, mprotect(memory, self->size, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mprotect(memory, self->size, PROT_WRITE));
	close(reader);
	EXPECT_EQ(-1, mprotect(memory, self->size, PROT_WRITE));
}

TEST_F(region, cannot_be_written_through_a_read_only_mapping)
{
	int reader = object_restrict(self->region, RIGHT_READ, 0);
	char *memory = map(reader, self->size, PROT_READ);
	char path[] = "/proc/self/mem";
	int fd = open(path, O_RDWR | O_CLOEXEC);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, pwrite(fd, "x", 1, (uintptr_t)memory));
	EXPECT_EQ(0, memory[0]);
	close(fd);
	close(reader);
}

TEST_F(region, may_become_writable_with_the_right)
{
	char *memory = map(self->region, self->size, PROT_READ);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, mprotect(memory, self->size, PROT_READ | PROT_WRITE));
	memory[0] = 'x';
	EXPECT_EQ('x', memory[0]);
}

TEST_F(region, has_no_bytes_to_read_or_write)
{
	char byte;

	EXPECT_EQ(-1, read(self->region, &byte, 1));
	EXPECT_EQ(-1, write(self->region, "x", 1));
	EXPECT_EQ(-1, ftruncate(self->region, 0));
	EXPECT_EQ(self->size, region_info(self->region).size);
}

TEST_F(region, has_no_seals)
{
	EXPECT_EQ(-1, fcntl(self->region, F_GET_SEALS));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, fcntl(self->region, F_ADD_SEALS, F_SEAL_GROW));
	EXPECT_EQ(EINVAL, errno);
}

/* proc(5) lets the privileged open the file that a mapping shows the kernel. */
TEST_F(region, keeps_its_size_for_who_opens_the_file_behind_it)
{
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);
	char path[64];
	int fd;

	ASSERT_NE(MAP_FAILED, memory);
	memory[self->size - 1] = 'x';
	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx",
		 (unsigned long)memory, (unsigned long)memory + self->size);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, ftruncate(fd, 0));
	EXPECT_EQ(-1, ftruncate(fd, 2 * self->size));
	EXPECT_EQ(-1, fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				0, self->size));
	EXPECT_EQ(-1, fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
	EXPECT_EQ('x', memory[self->size - 1]);
	close(fd);
}

TEST_F(region, mapping_outlives_the_descriptor)
{
	__u64 objects = device_info(self->session).user_objects;
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	close(self->region);
	memory[self->size - 1] = 'x';
	EXPECT_EQ('x', memory[self->size - 1]);
	EXPECT_EQ(objects, device_info(self->session).user_objects);
	munmap(memory, self->size);
	EXPECT_TRUE(await_usage(self->session, objects - 1, 0));
}

TEST_F(region, mapping_keeps_the_name)
{
	const char *name = fresh_name();
	int region = object_open(self->session, IPCCHAN_KIND_REGION, name,
				 IPCCHAN_OPEN_CREATE);
	char *memory = map(region, self->page, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	memory[0] = 'x';
	close(region);
	region = object_open(self->session, IPCCHAN_KIND_REGION, name, 0);
	ASSERT_LE(0, region);
	EXPECT_EQ('x', map(region, self->page, PROT_READ)[0]);
	close(region);
}

static int read_inherited(void *memory)
{
	return *(char *)memory;
}

TEST_F(region, mapping_is_inherited_by_fork)
{
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	memory[0] = 'x';
	EXPECT_EQ('x', run_in_child(read_inherited, memory));
}

static int stay(void *counter)
{
	__atomic_store_n((int *)counter, 1, __ATOMIC_RELEASE);
	return !await_counter(counter, 2);
}

TEST_F(region, mappings_of_all_processes_are_counted)
{
	int *counter = shared_alloc(sizeof(*counter));
	struct child child;

	EXPECT_EQ(0, region_info(self->region).mappings);
	ASSERT_NE(MAP_FAILED, map(self->region, self->size, PROT_READ));
	ASSERT_NE(MAP_FAILED, map(self->region, self->page, PROT_READ));
	EXPECT_EQ(2, region_info(self->region).mappings);
	child_start(&child, stay, counter);
	ASSERT_TRUE(await_counter(counter, 1));
	EXPECT_EQ(4, region_info(self->region).mappings);
	EXPECT_EQ(4, object_info(self->region).items);
	__atomic_store_n(counter, 2, __ATOMIC_RELEASE);
	ASSERT_EQ(0, child_join(&child));
	EXPECT_EQ(2, region_info(self->region).mappings);
}

TEST_F(region, mapping_cut_in_two_is_counted_twice)
{
	char *memory = map(self->region, self->size, PROT_READ);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, munmap(memory + self->page, self->page));
	EXPECT_EQ(2, region_info(self->region).mappings);
	ASSERT_EQ(0, munmap(memory, self->size));
	EXPECT_EQ(0, region_info(self->region).mappings);
}

TEST_F(region, mapping_outlives_a_kill)
{
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, object_kill(self->region));
	memory[self->size - 1] = 'x';
	EXPECT_EQ('x', memory[self->size - 1]);
	EXPECT_EQ(EIDRM, map_error(self->region, self->size, PROT_READ,
				   MAP_SHARED));
}

TEST_F(region, tells_nothing_when_dead)
{
	struct ipcchan_region_info info = {};

	ASSERT_EQ(0, object_kill(self->region));
	EXPECT_EQ(-EIDRM, call(self->region, IPCCHAN_IOC_REGION_INFO, &info));
}

TEST_F(region, can_be_synchronised_with_msync)
{
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	memory[0] = 'x';
	EXPECT_EQ(0, msync(memory, self->size, MS_SYNC));
	EXPECT_EQ(0, msync(memory, self->size, MS_ASYNC));
	EXPECT_EQ('x', memory[0]);
}

TEST_F(region, keeps_its_pages_whatever_is_advised)
{
	static const int advice[] = {
		MADV_DONTNEED, MADV_REMOVE, MADV_PAGEOUT, MADV_COLD,
	};
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	memset(memory, 'x', self->size);
	for (size_t i = 0; i < ARRAY_SIZE(advice); i++) {
		/* It may be refused, but what is there must not change. */
		madvise(memory, self->size, advice[i]);
		for (size_t j = 0; j < self->size; j++)
			ASSERT_EQ('x', memory[j]) TH_LOG("advice %zu", i);
	}
}

TEST_F(region, can_be_locked_in_memory)
{
	char *memory = map(self->region, self->size, PROT_READ | PROT_WRITE);

	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(0, mlock(memory, self->size));
	memory[self->size - 1] = 'x';
	EXPECT_EQ(0, munlock(memory, self->size));
	EXPECT_EQ('x', memory[self->size - 1]);
}

TEST_F(region, is_a_buffer_for_messages)
{
	int mailbox = mailbox_open(self->session);
	unsigned int *memory = (void *)map(self->region, self->size,
					   PROT_READ | PROT_WRITE);
	struct ipcchan_message message = MESSAGE(&memory[0], 4);

	memory[0] = 42;
	ASSERT_EQ(1, mailbox_send(mailbox, &message, 1));
	message = MESSAGE(&memory[1], 4);
	ASSERT_EQ(1, mailbox_receive(mailbox, &message, 1));
	EXPECT_EQ(42, memory[1]);
	close(mailbox);
}

#include "ipcchan_selftest_main.h"
