// SPDX-License-Identifier: GPL-2.0
/*
 * What the test of the kernel's ntsync driver looks at
 * (tools/testing/selftests/drivers/ntsync/ntsync.c), of ours, in its order. What
 * differs: an owner is the thread itself, an array names an object once, and who waits
 * and is not to any more is told by an event at the end of the array.
 *
 * IPCCHAN_LOOPS is how often each thread of the last one locks.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include "sync.h"

#define LOOPS		10000
#define THREADS		4

/* Of what each test has, in the order of the array. */
enum { SEMAPHORE, MUTEX, MANUAL, AUTOMATIC, OBJECTS };

/**
 * struct objects - what is waited for
 * @session: Descriptor of the device.
 * @all: A semaphore that has 2 units of 3, a mutex, and two events.
 */
struct objects {
	int session;
	struct ipcchan_wait_entry all[OBJECTS];
};

FIXTURE(ntsync)
{
	struct objects objects;
};

static bool open_all(struct objects *o)
{
	o->session = session_open();
	o->all[SEMAPHORE].fd = semaphore_open(o->session, 2, .max = 3);
	o->all[SEMAPHORE].units = 1;
	o->all[MUTEX].fd = mutex_open(o->session,
				      .flags = IPCCHAN_OPEN_CREATE |
					       IPCCHAN_OPEN_RECURSIVE);
	o->all[MANUAL].fd = event_open(o->session,
				       .flags = IPCCHAN_OPEN_CREATE |
						IPCCHAN_OPEN_MANUAL_RESET);
	o->all[AUTOMATIC].fd = event_open(o->session);
	for (int i = 0; i < OBJECTS; i++)
		if (o->all[i].fd < 0)
			return false;
	return true;
}

static void close_all(struct objects *o)
{
	for (int i = 0; i < OBJECTS; i++) {
		close(o->all[i].fd);
		o->all[i].fd = -1;
	}
}

FIXTURE_SETUP(ntsync)
{
	ASSERT_TRUE(open_all(&self->objects));
}

FIXTURE_TEARDOWN(ntsync)
{
	close_all(&self->objects);
	close(self->objects.session);
}

static int units(const struct objects *o)
{
	return semaphore_info(o->all[SEMAPHORE].fd).value;
}

static int depth(const struct objects *o)
{
	return mutex_info(o->all[MUTEX].fd).depth;
}

/* The semaphore and the mutex are the first two. */
static int wait_any_of_both(struct objects *o)
{
	return wait_any(o->session, o->all, .count = 2,
			.deadline_ns = deadline_brief());
}

static int wait_all_of_both(struct objects *o)
{
	return wait_all(o->session, o->all, .count = 2,
			.deadline_ns = deadline_brief());
}

static int wait_any_in_thread(void *objects)
{
	return wait_any_of_both(objects);
}

static int wait_all_in_thread(void *objects)
{
	return wait_all_of_both(objects);
}

static int lock_twice_and_end(void *objects)
{
	const struct objects *o = objects;
	int mutex = o->all[MUTEX].fd;

	return mutex_lock(mutex) ?: mutex_lock(mutex);
}

static int take_all_units(struct objects *o)
{
	return semaphore_acquire(o->all[SEMAPHORE].fd, 2);
}

/* test_wait_any */

TEST_F(ntsync, wait_any_takes_from_the_first_as_long_as_it_can)
{
	struct objects *o = &self->objects;

	EXPECT_EQ(SEMAPHORE, wait_any_of_both(o));
	EXPECT_EQ(SEMAPHORE, wait_any_of_both(o));
	EXPECT_EQ(0, units(o));
	EXPECT_EQ(0, depth(o));
	EXPECT_EQ(MUTEX, wait_any_of_both(o));
	EXPECT_EQ(1, depth(o));
	ASSERT_EQ(0, semaphore_release(o->all[SEMAPHORE].fd, 1));
	EXPECT_EQ(SEMAPHORE, wait_any_of_both(o));
	EXPECT_EQ(0, units(o));
	EXPECT_EQ(1, depth(o));
	EXPECT_EQ(MUTEX, wait_any_of_both(o));
	EXPECT_EQ(2, depth(o));
}

