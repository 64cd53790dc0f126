// SPDX-License-Identifier: GPL-2.0
/* Each message to all subscribers, from one stored copy. */

#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"

#define ROOM		4
#define CROWD		16

/* A descriptor that publishes, two that may subscribe, one to watch. */
FIXTURE(broadcast)
{
	int session;
	int publisher;
	int first;
	int second;
	int watcher;
	char *page;
	size_t size;
};

/* Opens a mailbox and gives a descriptor of it for each side. */
static int open_sides(int session, unsigned int history, int *publisher,
		      int *receiver)
{
	int mailbox = mailbox_open(session, .capacity_messages = ROOM,
				   .history = history, .max_message_size = 64,
				   .capacity_bytes = 128,
				   .delivery = IPCCHAN_DELIVERY_BROADCAST);
	int watcher;

	if (mailbox < 0)
		return mailbox;
	*publisher = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	*receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
				  IPCCHAN_RIGHT_ADMIN, 0);
	close(mailbox);
	return watcher;
}

/* Another description of the same mailbox. */
static int one_more(int receiver)
{
	return object_restrict(receiver, IPCCHAN_RIGHT_RECEIVE, 0);
}

FIXTURE_SETUP(broadcast)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->watcher = open_sides(self->session, 0, &self->publisher,
				   &self->first);
	ASSERT_LE(0, self->watcher);
	self->second = one_more(self->first);
	ASSERT_LE(0, self->second);
	self->size = sysconf(_SC_PAGESIZE);
	self->page = mmap(NULL, self->size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
}

FIXTURE_TEARDOWN(broadcast)
{
	munmap(self->page, self->size);
	close(self->watcher);
	close(self->second);
	close(self->first);
	close(self->publisher);
	close(self->session);
}

static int put_numbers(int mailbox, int first, int last)
{
	int ret = 1;

	for (int i = first; i <= last && ret == 1; i++)
		ret = put_number(mailbox, i);
	return ret;
}

static bool takes_numbers(int mailbox, int first, int last)
{
	for (int i = first; i <= last; i++)
		if (take_number(mailbox) != i)
			return false;
	return take_number(mailbox) == -EAGAIN;
}

/* Receives a number and says how many were lost before it. */
static int take_lost(int mailbox, unsigned long long *lost)
{
	struct ipcchan_message message;
	unsigned int number;
	int ret;

	numbers_buffer(&message, &number, 1);
	ret = mailbox_receive(mailbox, &message, 1, .flags = IPCCHAN_NONBLOCK);
	*lost = message.lost;
	return ret == 1 ? (int)number : ret;
}

/* Sends a number by a policy: 1, 0 if it was dropped itself, or -errno. */
static int put_by(int mailbox, unsigned int policy, unsigned int number)
{
	struct ipcchan_message message;
	int ret;

	numbers_fill(&message, &number, 1, number);
	ret = mailbox_send(mailbox, &message, 1, .policy = policy);
	if (ret == 1 && message.flags == IPCCHAN_MESSAGE_DROPPED)
		return 0;
	return ret;
}

static short events_of(int mailbox)
{
	struct pollfd poller = { .fd = mailbox, .events = POLLIN | POLLOUT };

	return poll(&poller, 1, 0) == 1 ? poller.revents : 0;
}

/* One copy for all */

TEST_F(broadcast, message_goes_to_each_subscriber)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 3));
	EXPECT_TRUE(takes_numbers(self->first, 1, 3));
	EXPECT_TRUE(takes_numbers(self->second, 1, 3));
}

TEST_F(broadcast, message_is_stored_once_until_the_last_has_it)
{
	struct ipcchan_mailbox_info info;

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	info = mailbox_info(self->watcher);
	EXPECT_EQ(1, info.messages);
	EXPECT_EQ(sizeof(int), info.bytes);
	ASSERT_EQ(1, take_number(self->first));
	EXPECT_EQ(1, mailbox_info(self->watcher).messages);
	ASSERT_EQ(1, take_number(self->second));
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
	EXPECT_EQ(0, mailbox_info(self->watcher).bytes);
}

TEST_F(broadcast, message_is_charged_to_its_sender_until_the_last_has_it)
{
	__u64 before = device_info(self->session).user_bytes;
	__u64 charged;

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	charged = device_info(self->session).user_bytes;
	EXPECT_LT(before, charged);
	ASSERT_EQ(1, take_number(self->first));
	EXPECT_EQ(charged, device_info(self->session).user_bytes);
	ASSERT_EQ(1, take_number(self->second));
	EXPECT_EQ(before, device_info(self->session).user_bytes);
}

TEST_F(broadcast, message_to_no_subscriber_is_gone)
{
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 9));
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
	EXPECT_EQ(9, mailbox_info(self->watcher).sent);
	EXPECT_EQ(0, mailbox_info(self->watcher).dropped);
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(broadcast, order_is_that_of_the_sends_whatever_the_priority)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number_at(self->publisher, 1, 0));
	ASSERT_EQ(1, put_number_at(self->publisher, 2, 31));
	EXPECT_TRUE(takes_numbers(self->first, 1, 2));
}

