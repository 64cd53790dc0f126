// SPDX-License-Identifier: GPL-2.0
/* WAIT_ANY and WAIT_ALL: one of several things, or all of them together. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sync.h"

#define NR	2

FIXTURE(wait)
{
	int session;
	int mutexes[NR];
	int events;
	int semaphore;
};

FIXTURE_SETUP(wait)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	for (int i = 0; i < NR; i++)
		self->mutexes[i] = mutex_open(self->session);
	ASSERT_LE(0, self->mutexes[NR - 1]);
	self->events = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	self->semaphore = call(self->session, IPCCHAN_IOC_SEMAPHORE_OPEN,
			       &(struct ipcchan_semaphore_open){
					.flags = IPCCHAN_OPEN_CREATE,
					.mode = 0600,
					.rights = IPCCHAN_RIGHTS_SIGNAL,
					.max = 4,
			       });
	ASSERT_LE(0, self->semaphore);
}

FIXTURE_TEARDOWN(wait)
{
	for (int i = 0; i < NR; i++)
		close(self->mutexes[i]);
	close(self->events);
	close(self->semaphore);
	close(self->session);
}

#define ENTRY(...)	((struct ipcchan_wait_entry){ __VA_ARGS__ })

/**
 * struct other - a thread that has a mutex until it is told to let go
 * @sleeper: The thread.
 * @mutex: Its mutex.
 * @has: It has it.
 * @go: It is to let go.
 */
struct other {
	struct sleeper sleeper;
	int mutex;
	int has;
	int go;
};

static int have_until_told(void *argument)
{
	struct other *other = argument;
	int result = mutex_lock(other->mutex);

	__atomic_store_n(&other->has, 1, __ATOMIC_SEQ_CST);
	await_counter(&other->go, 1);
	return result ?: mutex_unlock(other->mutex);
}

static bool other_has(struct other *other, int mutex)
{
	*other = (struct other){ .mutex = mutex };
	sleeper_start(&other->sleeper, have_until_told, other);
	return await_counter(&other->has, 1);
}

static int other_lets_go(struct other *other)
{
	__atomic_store_n(&other->go, 1, __ATOMIC_SEQ_CST);
	return sleeper_join(&other->sleeper);
}

/* Any */

TEST_F(wait, for_any_has_the_first_that_can_be_had)
{
	struct ipcchan_wait_entry both[] = { { .fd = self->mutexes[0] },
					     { .fd = self->mutexes[1] } };
	struct other other;

	ASSERT_TRUE(other_has(&other, self->mutexes[0]));
	EXPECT_EQ(1, wait_any(self->session, both));
	EXPECT_EQ(gettid(), mutex_info(self->mutexes[1]).owner_tid);
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).waiters);
	EXPECT_EQ(0, other_lets_go(&other));
}

TEST_F(wait, for_any_has_the_first_in_the_array_of_several)
{
	struct ipcchan_wait_entry both[] = { { .fd = self->mutexes[0] },
					     { .fd = self->mutexes[1] } };

	EXPECT_EQ(0, wait_any(self->session, both));
	EXPECT_EQ(1, mutex_info(self->mutexes[0]).depth);
	EXPECT_EQ(0, mutex_info(self->mutexes[1]).depth);
}

struct waiting {
	struct sleeper sleeper;
	int session;
	int all;
	struct ipcchan_wait_entry entries[3];
	unsigned int count;
	unsigned int length;
};

static int wait_for(void *argument)
{
	struct waiting *w = argument;
	struct ipcchan_wait_any any = {
		.entries = (uintptr_t)w->entries,
		.count = w->count ?: 2,
		.entry_size = sizeof(w->entries[0]),
		.deadline_ns = deadline_must_happen(),
	};
	int result = call(w->session, w->all ? IPCCHAN_IOC_WAIT_ALL :
					       IPCCHAN_IOC_WAIT_ANY, &any);

	w->length = any.cycle_length;
	return result;
}

static void start_waiting(struct waiting *w)
{
	sleeper_start(&w->sleeper, wait_for, w);
}

TEST_F(wait, for_any_is_over_when_one_is_unlocked)
{
	struct waiting w = {
		.session = self->session,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->mutexes[1] } },
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	ASSERT_EQ(0, mutex_lock(self->mutexes[1]));
	start_waiting(&w);
	ASSERT_TRUE(await_in_line(self->mutexes[1], 1));
	ASSERT_EQ(0, mutex_unlock(self->mutexes[1]));
	EXPECT_EQ(1, sleeper_join(&w.sleeper));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).waiters);
	EXPECT_EQ(0, mutex_unlock(self->mutexes[0]));
}

