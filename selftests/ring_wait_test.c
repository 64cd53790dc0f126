// SPDX-License-Identifier: GPL-2.0
/* Rings: sleeping until the other end's index is far enough, and being woken. */

#include "kselftest_harness.h"

#include <signal.h>
#include <stdlib.h>

#include "ring_pages.h"

#define SIZE		4096

FIXTURE(ring_wait)
{
	int session;
	int ends[2];
	struct ring_pages pages[2];
};

FIXTURE_VARIANT(ring_wait)
{
	int sleeper;
	int other;
};

/* Either end sleeps as the other does. */
FIXTURE_VARIANT_ADD(ring_wait, consumer)
{
	.sleeper = CONSUMER,
	.other = PRODUCER,
};

FIXTURE_VARIANT_ADD(ring_wait, producer)
{
	.sleeper = PRODUCER,
	.other = CONSUMER,
};

FIXTURE_SETUP(ring_wait)
{
	self->session = session_open();
	ASSERT_EQ(0, ring_create(self->session, self->ends, SIZE));
	for (int i = 0; i < 2; i++)
		ASSERT_TRUE(ring_pages_map(&self->pages[i], self->ends[i], i));
	/* A producer waits where it is full: then the other may go as far as here. */
	if (variant->sleeper == PRODUCER)
		self->pages[PRODUCER].own->index = SIZE;
}

FIXTURE_TEARDOWN(ring_wait)
{
	for (int i = 0; i < 2; i++) {
		ring_pages_unmap(&self->pages[i]);
		close(self->ends[i]);
	}
	close(self->session);
}

#define SLEEPER		(self->ends[variant->sleeper])
#define OTHER		(&self->pages[variant->other])
#define NOTICE		ring_notice(&self->pages[variant->sleeper])

/**
 * struct waiting - a RING_WAIT in a thread of its own
 * @thread: The thread.
 * @end: Of which end.
 * @index: For what.
 */
struct waiting {
	struct sleeper thread;
	int end;
	__u32 index;
};

static int wait_for_index(void *argument)
{
	const struct waiting *waiting = argument;

	return ring_wait(waiting->end, waiting->index);
}

static void start_wait(struct waiting *waiting, int end, __u32 index)
{
	waiting->end = end;
	waiting->index = index;
	sleeper_start(&waiting->thread, wait_for_index, waiting);
}

TEST_F(ring_wait, returns_at_once_if_the_index_is_reached)
{
	EXPECT_EQ(0, ring_wait(SLEEPER, 0));
	ring_publish(OTHER, 64);
	EXPECT_EQ(0, ring_wait(SLEEPER, 64));
	EXPECT_EQ(0, ring_wait(SLEEPER, 8));
	EXPECT_EQ(0, NOTICE);
}

TEST_F(ring_wait, sleeps_until_it_is_woken)
{
	struct waiting waiting;

	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	EXPECT_EQ(8 | IPCCHAN_RING_AWAITS, NOTICE);
	EXPECT_EQ(1, ring_publish(OTHER, 8));
	EXPECT_EQ(0, sleeper_join(&waiting.thread));
	EXPECT_EQ(0, NOTICE);
}

TEST_F(ring_wait, is_not_woken_before_its_index_is_reached)
{
	struct waiting waiting;

	start_wait(&waiting, SLEEPER, 64);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	EXPECT_EQ(0, ring_publish(OTHER, 56));
	EXPECT_EQ(0, ring_wake(self->ends[variant->other]));
	EXPECT_EQ(64 | IPCCHAN_RING_AWAITS, NOTICE);
	EXPECT_EQ(1, ring_publish(OTHER, 64));
	EXPECT_EQ(0, sleeper_join(&waiting.thread));
}

TEST_F(ring_wait, costs_the_other_end_one_call)
{
	struct waiting waiting;

	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	EXPECT_EQ(1, ring_publish(OTHER, 8));
	EXPECT_EQ(0, ring_publish(OTHER, 16));
	EXPECT_EQ(0, ring_publish(OTHER, 24));
	EXPECT_EQ(0, sleeper_join(&waiting.thread));
}

