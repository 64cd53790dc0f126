// SPDX-License-Identifier: GPL-2.0
/*
 * Synchronisation by libipcchan, but for locks: semaphores, events, condition variables
 * and barriers.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"
#include "lib_test.h"
#include "lib_sync.h"

/* Options of a call that may not wait. */
static const struct ipcchan_wait_options now = {
	.size = sizeof(now),
	.flags = IPCCHAN_NONBLOCK,
	.deadline_ns = IPCCHAN_DEADLINE_NEVER,
};

/* Options of a call whose time is over at once, on CLOCK_REALTIME. */
static struct ipcchan_wait_options over_by_the_clock(void)
{
	struct ipcchan_wait_options how = IPCCHAN_WAIT_OPTIONS;

	how.flags = IPCCHAN_REALTIME;
	how.deadline_ns = real_now();
	return how;
}

FIXTURE(semaphore)
{
	struct ipcchan *session;
	int semaphore;
};

FIXTURE_SETUP(semaphore)
{
	struct ipcchan_semaphore_options options = IPCCHAN_SEMAPHORE_OPTIONS;

	self->session = open_session();
	options.value = 2;
	options.max = 3;
	self->semaphore = ipcchan_semaphore_open(self->session, NULL,
						 IPCCHAN_RIGHTS_SIGNAL, &options);
	ASSERT_LE(0, self->semaphore);
}

