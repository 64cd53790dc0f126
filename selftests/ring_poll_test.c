// SPDX-License-Identifier: GPL-2.0
/* Rings: what pollers of an end see and are told. */

#include "kselftest_harness.h"

#include <poll.h>
#include <sys/epoll.h>

#include "ring_pages.h"

#define SIZE		4096
#define MILLISECONDS	(1000 * MUST_HAPPEN_SECONDS)

FIXTURE(ring_poll)
{
	int session;
	int ends[2];
	struct ring_pages pages[2];
	int epoll;
};

FIXTURE_SETUP(ring_poll)
{
	self->session = session_open();
	self->epoll = epoll_create1(EPOLL_CLOEXEC);
	ASSERT_EQ(0, ring_create(self->session, self->ends, SIZE));
	for (int i = 0; i < 2; i++)
		ASSERT_TRUE(ring_pages_map(&self->pages[i], self->ends[i], i));
}

FIXTURE_TEARDOWN(ring_poll)
{
	for (int i = 0; i < 2; i++) {
		ring_pages_unmap(&self->pages[i]);
		close(self->ends[i]);
	}
	close(self->epoll);
	close(self->session);
}

#define PRODUCED(index)	ring_publish(&self->pages[PRODUCER], index)
#define CONSUMED(index)	ring_publish(&self->pages[CONSUMER], index)

/* What is there now. */
static int events_of(int end)
{
	struct pollfd poller = {
		.fd = end,
		.events = POLLIN | POLLOUT,
	};

	return poll(&poller, 1, 0) < 0 ? -errno : poller.revents;
}

static int await_events(void *argument)
{
	struct pollfd poller = {
		.fd = *(int *)argument,
		.events = POLLIN | POLLOUT,
	};
	int nr = poll(&poller, 1, MILLISECONDS);

	return nr == 1 ? poller.revents : -ETIMEDOUT;
}

/* What epoll tells within @milliseconds, 0 if nothing. */
static int told(int epoll, int milliseconds)
{
	struct epoll_event event;
	int nr = epoll_wait(epoll, &event, 1, milliseconds);

	return nr == 1 ? event.events : nr;
}

static int add(int epoll, int end, unsigned int events)
{
	struct epoll_event event = { .events = events };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, end, &event);
}

TEST_F(ring_poll, shows_the_consumer_that_a_record_is_there)
{
	int consumer = self->ends[CONSUMER];

	EXPECT_EQ(0, events_of(consumer));
	PRODUCED(8);
	EXPECT_EQ(POLLIN, events_of(consumer));
	CONSUMED(8);
	EXPECT_EQ(0, events_of(consumer));
}

TEST_F(ring_poll, shows_the_producer_that_half_of_the_ring_is_free)
{
	int producer = self->ends[PRODUCER];

	EXPECT_EQ(POLLOUT, events_of(producer));
	PRODUCED(SIZE / 2);
	EXPECT_EQ(POLLOUT, events_of(producer));
	PRODUCED(SIZE / 2 + 8);
	EXPECT_EQ(0, events_of(producer));
	CONSUMED(8);
	EXPECT_EQ(POLLOUT, events_of(producer));
}

TEST_F(ring_poll, shows_that_the_other_end_has_ended)
{
	PRODUCED(8);
	ring_pages_unmap(&self->pages[PRODUCER]);
	close(self->ends[PRODUCER]);
	EXPECT_EQ(POLLIN | POLLHUP, events_of(self->ends[CONSUMER]));
	CONSUMED(8);
	EXPECT_EQ(POLLHUP, events_of(self->ends[CONSUMER]));
}

TEST_F(ring_poll, shows_a_kill)
{
	ASSERT_EQ(0, object_kill(self->ends[PRODUCER]));
	EXPECT_EQ(POLLERR | POLLHUP, events_of(self->ends[PRODUCER]));
	EXPECT_EQ(POLLERR | POLLHUP, events_of(self->ends[CONSUMER]));
}

