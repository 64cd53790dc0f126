// SPDX-License-Identifier: GPL-2.0
/* A value that is replaced, read without being taken away, and waited for. */

#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"

/* A descriptor that writes, two that read, one to watch. */
FIXTURE(latest)
{
	int session;
	int writer;
	int reader;
	int other;
	int watcher;
	char *page;
	size_t size;
};

static int latest_open(int session)
{
	return mailbox_open(session, .delivery = IPCCHAN_DELIVERY_LATEST);
}

FIXTURE_SETUP(latest)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = latest_open(self->session);
	ASSERT_LE(0, mailbox);
	self->writer = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->reader = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->other = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
	self->size = sysconf(_SC_PAGESIZE);
	self->page = mmap(NULL, self->size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
}

FIXTURE_TEARDOWN(latest)
{
	munmap(self->page, self->size);
	close(self->watcher);
	close(self->other);
	close(self->reader);
	close(self->writer);
	close(self->session);
}

static int take_message(int mailbox, struct ipcchan_message *message,
			unsigned int *number)
{
	numbers_buffer(message, number, 1);
	return mailbox_receive(mailbox, message, 1, .flags = IPCCHAN_NONBLOCK);
}

/* The number of the first value behind this sequence, or -errno. */
static int take_after(int mailbox, unsigned long long sequence,
		      unsigned int flags)
{
	struct ipcchan_message message;
	unsigned int number;
	int ret;

	numbers_buffer(&message, &number, 1);
	ret = mailbox_receive(mailbox, &message, 1, .after = sequence,
			      .flags = IPCCHAN_AFTER | flags);
	return ret == 1 ? (int)number : ret;
}

static bool is_readable(int mailbox)
{
	struct pollfd poller = { .fd = mailbox, .events = POLLIN };

	return poll(&poller, 1, 0) == 1 && poller.revents & POLLIN;
}

TEST_F(latest, value_is_replaced_by_a_send)
{
	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(1, put_number(self->writer, 2));
	EXPECT_EQ(2, take_number(self->reader));
	EXPECT_EQ(1, mailbox_info(self->watcher).messages);
}

TEST_F(latest, send_never_lacks_room)
{
	for (int i = 1; i <= 1000; i++)
		ASSERT_EQ(1, put_number(self->writer, i));
	EXPECT_EQ(1, mailbox_info(self->watcher).high_water);
	EXPECT_EQ(1000, take_number(self->reader));
}

TEST_F(latest, value_stays_when_it_is_received)
{
	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(1, take_number(self->reader));
	EXPECT_EQ(1, take_number(self->other));
	EXPECT_EQ(1, mailbox_info(self->watcher).messages);
}

TEST_F(latest, value_is_received_once_by_each_description)
{
	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(1, take_number(self->reader));
	EXPECT_EQ(-EAGAIN, take_number(self->reader));
	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(1, take_number(self->reader));
}

TEST_F(latest, receive_waits_for_a_newer_value)
{
	struct sleeper reader;

	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(1, take_number(self->reader));
	start_take(&reader, self->reader);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_number(self->writer, 2));
	EXPECT_EQ(2, sleeper_join(&reader));
}

TEST_F(latest, value_goes_to_all_that_wait)
{
	struct sleeper readers[2];

	start_take(&readers[0], self->reader);
	start_take(&readers[1], self->other);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 2));
	ASSERT_EQ(1, put_number(self->writer, 7));
	EXPECT_EQ(7, sleeper_join(&readers[0]));
	EXPECT_EQ(7, sleeper_join(&readers[1]));
}

TEST_F(latest, value_goes_to_one_of_those_that_share_a_description)
{
	struct sleeper readers[2];

	start_take(&readers[0], self->reader);
	start_take(&readers[1], self->reader);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 2));
	ASSERT_EQ(1, put_number(self->writer, 7));
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_number(self->writer, 8));
	EXPECT_EQ(15, sleeper_join(&readers[0]) + sleeper_join(&readers[1]));
}