TEST_F(ring_wait, is_of_several_threads_each_for_its_own_index)
{
	struct waiting waiting[3];

	for (int i = 0; i < 3; i++) {
		start_wait(&waiting[i], SLEEPER, 8 * (3 - i));
		ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, i + 1));
		EXPECT_EQ(8 * (3 - i) | IPCCHAN_RING_AWAITS, NOTICE);
	}
	for (int i = 2; i >= 0; i--) {
		EXPECT_EQ(1, ring_publish(OTHER, 8 * (3 - i)));
		EXPECT_EQ(0, sleeper_join(&waiting[i].thread));
	}
	EXPECT_EQ(0, NOTICE);
}

TEST_F(ring_wait, wakes_more_threads_than_one_lock_section_can)
{
	struct waiting waiting[40];

	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		start_wait(&waiting[i], SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, ARRAY_SIZE(waiting)));
	EXPECT_EQ(1, ring_publish(OTHER, 8));
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		EXPECT_EQ(0, sleeper_join(&waiting[i].thread));
	EXPECT_EQ(0, NOTICE);
}

TEST_F(ring_wait, goes_on_where_indices_wrap_around)
{
	struct waiting waiting;

	self->pages[variant->sleeper].own->index -= 16;
	ring_publish(OTHER, -16);
	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	EXPECT_EQ(0, ring_publish(OTHER, -8));
	EXPECT_EQ(0, ring_publish(OTHER, 0));
	EXPECT_EQ(1, ring_publish(OTHER, 8));
	EXPECT_EQ(0, sleeper_join(&waiting.thread));
}

TEST_F(ring_wait, ends_at_its_deadline)
{
	EXPECT_EQ(-ETIMEDOUT, ring_wait(SLEEPER, 8, .deadline_ns = 0));
	EXPECT_EQ(-ETIMEDOUT,
		  ring_wait(SLEEPER, 8,
			    .deadline_ns = deadline_after(NSEC_PER_MSEC)));
	EXPECT_EQ(-ETIMEDOUT,
		  ring_wait(SLEEPER, 8, .flags = IPCCHAN_REALTIME,
			    .deadline_ns = now_ns(CLOCK_REALTIME) + NSEC_PER_MSEC));
	EXPECT_EQ(0, NOTICE);
}

TEST_F(ring_wait, looks_before_it_times_out)
{
	ring_publish(OTHER, 8);
	EXPECT_EQ(0, ring_wait(SLEEPER, 8, .deadline_ns = 0));
}

TEST_F(ring_wait, does_not_sleep_if_it_may_not)
{
	EXPECT_EQ(-EAGAIN, ring_wait(SLEEPER, 8, .flags = IPCCHAN_NONBLOCK));
	ring_publish(OTHER, 8);
	EXPECT_EQ(0, ring_wait(SLEEPER, 8, .flags = IPCCHAN_NONBLOCK));
}

static void do_nothing(int signal)
{
}

TEST_F(ring_wait, is_interrupted_by_a_signal_handler)
{
	struct sigaction action = { .sa_handler = do_nothing };
	struct waiting waiting;

	sigaction(SIGUSR1, &action, NULL);
	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	pthread_kill(waiting.thread.thread, SIGUSR1);
	EXPECT_EQ(-EINTR, sleeper_join(&waiting.thread));
	EXPECT_EQ(0, NOTICE);
}

TEST_F(ring_wait, goes_on_after_a_handler_that_restarts_calls)
{
	struct sigaction action = {
		.sa_handler = do_nothing,
		.sa_flags = SA_RESTART,
	};
	struct waiting waiting;

	sigaction(SIGUSR1, &action, NULL);
	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	pthread_kill(waiting.thread.thread, SIGUSR1);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 2));
	EXPECT_EQ(1, ring_publish(OTHER, 8));
	EXPECT_EQ(0, sleeper_join(&waiting.thread));
}

/* The other end */