TEST_F(ring_poll, shows_an_index_that_cannot_be)
{
	PRODUCED(SIZE + 16);
	EXPECT_EQ(POLLERR, events_of(self->ends[CONSUMER]));
}

TEST_F(ring_poll, shows_nothing_but_an_error_without_an_end)
{
	int admin = object_restrict(self->ends[PRODUCER], IPCCHAN_RIGHT_ADMIN, 0);

	EXPECT_EQ(POLLERR, events_of(admin));
	close(admin);
}

TEST_F(ring_poll, tells_who_sleeps)
{
	struct sleeper poller;

	sleeper_start(&poller, await_events, &self->ends[CONSUMER]);
	ASSERT_TRUE(await_asleep(&poller));
	EXPECT_EQ(1, PRODUCED(8));
	EXPECT_EQ(POLLIN, sleeper_join(&poller));
}

TEST_F(ring_poll, tells_who_sleeps_of_the_end)
{
	struct sleeper poller;

	sleeper_start(&poller, await_events, &self->ends[CONSUMER]);
	ASSERT_TRUE(await_asleep(&poller));
	ring_pages_unmap(&self->pages[PRODUCER]);
	close(self->ends[PRODUCER]);
	EXPECT_EQ(POLLHUP, sleeper_join(&poller));
}

TEST_F(ring_poll, tells_the_producer_when_half_is_free_and_not_before)
{
	struct sleeper poller;

	PRODUCED(SIZE);
	sleeper_start(&poller, await_events, &self->ends[PRODUCER]);
	ASSERT_TRUE(await_asleep(&poller));
	EXPECT_EQ(0, CONSUMED(8));
	EXPECT_EQ(0, CONSUMED(SIZE / 2 - 8));
	EXPECT_EQ(1, CONSUMED(SIZE / 2));
	EXPECT_EQ(POLLOUT, sleeper_join(&poller));
}

TEST_F(ring_poll, asks_for_no_wake_up_where_nobody_listens)
{
	EXPECT_EQ(0, events_of(self->ends[CONSUMER]));
	EXPECT_EQ(0, PRODUCED(8));
}

TEST_F(ring_poll, tells_an_epoll_as_long_as_it_lasts)
{
	ASSERT_EQ(0, add(self->epoll, self->ends[CONSUMER], EPOLLIN));
	EXPECT_EQ(1, PRODUCED(8));
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
	CONSUMED(8);
	EXPECT_EQ(0, told(self->epoll, 0));
	EXPECT_EQ(1, PRODUCED(16));
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
}

TEST_F(ring_poll, costs_the_producer_no_call_while_an_epoll_is_busy)
{
	ASSERT_EQ(0, add(self->epoll, self->ends[CONSUMER], EPOLLIN));
	EXPECT_EQ(1, PRODUCED(8));
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
	for (int i = 2; i < 20; i++)
		EXPECT_EQ(0, PRODUCED(8 * i));
}

TEST_F(ring_poll, tells_an_edge_triggered_epoll_once_for_each_edge)
{
	ASSERT_EQ(0, add(self->epoll, self->ends[CONSUMER], EPOLLIN | EPOLLET));
	PRODUCED(8);
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
	EXPECT_EQ(0, told(self->epoll, 0));
	CONSUMED(8);
	EXPECT_EQ(0, told(self->epoll, 0));
	EXPECT_EQ(1, PRODUCED(16));
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
	EXPECT_EQ(0, told(self->epoll, 0));
}

TEST_F(ring_poll, tells_an_edge_triggered_epoll_of_what_comes_while_it_is_busy)
{
	ASSERT_EQ(0, add(self->epoll, self->ends[CONSUMER], EPOLLIN | EPOLLET));
	PRODUCED(8);
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
	PRODUCED(16);
	EXPECT_EQ(EPOLLIN, told(self->epoll, MILLISECONDS));
}

#include "ipcchan_selftest_main.h"