TEST_F(latest, new_description_begins_with_the_value_that_is_there)
{
	int late;

	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(1, put_number(self->writer, 2));
	ASSERT_EQ(2, take_number(self->reader));
	late = object_restrict(self->reader, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_LE(0, late);
	EXPECT_EQ(2, take_number(late));
	EXPECT_EQ(-EAGAIN, take_number(late));
	close(late);
}

TEST_F(latest, lost_is_how_many_values_were_skipped)
{
	struct ipcchan_message message;
	unsigned int number;

	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(1, take_number(self->reader));
	for (int i = 2; i <= 9; i++)
		ASSERT_EQ(1, put_number(self->writer, i));
	ASSERT_EQ(1, take_message(self->reader, &message, &number));
	EXPECT_EQ(9, number);
	EXPECT_EQ(7, message.lost);
	EXPECT_EQ(9, message.sequence);
	ASSERT_EQ(1, take_message(self->other, &message, &number));
	EXPECT_EQ(8, message.lost);
}

TEST_F(latest, poll_tells_each_description_of_what_is_new_to_it)
{
	EXPECT_FALSE(is_readable(self->reader));
	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_TRUE(is_readable(self->reader));
	ASSERT_EQ(1, take_number(self->reader));
	EXPECT_FALSE(is_readable(self->reader));
	EXPECT_TRUE(is_readable(self->other));
}

static int poll_for_input(void *mailbox)
{
	struct pollfd poller = { .fd = *(int *)mailbox, .events = POLLIN };

	return poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000);
}

TEST_F(latest, value_wakes_all_that_poll)
{
	struct sleeper pollers[2];

	sleeper_start(&pollers[0], poll_for_input, &self->reader);
	sleeper_start(&pollers[1], poll_for_input, &self->other);
	ASSERT_TRUE(await_asleep(&pollers[0]));
	ASSERT_TRUE(await_asleep(&pollers[1]));
	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(1, sleeper_join(&pollers[0]));
	EXPECT_EQ(1, sleeper_join(&pollers[1]));
}

TEST_F(latest, poll_says_that_a_send_succeeds)
{
	struct pollfd poller = { .fd = self->writer, .events = POLLOUT };

	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(1, poll(&poller, 1, 0));
	EXPECT_EQ(POLLOUT, poller.revents);
}

TEST_F(latest, peek_gives_the_value_whoever_has_received_it)
{
	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(1, take_number(self->reader));
	EXPECT_EQ(1, peek_number(self->watcher, 0));
	EXPECT_EQ(1, peek_number(self->watcher, 0));
	EXPECT_EQ(-ENOMSG, peek_number(self->watcher, 1));
}

TEST_F(latest, peek_gives_enomsg_before_the_first_value)
{
	EXPECT_EQ(-ENOMSG, peek_number(self->watcher, 0));
}

TEST_F(latest, after_gives_a_newer_value_and_moves_nothing)
{
	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(1, take_after(self->reader, 0, IPCCHAN_NONBLOCK));
	EXPECT_EQ(1, take_after(self->reader, 0, IPCCHAN_NONBLOCK));
	EXPECT_EQ(-EAGAIN, take_after(self->reader, 1, IPCCHAN_NONBLOCK));
	EXPECT_EQ(-EAGAIN, take_after(self->reader, ~0ULL, IPCCHAN_NONBLOCK));
	EXPECT_EQ(1, take_number(self->reader));
	EXPECT_EQ(1, take_after(self->reader, 0, IPCCHAN_NONBLOCK));
}

static int sleepy_take_after(void *mailbox)
{
	return take_after(*(int *)mailbox, 1, 0);
}

TEST_F(latest, after_waits_for_a_change_in_many_threads_on_one_descriptor)
{
	struct sleeper readers[4];

	ASSERT_EQ(1, put_number(self->writer, 1));
	for (int i = 0; i < 4; i++)
		sleeper_start(&readers[i], sleepy_take_after, &self->reader);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 4));
	ASSERT_EQ(1, put_number(self->writer, 2));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(2, sleeper_join(&readers[i]));
}

TEST_F(latest, after_tells_what_is_gone_behind_it)
{
	struct ipcchan_message message;
	unsigned int number;

	for (int i = 1; i <= 5; i++)
		ASSERT_EQ(1, put_number(self->writer, i));
	numbers_buffer(&message, &number, 1);
	ASSERT_EQ(1, mailbox_receive(self->reader, &message, 1, .after = 2,
				     .flags = IPCCHAN_AFTER));
	EXPECT_EQ(2, message.lost);
}

