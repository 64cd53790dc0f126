// SPDX-License-Identifier: GPL-2.0
/* poll(2) and epoll(7) of descriptors that are for some messages only. */

#include "kselftest_harness.h"

#include <poll.h>
#include <sys/epoll.h>

#include "ipcchan_selftest.h"

/* A sender, and two receivers: the first for type 1, the second for type 2. */
FIXTURE(selected)
{
	int session;
	int mailbox;
	int first;
	int second;
};

FIXTURE_SETUP(selected)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	self->first = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->second = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_LE(0, self->second);
	ASSERT_EQ(0, mailbox_filter(self->first, .type_min = 1, .type_max = 1));
	ASSERT_EQ(0, mailbox_filter(self->second, .type_min = 2,
				    .type_max = 2));
}

FIXTURE_TEARDOWN(selected)
{
	close(self->second);
	close(self->first);
	close(self->mailbox);
	close(self->session);
}

static int events(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	return poll(&poller, 1, 0) < 0 ? -errno : poller.revents;
}

/* A descriptor in an epoll of its own. */
struct watch {
	int epoll;
	struct epoll_event event;
	struct sleeper poller;
};

static int watch_fd(struct watch *watch, int fd, unsigned int events)
{
	struct epoll_event event = { .events = events };

	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, fd, &event);
}

static int new_event(struct watch *watch)
{
	return epoll_wait(watch->epoll, &watch->event, 1, 0);
}

static int woken;

static int wait_for_event(void *argument)
{
	struct watch *watch = argument;
	int nr = epoll_wait(watch->epoll, &watch->event, 1,
			    MUST_HAPPEN_SECONDS * 1000);

	__atomic_add_fetch(&woken, 1, __ATOMIC_RELEASE);
	return nr;
}

/* Somebody sleeps until there is an event. */
static bool start_polling(struct watch *watch)
{
	sleeper_start(&watch->poller, wait_for_event, watch);
	return await_asleep(&watch->poller);
}

TEST_F(selected, messages_are_what_poll_shows)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(POLLIN, events(self->first));
	EXPECT_EQ(0, events(self->second));
	EXPECT_EQ(POLLIN, events(self->mailbox));
}

TEST_F(selected, messages_are_shown_until_they_are_taken)
{
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(POLLIN, events(self->first));
	EXPECT_EQ(1, take_number(self->first));
	EXPECT_EQ(0, events(self->first));
	EXPECT_EQ(POLLIN, events(self->mailbox));
}

TEST_F(selected, messages_wake_their_poller)
{
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->second, EPOLLIN));
	ASSERT_TRUE(start_polling(&watch));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(1, sleeper_join(&watch.poller));
	EXPECT_EQ(2, take_number(self->second));
	close(watch.epoll);
}

TEST_F(selected, messages_make_edges_and_others_do_not)
{
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->first, EPOLLIN | EPOLLET));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(0, new_event(&watch));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, new_event(&watch));
	EXPECT_EQ(0, new_event(&watch));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, new_event(&watch));
	close(watch.epoll);
}

TEST_F(selected, messages_reach_their_exclusive_poller)
{
	struct watch first;
	struct watch second;

	ASSERT_EQ(0, watch_fd(&first, self->first, EPOLLIN | EPOLLEXCLUSIVE));
	ASSERT_EQ(0, watch_fd(&second, self->second, EPOLLIN | EPOLLEXCLUSIVE));
	ASSERT_TRUE(start_polling(&first));
	ASSERT_TRUE(start_polling(&second));
	ASSERT_EQ(1, put_number(self->mailbox, 2));
	EXPECT_EQ(1, sleeper_join(&second.poller));
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	EXPECT_EQ(1, sleeper_join(&first.poller));
	close(first.epoll);
	close(second.epoll);
}