TEST_F(ring_wait, ends_with_the_other_end)
{
	struct waiting waiting;

	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	ring_pages_unmap(OTHER);
	close(self->ends[variant->other]);
	EXPECT_EQ(-EPIPE, sleeper_join(&waiting.thread));
	EXPECT_EQ(-EPIPE, ring_wait(SLEEPER, 8));
}

TEST_F(ring_wait, gets_what_was_published_before_the_other_end_ended)
{
	ring_publish(OTHER, 8);
	ring_pages_unmap(OTHER);
	close(self->ends[variant->other]);
	EXPECT_EQ(0, ring_wait(SLEEPER, 8));
	EXPECT_EQ(-EPIPE, ring_wait(SLEEPER, 16));
}

TEST_F(ring_wait, ends_with_the_ring)
{
	struct waiting waiting;

	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	ASSERT_EQ(0, object_kill(SLEEPER));
	EXPECT_EQ(-EIDRM, sleeper_join(&waiting.thread));
}

TEST_F(ring_wait, is_for_an_index_that_can_come)
{
	__u32 own = ring_index(&self->pages[variant->sleeper]);

	EXPECT_EQ(-EINVAL, ring_wait(SLEEPER, own + SIZE + 8));
	EXPECT_EQ(-EAGAIN, ring_wait(SLEEPER, own + SIZE,
				     .flags = IPCCHAN_NONBLOCK));
}

/* Another thread has gone on since. */
TEST_F(ring_wait, is_over_for_an_index_that_was_passed_long_ago)
{
	ring_publish(OTHER, 4 * SIZE);
	self->pages[variant->sleeper].own->index = 4 * SIZE;
	EXPECT_EQ(0, ring_wait(SLEEPER, 8));
}

TEST_F(ring_wait, is_told_of_an_index_that_cannot_be)
{
	ring_publish(OTHER, SIZE);
	EXPECT_EQ(0, ring_wait(SLEEPER, SIZE));
	ring_publish(OTHER, SIZE + 8);
	EXPECT_EQ(-EPROTO, ring_wait(SLEEPER, SIZE));
	ring_publish(OTHER, 0);
	EXPECT_EQ(0, ring_wait(SLEEPER, 0));
	ring_publish(OTHER, -8);
	EXPECT_EQ(-EPROTO, ring_wait(SLEEPER, 0));
}

TEST_F(ring_wait, is_woken_by_an_index_that_cannot_be)
{
	struct waiting waiting;

	start_wait(&waiting, SLEEPER, 8);
	ASSERT_TRUE(await_slept(SLEEPER, variant->sleeper, 1));
	EXPECT_EQ(1, ring_publish(OTHER, 8 + SIZE + 8));
	EXPECT_EQ(-EPROTO, sleeper_join(&waiting.thread));
}

TEST_F(ring_wait, is_for_an_index_at_which_a_record_may_begin)
{
	for (__u32 i = 1; i < IPCCHAN_RING_ALIGN; i++)
		EXPECT_EQ(-EINVAL, ring_wait(SLEEPER, i));
}

/* Waking and waiting at once */

FIXTURE(ring_turn)
{
	int session;
	int asked[2];
	int answered[2];
	struct ring_pages asked_pages[2];
	struct ring_pages answered_pages[2];
};

static void map_both(struct ring_pages pages[2], const int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (!ring_pages_map(&pages[i], ends[i], i))
			abort();
}

static void close_both(struct ring_pages pages[2], const int ends[2])
{
	for (int i = 0; i < 2; i++) {
		ring_pages_unmap(&pages[i]);
		close(ends[i]);
	}
}

FIXTURE_SETUP(ring_turn)
{
	self->session = session_open();
	ASSERT_EQ(0, ring_create(self->session, self->asked, SIZE));
	ASSERT_EQ(0, ring_create(self->session, self->answered, SIZE));
	map_both(self->asked_pages, self->asked);
	map_both(self->answered_pages, self->answered);
}

FIXTURE_TEARDOWN(ring_turn)
{
	close_both(self->asked_pages, self->asked);
	close_both(self->answered_pages, self->answered);
	close(self->session);
}