TEST_F(latest, after_is_of_mailboxes_that_are_read_by_many)
{
	int queue = mailbox_open(self->session, .capacity_messages = 1);

	ASSERT_LE(0, queue);
	ASSERT_EQ(1, put_number(queue, 1));
	EXPECT_EQ(-EINVAL, take_after(queue, 0, IPCCHAN_NONBLOCK));
	EXPECT_EQ(1, take_number(queue));
	close(queue);
}

TEST_F(latest, after_needs_its_flag)
{
	struct ipcchan_message message;
	unsigned int number;

	ASSERT_EQ(1, put_number(self->writer, 1));
	numbers_buffer(&message, &number, 1);
	EXPECT_EQ(-EINVAL, mailbox_receive(self->reader, &message, 1,
					   .after = 1));
}

TEST_F(latest, capacity_is_one_value)
{
	EXPECT_EQ(1, mailbox_info(self->watcher).capacity_messages);
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .capacity_messages = 2,
					.delivery = IPCCHAN_DELIVERY_LATEST));
	EXPECT_EQ(0, close(mailbox_open(self->session, .capacity_messages = 1,
					.delivery = IPCCHAN_DELIVERY_LATEST)));
}

TEST_F(latest, history_is_of_broadcasts)
{
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .history = 1,
					.delivery = IPCCHAN_DELIVERY_LATEST));
}

TEST_F(latest, subscribe_is_refused)
{
	EXPECT_EQ(-EINVAL, mailbox_subscribe(self->reader));
}

TEST_F(latest, policy_makes_no_difference)
{
	struct ipcchan_message message = MESSAGE("x", 1);

	for (int policy = IPCCHAN_POLICY_DEFAULT;
	     policy <= IPCCHAN_POLICY_LATEST; policy++) {
		int mailbox = mailbox_open(self->session, .policy = policy,
					   .delivery = IPCCHAN_DELIVERY_LATEST);

		ASSERT_LE(0, mailbox);
		close(mailbox);
		message.flags = 0;
		EXPECT_EQ(1, mailbox_send(self->writer, &message, 1,
					  .policy = policy));
		EXPECT_EQ(0, message.flags);
	}
	EXPECT_EQ(1, mailbox_info(self->watcher).messages);
}

TEST_F(latest, read_gives_a_value_and_write_sets_it)
{
	char byte = 0;

	ASSERT_EQ(1, write(self->writer, "a", 1));
	ASSERT_EQ(1, write(self->writer, "b", 1));
	EXPECT_EQ(1, read(self->reader, &byte, 1));
	EXPECT_EQ('b', byte);
	close(self->writer);
	EXPECT_EQ(0, read(self->reader, &byte, 1));
	EXPECT_EQ(1, read(self->other, &byte, 1));
}

TEST_F(latest, value_that_could_not_be_copied_is_still_new)
{
	struct ipcchan_message message = MESSAGE(NULL, 4);

	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(-EFAULT, mailbox_receive(self->reader, &message, 1));
	EXPECT_EQ(1, take_number(self->reader));
}

TEST_F(latest, value_longer_than_its_buffer_is_still_new)
{
	char byte;
	struct ipcchan_message message = MESSAGE(&byte, 1);

	ASSERT_EQ(1, put_number(self->writer, 1));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->reader, &message, 1));
	EXPECT_EQ(sizeof(int), message.length);
	EXPECT_EQ(1, take_number(self->reader));
}

/* In a thread, since it does not come back. */
static int write_from_page(void *fixture)
{
	FIXTURE_DATA(latest) * self = fixture;

	return write(self->writer, self->page, self->size);
}

static int die_half_way(void *fixture)
{
	FIXTURE_DATA(latest) * self = fixture;
	int faults = faults_open(self->page, self->size);
	struct sleeper writer;

	if (faults < 0)
		return faults;
	sleeper_start(&writer, write_from_page, self);
	if (!await_fault(faults))
		return HANGS;
	kill(getpid(), SIGKILL);
	return HANGS;
}

