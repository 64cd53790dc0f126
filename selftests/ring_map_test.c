// SPDX-License-Identifier: GPL-2.0
/* Rings: which end may write which pages, and whose they are. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "ring_pages.h"

#define BOTH		(PROT_READ | PROT_WRITE)
#define DATA_PAGES	4

FIXTURE(ring_map)
{
	int session;
	int ends[2];
	size_t page;
	size_t size;
};

FIXTURE_SETUP(ring_map)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->size = DATA_PAGES * self->page;
	self->session = session_open();
	ASSERT_EQ(0, ring_create(self->session, self->ends, self->size));
}

FIXTURE_TEARDOWN(ring_map)
{
	close(self->ends[PRODUCER]);
	close(self->ends[CONSUMER]);
	close(self->session);
}

FIXTURE_VARIANT(ring_map)
{
	int end;
	off_t area;
	bool may_write;
};

#define AREA(name, which, offset, writes)				\
	FIXTURE_VARIANT_ADD(ring_map, name) {				\
		.end = which,						\
		.area = offset,						\
		.may_write = writes,					\
	}

AREA(producer_in_its_page, PRODUCER, IPCCHAN_RING_PRODUCER, true);
AREA(producer_in_the_consumers_page, PRODUCER, IPCCHAN_RING_CONSUMER, false);
AREA(producer_in_the_data, PRODUCER, IPCCHAN_RING_DATA, true);
AREA(consumer_in_the_producers_page, CONSUMER, IPCCHAN_RING_PRODUCER, false);
AREA(consumer_in_its_page, CONSUMER, IPCCHAN_RING_CONSUMER, true);
AREA(consumer_in_the_data, CONSUMER, IPCCHAN_RING_DATA, false);

TEST_F(ring_map, lets_an_end_write_what_is_its_own)
{
	int end = self->ends[variant->end];

	EXPECT_EQ(0, ring_area_error(end, self->page, PROT_READ, variant->area));
	EXPECT_EQ(variant->may_write ? 0 : EACCES,
		  ring_area_error(end, self->page, BOTH, variant->area));
	EXPECT_EQ(variant->may_write ? 0 : EACCES,
		  ring_area_error(end, self->page, PROT_WRITE, variant->area));
}

TEST_F(ring_map, lets_no_mprotect_change_that)
{
	void *memory = ring_area(self->ends[variant->end], self->page, PROT_READ,
				 variant->area);

	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(variant->may_write ? 0 : -1,
		  mprotect(memory, self->page, BOTH));
	EXPECT_EQ(variant->may_write ? 0 : -1,
		  mprotect(memory, self->page, PROT_WRITE));
}

/* As a debugger would, whom the kernel lets write to what is mapped privately. */
static ssize_t poke(void *address, const void *bytes, size_t size)
{
	int memory = open("/proc/self/mem", O_RDWR);
	ssize_t written = pwrite(memory, bytes, size, (uintptr_t)address);

	close(memory);
	return written;
}

TEST_F(ring_map, lets_no_debugger_change_that)
{
	void *memory = ring_area(self->ends[variant->end], self->page, PROT_READ,
				 variant->area);

	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(-1, poke(memory, "x", 1));
}

TEST_F(ring_map, lies_in_one_area)
{
	int end = self->ends[variant->end];
	size_t size = variant->area == IPCCHAN_RING_DATA ? self->size : self->page;

	EXPECT_EQ(ENXIO, ring_area_error(end, size + 1, PROT_READ, variant->area));
	EXPECT_EQ(ENXIO, ring_area_error(end, self->page, PROT_READ,
					 variant->area + size));
	EXPECT_EQ(0, ring_area_error(end, size, PROT_READ, variant->area));
}