TEST_F(wait, for_any_tells_that_an_owner_is_dead)
{
	struct ipcchan_wait_entry both[] = { { .fd = self->mutexes[0] },
					     { .fd = self->mutexes[1] } };
	struct sleeper sleeper;

	start_lock(&sleeper, &self->mutexes[1]);
	ASSERT_EQ(0, sleeper_join(&sleeper));
	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	EXPECT_EQ(1, wait_any(self->session, both));
	EXPECT_EQ(0, both[0].result);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, both[1].result);
}

TEST_F(wait, for_any_is_over_by_what_is_polled)
{
	struct waiting w = {
		.session = self->session,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->events, .events = POLLIN } },
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	start_waiting(&w);
	ASSERT_TRUE(await_in_line(self->mutexes[0], 1));
	ASSERT_EQ(0, eventfd_write(self->events, 1));
	EXPECT_EQ(1, sleeper_join(&w.sleeper));
	EXPECT_EQ(POLLIN, w.entries[1].result);
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).waiters);
}

TEST_F(wait, for_any_takes_what_comes_before_in_the_array)
{
	struct ipcchan_wait_entry mutex_first[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->events, .events = POLLIN },
	};
	struct ipcchan_wait_entry event_first[] = {
		{ .fd = self->events, .events = POLLIN },
		{ .fd = self->mutexes[1] },
	};

	ASSERT_EQ(0, eventfd_write(self->events, 1));
	EXPECT_EQ(0, wait_any(self->session, event_first));
	EXPECT_EQ(0, mutex_info(self->mutexes[1]).depth);
	EXPECT_EQ(0, wait_any(self->session, mutex_first));
	EXPECT_EQ(1, mutex_info(self->mutexes[0]).depth);
}

TEST_F(wait, for_any_of_what_is_only_polled_is_as_poll)
{
	struct ipcchan_wait_entry one[] = {
		{ .fd = self->events, .events = POLLIN },
	};
	struct waiting w = {
		.session = self->session,
		.entries = { { .fd = self->events, .events = POLLIN },
			     { .fd = self->events, .events = POLLIN } },
	};

	EXPECT_EQ(-EAGAIN, wait_any(self->session, one,
				    .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(-ETIMEDOUT, wait_any(self->session, one, .deadline_ns =
				       deadline_after(NSEC_PER_MSEC)));
	start_waiting(&w);
	ASSERT_TRUE(await_asleep(&w.sleeper));
	ASSERT_EQ(0, eventfd_write(self->events, 1));
	EXPECT_EQ(0, sleeper_join(&w.sleeper));
}

TEST_F(wait, for_any_is_told_of_a_message)
{
	int mailbox = mailbox_open(self->session);
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = mailbox, .events = POLLIN },
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	ASSERT_EQ(1, put_number(mailbox, 7));
	EXPECT_EQ(1, wait_any(self->session, both));
	EXPECT_EQ(POLLIN, both[1].result);
	close(mailbox);
}

TEST_F(wait, for_any_is_told_of_the_end_of_a_process)
{
	struct waiting w = { .session = self->session };
	pid_t child = fork();

	if (!child)
		for (;;)
			pause();
	w.entries[0].fd = self->mutexes[0];
	w.entries[1].fd = syscall(SYS_pidfd_open, child, 0);
	w.entries[1].events = POLLIN;
	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	start_waiting(&w);
	ASSERT_TRUE(await_in_line(self->mutexes[0], 1));
	kill(child, SIGKILL);
	EXPECT_EQ(1, sleeper_join(&w.sleeper));
	EXPECT_EQ(child, waitpid(child, NULL, 0));
	close(w.entries[1].fd);
}

/* All */

TEST_F(wait, for_all_has_all_together)
{
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->mutexes[1] },
	};

	EXPECT_EQ(0, wait_all(self->session, both));
	EXPECT_EQ(gettid(), mutex_info(self->mutexes[0]).owner_tid);
	EXPECT_EQ(gettid(), mutex_info(self->mutexes[1]).owner_tid);
}