TEST_F(latest, writer_that_dies_half_way_is_not_seen)
{
	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(DIED, run_in_child(die_half_way, self));
	EXPECT_EQ(1, mailbox_info(self->watcher).sent);
	EXPECT_EQ(1, peek_number(self->watcher, 0));
	EXPECT_EQ(1, take_number(self->reader));
	EXPECT_EQ(-EAGAIN, take_number(self->reader));
}

static int read_into_page(void *fixture)
{
	FIXTURE_DATA(latest) * self = fixture;

	return read(self->reader, self->page, self->size);
}

TEST_F(latest, value_being_copied_may_be_replaced)
{
	int faults = faults_open(self->page, self->size);
	struct sleeper reader;

	ASSERT_LE(0, faults);
	ASSERT_EQ(1, put_number(self->writer, 1));
	sleeper_start(&reader, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	ASSERT_EQ(1, put_number(self->writer, 2));
	EXPECT_EQ(1, mailbox_info(self->watcher).held);
	EXPECT_EQ(2, take_number(self->other));
	ASSERT_EQ(0, faults_pass(faults, self->page, self->size));
	EXPECT_EQ(sizeof(int), sleeper_join(&reader));
	EXPECT_EQ(1, *(int *)self->page);
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
	EXPECT_EQ(2, take_number(self->reader));
	close(faults);
}

TEST_F(latest, replaced_value_gives_its_quota_back)
{
	__u64 bytes;

	ASSERT_EQ(1, put_number(self->writer, 1));
	bytes = device_info(self->session).user_bytes;
	for (int i = 2; i < 50; i++)
		ASSERT_EQ(1, put_number(self->writer, i));
	EXPECT_EQ(bytes, device_info(self->session).user_bytes);
}

TEST_F(latest, value_is_read_to_the_end_and_then_epipe)
{
	ASSERT_EQ(1, put_number(self->writer, 1));
	close(self->writer);
	EXPECT_EQ(1, take_number(self->reader));
	EXPECT_EQ(-EPIPE, take_number(self->reader));
	EXPECT_EQ(-EPIPE, take_after(self->reader, 1, 0));
	EXPECT_EQ(1, take_after(self->reader, 0, 0));
	EXPECT_EQ(1, take_number(self->other));
}

TEST_F(latest, end_wakes_who_waits)
{
	struct sleeper readers[2];

	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(1, take_number(self->reader));
	start_take(&readers[0], self->reader);
	sleeper_start(&readers[1], sleepy_take_after, &self->other);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 2));
	close(self->writer);
	EXPECT_EQ(-EPIPE, sleeper_join(&readers[0]));
	EXPECT_EQ(-EPIPE, sleeper_join(&readers[1]));
}

TEST_F(latest, send_to_nobody_is_epipe)
{
	close(self->reader);
	close(self->other);
	EXPECT_EQ(-EPIPE, put_number(self->writer, 1));
}

TEST_F(latest, kill_wakes_who_waits_and_drops_the_value)
{
	struct sleeper reader;

	ASSERT_EQ(1, put_number(self->writer, 1));
	ASSERT_EQ(1, take_number(self->reader));
	start_take(&reader, self->reader);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, sleeper_join(&reader));
	EXPECT_EQ(-EIDRM, take_number(self->other));
	EXPECT_EQ(-EIDRM, put_number(self->writer, 2));
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(latest, info_counts_readers_and_values)
{
	struct ipcchan_mailbox_info info;

	for (int i = 1; i <= 3; i++)
		ASSERT_EQ(1, put_number(self->writer, i));
	ASSERT_EQ(3, take_number(self->reader));
	info = mailbox_info(self->watcher);
	EXPECT_EQ(IPCCHAN_DELIVERY_LATEST, info.delivery);
	EXPECT_EQ(2, info.subscribers);
	EXPECT_EQ(1, info.history);
	EXPECT_EQ(3, info.sent);
	EXPECT_EQ(2, info.dropped);
	EXPECT_EQ(0, info.lost);
	EXPECT_EQ(1, info.received);
	EXPECT_NE(0, info.oldest_message_ns);
}

#include "ipcchan_selftest_main.h"
