// SPDX-License-Identifier: GPL-2.0
/*
 * Where death can meet a process besides in a call of its own: with messages
 * queued, among others who wait, with its descriptor in other hands, in many
 * threads at once, with a mapping.
 */

#include "kselftest_harness.h"

#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "ipcchan_selftest.h"

/* Messages that the mailbox takes, and threads of a process. */
#define CAPACITY		4
#define THREADS			3

/*
 * A mailbox with one descriptor for each side and one to watch, a region, and
 * what the test and the process that dies share.
 */
FIXTURE(place)
{
	int session;
	int sender;
	int receiver;
	int watcher;
	int region;
	int line[2];
	int *told;
	struct ipcchan_device_info before;
};

FIXTURE_SETUP(place)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = CAPACITY);
	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
	self->region = region_open(self->session, getpagesize());
	ASSERT_LE(0, self->region);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				self->line));
	self->told = shared_alloc(sizeof(*self->told));
	self->before = device_info(self->session);
}

FIXTURE_TEARDOWN(place)
{
	EXPECT_TRUE(await_usage(self->session, self->before.user_objects,
				self->before.user_bytes));
	close(self->line[0]);
	close(self->line[1]);
	close(self->region);
	close(self->sender);
	close(self->receiver);
	close(self->watcher);
	close(self->session);
}

static int kill_child(struct child *child)
{
	kill(child->pid, SIGKILL);
	return child_join(child);
}

static int __attribute__((noreturn)) tell_and_wait(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;

	__atomic_store_n(self->told, 1, __ATOMIC_RELEASE);
	for (;;)
		pause();
}

/* Messages queued */

static int send_two_and_wait(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;

	if (put_number(self->sender, 1) != 1 ||
	    put_number(self->sender, 2) != 1)
		return 1;
	return tell_and_wait(self);
}

TEST_F(place, messages_of_a_killed_sender_are_received_and_then_the_end)
{
	struct child sender;

	child_start(&sender, send_two_and_wait, self);
	close(self->sender);
	ASSERT_TRUE(await_counter(self->told, 1));
	ASSERT_EQ(DIED, kill_child(&sender));
	EXPECT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(2, take_number(self->receiver));
	EXPECT_EQ(-EPIPE, take_number(self->receiver));
}

/* Among others who wait */

static int wait_for_a_number(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;
	unsigned int number;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));

	return mailbox_receive(self->receiver, &message, 1);
}

TEST_F(place, receiver_behind_a_killed_one_gets_the_message)
{
	struct child first;
	struct sleeper second;

	child_start(&first, wait_for_a_number, self);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	start_take(&second, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 2));
	ASSERT_EQ(DIED, kill_child(&first));
	EXPECT_EQ(1, mailbox_info(self->watcher).waiting_receivers);
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(1, sleeper_join(&second));
}

static int wait_for_room(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;
	unsigned int number = 77;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));

	return mailbox_send(self->sender, &message, 1);
}

TEST_F(place, sender_behind_a_killed_one_gets_the_room)
{
	struct child first;
	struct sleeper second;

	for (int i = 1; i <= CAPACITY; i++)
		ASSERT_EQ(1, put_number(self->sender, i));
	child_start(&first, wait_for_room, self);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	start_put(&second, self->sender, CAPACITY + 1);
	ASSERT_TRUE(await_waiters(self->watcher, 2, 0));
	ASSERT_EQ(DIED, kill_child(&first));
	ASSERT_EQ(1, take_number(self->receiver));
	ASSERT_EQ(1, sleeper_join(&second));
	for (int i = 2; i <= CAPACITY + 1; i++)
		EXPECT_EQ(i, take_number(self->receiver));
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
}

/* The descriptor in other hands */

static int fork_and_wait(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;

	close(self->line[0]);
	if (fork())
		return tell_and_wait(self);
	/* The child's child: until the test closes the line. */
	while (read(self->line[1], &(char){ 0 }, 1) > 0)
		;
	_exit(0);
}

TEST_F(place, receiver_is_told_when_the_child_of_a_killed_sender_is_gone_too)
{
	struct child sender;
	struct sleeper receiver;

	child_start(&sender, fork_and_wait, self);
	close(self->sender);
	close(self->line[1]);
	ASSERT_TRUE(await_counter(self->told, 1));
	ASSERT_EQ(DIED, kill_child(&sender));
	EXPECT_EQ(1, mailbox_info(self->watcher).senders);
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	close(self->line[0]);
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
}

