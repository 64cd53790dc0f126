// SPDX-License-Identifier: GPL-2.0
/* Condition variables: who is signalled goes on with the mutex, in whatever way. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "sync.h"

#define ALL		(~0U)

/**
 * struct pair - a condition variable and its mutex, for threads and processes
 * @condvar: That.
 * @mutex: That.
 * @other: Another mutex.
 * @kept: The mutex is kept, and told of here by whoever had it; or 0.
 */
struct pair {
	int condvar;
	int mutex;
	int other;
	int kept;
};

FIXTURE(condvar)
{
	int session;
	struct pair *pair;
	int condvar;
	int mutex;
};

FIXTURE_SETUP(condvar)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->pair = shared_alloc(sizeof(*self->pair));
	self->condvar = condvar_open(self->session);
	ASSERT_LE(0, self->condvar);
	self->mutex = mutex_open(self->session);
	ASSERT_LE(0, self->mutex);
	self->pair->condvar = self->condvar;
	self->pair->mutex = self->mutex;
	self->pair->other = mutex_open(self->session);
	ASSERT_LE(0, self->pair->other);
}

FIXTURE_TEARDOWN(condvar)
{
	close(self->pair->other);
	close(self->mutex);
	close(self->condvar);
	close(self->session);
}

/* Whether the caller has the mutex, by letting go of it. */
static bool let_go(int mutex)
{
	return !mutex_unlock(mutex);
}

/* What the wait gave; without the mutex that should be there -EILSEQ. */
static int wait_once(const struct pair *pair, __u64 deadline_ns)
{
	int error = mutex_lock(pair->mutex);

	if (error)
		return error;
	error = condvar_wait(pair->condvar, pair->mutex,
			     .deadline_ns = deadline_ns);
	return let_go(pair->mutex) ? error : -EILSEQ;
}

static int wait_for_signal(void *pair)
{
	return wait_once(pair, deadline_must_happen());
}

static int wait_briefly(void *pair)
{
	return wait_once(pair, deadline_brief());
}

/* What the wait gave, and the mutex should not be there. */
static int wait_in_vain(void *argument)
{
	struct pair *pair = argument;
	int error = mutex_lock(pair->mutex) ?:
		    condvar_wait(pair->condvar, pair->mutex);

	return let_go(pair->mutex) ? -EILSEQ : error;
}

static bool start_waits(struct sleeper *sleepers, int nr, struct pair *pair)
{
	for (int i = 0; i < nr; i++) {
		sleeper_start(&sleepers[i], wait_for_signal, pair);
		if (!await_in_line(pair->condvar, i + 1))
			return false;
	}
	return true;
}

/* Signals */

TEST_F(condvar, tells_what_it_is)
{
	EXPECT_EQ(IPCCHAN_KIND_CONDVAR, object_info(self->condvar).kind);
	EXPECT_EQ(0, condvar_info(self->condvar).waiters);
}