TEST_F(broadcast, batch_is_received_in_order)
{
	struct ipcchan_message batch[ROOM];
	unsigned int numbers[ROOM];

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	numbers_fill(batch, numbers, 3, 1);
	ASSERT_EQ(3, mailbox_send(self->publisher, batch, 3));
	numbers_buffer(batch, numbers, ROOM);
	ASSERT_EQ(3, mailbox_receive(self->first, batch, ROOM));
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(i + 1, numbers[i]);
		EXPECT_EQ(i + 1, batch[i].sequence);
		EXPECT_EQ(0, batch[i].lost);
	}
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
}

TEST_F(broadcast, peek_begins_with_the_oldest_that_is_stored)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 3));
	EXPECT_EQ(1, peek_number(self->watcher, 0));
	EXPECT_EQ(3, peek_number(self->watcher, 2));
	EXPECT_EQ(-ENOMSG, peek_number(self->watcher, 3));
}

/* Subscribing */

TEST_F(broadcast, receive_before_subscribe_is_enotconn)
{
	char byte;

	ASSERT_EQ(1, put_number(self->publisher, 1));
	EXPECT_EQ(-ENOTCONN, take_number(self->first));
	EXPECT_EQ(-1, read(self->first, &byte, 1));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(0, events_of(self->first));
}

TEST_F(broadcast, subscriber_receives_what_comes_from_then_on)
{
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 2));
	EXPECT_TRUE(takes_numbers(self->first, 2, 2));
}

TEST_F(broadcast, latecomer_receives_what_is_stored_if_it_wants)
{
	unsigned long long lost;

	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 3));
	ASSERT_EQ(0, mailbox_subscribe(self->first, .history = 2));
	EXPECT_EQ(2, take_lost(self->first, &lost));
	EXPECT_EQ(0, lost);
	EXPECT_TRUE(takes_numbers(self->first, 3, 3));
	ASSERT_EQ(0, mailbox_subscribe(self->first, .history = ~0U));
	EXPECT_TRUE(takes_numbers(self->first, 1, 3));
}

TEST_F(broadcast, history_is_kept_for_latecomers)
{
	int publisher;
	int receiver;
	int watcher = open_sides(self->session, 3, &publisher, &receiver);

	ASSERT_LE(0, watcher);
	ASSERT_EQ(0, mailbox_subscribe(receiver));
	for (int i = 1; i <= 9; i++) {
		ASSERT_EQ(1, put_number(publisher, i));
		ASSERT_EQ(i, take_number(receiver));
	}
	EXPECT_EQ(3, mailbox_info(watcher).messages);
	EXPECT_EQ(3, mailbox_info(watcher).history);
	ASSERT_EQ(0, mailbox_subscribe(receiver, .history = ~0U));
	EXPECT_TRUE(takes_numbers(receiver, 7, 9));
	close(watcher);
	close(receiver);
	close(publisher);
}

TEST_F(broadcast, history_has_limits)
{
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .history = 5,
					.capacity_messages = 4,
					.delivery = IPCCHAN_DELIVERY_BROADCAST));
	EXPECT_EQ(-EINVAL, mailbox_open(self->session,
					.history = IPCCHAN_HISTORY_MAX + 1,
					.capacity_messages = 8192,
					.delivery = IPCCHAN_DELIVERY_BROADCAST));
	EXPECT_EQ(-EINVAL, mailbox_open(self->session, .history = 1));
}

TEST_F(broadcast, second_subscribe_gives_another_position)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	ASSERT_EQ(-EAGAIN, put_number(self->publisher, 5));
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
	EXPECT_EQ(1, mailbox_info(self->watcher).subscribers);
	ASSERT_EQ(1, put_number(self->publisher, 6));
	EXPECT_TRUE(takes_numbers(self->first, 6, 6));
}

TEST_F(broadcast, subscribe_takes_only_policies_of_subscribers)
{
	EXPECT_EQ(-EINVAL, mailbox_subscribe(self->first, .policy = 2));
	EXPECT_EQ(-EINVAL, mailbox_subscribe(self->first, .policy = 4));
	EXPECT_EQ(-EINVAL, mailbox_subscribe(self->first, .policy = 5));
	EXPECT_EQ(-EINVAL, mailbox_subscribe(self->first, .policy = 7));
	EXPECT_EQ(0, mailbox_info(self->watcher).subscribers);
}

TEST_F(broadcast, subscribe_is_of_broadcasts)
{
	int queue = mailbox_open(self->session, .capacity_messages = 1);

	ASSERT_LE(0, queue);
	EXPECT_EQ(-EINVAL, mailbox_subscribe(queue));
	close(queue);
}

TEST_F(broadcast, subscribe_needs_the_right_to_receive)
{
	EXPECT_EQ(-EPERM, mailbox_subscribe(self->publisher));
}

TEST_F(broadcast, subscribe_to_a_dead_mailbox_is_eidrm)
{
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, mailbox_subscribe(self->first));
}

