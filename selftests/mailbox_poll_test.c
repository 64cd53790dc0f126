// SPDX-License-Identifier: GPL-2.0
/* poll(2) and epoll(7): levels are exact, edges are not lost. */

#include "kselftest_harness.h"

#include <poll.h>
#include <sys/epoll.h>

#include "ipcchan_selftest.h"

#define MAX_SIZE	60

/*
 * An anonymous mailbox for two messages and 100 bytes, with a descriptor for
 * each side.
 */
FIXTURE(readiness)
{
	int session;
	int sender;
	int receiver;
	int watcher;
};

FIXTURE_SETUP(readiness)
{
	int mailbox;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	mailbox = mailbox_open(self->session, .capacity_messages = 2,
			       .max_message_size = MAX_SIZE,
			       .capacity_bytes = 100);
	ASSERT_LE(0, mailbox);
	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->watcher);
	close(mailbox);
}

FIXTURE_TEARDOWN(readiness)
{
	close(self->watcher);
	close(self->receiver);
	close(self->sender);
	close(self->session);
}

/* What poll(2) says now, of everything it can say. */
static int events(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&poller, 1, 0) < 0 ? -errno : poller.revents;
}

static int send_bytes(int sender, unsigned int size)
{
	char payload[MAX_SIZE] = {};
	struct ipcchan_message message = MESSAGE(payload, size);

	return mailbox_send(sender, &message, 1, .flags = IPCCHAN_NONBLOCK);
}

static int drop(int receiver)
{
	struct ipcchan_message message = {};

	return mailbox_receive(receiver, &message, 1,
			       .flags = IPCCHAN_NONBLOCK | IPCCHAN_TRUNCATE);
}

TEST_F(readiness, to_receive_is_a_message)
{
	EXPECT_EQ(0, events(self->receiver));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(POLLIN, events(self->receiver));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(0, events(self->receiver));
}

TEST_F(readiness, to_receive_stays_while_there_are_messages)
{
	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, put_number(self->sender, 2));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(POLLIN, events(self->receiver));
}

TEST_F(readiness, to_receive_is_an_empty_message_too)
{
	ASSERT_EQ(1, send_bytes(self->sender, 0));
	EXPECT_EQ(POLLIN, events(self->receiver));
}

TEST_F(readiness, to_send_is_a_free_place)
{
	EXPECT_EQ(POLLOUT, events(self->sender));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(POLLOUT, events(self->sender));
	ASSERT_EQ(1, put_number(self->sender, 2));
	EXPECT_EQ(0, events(self->sender));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(POLLOUT, events(self->sender));
}

TEST_F(readiness, to_send_is_room_for_the_longest_message)
{
	ASSERT_EQ(1, send_bytes(self->sender, 40));
	EXPECT_EQ(POLLOUT, events(self->sender));
	ASSERT_EQ(1, drop(self->receiver));
	ASSERT_EQ(1, send_bytes(self->sender, 41));
	EXPECT_EQ(0, events(self->sender));
	EXPECT_EQ(1, send_bytes(self->sender, 59));
}

static int send_the_longest(void *sender)
{
	char payload[MAX_SIZE] = {};
	struct ipcchan_message message = MESSAGE(payload, MAX_SIZE);

	return mailbox_send(*(int *)sender, &message, 1);
}

TEST_F(readiness, to_send_is_not_while_a_sender_waits)
{
	struct sleeper sender;

	ASSERT_EQ(1, send_bytes(self->sender, 41));
	sleeper_start(&sender, send_the_longest, &self->sender);
	ASSERT_TRUE(await_waiters(self->watcher, 1, 0));
	EXPECT_EQ(0, events(self->sender));
	ASSERT_EQ(1, drop(self->receiver));
	/* The waiting one has 60 of the 100 bytes now. */
	EXPECT_EQ(0, events(self->sender));
	EXPECT_EQ(1, sleeper_join(&sender));
	ASSERT_EQ(1, drop(self->receiver));
	EXPECT_EQ(POLLOUT, events(self->sender));
}

TEST_F(readiness, of_one_who_does_both_is_both)
{
	int both = mailbox_open(self->session, .capacity_messages = 1);

	EXPECT_EQ(POLLOUT, events(both));
	ASSERT_EQ(1, put_number(both, 1));
	EXPECT_EQ(POLLIN, events(both));
	close(both);
}

TEST_F(readiness, of_one_who_does_neither_is_none)
{
	EXPECT_EQ(0, events(self->watcher));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(0, events(self->watcher));
}

TEST_F(readiness, without_senders_is_the_end)
{
	close(self->sender);
	EXPECT_EQ(POLLHUP, events(self->receiver));
}