TEST_F(condvar, has_the_mutex_unlocked_while_a_thread_waits)
{
	struct sleeper sleeper;

	ASSERT_TRUE(start_waits(&sleeper, 1, self->pair));
	EXPECT_EQ(1, condvar_info(self->condvar).waiters);
	EXPECT_EQ(0, mutex_info(self->mutex).depth);
	EXPECT_EQ(0, mutex_try(self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(1, condvar_signal(self->condvar, 1));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	EXPECT_EQ(0, mutex_info(self->mutex).depth);
	EXPECT_EQ(0, mutex_info(self->mutex).state);
}

TEST_F(condvar, moves_who_is_signalled_to_the_line_of_the_mutex)
{
	struct sleeper sleeper;

	ASSERT_TRUE(start_waits(&sleeper, 1, self->pair));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(1, condvar_signal(self->condvar, 1));
	EXPECT_EQ(0, condvar_info(self->condvar).waiters);
	EXPECT_EQ(1, mutex_info(self->mutex).waiters);
	EXPECT_TRUE(await_asleep(&sleeper));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

TEST_F(condvar, does_not_remember_a_signal_for_which_nobody_waits)
{
	EXPECT_EQ(0, condvar_signal(self->condvar, 1));
	EXPECT_EQ(0, condvar_signal(self->condvar, ALL));
	EXPECT_EQ(-ETIMEDOUT, wait_briefly(self->pair));
}

TEST_F(condvar, signals_as_many_as_are_asked_for_from_the_first_on)
{
	struct sleeper sleepers[5];

	ASSERT_TRUE(start_waits(sleepers, 5, self->pair));
	EXPECT_EQ(2, condvar_signal(self->condvar, 2));
	EXPECT_EQ(0, sleeper_join(&sleepers[0]));
	EXPECT_EQ(0, sleeper_join(&sleepers[1]));
	EXPECT_EQ(3, condvar_info(self->condvar).waiters);
	EXPECT_EQ(3, condvar_signal(self->condvar, 7));
	for (int i = 2; i < 5; i++)
		EXPECT_EQ(0, sleeper_join(&sleepers[i]));
}

TEST_F(condvar, signals_all_who_wait)
{
	struct sleeper sleepers[20];

	ASSERT_TRUE(start_waits(sleepers, 20, self->pair));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(20, condvar_signal(self->condvar, ALL));
	EXPECT_EQ(0, condvar_info(self->condvar).waiters);
	EXPECT_EQ(20, mutex_info(self->mutex).waiters);
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(0, sleeper_join(&sleepers[i]));
}

static int order[8];
static int nr_signalled;

struct waiter {
	const struct pair *pair;
	int number;
	struct sleeper sleeper;
};

static int note_signal_of(void *argument)
{
	struct waiter *waiter = argument;
	const struct pair *pair = waiter->pair;
	int error = mutex_lock(pair->mutex) ?:
		    condvar_wait(pair->condvar, pair->mutex);

	order[nr_signalled++] = waiter->number;
	return error ?: mutex_unlock(pair->mutex);
}

TEST_F(condvar, lets_go_on_who_came_first)
{
	struct waiter waiters[8];

	for (int i = 0; i < 8; i++) {
		waiters[i] = (struct waiter){ self->pair, i };
		sleeper_start(&waiters[i].sleeper, note_signal_of, &waiters[i]);
		ASSERT_TRUE(await_in_line(self->condvar, i + 1));
	}
	EXPECT_EQ(8, condvar_signal(self->condvar, ALL));
	for (int i = 0; i < 8; i++) {
		EXPECT_EQ(0, sleeper_join(&waiters[i].sleeper));
		EXPECT_EQ(i, order[i]);
	}
}

/**
 * struct game - two threads that take turns
 * @pair: Protects @whose.
 * @whose: Turn it is.
 */
struct game {
	const struct pair *pair;
	int whose;
};

struct player {
	struct game *game;
	int number;
	struct sleeper sleeper;
};

#define TURNS		500

static int play(void *argument)
{
	struct player *player = argument;
	struct game *game = player->game;
	const struct pair *pair = game->pair;
	int error = mutex_lock(pair->mutex);

	for (int i = 0; i < TURNS; i++) {
		while (!error && game->whose != player->number)
			error = condvar_wait(pair->condvar, pair->mutex);
		if (error)
			return error;
		game->whose = !player->number;
		condvar_signal(pair->condvar, 1);
	}
	return mutex_unlock(pair->mutex);
}

TEST_F(condvar, misses_no_signal_of_who_has_the_mutex_after)
{
	struct game game = { .pair = self->pair };
	struct player players[2];

	for (int i = 0; i < 2; i++) {
		players[i] = (struct player){ &game, i };
		sleeper_start(&players[i].sleeper, play, &players[i]);
	}
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(0, sleeper_end(&players[i].sleeper));
	EXPECT_EQ(0, game.whose);
}

TEST_F(condvar, can_be_waited_for_with_several_mutexes)
{
	struct pair second = *self->pair;
	struct sleeper sleepers[2];

	second.mutex = self->pair->other;
	sleeper_start(&sleepers[0], wait_for_signal, self->pair);
	sleeper_start(&sleepers[1], wait_for_signal, &second);
	ASSERT_TRUE(await_in_line(self->condvar, 2));
	EXPECT_EQ(2, condvar_signal(self->condvar, ALL));
	EXPECT_EQ(0, sleeper_join(&sleepers[0]));
	EXPECT_EQ(0, sleeper_join(&sleepers[1]));
}

/* What else ends a wait */

TEST_F(condvar, is_waited_for_until_a_deadline_of_either_clock)
{
	__u64 soon = now_ns(CLOCK_REALTIME) + NSEC_PER_MSEC;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-ETIMEDOUT, condvar_wait(self->condvar, self->mutex,
					   .deadline_ns = deadline_brief()));
	EXPECT_EQ(gettid(), mutex_info(self->mutex).owner_tid);
	EXPECT_EQ(-ETIMEDOUT, condvar_wait(self->condvar, self->mutex,
					   .flags = IPCCHAN_REALTIME,
					   .deadline_ns = soon));
	EXPECT_EQ(gettid(), mutex_info(self->mutex).owner_tid);
	EXPECT_EQ(0, condvar_info(self->condvar).waiters);
}

static int wait_a_while(void *pair)
{
	return wait_once(pair, deadline_after(time_scale() * NSEC_PER_SEC));
}

TEST_F(condvar, gives_the_mutex_after_the_deadline_however_long_that_takes)
{
	struct sleeper sleeper;

	sleeper_start(&sleeper, wait_a_while, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 1));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	/* It comes too late. */
	EXPECT_EQ(0, condvar_signal(self->condvar, 1));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(-ETIMEDOUT, sleeper_join(&sleeper));
}

FIXTURE(condvar_signals)
{
	int session;
	struct pair pair;
	struct sleeper sleeper;
};

FIXTURE_VARIANT(condvar_signals)
{
	int flags;
};

FIXTURE_VARIANT_ADD(condvar_signals, that_interrupt)
{
	.flags = 0,
};

FIXTURE_VARIANT_ADD(condvar_signals, that_restart)
{
	.flags = SA_RESTART,
};

FIXTURE_SETUP(condvar_signals)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->pair.condvar = condvar_open(self->session);
	self->pair.mutex = mutex_open(self->session);
	ASSERT_LE(0, self->pair.mutex);
	ASSERT_TRUE(handle_signals(self->pair.condvar, variant->flags));
}

