// SPDX-License-Identifier: GPL-2.0
/* Futexes and pthread objects in a region, between processes. */

#include "kselftest_harness.h"

#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "ipcchan_selftest.h"

#define ROUNDS		10000

/**
 * struct shared - what the processes share
 * @futex: A word to wait on.
 * @total: What they count together.
 * @holds: A process holds @mutex.
 * @mutex: Process-shared, robust.
 * @cond: Process-shared.
 * @barrier: Process-shared.
 */
struct shared {
	unsigned int futex;
	int total;
	int holds;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	pthread_barrier_t barrier;
};

FIXTURE(region)
{
	int session;
	int region;
	struct shared *shared;
};

static struct shared *map_shared(int region)
{
	return mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
		    MAP_SHARED, region, 0);
}

static void init_shared(struct shared *shared)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;
	pthread_barrierattr_t barrier;

	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&mutex, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&shared->mutex, &mutex);
	pthread_condattr_init(&cond);
	pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&shared->cond, &cond);
	pthread_barrierattr_init(&barrier);
	pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->barrier, &barrier, 2);
}

FIXTURE_SETUP(region)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->region = region_open(self->session, sizeof(struct shared));
	ASSERT_LE(0, self->region);
	self->shared = map_shared(self->region);
	ASSERT_NE(MAP_FAILED, self->shared);
	init_shared(self->shared);
}

FIXTURE_TEARDOWN(region)
{
	close(self->region);
	close(self->session);
}

/* Until *@word is not @old any more. */
static int futex_wait(unsigned int *word, unsigned int old)
{
	struct timespec limit = { .tv_sec = MUST_HAPPEN_SECONDS };

	return syscall(SYS_futex, word, FUTEX_WAIT, old, &limit, NULL, 0);
}

/* Through a mapping of its own, at another address. */
static int wait_on_futex(void *fixture)
{
	FIXTURE_DATA(region) * self = fixture;
	struct shared *shared = map_shared(self->region);

	if (shared == self->shared)
		return -EEXIST;
	return futex_wait(&shared->futex, 0) ? -errno : 0;
}

/* How many were woken: exactly one, once it sleeps. */
static int wake_one(unsigned int *word)
{
	__u64 end = deadline_must_happen();
	int woken = 0;

	while (!woken && now_ns(CLOCK_MONOTONIC) < end) {
		woken = syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
		if (!woken)
			nap();
	}
	return woken;
}

TEST_F(region, futex_wakes_another_process)
{
	struct child waiter;

	child_start(&waiter, wait_on_futex, self);
	EXPECT_EQ(1, wake_one(&self->shared->futex));
	EXPECT_EQ(0, child_join(&waiter));
}

TEST_F(region, futex_sees_what_another_process_wrote)
{
	self->shared->futex = 1;
	EXPECT_EQ(-EAGAIN, run_in_child(wait_on_futex, self));
}

TEST_F(region, futex_can_be_waited_for_through_a_read_only_mapping)
{
	int reader = object_restrict(self->region, IPCCHAN_RIGHT_MAP_READ, 0);
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ,
				     MAP_SHARED, reader, 0);

	ASSERT_NE(MAP_FAILED, shared);
	self->shared->futex = 1;
	EXPECT_EQ(-1, futex_wait(&shared->futex, 0));
	EXPECT_EQ(EAGAIN, errno);
	close(reader);
}

static int count_with_mutex(void *fixture)
{
	FIXTURE_DATA(region) * self = fixture;
	struct shared *shared = map_shared(self->region);
	int total;

	for (int i = 0; i < ROUNDS; i++) {
		if (pthread_mutex_lock(&shared->mutex))
			return -EDEADLK;
		/* In two steps, so that an overlap shows. */
		total = __atomic_load_n(&shared->total, __ATOMIC_RELAXED);
		__atomic_store_n(&shared->total, total + 1, __ATOMIC_RELAXED);
		pthread_mutex_unlock(&shared->mutex);
	}
	return 0;
}

TEST_F(region, mutex_excludes_other_processes)
{
	struct child children[3];

	for (int i = 0; i < 3; i++)
		child_start(&children[i], count_with_mutex, self);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(0, child_join(&children[i]));
	EXPECT_EQ(3 * ROUNDS, self->shared->total);
}

static int lock_and_stay(void *fixture)
{
	FIXTURE_DATA(region) * self = fixture;
	struct shared *shared = map_shared(self->region);

	pthread_mutex_lock(&shared->mutex);
	__atomic_store_n(&shared->holds, 1, __ATOMIC_RELEASE);
	await_counter(&shared->holds, 2);
	return 0;
}

TEST_F(region, robust_mutex_tells_of_the_death_of_its_owner)
{
	struct child owner;

	child_start(&owner, lock_and_stay, self);
	ASSERT_TRUE(await_counter(&self->shared->holds, 1));
	ASSERT_EQ(EBUSY, pthread_mutex_trylock(&self->shared->mutex));
	ASSERT_EQ(0, kill(owner.pid, SIGKILL));
	ASSERT_EQ(DIED, child_join(&owner));
	EXPECT_EQ(EOWNERDEAD, pthread_mutex_lock(&self->shared->mutex));
	EXPECT_EQ(0, pthread_mutex_consistent(&self->shared->mutex));
	EXPECT_EQ(0, pthread_mutex_unlock(&self->shared->mutex));
}

static int signal_condition(void *fixture)
{
	FIXTURE_DATA(region) * self = fixture;
	struct shared *shared = map_shared(self->region);

	pthread_mutex_lock(&shared->mutex);
	shared->total = 1;
	pthread_cond_signal(&shared->cond);
	pthread_mutex_unlock(&shared->mutex);
	return 0;
}

TEST_F(region, condition_wakes_another_process)
{
	struct child signaller;
	struct timespec limit;
	int error = 0;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += MUST_HAPPEN_SECONDS;
	pthread_mutex_lock(&self->shared->mutex);
	child_start(&signaller, signal_condition, self);
	while (!self->shared->total && !error)
		error = pthread_cond_timedwait(&self->shared->cond,
					       &self->shared->mutex, &limit);
	EXPECT_EQ(0, error);
	EXPECT_EQ(1, self->shared->total);
	pthread_mutex_unlock(&self->shared->mutex);
	EXPECT_EQ(0, child_join(&signaller));
}

static int meet(void *fixture)
{
	FIXTURE_DATA(region) * self = fixture;
	struct shared *shared = map_shared(self->region);

	return pthread_barrier_wait(&shared->barrier);
}

TEST_F(region, barrier_lets_two_processes_meet)
{
	struct child other;
	int here;
	int there;

	child_start(&other, meet, self);
	here = pthread_barrier_wait(&self->shared->barrier);
	there = child_join(&other);
	EXPECT_EQ(PTHREAD_BARRIER_SERIAL_THREAD, here + there);
}

static int wait_on_inherited_futex(void *fixture)
{
	FIXTURE_DATA(region) * self = fixture;

	return futex_wait(&self->shared->futex, 0) ? -errno : 0;
}

TEST_F(region, futex_works_after_a_kill)
{
	struct child waiter;

	child_start(&waiter, wait_on_inherited_futex, self);
	ASSERT_EQ(0, object_kill(self->region));
	EXPECT_EQ(1, wake_one(&self->shared->futex));
	EXPECT_EQ(0, child_join(&waiter));
}

#include "ipcchan_selftest_main.h"