TEST_F(ntsync, wait_any_times_out_for_who_is_not_the_owner)
{
	struct objects *o = &self->objects;

	ASSERT_EQ(0, take_all_units(o));
	ASSERT_EQ(0, mutex_lock(o->all[MUTEX].fd));
	EXPECT_EQ(-ETIMEDOUT, in_thread(wait_any_in_thread, o));
	EXPECT_EQ(0, units(o));
	EXPECT_EQ(1, depth(o));
}

TEST_F(ntsync, wait_any_tells_that_the_owner_died)
{
	struct objects *o = &self->objects;

	ASSERT_EQ(0, take_all_units(o));
	ASSERT_EQ(0, in_thread(lock_twice_and_end, o));
	EXPECT_EQ(MUTEX, wait_any(o->session, o->all));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, o->all[MUTEX].result);
	EXPECT_EQ(1, depth(o));
	ASSERT_EQ(0, mutex_consistent(o->all[MUTEX].fd));
	EXPECT_EQ(MUTEX, wait_any(o->session, o->all));
	EXPECT_EQ(0, o->all[MUTEX].result);
}

TEST_F(ntsync, wait_any_is_refused_an_array_that_is_too_long)
{
	struct objects *o = &self->objects;

	EXPECT_EQ(-EINVAL, wait_any(o->session, o->all,
				    .count = IPCCHAN_WAIT_MAX + 1));
	EXPECT_EQ(-EINVAL, wait_any(o->session, o->all, .count = -1));
	EXPECT_EQ(2, units(o));
}

/* test_wait_all */

TEST_F(ntsync, wait_all_takes_both_or_nothing)
{
	struct objects *o = &self->objects;

	EXPECT_EQ(0, wait_all_of_both(o));
	EXPECT_EQ(1, units(o));
	EXPECT_EQ(1, depth(o));
	EXPECT_EQ(-ETIMEDOUT, in_thread(wait_all_in_thread, o));
	EXPECT_EQ(1, units(o));
	EXPECT_EQ(1, depth(o));
	EXPECT_EQ(0, wait_all_of_both(o));
	EXPECT_EQ(0, units(o));
	EXPECT_EQ(2, depth(o));
	EXPECT_EQ(-ETIMEDOUT, wait_all_of_both(o));
	EXPECT_EQ(0, units(o));
	EXPECT_EQ(2, depth(o));
	ASSERT_EQ(0, semaphore_release(o->all[SEMAPHORE].fd, 3));
	EXPECT_EQ(0, wait_all_of_both(o));
	EXPECT_EQ(2, units(o));
	EXPECT_EQ(3, depth(o));
}

TEST_F(ntsync, wait_all_tells_that_the_owner_died_and_takes_both)
{
	struct objects *o = &self->objects;

	ASSERT_EQ(0, in_thread(lock_twice_and_end, o));
	EXPECT_EQ(0, wait_all(o->session, o->all, .count = 2));
	EXPECT_EQ(0, o->all[SEMAPHORE].result);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, o->all[MUTEX].result);
	EXPECT_EQ(1, units(o));
	EXPECT_EQ(1, depth(o));
}

TEST_F(ntsync, wait_all_leaves_a_manual_event_set_and_resets_the_other)
{
	struct objects *o = &self->objects;

	ASSERT_EQ(0, event_set(o->all[MANUAL].fd));
	ASSERT_EQ(0, event_set(o->all[AUTOMATIC].fd));
	EXPECT_EQ(0, wait_all(o->session, o->all));
	EXPECT_EQ(0, event_try(o->all[MANUAL].fd));
	EXPECT_EQ(-EAGAIN, event_try(o->all[AUTOMATIC].fd));
	EXPECT_EQ(1, units(o));
	EXPECT_EQ(1, depth(o));
}

/* wake_any */

static int sleep_for_any(void *objects)
{
	struct objects *o = objects;

	return wait_any(o->session, o->all);
}

/* Nothing is there, and a thread waits for any of it. */
static bool start_wait_for_any(struct objects *o, struct sleeper *sleeper)
{
	if (take_all_units(o) || mutex_lock(o->all[MUTEX].fd))
		return false;
	sleeper_start(sleeper, sleep_for_any, o);
	return await_in_line(o->all[OBJECTS - 1].fd, 1);
}