TEST_F(selected, messages_go_to_one_exclusive_poller_once_no_filter_is_left)
{
	struct watch watches[2];
	int told = 0;

	close(self->first);
	self->first = -1;
	ASSERT_EQ(0, mailbox_filter(self->second));
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, watch_fd(&watches[i], self->mailbox,
				      EPOLLIN | EPOLLET | EPOLLEXCLUSIVE));
		ASSERT_TRUE(start_polling(&watches[i]));
	}
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_TRUE(await_counter(&woken, 1));
	ASSERT_EQ(0, object_kill(self->mailbox));
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(1, sleeper_join(&watches[i].poller));
		told += watches[i].event.events == EPOLLIN;
		close(watches[i].epoll);
	}
	EXPECT_EQ(1, told);
}

TEST_F(selected, messages_are_seen_by_a_poller_whose_filter_comes_later)
{
	struct watch watch;

	ASSERT_EQ(0, watch_fd(&watch, self->first, EPOLLIN));
	ASSERT_TRUE(start_polling(&watch));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	ASSERT_EQ(0, mailbox_filter(self->first, .type_min = 3));
	EXPECT_EQ(1, sleeper_join(&watch.poller));
	EXPECT_EQ(3, take_number(self->first));
	close(watch.epoll);
}

TEST_F(selected, messages_are_seen_by_exclusive_pollers_of_a_lifted_filter)
{
	struct watch other;
	struct watch watch;

	ASSERT_EQ(0, mailbox_filter(self->second));
	ASSERT_EQ(0, watch_fd(&other, self->second,
			      EPOLLIN | EPOLLET | EPOLLEXCLUSIVE));
	ASSERT_EQ(0, watch_fd(&watch, self->first, EPOLLIN | EPOLLEXCLUSIVE));
	ASSERT_EQ(1, put_number(self->mailbox, 3));
	ASSERT_EQ(1, new_event(&other));
	ASSERT_TRUE(start_polling(&other));
	ASSERT_TRUE(start_polling(&watch));
	ASSERT_EQ(0, mailbox_filter(self->first));
	EXPECT_EQ(1, sleeper_join(&watch.poller));
	EXPECT_EQ(1, sleeper_join(&other.poller));
	close(other.epoll);
	close(watch.epoll);
}

TEST_F(selected, messages_vanish_from_poll_with_a_new_filter)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	ASSERT_EQ(POLLIN, events(self->first));
	ASSERT_EQ(0, mailbox_filter(self->first, .type_min = 2));
	EXPECT_EQ(0, events(self->first));
}

TEST_F(selected, messages_at_the_end_are_shown_beside_it)
{
	ASSERT_EQ(1, put_number(self->mailbox, 1));
	close(self->mailbox);
	self->mailbox = -1;
	EXPECT_EQ(POLLIN | POLLHUP, events(self->first));
	EXPECT_EQ(POLLHUP, events(self->second));
}

/* Takes what its descriptor is for, by edges, until it has 500. */
static int take_all_by_edges(void *receiver)
{
	struct watch watch;
	int taken = 0;

	if (watch_fd(&watch, *(int *)receiver, EPOLLIN | EPOLLET))
		return -errno;
	while (taken < 500 && wait_for_event(&watch) == 1)
		while (take_number(*(int *)receiver) >= 0)
			taken++;
	close(watch.epoll);
	return taken;
}

TEST_F(selected, messages_lose_no_edge)
{
	struct sleeper receivers[2];
	struct pollfd sender = { .fd = self->mailbox, .events = POLLOUT };

	sleeper_start(&receivers[0], take_all_by_edges, &self->first);
	sleeper_start(&receivers[1], take_all_by_edges, &self->second);
	for (int i = 0; i < 1000; i++) {
		ASSERT_EQ(1, poll(&sender, 1, MUST_HAPPEN_SECONDS * 1000));
		ASSERT_EQ(1, put_number(self->mailbox, 1 + i % 2));
	}
	EXPECT_EQ(500, sleeper_join(&receivers[0]));
	EXPECT_EQ(500, sleeper_join(&receivers[1]));
}

#include "ipcchan_selftest_main.h"