TEST_F(broadcast, policy_that_makes_room_is_no_senders)
{
	EXPECT_EQ(-EINVAL, put_by(self->publisher, IPCCHAN_POLICY_DROP_OLDEST,
				  1));
	EXPECT_EQ(-EINVAL, put_by(self->publisher, IPCCHAN_POLICY_LATEST, 1));
	EXPECT_EQ(-EINVAL, mailbox_open(self->session,
					.policy = IPCCHAN_POLICY_DROP_OLDEST,
					.delivery = IPCCHAN_DELIVERY_BROADCAST));
}

/* Subscribers that block */

TEST_F(broadcast, sender_waits_for_who_blocks)
{
	struct sleeper sender;

	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	start_put(&sender, self->publisher, 5);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_TRUE(takes_numbers(self->second, 1, ROOM));
	EXPECT_EQ(1, mailbox_info(self->watcher).waiting_senders);
	EXPECT_EQ(1, take_number(self->first));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_TRUE(takes_numbers(self->first, 2, 5));
	EXPECT_TRUE(takes_numbers(self->second, 5, 5));
}

TEST_F(broadcast, sender_that_may_not_wait_gets_eagain)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	EXPECT_EQ(POLLOUT, events_of(self->publisher));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	EXPECT_EQ(-EAGAIN, put_number(self->publisher, 5));
	EXPECT_EQ(-EAGAIN, put_by(self->publisher, IPCCHAN_POLICY_FAIL, 5));
	EXPECT_EQ(0, events_of(self->publisher));
	EXPECT_EQ(1, take_number(self->first));
	EXPECT_EQ(1, put_number(self->publisher, 5));
}

TEST_F(broadcast, sender_that_drops_the_new_is_told_and_so_are_all)
{
	unsigned long long lost;

	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	EXPECT_EQ(0, put_by(self->publisher, IPCCHAN_POLICY_DROP_NEW, 5));
	EXPECT_EQ(0, put_by(self->publisher, IPCCHAN_POLICY_DROP_NEW, 6));
	EXPECT_EQ(2, mailbox_info(self->watcher).lost);
	EXPECT_TRUE(takes_numbers(self->first, 1, ROOM));
	EXPECT_TRUE(takes_numbers(self->second, 1, ROOM));
	ASSERT_EQ(1, put_number(self->publisher, 7));
	EXPECT_EQ(0, mailbox_info(self->watcher).lost);
	EXPECT_EQ(7, take_lost(self->first, &lost));
	EXPECT_EQ(2, lost);
	EXPECT_EQ(7, take_lost(self->second, &lost));
	EXPECT_EQ(2, lost);
}

TEST_F(broadcast, sender_goes_on_when_who_blocks_closes)
{
	struct sleeper sender;

	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	start_put(&sender, self->publisher, 5);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	close(self->first);
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
}

static int subscribe_and_stop(void *receiver)
{
	int own = one_more(*(int *)receiver);
	int error = mailbox_subscribe(own, .policy = IPCCHAN_POLICY_BLOCK);

	return error ?: pause();
}

TEST_F(broadcast, sender_goes_on_when_who_blocks_is_killed)
{
	struct sleeper sender;
	struct child child;

	child_start(&child, subscribe_and_stop, &self->first);
	ASSERT_TRUE(await_subscribers(self->watcher, 1));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	start_put(&sender, self->publisher, 5);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(1, sleeper_join(&sender));
}

TEST_F(broadcast, sender_that_waits_is_not_overtaken)
{
	struct sleeper sender;

	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	start_put(&sender, self->publisher, 5);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(-EAGAIN, put_number(self->publisher, 6));
	EXPECT_EQ(1, take_number(self->first));
	EXPECT_EQ(1, sleeper_join(&sender));
	EXPECT_EQ(-EAGAIN, put_number(self->publisher, 6));
}

/* Subscribers that lose */

TEST_F(broadcast, subscriber_that_is_slow_is_told_what_it_lost)
{
	unsigned long long lost;

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM + 7));
	EXPECT_EQ(ROOM, mailbox_info(self->watcher).messages);
	EXPECT_EQ(7, mailbox_info(self->watcher).dropped);
	EXPECT_EQ(0, mailbox_info(self->watcher).lost);
	EXPECT_EQ(8, take_lost(self->first, &lost));
	EXPECT_EQ(7, lost);
	EXPECT_EQ(9, take_lost(self->first, &lost));
	EXPECT_EQ(0, lost);
	EXPECT_TRUE(takes_numbers(self->first, 10, ROOM + 7));
}

TEST_F(broadcast, long_message_drops_as_many_as_its_bytes_need)
{
	char bytes[64] = "";
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes));

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, mailbox_send(self->publisher, &message, 1));
	ASSERT_EQ(1, put_numbers(self->publisher, 2, 3));
	/* Of 128 bytes 72 are used; with the first gone only 8. */
	ASSERT_EQ(1, mailbox_send(self->publisher, &message, 1));
	EXPECT_EQ(3, mailbox_info(self->watcher).messages);
	ASSERT_EQ(1, mailbox_send(self->publisher, &message, 1));
	EXPECT_EQ(2, mailbox_info(self->watcher).messages);
	EXPECT_EQ(3, mailbox_info(self->watcher).dropped);
}