FIXTURE_TEARDOWN(condvar_signals)
{
	close(self->pair.condvar);
	close(self->pair.mutex);
	close(self->session);
}

TEST_F(condvar_signals, end_a_wait_with_the_mutex_locked)
{
	ASSERT_TRUE(start_waits(&self->sleeper, 1, &self->pair));
	EXPECT_EQ(0, interrupt(&self->sleeper));
	EXPECT_EQ(-EINTR, sleeper_join(&self->sleeper));
	EXPECT_EQ(0, mutex_info(self->pair.mutex).state);
}

TEST_F(condvar_signals, are_handled_when_the_mutex_is_locked)
{
	ASSERT_TRUE(start_waits(&self->sleeper, 1, &self->pair));
	ASSERT_EQ(0, mutex_lock(self->pair.mutex));
	ASSERT_EQ(0, pthread_kill(self->sleeper.thread, SIGUSR1));
	ASSERT_TRUE(await_in_line(self->pair.mutex, 1));
	EXPECT_EQ(0, condvar_signal(self->pair.condvar, 1));
	ASSERT_EQ(0, mutex_unlock(self->pair.mutex));
	EXPECT_EQ(-EINTR, sleeper_join(&self->sleeper));
}

TEST_F(condvar_signals, do_not_end_a_wait_that_was_signalled)
{
	ASSERT_TRUE(start_waits(&self->sleeper, 1, &self->pair));
	ASSERT_EQ(0, mutex_lock(self->pair.mutex));
	ASSERT_EQ(1, condvar_signal(self->pair.condvar, 1));
	ASSERT_EQ(0, pthread_kill(self->sleeper.thread, SIGUSR1));
	ASSERT_EQ(0, mutex_unlock(self->pair.mutex));
	EXPECT_EQ(0, sleeper_join(&self->sleeper));
}