TEST_F(ntsync, wait_any_is_woken_by_a_unit)
{
	struct objects *o = &self->objects;
	struct sleeper sleeper;

	ASSERT_TRUE(start_wait_for_any(o, &sleeper));
	ASSERT_EQ(0, semaphore_release(o->all[SEMAPHORE].fd, 1));
	EXPECT_EQ(0, units(o));
	EXPECT_EQ(SEMAPHORE, sleeper_join(&sleeper));
}

TEST_F(ntsync, wait_any_is_woken_by_the_last_unlock)
{
	struct objects *o = &self->objects;
	int mutex = o->all[MUTEX].fd;
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(mutex));
	ASSERT_TRUE(start_wait_for_any(o, &sleeper));
	ASSERT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(1, depth(o));
	EXPECT_EQ(1, mutex_info(mutex).waiters);
	ASSERT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(0, mutex_info(mutex).waiters);
	EXPECT_EQ(MUTEX, sleeper_join(&sleeper));
}

FIXTURE(ntsync_event)
{
	struct objects objects;
};

FIXTURE_VARIANT(ntsync_event)
{
	int place;
	bool is_pulsed;
	int result_then;
};

FIXTURE_VARIANT_ADD(ntsync_event, that_is_automatic_and_set)
{
	.place = AUTOMATIC,
	.result_then = -EAGAIN,
};

FIXTURE_VARIANT_ADD(ntsync_event, that_is_automatic_and_pulsed)
{
	.place = AUTOMATIC,
	.is_pulsed = true,
	.result_then = -EAGAIN,
};

FIXTURE_VARIANT_ADD(ntsync_event, that_is_manual_and_set)
{
	.place = MANUAL,
};

FIXTURE_VARIANT_ADD(ntsync_event, that_is_manual_and_pulsed)
{
	.place = MANUAL,
	.is_pulsed = true,
	.result_then = -EAGAIN,
};

FIXTURE_SETUP(ntsync_event)
{
	ASSERT_TRUE(open_all(&self->objects));
}

FIXTURE_TEARDOWN(ntsync_event)
{
	close_all(&self->objects);
	close(self->objects.session);
}

TEST_F(ntsync_event, wakes_wait_any)
{
	struct objects *o = &self->objects;
	int event = o->all[variant->place].fd;
	struct sleeper sleeper;

	ASSERT_TRUE(start_wait_for_any(o, &sleeper));
	ASSERT_EQ(0, variant->is_pulsed ? event_pulse(event) : event_set(event));
	EXPECT_EQ(variant->place, sleeper_join(&sleeper));
	EXPECT_EQ(variant->result_then, event_try(event));
}

static int sleep_for_any_with_time(void *objects)
{
	struct objects *o = objects;

	return wait_any(o->session, o->all,
			.deadline_ns = deadline_after(NSEC_PER_SEC / 5));
}

static int sleep_for_all_with_time(void *objects)
{
	struct objects *o = objects;

	return wait_all(o->session, o->all,
			.deadline_ns = deadline_after(NSEC_PER_SEC / 5));
}

/* Who waits keeps what it waits for. */
static int close_while_waited_for(struct objects *o, int (*wait)(void *objects))
{
	struct sleeper sleeper;

	if (take_all_units(o) || mutex_lock(o->all[MUTEX].fd))
		return -EPROTO;
	sleeper_start(&sleeper, wait, o);
	if (!await_in_line(o->all[OBJECTS - 1].fd, 1))
		return -EPROTO;
	close_all(o);
	return sleeper_join(&sleeper);
}

TEST_F(ntsync, wait_any_times_out_if_all_is_closed_meanwhile)
{
	EXPECT_EQ(-ETIMEDOUT, close_while_waited_for(&self->objects,
						     sleep_for_any_with_time));
}

/* wake_all */

static int sleep_for_all(void *objects)
{
	struct objects *o = objects;

	return wait_all(o->session, o->all);
}