TEST_F(wait, for_all_has_none_while_one_is_not_there)
{
	struct waiting w = {
		.session = self->session,
		.all = 1,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->mutexes[1] } },
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[1]));
	start_waiting(&w);
	ASSERT_TRUE(await_in_line(self->mutexes[0], 1));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).depth);
	/* Who wants one only goes first. */
	EXPECT_EQ(0, mutex_lock(self->mutexes[0]));
	EXPECT_EQ(0, mutex_unlock(self->mutexes[1]));
	EXPECT_EQ(0, mutex_info(self->mutexes[1]).depth);
	EXPECT_EQ(0, mutex_unlock(self->mutexes[0]));
	EXPECT_EQ(0, sleeper_join(&w.sleeper));
}

TEST_F(wait, for_all_tells_of_which_the_owner_is_dead)
{
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->mutexes[1] },
	};
	struct sleeper sleeper;

	start_lock(&sleeper, &self->mutexes[1]);
	ASSERT_EQ(0, sleeper_join(&sleeper));
	EXPECT_EQ(0, wait_all(self->session, both));
	EXPECT_EQ(0, both[0].result);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, both[1].result);
}

TEST_F(wait, for_all_takes_nothing_before_what_is_polled_is_there)
{
	struct waiting w = {
		.session = self->session,
		.all = 1,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->events, .events = POLLIN } },
	};

	start_waiting(&w);
	ASSERT_TRUE(await_in_line(self->mutexes[0], 1));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).depth);
	ASSERT_EQ(0, eventfd_write(self->events, 1));
	EXPECT_EQ(0, sleeper_join(&w.sleeper));
	EXPECT_EQ(POLLIN, w.entries[1].result);
	/* The thread has ended with it. */
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutexes[0]));
}

TEST_F(wait, for_all_is_in_nobodys_way_before_what_is_polled_is_there)
{
	struct waiting w = {
		.session = self->session,
		.all = 1,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->events, .events = POLLIN } },
	};

	start_waiting(&w);
	ASSERT_TRUE(await_in_line(self->mutexes[0], 1));
	EXPECT_EQ(0, mutex_lock(self->mutexes[0]));
	EXPECT_EQ(0, mutex_unlock(self->mutexes[0]));
	ASSERT_EQ(0, eventfd_write(self->events, 1));
	EXPECT_EQ(0, sleeper_join(&w.sleeper));
}

TEST_F(wait, for_all_of_what_is_only_polled_is_over_with_the_last)
{
	int other = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	struct ipcchan_wait_entry both[] = {
		{ .fd = other, .events = POLLIN },
		{ .fd = self->events, .events = POLLIN },
	};

	EXPECT_EQ(-EAGAIN, wait_all(self->session, both,
				    .flags = IPCCHAN_NONBLOCK));
	ASSERT_EQ(0, eventfd_write(self->events, 1));
	EXPECT_EQ(0, wait_all(self->session, both));
	EXPECT_EQ(POLLIN, both[0].result);
	EXPECT_EQ(POLLIN, both[1].result);
	close(other);
}

TEST_F(wait, for_all_takes_units_of_a_semaphore)
{
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->semaphore, .units = 2 },
	};

	EXPECT_EQ(-EAGAIN, wait_all(self->session, both,
				    .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).depth);
	ASSERT_EQ(0, call(self->semaphore, IPCCHAN_IOC_SEMAPHORE_RELEASE,
			  &(struct ipcchan_semaphore_release){ .units = 3 }));
	EXPECT_EQ(0, wait_all(self->session, both));
	EXPECT_EQ(1, mutex_info(self->mutexes[0]).depth);
}

TEST_F(wait, for_all_leaves_no_line_when_the_deadline_comes)
{
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->semaphore, .units = 1 },
	};

	EXPECT_EQ(-ETIMEDOUT, wait_all(self->session, both, .deadline_ns =
				       deadline_after(NSEC_PER_MSEC)));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).waiters);
	EXPECT_EQ(0, object_info(self->semaphore).items);
}

/* Deadlocks */

TEST_F(wait, for_all_that_would_never_be_had_is_refused)
{
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->mutexes[1] },
	};
	struct ipcchan_wait_any all = {
		.entries = (uintptr_t)both,
		.count = 2,
		.entry_size = sizeof(both[0]),
		.deadline_ns = deadline_must_happen(),
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[1]));
	EXPECT_EQ(-EDEADLK, call(self->session, IPCCHAN_IOC_WAIT_ALL, &all));
	EXPECT_EQ(1, all.cycle_length);
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).depth);
}

