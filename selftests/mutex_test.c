// SPDX-License-Identifier: GPL-2.0
/* Mutexes: who has one, who is next, and what becomes of one whose owner ends. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>

#include "sync.h"

FIXTURE(mutex)
{
	int session;
	int mutex;
	const char *name;
};

FIXTURE_SETUP(mutex)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->name = fresh_name();
	self->mutex = mutex_open(self->session);
	ASSERT_LE(0, self->mutex);
}

FIXTURE_TEARDOWN(mutex)
{
	close(self->mutex);
	close(self->session);
}

/* One at a time */

TEST_F(mutex, is_told_of_as_one_feature)
{
	EXPECT_TRUE(device_info(self->session).features & IPCCHAN_FEATURE_SYNC);
	EXPECT_EQ(IPCCHAN_KIND_MUTEX, object_info(self->mutex).kind);
}

TEST_F(mutex, is_had_by_the_thread_that_locked_it)
{
	struct ipcchan_mutex_info info;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	info = mutex_info(self->mutex);
	EXPECT_EQ(getpid(), info.owner_tgid);
	EXPECT_EQ(gettid(), info.owner_tid);
	EXPECT_EQ(1, info.depth);
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	info = mutex_info(self->mutex);
	EXPECT_EQ(0, info.owner_tgid);
	EXPECT_EQ(0, info.owner_tid);
	EXPECT_EQ(0, info.depth);
}

static int try_lock(void *mutex)
{
	return mutex_try(*(int *)mutex);
}

static int try_to_unlock(void *mutex)
{
	return mutex_unlock(*(int *)mutex);
}

static int lock_briefly(void *mutex)
{
	return mutex_lock(*(int *)mutex,
			  .deadline_ns = deadline_after(NSEC_PER_MSEC));
}

static int mark(void *mutex)
{
	return mutex_consistent(*(int *)mutex);
}

TEST_F(mutex, is_not_had_by_another_meanwhile)
{
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EAGAIN, in_thread(try_lock, &self->mutex));
	EXPECT_EQ(-EAGAIN, run_in_child(try_lock, &self->mutex));
}

TEST_F(mutex, is_unlocked_by_nobody_but_its_owner)
{
	EXPECT_EQ(-EPERM, mutex_unlock(self->mutex));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EPERM, in_thread(try_to_unlock, &self->mutex));
	EXPECT_EQ(-EPERM, run_in_child(try_to_unlock, &self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(-EPERM, mutex_unlock(self->mutex));
}

TEST_F(mutex, is_waited_for_until_the_deadline)
{
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-ETIMEDOUT, in_thread(lock_briefly, &self->mutex));
	EXPECT_EQ(0, mutex_info(self->mutex).waiters);
}

TEST_F(mutex, is_handed_to_who_waits)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	/* It has it by now, whether it runs or not, or has ended with it. */
	EXPECT_NE(0, mutex_info(self->mutex).state |
		     mutex_info(self->mutex).owner_tid);
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

static int have(int mutex)
{
	return mutex_lock(mutex);
}

static int let_go(int mutex)
{
	return mutex_unlock(mutex);
}

TEST_F(mutex, is_had_in_the_order_in_which_they_came)
{
	struct turns turns = {
		.object = self->mutex, .have = have, .let_go = let_go,
	};

	ASSERT_EQ(0, mutex_lock(self->mutex));
	ASSERT_TRUE(turns_start(&turns, 8));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_TRUE(turns_end(&turns));
}

TEST_F(mutex, is_had_by_the_best_priority_first_if_it_was_created_so)
{
	struct turns turns = {
		.object = mutex_open(self->session,
				     .flags = IPCCHAN_OPEN_CREATE |
					      IPCCHAN_OPEN_PRIORITY),
		.have = have, .let_go = let_go, .by_priority = true,
	};

	ASSERT_EQ(0, mutex_lock(turns.object));
	ASSERT_TRUE(turns_start(&turns, 8));
	ASSERT_EQ(0, mutex_unlock(turns.object));
	EXPECT_TRUE(turns_end(&turns));
	close(turns.object);
}