static int pass_and_wait(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;

	if (fd_send(self->line[1], self->sender) != 1)
		return 1;
	return tell_and_wait(self);
}

TEST_F(place, descriptor_in_flight_outlives_its_killed_sender)
{
	struct child sender;
	int fd;

	child_start(&sender, pass_and_wait, self);
	close(self->sender);
	ASSERT_TRUE(await_counter(self->told, 1));
	ASSERT_EQ(DIED, kill_child(&sender));
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	fd = fd_receive(self->line[0]);
	ASSERT_LE(0, fd);
	EXPECT_EQ(1, put_number(fd, 1));
	EXPECT_EQ(1, take_number(self->receiver));
	close(fd);
	EXPECT_EQ(-EPIPE, take_number(self->receiver));
}

TEST_F(place, receiver_is_told_when_a_descriptor_in_flight_is_dropped)
{
	struct child sender;
	struct sleeper receiver;

	child_start(&sender, pass_and_wait, self);
	close(self->sender);
	close(self->line[1]);
	ASSERT_TRUE(await_counter(self->told, 1));
	ASSERT_EQ(DIED, kill_child(&sender));
	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	close(self->line[0]);
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
}

/* Many threads */

static int wait_in_threads(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;
	struct sleeper threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		sleeper_start(&threads[i], wait_for_a_number, self);
	return tell_and_wait(self);
}

TEST_F(place, sender_is_told_when_all_threads_of_a_receiver_are_killed)
{
	struct child receiver;
	struct pollfd poller = { .fd = self->sender };

	child_start(&receiver, wait_in_threads, self);
	close(self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, THREADS));
	ASSERT_EQ(DIED, kill_child(&receiver));
	EXPECT_TRUE(await_waiters(self->watcher, 0, 0));
	EXPECT_EQ(1, poll(&poller, 1, 0));
	EXPECT_EQ(POLLERR, poller.revents);
	EXPECT_EQ(-EPIPE, put_number(self->sender, 1));
}

static int receive_to_nowhere(void *argument)
{
	FIXTURE_DATA(place) * self = argument;
	size_t page = getpagesize();
	void *buffer = mmap(NULL, page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.range = { .start = (uintptr_t)buffer, .len = page },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct ipcchan_message message = MESSAGE(buffer, page);
	int faults = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (call(faults, UFFDIO_API, &api) ||
	    call(faults, UFFDIO_REGISTER, &area))
		abort();
	return mailbox_receive(self->receiver, &message, 1);
}

static int hold_in_threads(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;
	struct sleeper threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		sleeper_start(&threads[i], receive_to_nowhere, self);
	return tell_and_wait(self);
}

TEST_F(place, messages_held_by_killed_threads_come_back_in_order)
{
	struct child receiver;

	for (int i = 1; i <= CAPACITY; i++)
		ASSERT_EQ(1, put_number(self->sender, i));
	child_start(&receiver, hold_in_threads, self);
	ASSERT_TRUE(await_messages(self->watcher, CAPACITY - THREADS));
	ASSERT_EQ(THREADS, mailbox_info(self->watcher).held);
	ASSERT_EQ(DIED, kill_child(&receiver));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
	for (int i = 1; i <= CAPACITY; i++)
		EXPECT_EQ(i, take_number(self->receiver));
}

/* A mapping */

static int map_write_and_wait(void *fixture)
{
	FIXTURE_DATA(place) * self = fixture;
	int *memory = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE,
			   MAP_SHARED, self->region, 0);

	if (memory == MAP_FAILED)
		return 1;
	*memory = 42;
	return tell_and_wait(self);
}

TEST_F(place, region_keeps_what_a_killed_process_wrote_and_not_its_mapping)
{
	struct child writer;
	int *memory;

	child_start(&writer, map_write_and_wait, self);
	ASSERT_TRUE(await_counter(self->told, 1));
	ASSERT_EQ(1, region_info(self->region).mappings);
	ASSERT_EQ(DIED, kill_child(&writer));
	EXPECT_EQ(0, region_info(self->region).mappings);
	memory = mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, self->region,
		      0);
	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(42, *memory);
	munmap(memory, getpagesize());
}

#include "ipcchan_selftest_main.h"