/* What it has, and can have beside that, is no reason why it would never end. */
TEST_F(wait, for_all_is_no_deadlock_for_what_can_be_had_again)
{
	int rwlock = rwlock_open(self->session);
	struct ipcchan_wait_entry all[] = {
		{ .fd = rwlock, .flags = IPCCHAN_RWLOCK_SHARED },
		{ .fd = self->semaphore, .units = 1 },
	};

	ASSERT_EQ(0, rwlock_read(rwlock));
	EXPECT_EQ(-ETIMEDOUT, wait_all(self->session, all, .deadline_ns =
				       deadline_after(NSEC_PER_MSEC)));
	close(rwlock);
}

TEST_F(wait, for_any_is_no_deadlock_as_long_as_there_is_another_way)
{
	struct waiting w = {
		.session = self->session,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->semaphore, .units = 1 } },
	};
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->events, .events = POLLIN },
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	EXPECT_EQ(-ETIMEDOUT, wait_any(self->session, both, .deadline_ns =
				       deadline_after(NSEC_PER_MSEC)));
	w.entries[1] = ENTRY(.fd = self->mutexes[0]);
	w.entries[0] = ENTRY(.fd = self->semaphore, .units = 1);
	EXPECT_EQ(-ETIMEDOUT,
		  wait_any(self->session, w.entries, .count = 2,
			   .deadline_ns = deadline_after(NSEC_PER_MSEC)));
}

TEST_F(wait, for_any_of_which_none_would_be_had_is_refused)
{
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->mutexes[1] },
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	ASSERT_EQ(0, mutex_lock(self->mutexes[1]));
	EXPECT_EQ(-EDEADLK, wait_any(self->session, both));
}

/* What ends a wait */

static void ignore(int number)
{
}

static int be_interrupted(struct waiting *w)
{
	struct sigaction action = { .sa_handler = ignore };

	sigaction(SIGUSR1, &action, NULL);
	start_waiting(w);
	await_asleep(&w->sleeper);
	pthread_kill(w->sleeper.thread, SIGUSR1);
	return sleeper_join(&w->sleeper);
}

TEST_F(wait, is_ended_by_a_signal_that_is_handled)
{
	struct waiting w = {
		.session = self->session,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->semaphore, .units = 1 } },
	};

	ASSERT_EQ(0, mutex_lock(self->mutexes[0]));
	EXPECT_EQ(-EINTR, be_interrupted(&w));
	w.all = 1;
	EXPECT_EQ(-EINTR, be_interrupted(&w));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).waiters);
	EXPECT_EQ(0, object_info(self->semaphore).items);
}

TEST_F(wait, for_a_lock_that_is_lost_is_over)
{
	struct ipcchan_wait_entry one[] = { { .fd = self->mutexes[0] } };
	struct sleeper sleeper;

	start_lock(&sleeper, &self->mutexes[0]);
	ASSERT_EQ(0, sleeper_join(&sleeper));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutexes[0]));
	ASSERT_EQ(0, mutex_unlock(self->mutexes[0]));
	EXPECT_EQ(-ENOTRECOVERABLE, wait_any(self->session, one));
	EXPECT_EQ(-ENOTRECOVERABLE, wait_all(self->session, one));
}

TEST_F(wait, does_not_lock_a_recursive_mutex_without_end)
{
	int mutex = mutex_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_RECURSIVE);
	struct ipcchan_wait_entry one[] = { { .fd = mutex } };

	for (int i = 0; i < IPCCHAN_RECURSION_MAX; i++)
		ASSERT_EQ(0, mutex_lock(mutex));
	EXPECT_EQ(-EOVERFLOW, wait_any(self->session, one));
	EXPECT_EQ(-EOVERFLOW, wait_all(self->session, one));
	close(mutex);
}

/* Values */