FIXTURE_TEARDOWN(semaphore)
{
	close(self->semaphore);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int acquire_two(void *semaphore)
{
	return ipcchan_semaphore_acquire(*(int *)semaphore, 2, NULL);
}

static int acquire_with_undo(void *semaphore)
{
	struct ipcchan_wait_options how = now;

	how.flags |= IPCCHAN_SEMAPHORE_UNDO;
	return ipcchan_semaphore_acquire(*(int *)semaphore, 2, &how);
}

static struct ipcchan_semaphore_info units_of(int semaphore)
{
	struct ipcchan_semaphore_info info;

	if (ipcchan_semaphore_info(semaphore, &info, sizeof(info)))
		abort();
	return info;
}

TEST_F(semaphore, has_the_units_that_it_was_created_with)
{
	EXPECT_EQ(2, units_of(self->semaphore).value);
	EXPECT_EQ(3, units_of(self->semaphore).max);
}

TEST_F(semaphore, gives_all_units_or_none)
{
	EXPECT_EQ(-EAGAIN, ipcchan_semaphore_acquire(self->semaphore, 3, &now));
	EXPECT_EQ(0, ipcchan_semaphore_acquire(self->semaphore, 2, &now));
	EXPECT_EQ(-EAGAIN, ipcchan_semaphore_acquire(self->semaphore, 1, &now));
	EXPECT_EQ(-EINVAL, ipcchan_semaphore_acquire(self->semaphore, 4, &now));
}

TEST_F(semaphore, gives_units_to_who_waits)
{
	struct other other;

	ASSERT_EQ(0, ipcchan_semaphore_acquire(self->semaphore, 2, NULL));
	other_start(&other, acquire_two, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	ASSERT_EQ(0, ipcchan_semaphore_release(self->semaphore, 2, 0));
	EXPECT_EQ(0, units_of(self->semaphore).value);
	EXPECT_EQ(0, other_join(&other));
}

TEST_F(semaphore, has_no_more_than_its_maximum)
{
	EXPECT_EQ(0, ipcchan_semaphore_release(self->semaphore, 1, 0));
	EXPECT_EQ(-EOVERFLOW, ipcchan_semaphore_release(self->semaphore, 1, 0));
}

TEST_F(semaphore, is_waited_for_until_the_deadline)
{
	const struct ipcchan_wait_options how = over_by_the_clock();

	EXPECT_EQ(-ETIMEDOUT,
		  ipcchan_semaphore_acquire(self->semaphore, 3, &how));
}

TEST_F(semaphore, gets_back_what_a_thread_held)
{
	ASSERT_EQ(0, by_another(acquire_with_undo, &self->semaphore));
	EXPECT_EQ(0, ipcchan_semaphore_acquire(self->semaphore, 2, NULL));
}

TEST_F(semaphore, tells_how_much_is_held)
{
	ASSERT_EQ(0, acquire_with_undo(&self->semaphore));
	EXPECT_EQ(2, units_of(self->semaphore).held);
	EXPECT_EQ(0, ipcchan_semaphore_release(self->semaphore, 2,
					       IPCCHAN_SEMAPHORE_UNDO));
	EXPECT_EQ(0, units_of(self->semaphore).held);
	EXPECT_EQ(-EPERM, ipcchan_semaphore_release(self->semaphore, 1,
						    IPCCHAN_SEMAPHORE_UNDO));
}

TEST_F(semaphore, has_no_value_above_its_maximum)
{
	struct ipcchan_semaphore_options options = IPCCHAN_SEMAPHORE_OPTIONS;

	options.value = 2;
	options.max = 1;
	EXPECT_EQ(-EINVAL, ipcchan_semaphore_open(self->session, NULL,
						  IPCCHAN_RIGHTS_SIGNAL,
						  &options));
}

FIXTURE(event)
{
	struct ipcchan *session;
	int event;
};

FIXTURE_SETUP(event)
{
	self->session = open_session();
	self->event = ipcchan_event_open(self->session, NULL,
					 IPCCHAN_RIGHTS_SIGNAL, NULL);
	ASSERT_LE(0, self->event);
}

FIXTURE_TEARDOWN(event)
{
	close(self->event);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int open_event(const struct ipcchan *session, uint32_t flags)
{
	struct ipcchan_event_options options = IPCCHAN_EVENT_OPTIONS;

	options.flags = flags;
	return ipcchan_event_open(session, NULL, IPCCHAN_RIGHTS_SIGNAL,
				  &options);
}

static int wait_for_event(void *event)
{
	return ipcchan_event_wait(*(int *)event, NULL);
}

TEST_F(event, is_waited_for_once_each_time_it_is_set)
{
	EXPECT_EQ(-EAGAIN, ipcchan_event_wait(self->event, &now));
	ASSERT_EQ(0, ipcchan_event_set(self->event));
	EXPECT_EQ(0, ipcchan_event_wait(self->event, &now));
	EXPECT_EQ(-EAGAIN, ipcchan_event_wait(self->event, &now));
}

TEST_F(event, that_is_reset_by_hand_stays_set)
{
	int event = open_event(self->session,
			       IPCCHAN_OPEN_MANUAL_RESET | IPCCHAN_OPEN_SET);
	struct ipcchan_event_info info;

	ASSERT_EQ(0, ipcchan_event_info(event, &info, sizeof(info)));
	EXPECT_EQ(IPCCHAN_EVENT_IS_SET | IPCCHAN_EVENT_IS_MANUAL, info.state);
	EXPECT_EQ(0, ipcchan_event_wait(event, &now));
	EXPECT_EQ(0, ipcchan_event_wait(event, &now));
	EXPECT_EQ(0, ipcchan_event_reset(event));
	EXPECT_EQ(-EAGAIN, ipcchan_event_wait(event, &now));
	close(event);
}

TEST_F(event, is_over_for_who_comes_after_its_pulse)
{
	struct other other;

	other_start(&other, wait_for_event, &self->event);
	ASSERT_TRUE(await_in_line(self->event, 1));
	EXPECT_EQ(0, ipcchan_event_pulse(self->event));
	EXPECT_EQ(0, other_join(&other));
	EXPECT_EQ(-EAGAIN, ipcchan_event_wait(self->event, &now));
}

TEST_F(event, is_waited_for_until_the_deadline)
{
	const struct ipcchan_wait_options how = over_by_the_clock();

	EXPECT_EQ(-ETIMEDOUT, ipcchan_event_wait(self->event, &how));
}

TEST_F(event, needs_a_right_to_be_set)
{
	int weaker = ipcchan_object_restrict(self->event, IPCCHAN_RIGHT_WAIT, 0);

	ASSERT_LE(0, weaker);
	EXPECT_EQ(-EPERM, ipcchan_event_set(weaker));
	close(weaker);
}

FIXTURE(condvar)
{
	struct ipcchan *session;
	int condvar;
	int mutex;
};

FIXTURE_SETUP(condvar)
{
	self->session = open_session();
	self->condvar = ipcchan_condvar_open(self->session, NULL,
					     IPCCHAN_RIGHTS_SIGNAL, NULL);
	self->mutex = ipcchan_mutex_open(self->session, NULL,
					 IPCCHAN_RIGHTS_LOCK, NULL);
	ASSERT_LE(0, self->condvar);
	ASSERT_LE(0, self->mutex);
}

FIXTURE_TEARDOWN(condvar)
{
	close(self->condvar);
	close(self->mutex);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/**
 * struct place - where to wait to be signalled
 * @condvar: The condition variable.
 * @mutex: The mutex.
 */
struct place {
	int condvar;
	int mutex;
};

static int await_signal(void *context)
{
	struct place *place = context;
	int result = ipcchan_mutex_lock(place->mutex, NULL);

	if (!result)
		result = ipcchan_condvar_wait(place->condvar, place->mutex,
					      NULL);
	return result ?: ipcchan_mutex_unlock(place->mutex);
}

TEST_F(condvar, lets_one_go_on_or_all)
{
	struct place place = { self->condvar, self->mutex };
	struct ipcchan_condvar_info info;
	struct other others[3];
	int i;

	for (i = 0; i < 3; i++)
		other_start(&others[i], await_signal, &place);
	ASSERT_TRUE(await_in_line(self->condvar, 3));
	EXPECT_EQ(1, ipcchan_condvar_signal(self->condvar, 1));
	ASSERT_EQ(0, ipcchan_condvar_info(self->condvar, &info, sizeof(info)));
	EXPECT_EQ(2, info.waiters);
	EXPECT_EQ(2, ipcchan_condvar_signal(self->condvar, IPCCHAN_CONDVAR_ALL));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, other_join(&others[i]));
	EXPECT_EQ(0, ipcchan_condvar_signal(self->condvar, 1));
}

TEST_F(condvar, has_the_mutex_locked_at_the_deadline)
{
	const struct ipcchan_wait_options how = over_by_the_clock();

	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(-ETIMEDOUT,
		  ipcchan_condvar_wait(self->condvar, self->mutex, &how));
	EXPECT_EQ(0, ipcchan_mutex_unlock(self->mutex));
}

TEST_F(condvar, is_waited_for_by_the_owner_of_the_mutex)
{
	EXPECT_EQ(-EPERM, ipcchan_condvar_wait(self->condvar, self->mutex, NULL));
	EXPECT_EQ(-EBADF,
		  ipcchan_condvar_wait(self->condvar, self->condvar, NULL));
	EXPECT_EQ(-EINVAL, ipcchan_condvar_signal(self->condvar, 0));
}

FIXTURE(barrier)
{
	struct ipcchan *session;
	int barrier;
};

FIXTURE_SETUP(barrier)
{
	struct ipcchan_barrier_options options = IPCCHAN_BARRIER_OPTIONS;

	self->session = open_session();
	options.parties = 2;
	self->barrier = ipcchan_barrier_open(self->session, NULL,
					     IPCCHAN_RIGHTS_LOCK, &options);
	ASSERT_LE(0, self->barrier);
}

FIXTURE_TEARDOWN(barrier)
{
	close(self->barrier);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int meet(void *barrier)
{
	return ipcchan_barrier_wait(*(int *)barrier, NULL);
}

static int meet_and_leave(void *barrier)
{
	struct ipcchan_wait_options how = IPCCHAN_WAIT_OPTIONS;

	how.flags = IPCCHAN_BARRIER_LEAVE;
	return ipcchan_barrier_wait(*(int *)barrier, &how);
}

static struct ipcchan_barrier_info meeting_at(int barrier)
{
	struct ipcchan_barrier_info info;

	if (ipcchan_barrier_info(barrier, &info, sizeof(info)))
		abort();
	return info;
}

TEST_F(barrier, is_met_at_by_two_threads)
{
	struct other other;

	other_start(&other, meet_and_leave, &self->barrier);
	ASSERT_TRUE(await_in_line(self->barrier, 1));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, meet_and_leave(&self->barrier));
	EXPECT_EQ(0, other_join(&other));
	EXPECT_EQ(2, meeting_at(self->barrier).parties);
	EXPECT_EQ(1, meeting_at(self->barrier).generation);
	EXPECT_EQ(0, meeting_at(self->barrier).state);
}

TEST_F(barrier, breaks_when_a_party_ends_that_was_to_come_again)
{
	struct other other;

	other_start(&other, meet, &self->barrier);
	ASSERT_TRUE(await_in_line(self->barrier, 1));
	ASSERT_EQ(IPCCHAN_BARRIER_SERIAL, meet(&self->barrier));
	ASSERT_EQ(0, other_join(&other));
	EXPECT_EQ(-EOWNERDEAD, meet(&self->barrier));
	EXPECT_EQ(IPCCHAN_BARRIER_BROKEN, meeting_at(self->barrier).state);
	EXPECT_EQ(0, ipcchan_barrier_reset(self->barrier));
	EXPECT_EQ(0, meeting_at(self->barrier).state);
}

TEST_F(barrier, tells_who_waits_that_it_is_reset)
{
	struct other other;

	other_start(&other, meet, &self->barrier);
	ASSERT_TRUE(await_in_line(self->barrier, 1));
	EXPECT_EQ(0, ipcchan_barrier_reset(self->barrier));
	EXPECT_EQ(-ECANCELED, other_join(&other));
}

TEST_F(barrier, is_waited_at_until_the_deadline)
{
	const struct ipcchan_wait_options how = over_by_the_clock();

	EXPECT_EQ(-ETIMEDOUT, ipcchan_barrier_wait(self->barrier, &how));
}

TEST_F(barrier, needs_parties)
{
	EXPECT_EQ(-EINVAL, ipcchan_barrier_open(self->session, NULL,
						IPCCHAN_RIGHTS_LOCK, NULL));
}

TEST_HARNESS_MAIN