TEST_F(broadcast, drop_drops_nothing_if_that_were_not_enough)
{
	char bytes[64] = "";
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes));

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	ASSERT_EQ(0, mailbox_subscribe(self->second,
				       .policy = IPCCHAN_POLICY_BLOCK));
	ASSERT_EQ(1, mailbox_send(self->publisher, &message, 1));
	ASSERT_EQ(1, put_number(self->publisher, 3));
	EXPECT_EQ(-EAGAIN, mailbox_send(self->publisher, &message, 1,
					.flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(0, mailbox_info(self->watcher).dropped);
	EXPECT_EQ(3, mailbox_info(self->watcher).messages);
}

TEST_F(broadcast, subscriber_that_is_evicted_is_told_once)
{
	char byte;

	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_EVICT));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	EXPECT_EQ(POLLIN, events_of(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 5));
	EXPECT_EQ(POLLHUP, events_of(self->first));
	EXPECT_EQ(-EOVERFLOW, take_number(self->first));
	EXPECT_EQ(-EPIPE, take_number(self->first));
	EXPECT_EQ(0, read(self->first, &byte, 1));
	EXPECT_EQ(POLLHUP, events_of(self->first));
}

TEST_F(broadcast, subscriber_that_is_evicted_keeps_nothing)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_EVICT));
	ASSERT_EQ(1, mailbox_info(self->watcher).subscribers);
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM + 1));
	EXPECT_EQ(0, mailbox_info(self->watcher).subscribers);
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
	EXPECT_EQ(0, device_info(self->session).user_bytes);
}

TEST_F(broadcast, subscriber_that_was_evicted_may_come_back)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_EVICT));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM + 1));
	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_EVICT));
	ASSERT_EQ(1, put_number(self->publisher, 6));
	EXPECT_TRUE(takes_numbers(self->first, 6, 6));
}

TEST_F(broadcast, subscriber_that_keeps_up_is_not_evicted)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_EVICT));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	for (int i = 1; i <= 3 * ROOM; i++) {
		ASSERT_EQ(1, put_number(self->publisher, i));
		ASSERT_EQ(i, take_number(self->first));
	}
}

static int poll_for_hangup(void *mailbox)
{
	struct pollfd poller = { .fd = *(int *)mailbox };

	poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000);
	return poller.revents;
}

TEST_F(broadcast, eviction_wakes_who_polls_for_nothing_else)
{
	struct sleeper poller;

	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_EVICT));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	sleeper_start(&poller, poll_for_hangup, &self->first);
	ASSERT_TRUE(await_asleep(&poller));
	ASSERT_EQ(1, put_number(self->publisher, 5));
	EXPECT_EQ(POLLHUP, sleeper_join(&poller));
}

/* What is received, lost, yet to read: all that was sent. */
struct account {
	unsigned long long received;
	unsigned long long lost;
	unsigned long long gaps;
	unsigned long long last;
};

static int read_one(int mailbox, struct account *account, unsigned int flags)
{
	struct ipcchan_message message;
	unsigned int number;
	int ret;

	numbers_buffer(&message, &number, 1);
	ret = mailbox_receive(mailbox, &message, 1, .flags = flags);
	if (ret != 1)
		return ret;
	account->received++;
	account->lost += message.lost;
	account->gaps += message.sequence - account->last - 1;
	account->last = message.sequence;
	return 1;
}

/* Receives up to @most; false if a gap in the sequences is not what was told. */
static bool read_some(int mailbox, struct account *account, int most)
{
	while (most && read_one(mailbox, account, IPCCHAN_NONBLOCK) == 1)
		most--;
	return account->lost == account->gaps;
}

TEST_F(broadcast, one_of_sixteen_that_stops_costs_the_others_nothing)
{
	struct account accounts[CROWD] = {};
	struct ipcchan_mailbox_info info;
	int crowd[CROWD];

	for (int i = 0; i < CROWD; i++) {
		crowd[i] = one_more(self->first);
		ASSERT_EQ(0, mailbox_subscribe(crowd[i]));
	}
	for (int n = 1; n <= 500; n++) {
		ASSERT_EQ(1, put_number(self->publisher, n));
		for (int i = 1; i < CROWD; i++)
			ASSERT_TRUE(read_some(crowd[i], &accounts[i], 1));
	}
	info = mailbox_info(self->watcher);
	EXPECT_EQ(ROOM, info.high_water);
	EXPECT_GE(128, info.high_water_bytes);
	for (int i = 1; i < CROWD; i++) {
		EXPECT_EQ(500, accounts[i].received);
		EXPECT_EQ(0, accounts[i].lost);
	}
	ASSERT_TRUE(read_some(crowd[0], &accounts[0], -1));
	EXPECT_EQ(ROOM, accounts[0].received);
	EXPECT_EQ(500 - ROOM, accounts[0].lost);
	for (int i = 0; i < CROWD; i++)
		close(crowd[i]);
}