TEST_F(ring_map, is_shared)
{
	EXPECT_EQ(MAP_FAILED, mmap(NULL, self->page, PROT_READ, MAP_PRIVATE,
				   self->ends[variant->end], variant->area));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(ring_map, does_not_grow)
{
	void *memory = ring_area(self->ends[variant->end], self->page, PROT_READ,
				 variant->area);

	EXPECT_EQ(MAP_FAILED,
		  mremap(memory, self->page, 2 * self->page, MREMAP_MAYMOVE));
}

TEST_F(ring_map, moves_by_mremap)
{
	unsigned char *memory = ring_area(self->ends[variant->end], self->page,
					  PROT_READ, variant->area);
	void *place = mmap(NULL, self->page, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memory = mremap(memory, self->page, self->page,
			MREMAP_MAYMOVE | MREMAP_FIXED, place);
	ASSERT_EQ(place, memory);
	EXPECT_EQ(0, memory[0]);
	EXPECT_EQ(1, object_info(self->ends[PRODUCER]).items);
}

TEST_F(ring_map, is_not_in_a_child)
{
	void *memory = ring_area(self->ends[variant->end], self->page, PROT_READ,
				 variant->area);
	unsigned char present;
	pid_t child;
	int status;

	ASSERT_NE(MAP_FAILED, memory);
	child = fork();
	if (!child)
		_exit(mincore(memory, self->page, &present) ? errno : 0);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(ENOMEM, WEXITSTATUS(status));
	EXPECT_EQ(1, object_info(self->ends[PRODUCER]).items);
}

/* Both ends in one process */

FIXTURE(ring_ends)
{
	int session;
	int ends[2];
	size_t page;
	size_t size;
	struct ring_pages pages[2];
};

FIXTURE_SETUP(ring_ends)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->size = DATA_PAGES * self->page;
	self->session = session_open();
	ASSERT_EQ(0, ring_create(self->session, self->ends, self->size));
}

FIXTURE_TEARDOWN(ring_ends)
{
	close(self->ends[PRODUCER]);
	close(self->ends[CONSUMER]);
	close(self->session);
}

TEST_F(ring_ends, see_the_same_pages)
{
	struct ring_pages *producer = &self->pages[PRODUCER];
	struct ring_pages *consumer = &self->pages[CONSUMER];

	ASSERT_TRUE(ring_pages_map(producer, self->ends[PRODUCER], PRODUCER));
	ASSERT_TRUE(ring_pages_map(consumer, self->ends[CONSUMER], CONSUMER));
	for (size_t i = 0; i < self->size; i++)
		producer->data[i] = i / self->page + i % 251;
	for (size_t i = 0; i < self->size; i++)
		ASSERT_EQ((unsigned char)(i / self->page + i % 251),
			  consumer->data[i]);
	producer->own->index = 16;
	consumer->own->index = 8;
	EXPECT_EQ(16, ring_other_index(consumer));
	EXPECT_EQ(8, ring_other_index(producer));
}

TEST_F(ring_ends, start_with_zeroes)
{
	struct ring_pages *producer = &self->pages[PRODUCER];

	ASSERT_TRUE(ring_pages_map(producer, self->ends[PRODUCER], PRODUCER));
	for (size_t i = 0; i < self->size; i++)
		ASSERT_EQ(0, producer->data[i]);
	for (size_t i = 0; i < self->page; i++) {
		ASSERT_EQ(0, ((unsigned char *)producer->own)[i]);
		ASSERT_EQ(0, ((const unsigned char *)producer->other)[i]);
	}
}

TEST_F(ring_ends, map_the_data_back_to_back)
{
	unsigned char *place = mmap(NULL, 2 * self->size, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 2; i++)
		ASSERT_EQ(place + i * self->size,
			  mmap(place + i * self->size, self->size, BOTH,
			       MAP_SHARED | MAP_FIXED, self->ends[PRODUCER],
			       IPCCHAN_RING_DATA));
	memcpy(place + self->size - 2, "over", 4);
	EXPECT_EQ(0, memcmp(place, "er", 2));
	EXPECT_EQ(0, memcmp(place + 2 * self->size - 2, "ov", 2));
}

TEST_F(ring_ends, do_not_mind_a_hole_in_a_mapping)
{
	struct ring_pages *producer = &self->pages[PRODUCER];

	ASSERT_TRUE(ring_pages_map(producer, self->ends[PRODUCER], PRODUCER));
	ASSERT_EQ(0, munmap(producer->data + self->page, self->page));
	EXPECT_EQ(4, object_info(self->ends[PRODUCER]).items);
	ASSERT_NE(MAP_FAILED, mmap(producer->data, self->page, BOTH,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	EXPECT_EQ(3, object_info(self->ends[PRODUCER]).items);
	EXPECT_EQ(IPCCHAN_RING_END_MAPPED,
		  ring_info(self->ends[PRODUCER]).producer);
}

/* One process at a time */

struct holder {
	struct ring_pages pages;
	int end;
	int which;
	int *goes_on;
};

static int hold(void *argument)
{
	struct holder *holder = argument;

	if (!ring_pages_map(&holder->pages, holder->end, holder->which))
		return -errno;
	*holder->goes_on = 1;
	while (__atomic_load_n(holder->goes_on, __ATOMIC_RELAXED) == 1)
		nap();
	return 0;
}

static bool hold_in_child(struct holder *holder, struct child *child, int end,
			  int which)
{
	*holder = (struct holder){
		.end = end,
		.which = which,
		.goes_on = shared_alloc(sizeof(int)),
	};
	child_start(child, hold, holder);
	return await_counter(holder->goes_on, 1);
}

TEST_F(ring_ends, belong_to_one_process_at_a_time)
{
	struct holder holder;
	struct child child;

	ASSERT_TRUE(hold_in_child(&holder, &child, self->ends[PRODUCER], PRODUCER));
	EXPECT_EQ(EBUSY, ring_area_error(self->ends[PRODUCER], self->page,
					 PROT_READ, 0));
	EXPECT_EQ(0, ring_area_error(self->ends[CONSUMER], self->page, PROT_READ,
				     0));
	EXPECT_EQ(child.pid, ring_info(self->ends[CONSUMER]).producer_pid);
	*holder.goes_on = 2;
	EXPECT_EQ(0, child_join(&child));
}

TEST_F(ring_ends, pass_from_one_process_to_another)
{
	struct holder holder;
	struct child child;

	ASSERT_TRUE(ring_pages_map(&self->pages[0], self->ends[PRODUCER], PRODUCER));
	ring_pages_unmap(&self->pages[0]);
	ASSERT_TRUE(hold_in_child(&holder, &child, self->ends[PRODUCER], PRODUCER));
	*holder.goes_on = 2;
	EXPECT_EQ(0, child_join(&child));
}

TEST_F(ring_ends, end_with_their_process_whoever_has_the_descriptor)
{
	struct holder holder;
	struct child child;

	ASSERT_TRUE(hold_in_child(&holder, &child, self->ends[PRODUCER], PRODUCER));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_TRUE(await_ring_state(self->ends[CONSUMER], PRODUCER,
				     IPCCHAN_RING_END_ENDED));
	EXPECT_EQ(EPIPE, ring_area_error(self->ends[PRODUCER], self->page,
					 PROT_READ, 0));
	EXPECT_EQ(-EPIPE, ring_wake(self->ends[PRODUCER]));
	EXPECT_EQ(-EPIPE, ring_wait(self->ends[PRODUCER], 0));
}

static int map_and_exec(void *argument)
{
	struct holder *holder = argument;
	struct ring_pages pages;

	/* The next program gets the descriptor. */
	fcntl(holder->end, F_SETFD, 0);
	if (!ring_pages_map(&pages, holder->end, holder->which))
		return -errno;
	execl("/bin/sleep", "sleep", "60", NULL);
	return -errno;
}

TEST_F(ring_ends, end_when_their_process_executes_another_program)
{
	struct holder holder = {
		.end = self->ends[CONSUMER],
		.which = CONSUMER,
	};
	struct child child;

	child_start(&child, map_and_exec, &holder);
	EXPECT_TRUE(await_ring_state(self->ends[PRODUCER], CONSUMER,
				     IPCCHAN_RING_END_ENDED));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
}

/* A child that the program wanted to have the mapping is not the end. */
static int map_and_fork(void *argument)
{
	struct holder *holder = argument;
	struct ring_pages *pages = &holder->pages;
	pid_t child;

	if (!ring_pages_map(pages, holder->end, holder->which))
		return -errno;
	madvise(pages->own, sysconf(_SC_PAGESIZE), MADV_DOFORK);
	child = fork();
	if (!child)
		pause();
	*holder->goes_on = child;
	return 0;
}

TEST_F(ring_ends, end_with_their_process_and_not_with_a_child_of_it)
{
	struct holder holder = {
		.end = self->ends[PRODUCER],
		.which = PRODUCER,
		.goes_on = shared_alloc(sizeof(int)),
	};

	EXPECT_EQ(0, run_in_child(map_and_fork, &holder));
	EXPECT_EQ(IPCCHAN_RING_END_ENDED,
		  ring_info(self->ends[CONSUMER]).producer);
	EXPECT_EQ(0, kill(*holder.goes_on, SIGKILL));
}

static int child_ends(void *argument)
{
	struct holder *holder = argument;

	madvise(holder->pages.own, sysconf(_SC_PAGESIZE), MADV_DOFORK);
	return run_in_child((int (*)(void *))getpid, NULL) > 0 ? 0 : -1;
}

TEST_F(ring_ends, go_on_when_a_child_of_their_process_ends)
{
	struct holder holder = { };

	ASSERT_TRUE(ring_pages_map(&holder.pages, self->ends[PRODUCER], PRODUCER));
	EXPECT_EQ(0, child_ends(&holder));
	EXPECT_EQ(IPCCHAN_RING_END_MAPPED,
		  ring_info(self->ends[CONSUMER]).producer);
}

static int write_own_index(void *argument)
{
	struct ring_pages *pages = argument;

	__atomic_store_n(&pages->own->index, 8, __ATOMIC_RELAXED);
	return 0;
}

TEST_F(ring_ends, are_not_a_childs_that_wanted_the_mapping)
{
	struct ring_pages *pages = &self->pages[PRODUCER];

	ASSERT_TRUE(ring_pages_map(pages, self->ends[PRODUCER], PRODUCER));
	/* What newer kernels refuse: then the child has no mapping at all. */
	madvise(pages->own, self->page, MADV_DOFORK);
	EXPECT_EQ(DIED, run_in_child(write_own_index, pages));
	EXPECT_EQ(0, ring_index(pages));
	EXPECT_EQ(3, object_info(self->ends[PRODUCER]).items);
}

TEST_F(ring_ends, go_on_without_a_descriptor)
{
	struct ring_pages *pages = &self->pages[PRODUCER];

	ASSERT_TRUE(ring_pages_map(pages, self->ends[PRODUCER], PRODUCER));
	close(self->ends[PRODUCER]);
	EXPECT_EQ(IPCCHAN_RING_END_MAPPED,
		  ring_info(self->ends[CONSUMER]).producer);
	pages->data[0] = 1;
	ring_pages_unmap(pages);
	EXPECT_EQ(IPCCHAN_RING_END_ENDED,
		  ring_info(self->ends[CONSUMER]).producer);
}

TEST_F(ring_ends, tell_in_their_page_that_they_ended)
{
	struct ring_pages *consumer = &self->pages[CONSUMER];

	ASSERT_TRUE(ring_pages_map(consumer, self->ends[CONSUMER], CONSUMER));
	EXPECT_EQ(0, ring_other_notice(consumer));
	close(self->ends[PRODUCER]);
	EXPECT_EQ(IPCCHAN_RING_ENDED, ring_other_notice(consumer));
}

#include "ipcchan_selftest_main.h"