/* Waits at the consumer's end of the answers. */
#define turn(woken, ...)						\
	ring_wait(self->answered[CONSUMER], 8, .flags = IPCCHAN_WAKE |	\
		  IPCCHAN_NONBLOCK, .wake_fd = (woken), __VA_ARGS__)

/* Publishes without a look at who sleeps. */
static void publish_only(struct ring_pages *pages, __u32 index)
{
	__atomic_store_n(&pages->own->index, index, __ATOMIC_RELEASE);
}

TEST_F(ring_turn, wakes_who_waits_at_one_ring_and_waits_at_another)
{
	struct waiting asked;
	struct waiting answered = { .end = self->answered[CONSUMER], .index = 8 };

	start_wait(&asked, self->asked[CONSUMER], 8);
	ASSERT_TRUE(await_slept(self->asked[CONSUMER], CONSUMER, 1));
	publish_only(&self->asked_pages[PRODUCER], 8);
	EXPECT_EQ(-EAGAIN, turn(self->asked[PRODUCER]));
	EXPECT_EQ(0, sleeper_join(&asked.thread));
	start_wait(&answered, self->answered[CONSUMER], 8);
	ASSERT_TRUE(await_slept(self->answered[CONSUMER], CONSUMER, 1));
	EXPECT_EQ(1, ring_publish(&self->answered_pages[PRODUCER], 8));
	EXPECT_EQ(0, sleeper_join(&answered.thread));
}

/**
 * struct turning - a RING_WAIT with WAKE, in a thread of its own
 * @thread: The thread.
 * @end: Where it waits.
 * @woken: Whose index is waited for.
 */
struct turning {
	struct sleeper thread;
	int end;
	int woken;
};

static int take_turn(void *argument)
{
	const struct turning *turning = argument;

	return ring_wait(turning->end, 8, .flags = IPCCHAN_WAKE,
			 .wake_fd = turning->woken);
}

TEST_F(ring_turn, sleeps_like_any_wait)
{
	struct turning turning = {
		.end = self->answered[CONSUMER],
		.woken = self->asked[PRODUCER],
	};

	sleeper_start(&turning.thread, take_turn, &turning);
	ASSERT_TRUE(await_slept(self->answered[CONSUMER], CONSUMER, 1));
	EXPECT_EQ(1, ring_publish(&self->answered_pages[PRODUCER], 8));
	EXPECT_EQ(0, sleeper_join(&turning.thread));
}

TEST_F(ring_turn, wakes_also_where_it_need_not_wait)
{
	struct waiting asked;

	publish_only(&self->answered_pages[PRODUCER], 8);
	start_wait(&asked, self->asked[CONSUMER], 8);
	ASSERT_TRUE(await_slept(self->asked[CONSUMER], CONSUMER, 1));
	publish_only(&self->asked_pages[PRODUCER], 8);
	EXPECT_EQ(0, turn(self->asked[PRODUCER]));
	EXPECT_EQ(0, sleeper_join(&asked.thread));
}

TEST_F(ring_turn, is_with_a_descriptor_of_a_ring)
{
	int mailbox = mailbox_open(self->session);

	publish_only(&self->answered_pages[PRODUCER], 8);
	EXPECT_EQ(-EBADF, turn(-1));
	EXPECT_EQ(-EBADF, turn(mailbox));
	EXPECT_EQ(-EBADF, turn(self->session));
	EXPECT_EQ(0, turn(self->asked[PRODUCER]));
	close(mailbox);
}

TEST_F(ring_turn, is_with_the_descriptor_of_an_end)
{
	int neither = object_restrict(self->asked[PRODUCER], IPCCHAN_RIGHT_ADMIN, 0);

	ASSERT_LE(0, neither);
	EXPECT_EQ(-EPERM, turn(neither));
	close(neither);
}

TEST_F(ring_turn, is_told_that_the_end_of_which_it_wakes_is_no_more)
{
	ASSERT_EQ(0, object_kill(self->asked[PRODUCER]));
	publish_only(&self->answered_pages[PRODUCER], 8);
	EXPECT_EQ(-EIDRM, turn(self->asked[PRODUCER]));
}