/* The end of an owner, and of who waits */

static int lock_and_end(void *mutex)
{
	return mutex_lock(*(int *)mutex);
}

static int lock_and_wait(void *argument)
{
	struct pair *pair = argument;
	int error = mutex_lock(pair->mutex);

	__atomic_store_n(&pair->kept, 1, __ATOMIC_RELEASE);
	return error ?: pause();
}

TEST_F(condvar, tells_who_goes_on_that_an_owner_of_the_mutex_has_ended)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_TRUE(start_waits(&sleeper, 1, self->pair));
	child_start(&child, lock_and_wait, self->pair);
	ASSERT_TRUE(await_counter(&self->pair->kept, 1));
	EXPECT_EQ(1, condvar_signal(self->condvar, 1));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
}

TEST_F(condvar, tells_of_a_dead_owner_also_after_the_deadline)
{
	struct sleeper sleeper;

	sleeper_start(&sleeper, wait_a_while, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 1));
	ASSERT_EQ(0, in_thread(lock_and_end, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
}

TEST_F(condvar, is_not_waited_for_with_a_mutex_that_is_to_be_marked)
{
	ASSERT_EQ(0, in_thread(lock_and_end, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	EXPECT_EQ(-EOWNERDEAD, condvar_wait(self->condvar, self->mutex));
	EXPECT_EQ(gettid(), mutex_info(self->mutex).owner_tid);
	ASSERT_EQ(0, mutex_consistent(self->mutex));
	EXPECT_EQ(-ETIMEDOUT, condvar_wait(self->condvar, self->mutex,
					   .deadline_ns = deadline_brief()));
}

TEST_F(condvar, ends_a_wait_with_a_mutex_that_nobody_can_lock)
{
	struct sleeper sleeper;

	sleeper_start(&sleeper, wait_in_vain, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 1));
	ASSERT_EQ(0, in_thread(lock_and_end, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	ASSERT_EQ(1, condvar_signal(self->condvar, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(-ENOTRECOVERABLE, sleeper_join(&sleeper));
}

TEST_F(condvar, forgets_who_is_killed_before_it_is_signalled)
{
	struct sleeper sleeper;
	struct child child;

	child_start(&child, wait_for_signal, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 1));
	ASSERT_TRUE(kill(child.pid, SIGKILL) == 0);
	EXPECT_EQ(DIED, child_join(&child));
	ASSERT_TRUE(start_waits(&sleeper, 1, self->pair));
	EXPECT_EQ(0, mutex_info(self->mutex).depth);
	EXPECT_EQ(0, mutex_info(self->mutex).state);
	EXPECT_EQ(1, condvar_signal(self->condvar, 1));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

TEST_F(condvar, passes_a_signal_on_of_who_is_killed_before_it_has_the_mutex)
{
	struct sleeper sleeper;
	struct child child;

	child_start(&child, wait_for_signal, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 1));
	sleeper_start(&sleeper, wait_for_signal, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 2));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	ASSERT_EQ(1, condvar_signal(self->condvar, 1));
	EXPECT_EQ(1, condvar_info(self->condvar).waiters);
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_TRUE(await_in_line(self->condvar, 0));
	EXPECT_EQ(1, mutex_info(self->mutex).waiters);
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* The one who is killed has come to the line of the mutex by its deadline. */
TEST_F(condvar, passes_nothing_on_of_who_was_not_signalled)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_TRUE(start_waits(&sleeper, 1, self->pair));
	child_start(&child, wait_a_while, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 2));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(0, mutex_info(self->mutex).waiters);
	EXPECT_EQ(1, condvar_signal(self->condvar, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* Deadlocks */

static int wait_with_another_mutex(void *argument)
{
	struct pair *pair = argument;
	int error = mutex_lock(pair->other) ?: mutex_lock(pair->mutex);

	if (error)
		return error;
	error = condvar_wait(pair->condvar, pair->mutex);
	/* It has not got it. */
	if (let_go(pair->mutex))
		error = -EILSEQ;
	mutex_unlock(pair->other);
	return error;
}

static int lock_both(void *argument)
{
	struct pair *pair = argument;
	int error = mutex_lock(pair->mutex) ?: mutex_lock(pair->other);

	if (!error)
		error = mutex_unlock(pair->other);
	return error ?: mutex_unlock(pair->mutex);
}

/* Who waits for the signal has what the owner of the mutex waits for. */
TEST_F(condvar, ends_a_wait_for_the_mutex_that_would_never_end)
{
	struct sleeper waiter;
	struct sleeper owner;

	sleeper_start(&waiter, wait_with_another_mutex, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 1));
	sleeper_start(&owner, lock_both, self->pair);
	ASSERT_TRUE(await_in_line(self->pair->other, 1));
	EXPECT_EQ(1, condvar_signal(self->condvar, 1));
	EXPECT_EQ(-EDEADLK, sleeper_join(&waiter));
	EXPECT_EQ(0, sleeper_join(&owner));
}

TEST_F(condvar, is_in_no_deadlock_while_somebody_may_signal)
{
	ASSERT_EQ(0, mutex_lock(self->pair->other));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-ETIMEDOUT, condvar_wait(self->condvar, self->mutex,
					   .deadline_ns = deadline_brief()));
}

/* What is refused, and then nothing has changed */

TEST_F(condvar, is_waited_for_only_with_a_mutex)
{
	int closed = dup(self->mutex);

	close(closed);
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EBADF, condvar_wait(self->condvar, closed));
	EXPECT_EQ(-EBADF, condvar_wait(self->condvar, ~0U));
	EXPECT_EQ(-EBADF, condvar_wait(self->condvar, self->condvar));
	EXPECT_EQ(-EBADF, condvar_wait(self->condvar, self->session));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
}

TEST_F(condvar, is_waited_for_only_with_a_mutex_of_the_caller)
{
	int weak = object_restrict(self->mutex, IPCCHAN_RIGHT_ADMIN, 0);

	EXPECT_EQ(-EPERM, condvar_wait(self->condvar, self->mutex));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EPERM, condvar_wait(self->condvar, weak));
	EXPECT_EQ(-EPERM, condvar_wait(self->condvar, self->pair->other));
	EXPECT_EQ(gettid(), mutex_info(self->mutex).owner_tid);
	close(weak);
}

TEST_F(condvar, is_not_waited_for_with_a_mutex_that_is_locked_twice)
{
	int mutex = mutex_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_RECURSIVE);

	ASSERT_EQ(0, mutex_lock(mutex));
	ASSERT_EQ(0, mutex_lock(mutex));
	EXPECT_EQ(-EINVAL, condvar_wait(self->condvar, mutex));
	EXPECT_EQ(2, mutex_info(mutex).depth);
	ASSERT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(-ETIMEDOUT, condvar_wait(self->condvar, mutex,
					   .deadline_ns = deadline_brief()));
	close(mutex);
}

/* Life and rights */

TEST_F(condvar, that_is_killed_is_so_for_all_who_wait)
{
	struct sleeper sleepers[2];

	for (int i = 0; i < 2; i++)
		sleeper_start(&sleepers[i], wait_in_vain, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 2));
	ASSERT_EQ(0, object_kill(self->condvar));
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(-EIDRM, sleeper_join(&sleepers[i]));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EIDRM, condvar_wait(self->condvar, self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(-EIDRM, condvar_signal(self->condvar, 1));
	EXPECT_EQ(-EIDRM, call(self->condvar, IPCCHAN_IOC_CONDVAR_INFO,
			       &(struct ipcchan_condvar_info){}));
}

TEST_F(condvar, ends_a_wait_with_a_mutex_that_is_killed)
{
	struct sleeper sleeper;

	sleeper_start(&sleeper, wait_in_vain, self->pair);
	ASSERT_TRUE(await_in_line(self->condvar, 1));
	ASSERT_EQ(0, object_kill(self->mutex));
	EXPECT_EQ(1, condvar_signal(self->condvar, 1));
	EXPECT_EQ(-EIDRM, sleeper_join(&sleeper));
	EXPECT_EQ(-EIDRM, condvar_wait(self->condvar, self->mutex));
}

TEST_F(condvar, is_waited_for_with_the_right_to_wait_only)
{
	int waiter = object_restrict(self->condvar, IPCCHAN_RIGHT_WAIT, 0);

	ASSERT_LE(0, waiter);
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-ETIMEDOUT, condvar_wait(waiter, self->mutex,
					   .deadline_ns = deadline_brief()));
	EXPECT_EQ(-EPERM, condvar_signal(waiter, 1));
	EXPECT_EQ(0, condvar_info(waiter).waiters);
	close(waiter);
}