/* Each at its own pace, while the publisher drops the new now and then. */
TEST_F(broadcast, each_accounts_for_all_that_was_sent)
{
	struct account accounts[CROWD] = {};
	int crowd[CROWD];
	__u64 told;

	for (int i = 0; i < CROWD; i++) {
		crowd[i] = one_more(self->first);
		ASSERT_EQ(0, mailbox_subscribe(crowd[i], .policy = i % 4 ?
					       IPCCHAN_POLICY_DROP_OLDEST :
					       IPCCHAN_POLICY_BLOCK));
	}
	for (int n = 1; n <= 1000; n++) {
		ASSERT_LE(0, put_by(self->publisher, IPCCHAN_POLICY_DROP_NEW,
				    n));
		for (int i = 0; i < CROWD; i++)
			if (n * 7 % (i + 2) == 0)
				ASSERT_TRUE(read_some(crowd[i], &accounts[i],
						      1 + n % 3));
	}
	for (int i = 0; i < CROWD; i++)
		ASSERT_TRUE(read_some(crowd[i], &accounts[i], -1));
	told = 1000 - mailbox_info(self->watcher).lost;
	EXPECT_EQ(1000, mailbox_info(self->watcher).sent);
	for (int i = 0; i < CROWD; i++)
		EXPECT_EQ(told, accounts[i].received + accounts[i].lost);
	EXPECT_LT(0, accounts[1].lost);
	for (int i = 0; i < CROWD; i++)
		close(crowd[i]);
}

#define RACERS		6
#define RACE		200

/**
 * struct race - processes that publish and subscribe at the same time
 * @publisher: Descriptor of one side.
 * @receiver: Of the other.
 * @ready: How many have subscribed.
 */
struct race {
	int publisher;
	int receiver;
	int ready;
};

/* What was received and what was told as lost, to the end; or -errno. */
static int race_to_the_end(void *argument)
{
	struct race *race = argument;
	struct account account = {};
	int own = one_more(race->receiver);
	int ret;

	close(race->publisher);
	ret = mailbox_subscribe(own, .policy = getpid() % 3 ?
				IPCCHAN_POLICY_DROP_OLDEST :
				IPCCHAN_POLICY_BLOCK);
	if (ret)
		return ret;
	__atomic_add_fetch(&race->ready, 1, __ATOMIC_RELEASE);
	do {
		ret = read_one(own, &account, 0);
	} while (ret == 1);
	if (ret != -EPIPE)
		return ret;
	return account.lost == account.gaps ? account.received + account.lost :
					      -EILSEQ;
}

static int race_to_publish(void *argument)
{
	struct race *race = argument;
	int ret = 1;

	for (int i = 1; i <= RACE && ret == 1; i++)
		ret = put_by(race->publisher, IPCCHAN_POLICY_BLOCK, i);
	return ret;
}

TEST_F(broadcast, each_accounts_for_all_that_processes_race_to_send)
{
	struct race *race = shared_alloc(sizeof(*race));
	struct child subscribers[RACERS];
	struct child publishers[3];

	*race = (struct race){ self->publisher, self->first, 0 };
	for (int i = 0; i < RACERS; i++)
		child_start(&subscribers[i], race_to_the_end, race);
	ASSERT_TRUE(await_counter(&race->ready, RACERS));
	for (int i = 0; i < 3; i++)
		child_start(&publishers[i], race_to_publish, race);
	close(self->publisher);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(1, child_join(&publishers[i]));
	for (int i = 0; i < RACERS; i++)
		EXPECT_EQ(3 * RACE, child_join(&subscribers[i]));
	EXPECT_EQ(3 * RACE, mailbox_info(self->watcher).sent);
	EXPECT_EQ(0, mailbox_info(self->watcher).messages);
}

/* One description, many calls */

static int read_into_page(void *fixture)
{
	FIXTURE_DATA(broadcast) * self = fixture;

	return read(self->first, self->page, self->size);
}

TEST_F(broadcast, call_waits_while_another_copies_from_the_same_position)
{
	int faults = faults_open(self->page, self->size);
	struct sleeper copying;
	struct sleeper waiting;

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 2));
	sleeper_start(&copying, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	EXPECT_EQ(-EAGAIN, take_number(self->first));
	EXPECT_EQ(0, events_of(self->first));
	start_take(&waiting, self->first);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, faults_pass(faults, self->page, self->size));
	EXPECT_EQ(sizeof(int), sleeper_join(&copying));
	EXPECT_EQ(1, *(int *)self->page);
	EXPECT_EQ(2, sleeper_join(&waiting));
	close(faults);
}

TEST_F(broadcast, copy_that_fails_leaves_the_message_to_the_next_call)
{
	int faults = faults_open(self->page, self->size);
	struct sleeper copying;
	struct sleeper waiting;

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 2));
	sleeper_start(&copying, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	start_take(&waiting, self->first);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, faults_fail(faults, self->page, self->size));
	EXPECT_EQ(-1, sleeper_join(&copying));
	EXPECT_EQ(1, sleeper_join(&waiting));
	EXPECT_TRUE(takes_numbers(self->first, 2, 2));
	close(faults);
}