/* The end ends with the process that mapped it, which is the child. */
static int map_and_end(void *argument)
{
	const int *end = argument;
	struct ring_pages pages;

	return ring_pages_map(&pages, *end, PRODUCER) ? 0 : 1;
}

TEST_F(ring_turn, is_told_that_the_end_of_which_it_wakes_has_ended)
{
	int ends[2];

	ASSERT_EQ(0, ring_create(self->session, ends, SIZE));
	ASSERT_EQ(0, run_in_child(map_and_end, &ends[PRODUCER]));
	ASSERT_TRUE(await_ring_state(ends[CONSUMER], PRODUCER,
				     IPCCHAN_RING_END_ENDED));
	publish_only(&self->answered_pages[PRODUCER], 8);
	EXPECT_EQ(-EPIPE, turn(ends[PRODUCER]));
	close(ends[PRODUCER]);
	close(ends[CONSUMER]);
}

TEST_F(ring_turn, names_a_descriptor_only_to_wake)
{
	EXPECT_EQ(-EINVAL, ring_wait(self->answered[CONSUMER], 8,
				     .flags = IPCCHAN_NONBLOCK,
				     .wake_fd = self->asked[PRODUCER]));
	EXPECT_EQ(-EOPNOTSUPP, turn(self->asked[PRODUCER], .reserved = 1));
}

/* No lost wake-up, whatever the moment */

#define CYCLES		5000

/**
 * struct exchange - one end of an exchange of turns
 * @pages: Of the end.
 * @which: PRODUCER, which begins, or CONSUMER.
 * @seed: For its delays.
 */
struct exchange {
	struct ring_pages *pages;
	int which;
	unsigned int seed;
};

static void delay_by_chance(unsigned int *seed)
{
	unsigned int turns = rand_r(seed) % 4 ? 0 : rand_r(seed) % 256;

	for (unsigned int i = 0; i < turns; i++)
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* The producer is always one record ahead or level; each waits for the other. */
static int exchange(void *argument)
{
	struct exchange *e = argument;
	__u32 lead = e->which == CONSUMER ? IPCCHAN_RING_ALIGN : 0;

	for (__u32 i = 0; i < CYCLES; i++) {
		int error = ring_wait(e->pages->fd, IPCCHAN_RING_ALIGN * i + lead);

		if (error)
			return error;
		delay_by_chance(&e->seed);
		error = ring_publish(e->pages, IPCCHAN_RING_ALIGN * (i + 1));
		if (error < 0)
			return error;
	}
	return 0;
}

static int exchange_all(int session, unsigned int seed)
{
	struct exchange exchanges[2];
	struct ring_pages pages[2];
	struct sleeper sleepers[2];
	int result = 0;
	int ends[2];

	if (ring_create(session, ends, SIZE))
		return -errno;
	for (int i = 0; i < 2; i++) {
		if (!ring_pages_map(&pages[i], ends[i], i))
			return -errno;
		exchanges[i] = (struct exchange){ &pages[i], i, seed + i };
		sleeper_start(&sleepers[i], exchange, &exchanges[i]);
	}
	for (int i = 0; i < 2; i++) {
		result = sleeper_end(&sleepers[i]) ?: result;
		ring_pages_unmap(&pages[i]);
		close(ends[i]);
	}
	return result;
}

/* How often: IPCCHAN_ROUNDS, for a long run. */
static unsigned int rounds(void)
{
	return setting("IPCCHAN_ROUNDS", 1);
}

FIXTURE(ring_wake_up)
{
	int session;
};

FIXTURE_SETUP(ring_wake_up)
{
	self->session = session_open();
}

FIXTURE_TEARDOWN(ring_wake_up)
{
	close(self->session);
}

TEST_F_TIMEOUT(ring_wake_up, is_never_lost, 3600)
{
	for (unsigned int i = 0; i < rounds(); i++)
		ASSERT_EQ(0, exchange_all(self->session, 2 * i + 1));
}

#include "ipcchan_selftest_main.h"