TEST_F(readiness, without_senders_still_shows_messages)
{
	ASSERT_EQ(1, put_number(self->sender, 1));
	close(self->sender);
	EXPECT_EQ(POLLIN | POLLHUP, events(self->receiver));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(POLLHUP, events(self->receiver));
}

TEST_F(readiness, without_receivers_is_an_error)
{
	close(self->receiver);
	EXPECT_TRUE(events(self->sender) & POLLERR);
	EXPECT_FALSE(events(self->sender) & POLLHUP);
}

TEST_F(readiness, of_a_named_mailbox_has_no_end)
{
	const char *name = fresh_name();
	int mailbox = object_open_for(self->session, IPCCHAN_KIND_MAILBOX, name,
				      IPCCHAN_OPEN_CREATE,
				      IPCCHAN_RIGHT_RECEIVE, 0600);

	EXPECT_EQ(0, events(mailbox));
	ASSERT_EQ(0, object_unlink(self->session, name));
	EXPECT_EQ(POLLHUP, events(mailbox));
	close(mailbox);
}

TEST_F(readiness, of_a_dead_mailbox_is_error_and_end)
{
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(POLLERR | POLLHUP, events(self->sender));
	EXPECT_EQ(POLLERR | POLLHUP, events(self->receiver));
	EXPECT_EQ(POLLERR | POLLHUP, events(self->watcher));
}

/* A descriptor in an epoll of its own, and somebody who waits for it. */
struct watch {
	int epoll;
	struct epoll_event event;
};

static int wait_for_event(void *argument)
{
	struct watch *watch = argument;

	return epoll_wait(watch->epoll, &watch->event, 1,
			  MUST_HAPPEN_SECONDS * 1000);
}

static int watch_fd(struct watch *watch, int fd, unsigned int events)
{
	struct epoll_event event = { .events = events };

	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* 1 if there is an event now that was not given before. */
static int new_event(struct watch *watch)
{
	return epoll_wait(watch->epoll, &watch->event, 1, 0);
}

TEST_F(readiness, to_receive_wakes_a_poller)
{
	struct sleeper poller;
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->receiver, EPOLLIN));
	sleeper_start(&poller, wait_for_event, &watch);
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(1, sleeper_join(&poller));
	EXPECT_EQ(EPOLLIN, watch.event.events);
}

TEST_F(readiness, to_send_wakes_a_poller)
{
	struct sleeper poller;
	struct watch watch;

	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, put_number(self->sender, 2));
	ASSERT_EQ(0, watch_fd(&watch, self->sender, EPOLLOUT));
	ASSERT_EQ(0, new_event(&watch));
	sleeper_start(&poller, wait_for_event, &watch);
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(1, sleeper_join(&poller));
	EXPECT_EQ(EPOLLOUT, watch.event.events);
}

TEST_F(readiness, at_the_end_wakes_a_poller)
{
	struct sleeper poller;
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->receiver, EPOLLIN));
	sleeper_start(&poller, wait_for_event, &watch);
	close(self->sender);
	EXPECT_EQ(1, sleeper_join(&poller));
	EXPECT_EQ(EPOLLHUP, watch.event.events);
}

TEST_F(readiness, of_a_kill_wakes_a_poller)
{
	struct sleeper poller;
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->watcher, 0));
	sleeper_start(&poller, wait_for_event, &watch);
	ASSERT_EQ(0, object_kill(self->watcher));
	EXPECT_EQ(1, sleeper_join(&poller));
	EXPECT_EQ(EPOLLERR | EPOLLHUP, watch.event.events);
}

TEST_F(readiness, edge_comes_with_each_message)
{
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->receiver, EPOLLIN | EPOLLET));
	EXPECT_EQ(0, new_event(&watch));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(1, new_event(&watch));
	EXPECT_EQ(0, new_event(&watch));
	ASSERT_EQ(1, put_number(self->sender, 2));
	EXPECT_EQ(1, new_event(&watch));
	EXPECT_EQ(0, new_event(&watch));
}

TEST_F(readiness, edge_does_not_come_with_a_message_taken)
{
	struct watch watch;

	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, put_number(self->sender, 2));
	ASSERT_EQ(0, watch_fd(&watch, self->receiver, EPOLLIN | EPOLLET));
	EXPECT_EQ(1, new_event(&watch));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(0, new_event(&watch));
}

TEST_F(readiness, edge_comes_with_room)
{
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->sender, EPOLLOUT | EPOLLET));
	EXPECT_EQ(1, new_event(&watch));
	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(1, put_number(self->sender, 2));
	EXPECT_EQ(0, new_event(&watch));
	ASSERT_EQ(1, take_number(self->receiver));
	EXPECT_EQ(1, new_event(&watch));
	EXPECT_EQ(0, new_event(&watch));
}