TEST_F(broadcast, copy_that_ends_wakes_who_polls_for_what_is_next)
{
	int faults = faults_open(self->page, self->size);
	struct pollfd poller = { .fd = self->first, .events = POLLIN };
	struct sleeper copying;

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 2));
	sleeper_start(&copying, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	ASSERT_EQ(0, poll(&poller, 1, 0));
	ASSERT_EQ(0, faults_pass(faults, self->page, self->size));
	EXPECT_EQ(1, poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000));
	EXPECT_EQ(sizeof(int), sleeper_join(&copying));
	close(faults);
}

TEST_F(broadcast, message_dropped_while_it_is_copied_is_held_not_lost)
{
	int faults = faults_open(self->page, self->size);
	unsigned long long lost;
	struct sleeper copying;

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	sleeper_start(&copying, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	ASSERT_EQ(1, put_numbers(self->publisher, 2, ROOM + 2));
	EXPECT_EQ(1, mailbox_info(self->watcher).held);
	EXPECT_EQ(ROOM, mailbox_info(self->watcher).messages);
	ASSERT_EQ(0, faults_pass(faults, self->page, self->size));
	EXPECT_EQ(sizeof(int), sleeper_join(&copying));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
	EXPECT_EQ(3, take_lost(self->first, &lost));
	EXPECT_EQ(1, lost);
	close(faults);
}

TEST_F(broadcast, subscribe_while_a_call_copies_leaves_its_message_to_it)
{
	int faults = faults_open(self->page, self->size);
	struct sleeper copying;

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	sleeper_start(&copying, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	EXPECT_EQ(1, mailbox_info(self->watcher).held);
	ASSERT_EQ(1, put_number(self->publisher, 2));
	EXPECT_EQ(2, take_number(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 3));
	ASSERT_EQ(0, faults_pass(faults, self->page, self->size));
	EXPECT_EQ(sizeof(int), sleeper_join(&copying));
	EXPECT_EQ(1, *(int *)self->page);
	EXPECT_TRUE(takes_numbers(self->first, 3, 3));
	close(faults);
}

static int receive_all_into_page(void *fixture)
{
	FIXTURE_DATA(broadcast) * self = fixture;
	struct ipcchan_message batch[ROOM];

	for (int i = 0; i < ROOM; i++)
		batch[i] = MESSAGE(self->page, 64);
	return mailbox_receive(self->first, batch, ROOM,
			       .flags = IPCCHAN_AFTER);
}

/*
 * The messages copied by one call and then dropped take memory still. Those
 * copied by the next are not dropped as well: then there is no room.
 */
TEST_F(broadcast, memory_is_bounded_whatever_receivers_copy)
{
	int faults = faults_open(self->page, self->size);
	struct ipcchan_mailbox_info info;
	struct sleeper copying[2];

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
		sleeper_start(&copying[i], receive_all_into_page, self);
		ASSERT_TRUE(await_fault(faults));
	}
	EXPECT_EQ(-EAGAIN, put_number(self->publisher, 9));
	info = mailbox_info(self->watcher);
	EXPECT_EQ(ROOM, info.messages);
	EXPECT_EQ(ROOM, info.held);
	ASSERT_EQ(0, faults_pass(faults, self->page, self->size));
	EXPECT_EQ(ROOM, sleeper_join(&copying[0]));
	EXPECT_EQ(ROOM, sleeper_join(&copying[1]));
	EXPECT_EQ(1, put_number(self->publisher, 9));
	EXPECT_EQ(0, mailbox_info(self->watcher).held);
	close(faults);
}

#define SHARED		400

/**
 * struct shared - what readers of one description found
 * @mailbox: The description.
 * @nr: How many numbers were taken.
 * @taken: How often each of them.
 */
struct shared {
	int mailbox;
	int nr;
	unsigned char taken[SHARED + 1];
};

static int share_work(void *argument)
{
	struct shared *shared = argument;

	for (;;) {
		unsigned int number = 0;
		struct ipcchan_message message = MESSAGE(&number, 4);
		int ret = mailbox_receive(shared->mailbox, &message, 1);

		if (ret != 1)
			return ret;
		if (number > SHARED)
			return -EILSEQ;
		__atomic_add_fetch(&shared->taken[number], 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&shared->nr, 1, __ATOMIC_RELEASE);
	}
}

TEST_F(broadcast, readers_of_one_description_get_each_message_once)
{
	struct shared *shared = shared_alloc(sizeof(*shared));
	struct sleeper threads[3];
	struct child child;

	shared->mailbox = self->first;
	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	child_start(&child, share_work, shared);
	for (int i = 0; i < 3; i++)
		sleeper_start(&threads[i], share_work, shared);
	for (int n = 1; n <= SHARED; n++)
		ASSERT_EQ(1, put_by(self->publisher, IPCCHAN_POLICY_BLOCK, n));
	ASSERT_TRUE(await_counter(&shared->nr, SHARED));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	ASSERT_EQ(DIED, child_join(&child));
	close(self->publisher);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-EPIPE, sleeper_join(&threads[i]));
	for (int n = 1; n <= SHARED; n++)
		ASSERT_EQ(1, shared->taken[n]);
}