TEST_F(mutex, is_not_had_again_by_who_unlocks_it_while_others_wait)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	/* The other one ends with it. */
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* Recursion */

TEST_F(mutex, is_not_locked_twice_by_its_owner)
{
	struct ipcchan_step step = {};
	struct ipcchan_mutex_lock again = {
		.deadline_ns = IPCCHAN_DEADLINE_NEVER,
		.cycle = (uintptr_t)&step,
		.cycle_count = 1,
		.step_size = sizeof(step),
	};

	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EDEADLK, call(self->mutex, IPCCHAN_IOC_MUTEX_LOCK, &again));
	EXPECT_EQ(1, again.cycle_length);
	EXPECT_EQ(object_info(self->mutex).id, step.object);
	EXPECT_EQ(IPCCHAN_KIND_MUTEX, step.kind);
	EXPECT_EQ(gettid(), step.tid);
	EXPECT_EQ(gettid(), step.holder_tid);
	EXPECT_EQ(getpid(), step.holder_tgid);
	EXPECT_EQ(-EAGAIN, mutex_try(self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
}

TEST_F(mutex, that_is_recursive_is_unlocked_as_often_as_it_was_locked)
{
	int mutex = mutex_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_RECURSIVE);

	ASSERT_EQ(0, mutex_lock(mutex));
	ASSERT_EQ(0, mutex_lock(mutex));
	ASSERT_EQ(0, mutex_try(mutex));
	EXPECT_EQ(3, mutex_info(mutex).depth);
	EXPECT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(-EAGAIN, in_thread(try_lock, &mutex));
	EXPECT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(-EPERM, mutex_unlock(mutex));
	close(mutex);
}

TEST_F(mutex, that_is_recursive_is_not_locked_without_end)
{
	int mutex = mutex_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_RECURSIVE);

	for (int i = 0; i < IPCCHAN_RECURSION_MAX; i++)
		ASSERT_EQ(0, mutex_lock(mutex));
	EXPECT_EQ(-EOVERFLOW, mutex_lock(mutex));
	EXPECT_EQ(IPCCHAN_RECURSION_MAX, mutex_info(mutex).depth);
	close(mutex);
}

