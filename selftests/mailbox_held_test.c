// SPDX-License-Identifier: GPL-2.0
/*
 * A message that a receiver is copying: it still takes its room, and comes back
 * to its place if the copy fails. userfaultfd(2) holds the copy where it is.
 */

#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"

/*
 * A mailbox for three messages, with a descriptor for each side and one to
 * watch; a receiver that is copying the first of the messages 1 and 2.
 */
FIXTURE(held)
{
	int session;
	int sender;
	int receiver;
	int watcher;
	int faults;
	size_t page;
	char *buffer;
	struct sleeper copying;
};

static int receive_into_buffer(void *fixture)
{
	FIXTURE_DATA(held) * self = fixture;
	struct ipcchan_message message = MESSAGE(self->buffer, self->page);

	return mailbox_receive(self->receiver, &message, 1);
}

FIXTURE_SETUP(held)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = 3);
	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
	self->page = sysconf(_SC_PAGESIZE);
	self->buffer = mmap(NULL, self->page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->buffer);
	self->faults = faults_open(self->buffer, self->page);
	ASSERT_LE(0, self->faults);
	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, put_number(self->sender, 2));
	sleeper_start(&self->copying, receive_into_buffer, self);
	ASSERT_TRUE(await_messages(self->watcher, 1));
}

FIXTURE_TEARDOWN(held)
{
	close(self->faults);
	close(self->sender);
	close(self->receiver);
	close(self->watcher);
	close(self->session);
}

/* Lets the copy go on into a page of zeroes. */
static int finish_copy(void *fixture)
{
	FIXTURE_DATA(held) * self = fixture;

	return faults_pass(self->faults, self->buffer, self->page) ?:
	       sleeper_join(&self->copying);
}

/* Lets the copy go on to where it cannot write. */
static int fail_copy(void *fixture)
{
	FIXTURE_DATA(held) * self = fixture;

	return faults_fail(self->faults, self->buffer, self->page) ?:
	       sleeper_join(&self->copying);
}

TEST_F(held, message_shows_in_info)
{
	EXPECT_EQ(1, mailbox_info(self->watcher).held);
	EXPECT_EQ(1, mailbox_info(self->watcher).messages);
	EXPECT_EQ(2 * sizeof(int), mailbox_info(self->watcher).bytes);
	EXPECT_EQ(0, mailbox_info(self->watcher).received);
	EXPECT_EQ(1, finish_copy(self));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
	EXPECT_EQ(1, mailbox_info(self->watcher).received);
}

TEST_F(held, message_takes_its_room)
{
	ASSERT_EQ(1, put_number(self->sender, 3));
	EXPECT_EQ(-EAGAIN, put_number(self->sender, 4));
	EXPECT_EQ(1, finish_copy(self));
	EXPECT_EQ(1, put_number(self->sender, 4));
}

TEST_F(held, message_gives_its_room_to_a_waiting_sender)
{
	struct sleeper sender;

	ASSERT_EQ(1, put_number(self->sender, 3));
	start_put(&sender, self->sender, 4);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(1, finish_copy(self));
	EXPECT_EQ(1, sleeper_join(&sender));
}

TEST_F(held, message_is_not_received_by_another)
{
	EXPECT_EQ(2, take_number(self->receiver));
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	EXPECT_EQ(1, finish_copy(self));
}

TEST_F(held, message_is_not_peeked)
{
	EXPECT_EQ(2, peek_number(self->watcher, 0));
	EXPECT_EQ(-ENOMSG, peek_number(self->watcher, 1));
	EXPECT_EQ(1, finish_copy(self));
}

TEST_F(held, message_arrives_whole)
{
	ASSERT_EQ(1, finish_copy(self));
	EXPECT_EQ(1, *(int *)self->buffer);
}

TEST_F(held, message_comes_back_before_later_ones)
{
	ASSERT_EQ(1, put_number(self->sender, 3));
	ASSERT_EQ(-EFAULT, fail_copy(self));
	EXPECT_EQ(3, mailbox_info(self->watcher).messages);
	EXPECT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(2, take_number(self->receiver));
	EXPECT_EQ(3, take_number(self->receiver));
}