TEST_F(ntsync, wait_all_is_woken_when_all_is_there_at_once)
{
	struct objects *o = &self->objects;
	struct sleeper sleeper;

	ASSERT_EQ(0, take_all_units(o));
	ASSERT_EQ(0, mutex_lock(o->all[MUTEX].fd));
	ASSERT_EQ(0, event_set(o->all[MANUAL].fd));
	ASSERT_EQ(0, event_set(o->all[AUTOMATIC].fd));
	sleeper_start(&sleeper, sleep_for_all, o);
	ASSERT_TRUE(await_in_line(o->all[OBJECTS - 1].fd, 1));

	/* Others may have what is there meanwhile. */
	ASSERT_EQ(0, semaphore_release(o->all[SEMAPHORE].fd, 1));
	EXPECT_EQ(1, units(o));
	EXPECT_EQ(0, semaphore_try(o->all[SEMAPHORE].fd, 1));
	ASSERT_EQ(0, mutex_unlock(o->all[MUTEX].fd));
	EXPECT_EQ(0, depth(o));
	ASSERT_EQ(0, event_reset(o->all[MANUAL].fd));
	ASSERT_EQ(0, semaphore_release(o->all[SEMAPHORE].fd, 2));
	EXPECT_EQ(2, units(o));
	ASSERT_EQ(0, event_reset(o->all[AUTOMATIC].fd));
	ASSERT_EQ(0, event_set(o->all[MANUAL].fd));
	EXPECT_EQ(1, mutex_info(o->all[MUTEX].fd).waiters);

	ASSERT_EQ(0, event_set(o->all[AUTOMATIC].fd));
	EXPECT_EQ(1, units(o));
	EXPECT_EQ(0, event_try(o->all[MANUAL].fd));
	EXPECT_EQ(-EAGAIN, event_try(o->all[AUTOMATIC].fd));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

TEST_F(ntsync, wait_all_times_out_if_all_is_closed_meanwhile)
{
	EXPECT_EQ(-ETIMEDOUT, close_while_waited_for(&self->objects,
						     sleep_for_all_with_time));
}

/* alert_any */

TEST_F(ntsync, wait_any_is_alerted_by_an_event_behind_the_others)
{
	struct objects *o = &self->objects;
	struct sleeper sleeper;

	ASSERT_TRUE(start_wait_for_any(o, &sleeper));
	ASSERT_EQ(0, event_set(o->all[AUTOMATIC].fd));
	EXPECT_EQ(AUTOMATIC, sleeper_join(&sleeper));
	EXPECT_EQ(0, units(o));
	EXPECT_EQ(1, depth(o));
}

TEST_F(ntsync, wait_any_is_alerted_only_if_nothing_else_is_there)
{
	struct objects *o = &self->objects;

	ASSERT_EQ(0, event_set(o->all[AUTOMATIC].fd));
	ASSERT_EQ(0, semaphore_acquire(o->all[SEMAPHORE].fd, 1));
	EXPECT_EQ(SEMAPHORE, wait_any(o->session, o->all));
	EXPECT_EQ(MUTEX, wait_any(o->session, o->all));
	EXPECT_EQ(0, event_try(o->all[AUTOMATIC].fd));
}

/* stress_wait */

/**
 * struct stress - threads that lock one mutex
 * @objects: Of which the mutex, and the event that has them begin.
 * @loops: How often each.
 * @counter: How often all, by who has the mutex.
 */
struct stress {
	struct objects *objects;
	int loops;
	int counter;
};

static int lock_often(void *argument)
{
	struct stress *stress = argument;
	struct objects *o = stress->objects;
	struct ipcchan_wait_entry start[] = { o->all[MANUAL] };
	struct ipcchan_wait_entry lock[] = { o->all[MUTEX] };
	int error = wait_any(o->session, start);

	for (int i = 0; !error && i < stress->loops; i++) {
		error = wait_any(o->session, lock);
		if (error)
			break;
		stress->counter++;
		error = mutex_unlock(o->all[MUTEX].fd);
	}
	return error;
}

TEST_F_TIMEOUT(ntsync, wait_any_locks_for_one_at_a_time, 300)
{
	struct stress stress = {
		.objects = &self->objects,
		.loops = setting("IPCCHAN_LOOPS", LOOPS),
	};
	struct sleeper sleepers[THREADS];

	for (int i = 0; i < THREADS; i++)
		sleeper_start(&sleepers[i], lock_often, &stress);
	ASSERT_TRUE(await_in_line(self->objects.all[MANUAL].fd, THREADS));
	ASSERT_EQ(0, event_set(self->objects.all[MANUAL].fd));
	for (int i = 0; i < THREADS; i++)
		EXPECT_EQ(0, sleeper_end(&sleepers[i]));
	EXPECT_EQ(THREADS * stress.loops, stress.counter);
}

#include "ipcchan_selftest_main.h"