TEST_F(mutex, that_is_recursive_is_locked_again_before_who_waits)
{
	int mutex = mutex_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_RECURSIVE);
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(mutex));
	start_lock(&sleeper, &mutex);
	ASSERT_TRUE(await_in_line(mutex, 1));
	EXPECT_EQ(0, mutex_lock(mutex));
	EXPECT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(0, mutex_unlock(mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	close(mutex);
}

/* The end of an owner */

static int lock_and_leave(void *mutex)
{
	return mutex_lock(*(int *)mutex);
}

TEST_F(mutex, is_told_to_the_next_owner_if_the_thread_that_had_it_ends)
{
	ASSERT_EQ(0, in_thread(lock_and_leave, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	EXPECT_EQ(IPCCHAN_LOCK_OWNER_DEAD, mutex_info(self->mutex).state);
	EXPECT_EQ(gettid(), mutex_info(self->mutex).owner_tid);
}

TEST_F(mutex, is_told_to_the_next_owner_if_the_process_that_had_it_ends)
{
	ASSERT_EQ(0, run_in_child(lock_and_leave, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
}

static int lock_and_be_killed(void *mutex)
{
	if (mutex_lock(*(int *)mutex))
		return 1;
	return raise(SIGKILL);
}

TEST_F(mutex, is_told_to_the_next_owner_if_the_process_that_had_it_is_killed)
{
	ASSERT_EQ(DIED, run_in_child(lock_and_be_killed, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
}

static int lock_and_wait(void *mutex)
{
	return mutex_lock(*(int *)mutex) ?: pause();
}

TEST_F(mutex, is_handed_to_who_waits_when_its_owner_ends)
{
	struct child child;
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	child_start(&child, lock_and_wait, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
	EXPECT_EQ(DIED, child_join(&child));
}

/* A child of the owner has the descriptor, and lives on. */
static int lock_and_leave_a_child(void *argument)
{
	int *mutex = argument;

	if (mutex_lock(mutex[0]))
		return 1;
	mutex[1] = fork_with();
	return mutex[1] < 0;
}

TEST_F(mutex, is_let_go_of_also_if_a_child_of_its_owner_has_the_descriptor)
{
	int *shared = shared_alloc(2 * sizeof(int));
	struct sleeper sleeper;

	shared[0] = self->mutex;
	EXPECT_EQ(0, run_in_child(lock_and_leave_a_child, shared));
	start_lock(&sleeper, &self->mutex);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
	EXPECT_EQ(0, kill(shared[1], SIGKILL));
}

static int lock_and_execute(void *mutex)
{
	return mutex_lock(*(int *)mutex) ?: execute();
}

TEST_F(mutex, is_let_go_of_by_a_process_that_executes_another_program)
{
	struct child child;
	struct sleeper sleeper;

	ASSERT_EQ(0, fcntl(self->mutex, F_SETFD, 0));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	child_start(&child, lock_and_execute, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
}

static void *execute_in_thread(void *mutex)
{
	lock_and_execute(mutex);
	return NULL;
}

static int lock_and_execute_in_a_thread(void *mutex)
{
	pthread_t thread;

	pthread_create(&thread, NULL, execute_in_thread, mutex);
	return pause();
}

TEST_F(mutex, is_let_go_of_also_if_it_is_a_thread_that_does_so)
{
	struct child child;
	struct sleeper sleeper;

	ASSERT_EQ(0, fcntl(self->mutex, F_SETFD, 0));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	child_start(&child, lock_and_execute_in_a_thread, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
}

TEST_F(mutex, is_not_had_by_a_child_of_its_owner)
{
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EPERM, run_in_child(try_to_unlock, &self->mutex));
	EXPECT_EQ(gettid(), mutex_info(self->mutex).owner_tid);
	EXPECT_EQ(0, mutex_info(self->mutex).state);
}

static int lock_what_is_sent(void *socket)
{
	int mutex = fd_receive(*(int *)socket);

	return mutex < 0 ? mutex : mutex_lock(mutex);
}

TEST_F(mutex, that_is_sent_to_a_process_is_had_by_that_for_itself)
{
	struct child child;
	int ends[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	child_start(&child, lock_what_is_sent, &ends[1]);
	ASSERT_EQ(1, fd_send(ends[0], self->mutex));
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, child_join(&child));
	/* It ended with it, though the one that was sent is open here. */
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	close(ends[0]);
	close(ends[1]);
}

static int unshare_with_lock(void *mutex)
{
	int fd = *(int *)mutex;
	int error = mutex_lock(fd);

	if (unshare(CLONE_NEWIPC | CLONE_NEWUTS | CLONE_FILES | CLONE_FS))
		return -errno;
	return error ?: mutex_unlock(fd);
}

TEST_F(mutex, is_kept_by_who_unshares)
{
	EXPECT_EQ(0, run_in_child(unshare_with_lock, &self->mutex));
	EXPECT_EQ(0, mutex_try(self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
}

TEST_F(mutex, is_kept_when_a_descriptor_is_closed)
{
	int other = dup(self->mutex);

	ASSERT_EQ(0, mutex_lock(other));
	close(other);
	EXPECT_EQ(-EAGAIN, in_thread(try_lock, &self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
}

TEST_F(mutex, is_consistent_again_once_it_is_marked)
{
	ASSERT_EQ(0, in_thread(lock_and_leave, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	EXPECT_EQ(0, mutex_consistent(self->mutex));
	EXPECT_EQ(0, mutex_info(self->mutex).state);
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, mutex_lock(self->mutex));
}

TEST_F(mutex, is_marked_by_nobody_but_its_owner)
{
	EXPECT_EQ(-EPERM, mutex_consistent(self->mutex));
	ASSERT_EQ(0, in_thread(lock_and_leave, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	EXPECT_EQ(-EPERM, in_thread(mark, &self->mutex));
	EXPECT_EQ(0, mutex_consistent(self->mutex));
	EXPECT_EQ(-EINVAL, mutex_consistent(self->mutex));
}

TEST_F(mutex, is_lost_if_it_is_unlocked_and_was_not_marked)
{
	ASSERT_EQ(0, in_thread(lock_and_leave, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_TRUE(mutex_info(self->mutex).state & IPCCHAN_LOCK_LOST);
	EXPECT_EQ(-ENOTRECOVERABLE, mutex_lock(self->mutex));
	EXPECT_EQ(-ENOTRECOVERABLE, mutex_try(self->mutex));
}

TEST_F(mutex, that_is_lost_is_so_for_all_who_wait)
{
	struct sleeper sleepers[3];

	ASSERT_EQ(0, in_thread(lock_and_leave, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	for (int i = 0; i < 3; i++)
		start_lock(&sleepers[i], &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 3));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-ENOTRECOVERABLE, sleeper_join(&sleepers[i]));
}

TEST_F(mutex, is_orphaned_again_if_who_was_told_ends_too)
{
	ASSERT_EQ(0, in_thread(lock_and_leave, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, in_thread(lock_and_leave, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
}

TEST_F(mutex, ends_under_a_thread_that_has_it_when_nobody_has_a_descriptor)
{
	int mutex = mutex_open(self->session);

	ASSERT_EQ(0, mutex_lock(mutex));
	close(mutex);
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
}

/* Deadlocks */

/**
 * struct ring_of_locks - threads each of which has a mutex and wants the next
 * @mutexes: Theirs.
 * @nr: How many.
 * @ready: How many have theirs.
 */
struct ring_of_locks {
	int mutexes[16];
	int nr;
	int ready;
};

struct member {
	struct ring_of_locks *ring;
	int nr;
};

static int want_the_next(void *argument)
{
	struct member *m = argument;
	int error = mutex_lock(m->ring->mutexes[m->nr]);

	if (error)
		return error;
	__atomic_add_fetch(&m->ring->ready, 1, __ATOMIC_SEQ_CST);
	await_counter(&m->ring->ready, m->ring->nr - 1);
	error = mutex_lock(m->ring->mutexes[m->nr + 1]);
	if (!error)
		mutex_unlock(m->ring->mutexes[m->nr + 1]);
	mutex_unlock(m->ring->mutexes[m->nr]);
	return error;
}

static bool close_circle(struct __test_metadata *_metadata, int session, int nr)
{
	struct ring_of_locks ring = { .nr = nr };
	struct ipcchan_step steps[16] = {};
	struct ipcchan_mutex_lock last = {
		.deadline_ns = deadline_must_happen(),
		.cycle = (uintptr_t)steps,
		.cycle_count = 16,
		.step_size = sizeof(steps[0]),
	};
	struct sleeper sleepers[16];
	struct member members[16];
	bool is_told;

	for (int i = 0; i < nr; i++)
		ring.mutexes[i] = mutex_open(session);
	is_told = !mutex_lock(ring.mutexes[nr - 1]);
	for (int i = 0; i + 1 < nr; i++) {
		members[i] = (struct member){ &ring, i };
		sleeper_start(&sleepers[i], want_the_next, &members[i]);
	}
	for (int i = 0; i + 1 < nr; i++)
		is_told &= await_in_line(ring.mutexes[i + 1], 1);
	EXPECT_EQ(-EDEADLK, call(ring.mutexes[0], IPCCHAN_IOC_MUTEX_LOCK, &last));
	EXPECT_EQ(nr, last.cycle_length);
	for (int i = 0; i < nr; i++) {
		EXPECT_EQ(object_info(ring.mutexes[i]).id, steps[i].object);
		EXPECT_EQ(steps[(i + 1) % nr].tid, steps[i].holder_tid);
	}
	EXPECT_EQ(gettid(), steps[0].tid);
	EXPECT_EQ(0, mutex_unlock(ring.mutexes[nr - 1]));
	for (int i = 0; i + 1 < nr; i++)
		EXPECT_EQ(0, sleeper_join(&sleepers[i]));
	for (int i = 0; i < nr; i++)
		close(ring.mutexes[i]);
	return is_told;
}

TEST_F(mutex, that_would_close_a_circle_of_two_is_refused_and_the_circle_told)
{
	EXPECT_TRUE(close_circle(_metadata, self->session, 2));
}

TEST_F(mutex, that_would_close_a_circle_of_eight_is_refused_and_the_circle_told)
{
	EXPECT_TRUE(close_circle(_metadata, self->session, 8));
}

TEST_F(mutex, of_a_rank_is_not_had_after_one_of_a_higher_rank)
{
	int low = mutex_open(self->session, .rank = 1);
	int high = mutex_open(self->session, .rank = 2);
	struct ipcchan_mutex_lock lock = {
		.deadline_ns = deadline_must_happen(),
		.cycle_length = 7,
	};

	ASSERT_EQ(0, mutex_lock(low));
	ASSERT_EQ(0, mutex_lock(high));
	ASSERT_EQ(0, mutex_unlock(low));
	EXPECT_EQ(-EDEADLK, call(low, IPCCHAN_IOC_MUTEX_LOCK, &lock));
	EXPECT_EQ(0, lock.cycle_length);
	EXPECT_EQ(-EDEADLK, mutex_try(low));
	EXPECT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(0, mutex_unlock(high));
	EXPECT_EQ(0, mutex_lock(low));
	close(low);
	close(high);
}

TEST_F(mutex, of_a_rank_is_had_all_the_same_if_that_only_warns)
{
	int low = mutex_open(self->session, .rank = 1,
			     .flags = IPCCHAN_OPEN_CREATE |
				      IPCCHAN_OPEN_RANK_WARNS);
	int high = mutex_open(self->session, .rank = 1);

	ASSERT_EQ(0, mutex_lock(high));
	EXPECT_EQ(0, mutex_lock(low));
	close(low);
	close(high);
}

/* Signals */

TEST_F(mutex, is_waited_for_no_more_when_a_signal_is_handled)
{
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->mutex, 0));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	EXPECT_EQ(0, interrupt(&sleeper));
	EXPECT_EQ(-EINTR, sleeper_join(&sleeper));
}

TEST_F(mutex, is_waited_for_anew_after_a_signal_that_restarts)
{
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->mutex, SA_RESTART));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	EXPECT_EQ(0, interrupt(&sleeper));
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* Life and rights */

TEST_F(mutex, that_is_killed_is_so_for_all)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	start_lock(&sleeper, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, object_kill(self->mutex));
	EXPECT_EQ(-EIDRM, sleeper_join(&sleeper));
	EXPECT_EQ(-EIDRM, mutex_unlock(self->mutex));
	EXPECT_EQ(-EIDRM, mutex_lock(self->mutex));
	EXPECT_EQ(-EIDRM, mutex_consistent(self->mutex));
	EXPECT_EQ(-EIDRM, call(self->mutex, IPCCHAN_IOC_MUTEX_INFO,
			       &(struct ipcchan_mutex_info){}));
}

TEST_F(mutex, is_locked_and_unlocked_with_the_right_to_wait_only)
{
	int weak = object_restrict(self->mutex, IPCCHAN_RIGHT_ADMIN, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(-EPERM, mutex_lock(weak));
	EXPECT_EQ(-EPERM, mutex_unlock(weak));
	EXPECT_EQ(-EPERM, mutex_consistent(weak));
	EXPECT_EQ(0, mutex_info(weak).depth);
	close(weak);
}

TEST_F(mutex, is_found_by_its_name)
{
	struct ipcchan_mutex_open open = {
		.flags = IPCCHAN_OPEN_CREATE,
		.mode = 0600,
		.rights = IPCCHAN_RIGHT_WAIT,
		.rank = 5,
	};
	int one, other;

	set_name(open.name, self->name);
	one = call(self->session, IPCCHAN_IOC_MUTEX_OPEN, &open);
	open.flags = 0;
	other = call(self->session, IPCCHAN_IOC_MUTEX_OPEN, &open);
	ASSERT_LE(0, other);
	EXPECT_EQ(5, mutex_info(other).rank);
	EXPECT_EQ(0, mutex_lock(one));
	EXPECT_EQ(-EAGAIN, in_thread(try_lock, &other));
	EXPECT_EQ(0, mutex_unlock(other));
	close(one);
	close(other);
}

TEST_F(mutex, can_be_polled_for_while_nobody_has_it)
{
	EXPECT_EQ(POLLIN, poll_now(self->mutex));
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(0, poll_now(self->mutex));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(POLLIN, poll_now(self->mutex));
	ASSERT_EQ(0, object_kill(self->mutex));
	EXPECT_EQ(POLLERR | POLLHUP, poll_now(self->mutex));
}

TEST_F(mutex, wakes_who_polls_for_it_when_it_is_unlocked)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, mutex_lock(self->mutex));
	sleeper_start(&sleeper, poll_for_input, &self->mutex);
	ASSERT_TRUE(await_asleep(&sleeper));
	ASSERT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(POLLIN, sleeper_join(&sleeper));
}

TEST_F(mutex, is_refused_what_it_does_not_know)
{
	struct ipcchan_step step;

	EXPECT_EQ(-EOPNOTSUPP, mutex_open(self->session, .flags = 1U << 31));
	EXPECT_EQ(-EOPNOTSUPP, mutex_open(self->session, .rights = 1U << 31));
	EXPECT_EQ(-EINVAL, mutex_open(self->session, .rights = 0));
	EXPECT_EQ(-EOPNOTSUPP, mutex_lock(self->mutex, .flags = 1U << 31));
	EXPECT_EQ(-EINVAL, mutex_lock(self->mutex, .step_size = 1));
	EXPECT_EQ(-EINVAL, mutex_lock(self->mutex, .cycle_count = 1,
				      .step_size = 1));
	EXPECT_EQ(-EINVAL, mutex_lock(self->mutex, .cycle = (uintptr_t)&step,
				      .cycle_count = IPCCHAN_CYCLE_MAX + 1,
				      .step_size = sizeof(step)));
	EXPECT_EQ(-E2BIG, mutex_lock(self->mutex, .cycle_count = 1,
				     .step_size = 1 << 20));
	EXPECT_EQ(-EOPNOTSUPP, mutex_unlock(self->mutex, .flags = 1));
	EXPECT_EQ(-EOPNOTSUPP, mutex_unlock(self->mutex, .reserved = 1));
	EXPECT_EQ(-EOPNOTSUPP, mutex_consistent(self->mutex, .flags = 1));
	EXPECT_EQ(-EOPNOTSUPP, mutex_consistent(self->mutex, .reserved = 1));
	EXPECT_EQ(0, mutex_info(self->mutex).depth);
}

TEST_F(mutex, is_not_waited_for_in_vain_if_the_cycle_cannot_be_written)
{
	ASSERT_EQ(0, mutex_lock(self->mutex));
	EXPECT_EQ(-EFAULT, mutex_lock(self->mutex, .cycle = 1, .cycle_count = 1,
				      .step_size = sizeof(struct ipcchan_step)));
	EXPECT_EQ(0, mutex_info(self->mutex).waiters);
}

#include "ipcchan_selftest_main.h"