TEST_F(condvar, is_signalled_with_the_right_to_signal_only)
{
	int giver = object_restrict(self->condvar, IPCCHAN_RIGHT_SIGNAL, 0);

	ASSERT_LE(0, giver);
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EPERM, condvar_wait(giver, self->mutex));
	EXPECT_EQ(0, condvar_signal(giver, 1));
	EXPECT_EQ(gettid(), mutex_info(self->mutex).owner_tid);
	close(giver);
}

TEST_F(condvar, is_found_by_its_name)
{
	const char *name = fresh_name();
	struct pair pair = *self->pair;
	struct sleeper sleeper;
	int other;

	pair.condvar = object_open(self->session, IPCCHAN_KIND_CONDVAR, name,
				   IPCCHAN_OPEN_CREATE);
	ASSERT_LE(0, pair.condvar);
	other = object_open(self->session, IPCCHAN_KIND_CONDVAR, name, 0);
	ASSERT_LE(0, other);
	ASSERT_TRUE(start_waits(&sleeper, 1, &pair));
	EXPECT_EQ(1, condvar_signal(other, 1));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	close(pair.condvar);
	close(other);
}

TEST_F(condvar, is_polled_for_only_until_it_is_killed)
{
	EXPECT_EQ(0, poll_now(self->condvar));
	ASSERT_EQ(0, object_kill(self->condvar));
	EXPECT_EQ(POLLERR | POLLHUP, poll_now(self->condvar));
}

TEST_F(condvar, refuses_what_it_does_not_know)
{
	EXPECT_EQ(-EOPNOTSUPP, condvar_open(self->session, .reserved = 1));
	EXPECT_EQ(-EOPNOTSUPP, condvar_open(self->session,
					    .flags = IPCCHAN_OPEN_CREATE |
						     IPCCHAN_OPEN_SET));
	EXPECT_EQ(-EINVAL, condvar_open(self->session, .rights = 0));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EOPNOTSUPP, condvar_wait(self->condvar, self->mutex,
					    .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(-EOPNOTSUPP, condvar_wait(self->condvar, self->mutex,
					    .flags = 1U << 31));
	EXPECT_EQ(-EINVAL, condvar_signal(self->condvar, 0));
	EXPECT_EQ(-EOPNOTSUPP, condvar_signal(self->condvar, 1, .flags = 1));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
}

#include "ipcchan_selftest_main.h"