/* A RECEIVE that says itself from where on */

static int take_after(int mailbox, unsigned long long sequence)
{
	struct ipcchan_message message;
	unsigned int number;
	int ret;

	numbers_buffer(&message, &number, 1);
	ret = mailbox_receive(mailbox, &message, 1, .after = sequence,
			      .flags = IPCCHAN_AFTER | IPCCHAN_NONBLOCK);
	return ret == 1 ? (int)number : ret;
}

TEST_F(broadcast, after_needs_no_subscription_and_moves_none)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, 3));
	EXPECT_EQ(1, take_after(self->second, 0));
	EXPECT_EQ(3, take_after(self->second, 2));
	EXPECT_EQ(-EAGAIN, take_after(self->second, 3));
	EXPECT_EQ(2, take_after(self->first, 1));
	EXPECT_TRUE(takes_numbers(self->first, 1, 3));
	EXPECT_EQ(-EAGAIN, take_after(self->second, 0));
}

TEST_F(broadcast, after_takes_a_batch)
{
	struct ipcchan_message batch[ROOM];
	unsigned int numbers[ROOM];

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM + 2));
	numbers_buffer(batch, numbers, ROOM);
	ASSERT_EQ(2, mailbox_receive(self->second, batch, ROOM, .after = 4,
				     .flags = IPCCHAN_AFTER));
	EXPECT_EQ(5, numbers[0]);
	EXPECT_EQ(6, numbers[1]);
	ASSERT_EQ(ROOM, mailbox_receive(self->second, batch, ROOM,
					.flags = IPCCHAN_AFTER));
	EXPECT_EQ(2, batch[0].lost);
	EXPECT_EQ(0, batch[1].lost);
}

static int sleepy_take_after(void *mailbox)
{
	struct ipcchan_message message;
	unsigned int number;
	int ret;

	numbers_buffer(&message, &number, 1);
	ret = mailbox_receive(*(int *)mailbox, &message, 1, .after = 0,
			      .flags = IPCCHAN_AFTER);
	return ret == 1 ? (int)number : ret;
}

/* The message is stored, if only for the history, when they are served. */
TEST_F(broadcast, after_waits_for_what_is_stored)
{
	struct sleeper readers[2];

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	sleeper_start(&readers[0], sleepy_take_after, &self->second);
	sleeper_start(&readers[1], sleepy_take_after, &self->second);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 2));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	EXPECT_EQ(1, sleeper_join(&readers[0]));
	EXPECT_EQ(1, sleeper_join(&readers[1]));
	EXPECT_EQ(1, mailbox_info(self->watcher).messages);
}

TEST_F(broadcast, receive_has_no_filter_and_does_not_linger)
{
	struct ipcchan_message messages[2];
	unsigned int numbers[2];

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	numbers_buffer(messages, numbers, 2);
	EXPECT_EQ(-EINVAL, mailbox_receive(self->first, messages, 1,
					   .flags = IPCCHAN_FILTER,
					   .type_max = ~0U));
	EXPECT_EQ(-EINVAL, mailbox_receive(self->first, messages, 2,
					   .min_count = 2, .linger_ns = 1));
	EXPECT_EQ(-EINVAL, mailbox_filter(self->first));
}

/* Waiting, polling, and the end */

TEST_F(broadcast, message_wakes_all_that_wait_whoever_came_first)
{
	struct sleeper receivers[2];

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, take_number(self->first));
	start_take(&receivers[0], self->first);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	start_take(&receivers[1], self->second);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 2));
	ASSERT_EQ(1, put_number(self->publisher, 2));
	EXPECT_EQ(2, sleeper_join(&receivers[0]));
	EXPECT_EQ(2, sleeper_join(&receivers[1]));
	EXPECT_EQ(2, mailbox_info(self->watcher).handoffs);
}

TEST_F(broadcast, subscribe_serves_a_call_that_waits_on_the_description)
{
	struct sleeper receivers[2];

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(0, mailbox_subscribe(self->second,
				       .policy = IPCCHAN_POLICY_BLOCK));
	start_take(&receivers[0], self->first);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	ASSERT_EQ(1, sleeper_join(&receivers[0]));
	start_take(&receivers[0], self->first);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(0, mailbox_subscribe(self->first, .history = 1));
	EXPECT_EQ(1, sleeper_join(&receivers[0]));
}

