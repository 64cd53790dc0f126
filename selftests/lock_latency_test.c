// SPDX-License-Identifier: GPL-2.0
/*
 * How soon a deadlock is told, and a death: in time of the machine, which with
 * "vm/run test --icount" is instructions. What is measured is only told.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <signal.h>

#include "sync.h"

#define MOST	64

/**
 * struct link - a thread that has a mutex and wants the next one
 * @has: The first.
 * @wants: The next.
 * @ready: It has that.
 * @sleeper: The thread.
 */
struct link {
	int has;
	int wants;
	int ready;
	struct sleeper sleeper;
};

FIXTURE(circle)
{
	int session;
	int mutexes[MOST];
	struct link links[MOST - 1];
};

FIXTURE_VARIANT(circle)
{
	unsigned int length;
};

FIXTURE_VARIANT_ADD(circle, of_2)
{
	.length = 2,
};

FIXTURE_VARIANT_ADD(circle, of_8)
{
	.length = 8,
};

FIXTURE_VARIANT_ADD(circle, of_64)
{
	.length = MOST,
};

FIXTURE_SETUP(circle)
{
	self->session = session_open();
	for (unsigned int i = 0; i < variant->length; i++)
		self->mutexes[i] = mutex_open(self->session);
	ASSERT_LE(0, self->mutexes[variant->length - 1]);
}

FIXTURE_TEARDOWN(circle)
{
	for (unsigned int i = 0; i < variant->length; i++)
		close(self->mutexes[i]);
	close(self->session);
}

static int have_one_want_another(void *argument)
{
	struct link *link = argument;
	int err = mutex_lock(link->has);

	__atomic_store_n(&link->ready, 1, __ATOMIC_SEQ_CST);
	err = err ?: mutex_lock(link->wants);
	err = err ?: mutex_unlock(link->wants);
	return err ?: mutex_unlock(link->has);
}

/* All of a circle but the last, who is the caller, and has what the one before wants. */
static bool start_links(FIXTURE_DATA(circle) * self, unsigned int length)
{
	for (unsigned int i = length - 1; i--;) {
		struct link *link = &self->links[i];

		link->has = self->mutexes[i];
		link->wants = self->mutexes[i + 1];
		sleeper_start(&link->sleeper, have_one_want_another, link);
		if (!await_counter(&link->ready, 1) ||
		    !await_in_line(link->wants, 1))
			return false;
	}
	return true;
}

TEST_F(circle, of_mutexes_is_refused_where_it_would_close)
{
	struct ipcchan_mutex_lock lock = { .deadline_ns = deadline_must_happen() };
	int last = self->mutexes[variant->length - 1];
	__u64 before;
	__u64 after;

	ASSERT_EQ(0, mutex_lock(last));
	ASSERT_TRUE(start_links(self, variant->length));
	before = now_ns(CLOCK_MONOTONIC);
	EXPECT_EQ(-EDEADLK, call(self->mutexes[0], IPCCHAN_IOC_MUTEX_LOCK, &lock));
	after = now_ns(CLOCK_MONOTONIC);
	EXPECT_EQ(variant->length, lock.cycle_length);
	ASSERT_EQ(0, mutex_unlock(last));
	for (unsigned int i = 0; i + 1 < variant->length; i++)
		EXPECT_EQ(0, sleeper_join(&self->links[i].sleeper));
	TH_LOG("a circle of %u was found in %llu us", variant->length,
	       (unsigned long long)(after - before) / 1000);
}

/**
 * struct next - who waits for a mutex whose owner dies
 * @sleeper: The thread.
 * @mutex: The mutex.
 * @at_ns: When it had it.
 */
struct next {
	struct sleeper sleeper;
	int mutex;
	__u64 at_ns;
};

static int note_when(void *argument)
{
	struct next *next = argument;
	int result = mutex_lock(next->mutex);

	next->at_ns = now_ns(CLOCK_MONOTONIC);
	return result;
}

static int have_and_pause(void *argument)
{
	struct link *link = argument;
	int err = mutex_lock(link->has);

	__atomic_store_n(&link->ready, 1, __ATOMIC_SEQ_CST);
	while (!err)
		pause();
	return err;
}

TEST(death_of_an_owner_is_told_to_who_waits)
{
	int session = session_open();
	int mutex = mutex_open(session);
	struct link *link = shared_alloc(sizeof(*link));
	struct next next = { .mutex = mutex };
	struct child owner;
	__u64 killed;

	link->has = mutex;
	child_start(&owner, have_and_pause, link);
	ASSERT_TRUE(await_counter(&link->ready, 1));
	sleeper_start(&next.sleeper, note_when, &next);
	ASSERT_TRUE(await_in_line(mutex, 1));
	killed = now_ns(CLOCK_MONOTONIC);
	child_end(&owner);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&next.sleeper));
	TH_LOG("it was told %llu us after the owner was killed",
	       (unsigned long long)(next.at_ns - killed) / 1000);
	close(mutex);
	close(session);
}

#include "ipcchan_selftest_main.h"