TEST_F(wait, is_refused_what_it_does_not_know)
{
	struct ipcchan_wait_entry one[] = { { .fd = self->mutexes[0] } };

	EXPECT_EQ(-EOPNOTSUPP, wait_any(self->session, one, .flags = 1U << 31));
	EXPECT_EQ(-EINVAL, wait_any(self->session, one, .count = 0));
	EXPECT_EQ(-EINVAL, wait_all(self->session, one, .count = 0));
	EXPECT_EQ(-EINVAL, wait_any(self->session, one,
				    .count = IPCCHAN_WAIT_MAX + 1));
	EXPECT_EQ(-EINVAL, wait_any(self->session, one, .entry_size = 16));
	EXPECT_EQ(-E2BIG, wait_any(self->session, one, .entry_size = 1 << 20));
	EXPECT_EQ(-EFAULT, wait_any(self->session, one, .entries = 1));
	EXPECT_EQ(-EINVAL, wait_all(self->session, one, .step_size = 1));
	one[0].reserved = 1;
	EXPECT_EQ(-EOPNOTSUPP, wait_any(self->session, one));
	one[0] = ENTRY(.fd = self->mutexes[0], .flags = 1);
	EXPECT_EQ(-EOPNOTSUPP, wait_any(self->session, one));
	one[0] = ENTRY(.fd = self->mutexes[0], .units = 1);
	EXPECT_EQ(-EINVAL, wait_any(self->session, one));
	one[0] = ENTRY(.fd = self->mutexes[0], .events = POLLIN);
	EXPECT_EQ(-EINVAL, wait_any(self->session, one));
	one[0] = ENTRY(.fd = self->semaphore, .units = 5);
	EXPECT_EQ(-EINVAL, wait_any(self->session, one));
	one[0] = ENTRY(.fd = self->events);
	EXPECT_EQ(-EINVAL, wait_any(self->session, one));
	one[0] = ENTRY(.fd = self->events, .events = 1U << 16);
	EXPECT_EQ(-EINVAL, wait_any(self->session, one));
	one[0] = ENTRY(.fd = IPCCHAN_NO_FD);
	EXPECT_EQ(-EBADF, wait_any(self->session, one));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).depth);
}

TEST_F(wait, is_not_for_one_object_twice)
{
	struct ipcchan_wait_entry both[] = {
		{ .fd = self->mutexes[0] },
		{ .fd = self->mutexes[0] },
	};

	EXPECT_EQ(-EINVAL, wait_all(self->session, both));
	EXPECT_EQ(-EINVAL, wait_any(self->session, both));
}

TEST_F(wait, needs_the_right_to_wait)
{
	int weak = object_restrict(self->mutexes[0], IPCCHAN_RIGHT_ADMIN, 0);
	struct ipcchan_wait_entry one[] = { { .fd = weak } };

	EXPECT_EQ(-EPERM, wait_any(self->session, one));
	close(weak);
}

TEST_F(wait, is_over_when_one_is_killed)
{
	struct waiting w = {
		.session = self->session,
		.all = 1,
		.entries = { { .fd = self->mutexes[0] },
			     { .fd = self->semaphore, .units = 1 } },
	};

	start_waiting(&w);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	ASSERT_EQ(0, object_kill(self->semaphore));
	EXPECT_EQ(-EIDRM, sleeper_join(&w.sleeper));
	EXPECT_EQ(0, mutex_info(self->mutexes[0]).waiters);
}

/* A wait for all of three semaphores without units, in a thread of its own. */
static bool start_waiting_for_three(struct waiting *w, int session)
{
	*w = (struct waiting){ .session = session, .all = 1, .count = 3 };
	for (int i = 0; i < 3; i++)
		w->entries[i] = ENTRY(.fd = semaphore_open(session, 0), .units = 1);
	start_waiting(w);
	return await_in_line(w->entries[2].fd, 1);
}

static void close_three(const struct waiting *w)
{
	for (int i = 0; i < 3; i++)
		close(w->entries[i].fd);
}

TEST_F(wait, for_all_is_over_when_any_is_killed_whatever_else_is_missing)
{
	for (int killed = 0; killed < 3; killed++) {
		struct waiting w;

		ASSERT_TRUE(start_waiting_for_three(&w, self->session));
		ASSERT_EQ(0, object_kill(w.entries[killed].fd));
		EXPECT_EQ(-EIDRM, sleeper_join(&w.sleeper));
		close_three(&w);
	}
}

TEST_F(wait, for_all_goes_on_with_the_last_whichever_that_is)
{
	static const int orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};

	for (size_t order = 0; order < ARRAY_SIZE(orders); order++) {
		struct waiting w;

		ASSERT_TRUE(start_waiting_for_three(&w, self->session));
		for (int i = 0; i < 3; i++) {
			int semaphore = w.entries[orders[order][i]].fd;

			EXPECT_TRUE(await_in_line(semaphore, 1));
			EXPECT_EQ(0, semaphore_release(semaphore, 1));
		}
		EXPECT_EQ(0, sleeper_join(&w.sleeper));
		close_three(&w);
	}
}

#include "ipcchan_selftest_main.h"