TEST_F(held, message_comes_back_behind_a_higher_priority)
{
	ASSERT_EQ(1, put_number_at(self->sender, 3, 5));
	ASSERT_EQ(-EFAULT, fail_copy(self));
	EXPECT_EQ(3, take_number(self->receiver));
	EXPECT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(2, take_number(self->receiver));
}

TEST_F(held, message_comes_back_to_a_waiting_receiver)
{
	struct sleeper receiver;

	ASSERT_EQ(2, take_number(self->receiver));
	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(-EFAULT, fail_copy(self));
	EXPECT_EQ(1, sleeper_join(&receiver));
}

static int take_type_one(void *receiver)
{
	unsigned int number;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int nr = mailbox_receive(*(int *)receiver, &message, 1,
				 .flags = IPCCHAN_FILTER, .type_min = 1,
				 .type_max = 1);

	return nr < 0 ? nr : (int)number;
}

TEST_F(held, message_comes_back_to_a_waiting_receiver_that_it_matches)
{
	struct sleeper receiver;

	sleeper_start(&receiver, take_type_one, &self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(-EFAULT, fail_copy(self));
	EXPECT_EQ(1, sleeper_join(&receiver));
	EXPECT_EQ(2, take_number(self->receiver));
}

TEST_F(held, message_delays_the_end_of_others_than_those_stored)
{
	struct sleeper receiver;

	close(self->sender);
	sleeper_start(&receiver, take_type_one, &self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	EXPECT_EQ(1, finish_copy(self));
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
	EXPECT_EQ(2, take_number(self->receiver));
}

TEST_F(held, message_comes_back_to_a_poller)
{
	struct pollfd poller = { .fd = self->receiver, .events = POLLIN };

	ASSERT_EQ(2, take_number(self->receiver));
	ASSERT_EQ(0, poll(&poller, 1, 0));
	ASSERT_EQ(-EFAULT, fail_copy(self));
	EXPECT_EQ(1, poll(&poller, 1, 0));
}

TEST_F(held, message_delays_the_end)
{
	struct sleeper receiver;

	ASSERT_EQ(2, take_number(self->receiver));
	close(self->sender);
	EXPECT_EQ(-EAGAIN, take_number(self->receiver));
	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	EXPECT_EQ(1, finish_copy(self));
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
}

TEST_F(held, message_may_be_delivered_after_a_kill_but_not_put_back)
{
	int result;

	ASSERT_EQ(0, object_kill(self->watcher));
	result = fail_copy(self);
	EXPECT_TRUE(result == -EFAULT || result == -EIDRM);
	EXPECT_EQ(0, object_info(self->watcher).items);
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

/* The receiver is in another process, which is killed while it copies. */
static int fault_and_receive(void *fixture)
{
	FIXTURE_DATA(held) * self = fixture;

	self->faults = faults_open(self->buffer, self->page);
	if (self->faults < 0)
		return 1;
	return receive_into_buffer(self);
}

TEST_F(held, message_of_a_killed_receiver_comes_back)
{
	struct child receiver;

	ASSERT_EQ(1, finish_copy(self));
	ASSERT_EQ(0, madvise(self->buffer, self->page, MADV_DONTNEED));
	child_start(&receiver, fault_and_receive, self);
	ASSERT_TRUE(await_messages(self->watcher, 0));
	ASSERT_EQ(1, mailbox_info(self->watcher).held);
	ASSERT_EQ(0, kill(receiver.pid, SIGKILL));
	ASSERT_EQ(DIED, child_join(&receiver));
	EXPECT_EQ(2, take_number(self->receiver));
}

TEST_F(held, is_in_a_snapshot_in_its_place)
{
	char bytes[1024];
	struct ipcchan_message *first =
		(void *)(bytes + sizeof(struct ipcchan_snapshot));

	EXPECT_EQ(2, mailbox_snapshot(self->watcher, bytes, sizeof(bytes)));
	EXPECT_EQ(1, first->sequence);
	EXPECT_EQ(1, finish_copy(self));
}

#include "ipcchan_selftest_main.h"