TEST_F(broadcast, poll_tells_each_subscriber_of_what_it_has_not_read)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	EXPECT_EQ(0, events_of(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	EXPECT_EQ(POLLIN, events_of(self->first));
	ASSERT_EQ(1, take_number(self->first));
	EXPECT_EQ(0, events_of(self->first));
	EXPECT_EQ(POLLIN, events_of(self->second));
}

TEST_F(broadcast, message_longer_than_its_buffer_stays)
{
	char byte;
	struct ipcchan_message message = MESSAGE(&byte, 1);

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	EXPECT_EQ(-EMSGSIZE, mailbox_receive(self->first, &message, 1));
	EXPECT_EQ(sizeof(int), message.length);
	EXPECT_EQ(1, take_number(self->first));
}

TEST_F(broadcast, end_comes_behind_the_last_message)
{
	struct sleeper receiver;

	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	ASSERT_EQ(1, take_number(self->first));
	start_take(&receiver, self->first);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	close(self->publisher);
	EXPECT_EQ(-EPIPE, sleeper_join(&receiver));
	EXPECT_EQ(1, take_number(self->second));
	EXPECT_EQ(-EPIPE, take_number(self->second));
	EXPECT_EQ(-EPIPE, take_after(self->second, 1));
}

/* What one call copies may come back, so another on the description waits. */
TEST_F(broadcast, end_waits_for_a_copy_from_the_same_position)
{
	int faults = faults_open(self->page, self->size);
	struct sleeper copying;
	struct sleeper waiting;

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	ASSERT_EQ(1, take_number(self->second));
	sleeper_start(&copying, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	start_take(&waiting, self->first);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	close(self->publisher);
	EXPECT_EQ(-EPIPE, take_number(self->second));
	EXPECT_EQ(1, mailbox_info(self->watcher).waiting_receivers);
	ASSERT_EQ(0, faults_fail(faults, self->page, self->size));
	EXPECT_EQ(-1, sleeper_join(&copying));
	EXPECT_EQ(1, sleeper_join(&waiting));
	EXPECT_EQ(-EPIPE, take_number(self->first));
	close(faults);
}

TEST_F(broadcast, send_that_nobody_can_receive_is_epipe)
{
	close(self->first);
	close(self->second);
	EXPECT_EQ(-EPIPE, put_number(self->publisher, 1));
}

TEST_F(broadcast, kill_wakes_all_and_drops_what_is_stored)
{
	struct sleeper receiver;
	struct sleeper sender;

	ASSERT_EQ(0, mailbox_subscribe(self->first,
				       .policy = IPCCHAN_POLICY_BLOCK));
	ASSERT_EQ(0, mailbox_subscribe(self->second));
	ASSERT_EQ(1, put_numbers(self->publisher, 1, ROOM));
	ASSERT_TRUE(takes_numbers(self->second, 1, ROOM));
	start_put(&sender, self->publisher, 5);
	start_take(&receiver, self->second);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 1));
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(-EIDRM, sleeper_join(&sender));
	EXPECT_EQ(-EIDRM, sleeper_join(&receiver));
	EXPECT_EQ(-EIDRM, take_number(self->first));
	EXPECT_TRUE(await_usage(self->session, 1, 0));
}

TEST_F(broadcast, kill_leaves_a_copy_to_end)
{
	int faults = faults_open(self->page, self->size);
	struct sleeper copying;

	ASSERT_LE(0, faults);
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	sleeper_start(&copying, read_into_page, self);
	ASSERT_TRUE(await_fault(faults));
	ASSERT_EQ(0, object_kill(self->watcher));
	ASSERT_EQ(0, faults_pass(faults, self->page, self->size));
	EXPECT_EQ(sizeof(int), sleeper_join(&copying));
	EXPECT_TRUE(await_usage(self->session, 1, 0));
	close(faults);
}

static int write_from_page(void *fixture)
{
	FIXTURE_DATA(broadcast) * self = fixture;

	return write(self->publisher, self->page, 64);
}

/* Dies while a thread of it copies from or to the page. */
static int die_in(void *fixture, int (*copy)(void *fixture))
{
	FIXTURE_DATA(broadcast) * self = fixture;
	int faults = faults_open(self->page, self->size);
	struct sleeper copying;

	if (faults < 0)
		return faults;
	sleeper_start(&copying, copy, self);
	if (!await_fault(faults))
		return HANGS;
	kill(getpid(), SIGKILL);
	return HANGS;
}

static int die_half_way(void *fixture)
{
	return die_in(fixture, write_from_page);
}

TEST_F(broadcast, sender_that_dies_half_way_is_not_seen)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(DIED, run_in_child(die_half_way, self));
	EXPECT_EQ(0, mailbox_info(self->watcher).sent);
	EXPECT_EQ(-EAGAIN, take_number(self->first));
}

static int die_copying(void *fixture)
{
	return die_in(fixture, read_into_page);
}

TEST_F(broadcast, receiver_that_dies_copying_leaves_the_message_to_others)
{
	ASSERT_EQ(0, mailbox_subscribe(self->first));
	ASSERT_EQ(1, put_number(self->publisher, 1));
	ASSERT_EQ(DIED, run_in_child(die_copying, self));
	EXPECT_TRUE(takes_numbers(self->first, 1, 1));
}

#include "ipcchan_selftest_main.h"