TEST_F(readiness, edge_comes_with_the_end)
{
	struct watch watch;

	ASSERT_EQ(1, put_number(self->sender, 1));
	ASSERT_EQ(0, watch_fd(&watch, self->receiver, EPOLLIN | EPOLLET));
	ASSERT_EQ(1, new_event(&watch));
	close(self->sender);
	EXPECT_EQ(1, new_event(&watch));
	EXPECT_EQ(EPOLLIN | EPOLLHUP, watch.event.events);
}

TEST_F(readiness, edge_comes_to_every_poller)
{
	struct watch watches[4];

	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, watch_fd(&watches[i], self->receiver,
				      EPOLLIN | EPOLLET));
	ASSERT_EQ(1, put_number(self->sender, 1));
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(1, new_event(&watches[i]));
}

TEST_F(readiness, does_not_change_for_a_message_that_a_receiver_gets)
{
	struct sleeper receiver;
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->receiver, EPOLLIN | EPOLLET));
	start_take(&receiver, self->receiver);
	ASSERT_TRUE(await_waiters(self->watcher, 0, 1));
	ASSERT_EQ(1, put_number(self->sender, 1));
	EXPECT_EQ(0, new_event(&watch));
	EXPECT_EQ(1, sleeper_join(&receiver));
}

static int take_all_by_edges(void *receiver)
{
	struct watch watch;
	int taken = 0;

	if (watch_fd(&watch, *(int *)receiver, EPOLLIN | EPOLLET))
		return -errno;
	while (taken < 1000 && wait_for_event(&watch) == 1)
		while (take_number(*(int *)receiver) >= 0)
			taken++;
	close(watch.epoll);
	return taken;
}

TEST_F(readiness, loses_no_edge)
{
	struct sleeper receiver;
	struct pollfd sender = { .fd = self->sender, .events = POLLOUT };

	sleeper_start(&receiver, take_all_by_edges, &self->receiver);
	for (int i = 0; i < 1000; i++) {
		ASSERT_EQ(1, poll(&sender, 1, MUST_HAPPEN_SECONDS * 1000));
		ASSERT_EQ(1, put_number(self->sender, i));
	}
	EXPECT_EQ(1000, sleeper_join(&receiver));
}

/* Threads that wait, each in an epoll of its own, exclusively. */
#define POLLERS 4

FIXTURE(exclusive)
{
	int session;
	int mailbox;
	int admin;
	struct watch watches[POLLERS];
	struct sleeper pollers[POLLERS];
};

static int woken;

static int wait_and_count(void *watch)
{
	int nr = wait_for_event(watch);

	__atomic_add_fetch(&woken, 1, __ATOMIC_RELEASE);
	return nr;
}

FIXTURE_SETUP(exclusive)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->admin = object_restrict(self->mailbox, IPCCHAN_RIGHT_ADMIN, 0);
	ASSERT_LE(0, self->admin);
	woken = 0;
	for (int i = 0; i < POLLERS; i++) {
		ASSERT_EQ(0, watch_fd(&self->watches[i], self->mailbox,
				      EPOLLIN | EPOLLET | EPOLLEXCLUSIVE));
		sleeper_start(&self->pollers[i], wait_and_count,
			      &self->watches[i]);
		ASSERT_TRUE(await_asleep(&self->pollers[i]));
	}
}

FIXTURE_TEARDOWN(exclusive)
{
	close(self->admin);
	close(self->mailbox);
	close(self->session);
}

/*
 * How many pollers were told of the messages: those that have an event to take,
 * and those that took one before the kill made all of them return.
 */
static int pollers_told(void *fixture)
{
	FIXTURE_DATA(exclusive) * self = fixture;
	int told = 0;

	for (int i = 0; i < POLLERS; i++)
		told += events(self->watches[i].epoll) == POLLIN;
	object_kill(self->admin);
	for (int i = 0; i < POLLERS; i++) {
		if (sleeper_join(&self->pollers[i]) != 1)
			return -EPROTO;
		told += self->watches[i].event.events == EPOLLIN;
	}
	return told;
}

TEST_F(exclusive, poller_is_one_for_a_message)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_TRUE(await_counter(&woken, 1));
	EXPECT_EQ(1, pollers_told(self));
}

TEST_F(exclusive, pollers_are_as_many_as_messages)
{
	struct ipcchan_message batch[3] = {};

	ASSERT_EQ(3, mailbox_send(self->mailbox, batch, 3));
	ASSERT_TRUE(await_counter(&woken, 3));
	EXPECT_EQ(3, pollers_told(self));
}

TEST_F(exclusive, pollers_are_all_told_of_a_kill)
{
	EXPECT_EQ(0, pollers_told(self));
	EXPECT_EQ(POLLERS, woken);
}

#include "ipcchan_selftest_main.h"
