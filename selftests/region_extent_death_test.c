// SPDX-License-Identifier: GPL-2.0
/* Holders of extents that die: the pages are back, whoever has the descriptor. */

#include "kselftest_harness.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "extents.h"

#define READ_WRITE	(PROT_READ | PROT_WRITE)

/**
 * struct shared - what the processes of a test tell each other
 * @held: 1: the holder has it.
 * @end: 1: who keeps the descriptor may end.
 */
struct shared {
	int held;
	int end;
};

/* A page that is moved to a process which dies. */
FIXTURE(holder)
{
	int session;
	int mailbox;
	int region;
	int sockets[2];
	size_t page;
	char *memory;
	struct shared *shared;
	struct child child;
};

FIXTURE_SETUP(holder)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->session = session_open();
	self->mailbox = extent_mailbox(self->session);
	self->region = region_open(self->session, self->page);
	ASSERT_LE(0, self->region);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				self->sockets));
	self->memory = map_pages(self->region, self->page, READ_WRITE);
	ASSERT_NE(NULL, self->memory);
	self->memory[0] = 'a';
	self->shared = shared_alloc(sizeof(*self->shared));
	ASSERT_EQ(1, put_extent(self->mailbox, self->region, MOVE, 0,
				self->page));
}

FIXTURE_TEARDOWN(holder)
{
	__atomic_store_n(&self->shared->end, 1, __ATOMIC_RELEASE);
	close(self->sockets[0]);
	close(self->sockets[1]);
	close(self->region);
	close(self->mailbox);
	close(self->session);
}

/* In the child: receive it, map it, write to it. */
static int take_and_write(FIXTURE_DATA(holder) * self)
{
	int extent = take_extent(self->mailbox);
	char *memory = map_pages(extent, self->page, READ_WRITE);

	if (!memory || poke(memory, 'b'))
		_exit(1);
	return extent;
}

static int tell_and_wait(FIXTURE_DATA(holder) * self)
{
	__atomic_store_n(&self->shared->held, 1, __ATOMIC_RELEASE);
	return await_counter(&self->shared->end, 1);
}

static bool start(FIXTURE_DATA(holder) * self, int (*hold)(void *fixture))
{
	child_start(&self->child, hold, self);
	return await_counter(&self->shared->held, 1);
}

static void kill_holder(FIXTURE_DATA(holder) * self)
{
	kill(self->child.pid, SIGKILL);
	child_join(&self->child);
}

static int hold(void *fixture)
{
	take_and_write(fixture);
	return tell_and_wait(fixture);
}

TEST_F(holder, that_is_killed_gives_the_pages_back)
{
	ASSERT_TRUE(start(self, hold));
	EXPECT_EQ(BUS, peek(self->memory));
	kill_holder(self);
	EXPECT_TRUE(await_extents(self->region, 0));
	EXPECT_EQ('b', peek(self->memory));
	EXPECT_EQ(0, poke(self->memory, 'c'));
}

static int hold_and_fork(void *fixture)
{
	FIXTURE_DATA(holder) * self = fixture;

	take_and_write(self);
	if (!fork()) {
		/* Keeps the descriptor, and nothing else. */
		await_counter(&self->shared->end, 1);
		_exit(0);
	}
	return tell_and_wait(self);
}

TEST_F(holder, that_is_killed_gives_back_what_its_child_has_a_descriptor_of)
{
	ASSERT_TRUE(start(self, hold_and_fork));
	EXPECT_EQ(BUS, peek(self->memory));
	kill_holder(self);
	EXPECT_TRUE(await_extents(self->region, 0));
	EXPECT_EQ('b', peek(self->memory));
}

static int hold_and_pass_on(void *fixture)
{
	FIXTURE_DATA(holder) * self = fixture;

	if (fd_send(self->sockets[0], take_and_write(self)) < 0)
		return -1;
	return tell_and_wait(self);
}

TEST_F(holder, that_is_killed_leaves_nothing_to_who_gets_the_descriptor)
{
	int extent;

	ASSERT_TRUE(start(self, hold_and_pass_on));
	kill_holder(self);
	EXPECT_TRUE(await_extents(self->region, 0));
	EXPECT_EQ('b', peek(self->memory));
	extent = fd_receive(self->sockets[1]);
	ASSERT_LE(0, extent);
	EXPECT_EQ(NULL, map_pages(extent, self->page, PROT_READ));
	EXPECT_EQ(ESTALE, errno);
	EXPECT_EQ(-ESTALE, put_extent(self->mailbox, extent, MOVE, 0,
				      self->page));
	EXPECT_EQ(POLLHUP, region_events(extent) & POLLHUP);
	close(extent);
}

/* Executes a shell that has the descriptor, and ends with the socket. */
static int hold_and_execute(void *fixture)
{
	FIXTURE_DATA(holder) * self = fixture;

	fcntl(take_and_write(self), F_SETFD, 0);
	close(self->sockets[0]);
	dup2(self->sockets[1], STDIN_FILENO);
	__atomic_store_n(&self->shared->held, 1, __ATOMIC_RELEASE);
	execl("/bin/sh", "sh", "-c", "read line", NULL);
	return -errno;
}

TEST_F(holder, that_executes_another_program_gives_the_pages_back)
{
	ASSERT_TRUE(start(self, hold_and_execute));
	EXPECT_TRUE(await_extents(self->region, 0));
	EXPECT_EQ('b', peek(self->memory));
	kill_holder(self);
}

static int unmap_and_pass_on(void *fixture)
{
	FIXTURE_DATA(holder) * self = fixture;
	int extent = take_extent(self->mailbox);
	char *memory = map_pages(extent, self->page, READ_WRITE);

	poke(memory, 'b');
	munmap(memory, self->page);
	if (fd_send(self->sockets[0], extent) < 0)
		return -1;
	return tell_and_wait(self);
}

TEST_F(holder, that_maps_it_no_more_leaves_it_to_who_has_the_descriptor)
{
	int extent;
	char *memory;

	ASSERT_TRUE(start(self, unmap_and_pass_on));
	kill_holder(self);
	extent = fd_receive(self->sockets[1]);
	memory = map_pages(extent, self->page, READ_WRITE);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ('b', peek(memory));
	EXPECT_EQ(BUS, peek(self->memory));
	munmap(memory, self->page);
	close(extent);
	EXPECT_EQ('b', peek(self->memory));
}

TEST_F(holder, is_told_of_until_it_dies)
{
	struct ipcchan_extent_info info;

	ASSERT_EQ(1, region_extents(self->region, &info, 1));
	EXPECT_EQ(IPCCHAN_EXTENT_QUEUED, info.state);
	EXPECT_EQ(0, info.tgid);
	ASSERT_TRUE(start(self, hold));
	ASSERT_EQ(1, region_extents(self->region, &info, 1));
	EXPECT_EQ(IPCCHAN_EXTENT_HELD, info.state);
	EXPECT_EQ(self->child.pid, info.tgid);
	EXPECT_EQ(1, info.mappings);
	kill_holder(self);
	EXPECT_TRUE(await_extents(self->region, 0));
	EXPECT_EQ(0, region_extents(self->region, &info, 1));
}

#include "ipcchan_selftest_main.h"
