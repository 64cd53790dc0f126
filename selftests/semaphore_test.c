// SPDX-License-Identifier: GPL-2.0
/* Semaphores: units that are taken and given, and those of threads that end. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "sync.h"

#define UNDO		IPCCHAN_SEMAPHORE_UNDO

/* Two units of four. */
FIXTURE(semaphore)
{
	int session;
	int semaphore;
};

FIXTURE_SETUP(semaphore)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->semaphore = semaphore_open(self->session, 2, .max = 4);
	ASSERT_LE(0, self->semaphore);
}

FIXTURE_TEARDOWN(semaphore)
{
	close(self->semaphore);
	close(self->session);
}

/* For threads and processes, which are given the address of the descriptor. */

static int take_one(void *semaphore)
{
	return semaphore_acquire(*(int *)semaphore, 1);
}

static int take_three(void *semaphore)
{
	return semaphore_acquire(*(int *)semaphore, 3);
}

static int hold_one(void *semaphore)
{
	return semaphore_acquire(*(int *)semaphore, 1, .flags = UNDO);
}

static int hold_two(void *semaphore)
{
	return semaphore_acquire(*(int *)semaphore, 2, .flags = UNDO);
}

static int give_back_one(void *semaphore)
{
	return semaphore_release(*(int *)semaphore, 1, .flags = UNDO);
}

static bool await_units(int semaphore, unsigned int value, __u64 held)
{
	__u64 deadline = deadline_must_happen();
	struct ipcchan_semaphore_info info;

	do {
		info = semaphore_info(semaphore);
		if (info.value == value && info.held == held)
			return true;
		nap();
	} while (now_ns(CLOCK_MONOTONIC) < deadline);
	return false;
}

/* Units */

TEST_F(semaphore, tells_its_units)
{
	struct ipcchan_semaphore_info info = semaphore_info(self->semaphore);

	EXPECT_EQ(IPCCHAN_KIND_SEMAPHORE, object_info(self->semaphore).kind);
	EXPECT_EQ(2, info.value);
	EXPECT_EQ(4, info.max);
	EXPECT_EQ(0, info.held);
	EXPECT_EQ(0, info.waiters);
}

TEST_F(semaphore, has_what_is_given_less_what_is_taken)
{
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	EXPECT_EQ(0, semaphore_info(self->semaphore).value);
	ASSERT_EQ(0, semaphore_release(self->semaphore, 3));
	EXPECT_EQ(3, semaphore_info(self->semaphore).value);
	ASSERT_EQ(0, semaphore_try(self->semaphore, 1));
	EXPECT_EQ(2, semaphore_info(self->semaphore).value);
	EXPECT_EQ(0, semaphore_info(self->semaphore).held);
}

TEST_F(semaphore, gives_all_that_is_wanted_or_nothing)
{
	EXPECT_EQ(-EAGAIN, semaphore_try(self->semaphore, 3));
	EXPECT_EQ(2, semaphore_info(self->semaphore).value);
	EXPECT_EQ(-ETIMEDOUT, semaphore_acquire(self->semaphore, 3,
						.deadline_ns = deadline_brief()));
	EXPECT_EQ(2, semaphore_info(self->semaphore).value);
	EXPECT_EQ(0, semaphore_info(self->semaphore).waiters);
}

TEST_F(semaphore, never_has_more_than_its_maximum)
{
	EXPECT_EQ(-EOVERFLOW, semaphore_release(self->semaphore, 3));
	EXPECT_EQ(-EOVERFLOW, semaphore_release(self->semaphore, ~0U));
	EXPECT_EQ(2, semaphore_info(self->semaphore).value);
	EXPECT_EQ(0, semaphore_release(self->semaphore, 2));
	EXPECT_EQ(-EOVERFLOW, semaphore_release(self->semaphore, 1));
}

TEST_F(semaphore, can_have_as_many_units_as_can_be_counted)
{
	int semaphore = semaphore_open(self->session, ~0U, .max = ~0U);

	ASSERT_LE(0, semaphore);
	EXPECT_EQ(0, semaphore_try(semaphore, ~0U));
	EXPECT_EQ(0, semaphore_release(semaphore, ~0U));
	EXPECT_EQ(-EOVERFLOW, semaphore_release(semaphore, 1));
	close(semaphore);
}

TEST_F(semaphore, is_waited_for_until_a_deadline_of_either_clock)
{
	EXPECT_EQ(-ETIMEDOUT,
		  semaphore_acquire(self->semaphore, 4,
				    .deadline_ns = deadline_brief()));
	EXPECT_EQ(-ETIMEDOUT,
		  semaphore_acquire(self->semaphore, 4,
				    .flags = IPCCHAN_REALTIME,
				    .deadline_ns = now_ns(CLOCK_REALTIME) +
						   NSEC_PER_MSEC));
	EXPECT_EQ(0, semaphore_acquire(self->semaphore, 2, .deadline_ns = 1));
}

/* Order */

TEST_F(semaphore, gives_to_the_first_in_line_before_the_call_returns)
{
	struct sleeper sleepers[3];

	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	for (int i = 0; i < 3; i++) {
		sleeper_start(&sleepers[i], take_one, &self->semaphore);
		ASSERT_TRUE(await_in_line(self->semaphore, i + 1));
	}
	ASSERT_EQ(0, semaphore_release(self->semaphore, 4));
	EXPECT_EQ(0, semaphore_info(self->semaphore).waiters);
	EXPECT_EQ(1, semaphore_info(self->semaphore).value);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(0, sleeper_join(&sleepers[i]));
}

TEST_F(semaphore, lets_nobody_who_wants_few_pass_who_wants_many)
{
	struct sleeper many;
	struct sleeper few;

	sleeper_start(&many, take_three, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	EXPECT_EQ(-EAGAIN, semaphore_try(self->semaphore, 1));
	sleeper_start(&few, take_one, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 2));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(0, sleeper_join(&many));
	EXPECT_EQ(1, semaphore_info(self->semaphore).waiters);
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(0, sleeper_join(&few));
}

static int take_three_briefly(void *semaphore)
{
	return semaphore_acquire(*(int *)semaphore, 3,
				 .deadline_ns = deadline_after(NSEC_PER_SEC));
}

TEST_F(semaphore, lets_others_go_on_when_the_first_in_line_gives_up)
{
	struct sleeper many;
	struct sleeper few;

	sleeper_start(&many, take_three_briefly, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	sleeper_start(&few, take_one, &self->semaphore);
	EXPECT_EQ(0, sleeper_join(&few));
	EXPECT_EQ(-ETIMEDOUT, sleeper_join(&many));
	EXPECT_EQ(1, semaphore_info(self->semaphore).value);
}

TEST_F(semaphore, lets_others_go_on_when_the_first_in_line_is_killed)
{
	struct child many;
	struct sleeper few;

	child_start(&many, take_three, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	sleeper_start(&few, take_one, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 2));
	kill(many.pid, SIGKILL);
	EXPECT_EQ(0, sleeper_join(&few));
	EXPECT_EQ(DIED, child_join(&many));
}

static int have(int semaphore)
{
	return semaphore_acquire(semaphore, 1);
}

static int let_go(int semaphore)
{
	return semaphore_release(semaphore, 1);
}

TEST_F(semaphore, serves_who_came_first)
{
	struct turns turns = {
		.object = self->semaphore, .have = have, .let_go = let_go,
	};

	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	ASSERT_TRUE(turns_start(&turns, 8));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_TRUE(turns_end(&turns));
}

TEST_F(semaphore, serves_the_best_priority_if_it_was_created_so)
{
	struct turns turns = {
		.object = semaphore_open(self->session, 0,
					 .flags = IPCCHAN_OPEN_CREATE |
						  IPCCHAN_OPEN_PRIORITY),
		.have = have, .let_go = let_go, .by_priority = true,
	};

	ASSERT_TRUE(turns_start(&turns, 8));
	ASSERT_EQ(0, semaphore_release(turns.object, 1));
	EXPECT_TRUE(turns_end(&turns));
	close(turns.object);
}

TEST_F(semaphore, is_not_had_by_who_gives_while_others_wait)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	sleeper_start(&sleeper, take_one, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(-EAGAIN, semaphore_try(self->semaphore, 1));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* Of whoever may release, so it is in no deadlock */
TEST_F(semaphore, never_makes_a_deadlock)
{
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2, .flags = UNDO));
	EXPECT_EQ(-ETIMEDOUT, semaphore_acquire(self->semaphore, 1, .flags = UNDO,
						.deadline_ns = deadline_brief()));
	EXPECT_EQ(2, semaphore_info(self->semaphore).held);
}

/* What ends with a thread */

TEST_F(semaphore, counts_what_threads_hold)
{
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 1, .flags = UNDO));
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 1, .flags = UNDO));
	EXPECT_EQ(2, semaphore_info(self->semaphore).held);
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1, .flags = UNDO));
	EXPECT_EQ(1, semaphore_info(self->semaphore).held);
	/* Of units, not of these. */
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(1, semaphore_info(self->semaphore).held);
	EXPECT_EQ(2, semaphore_info(self->semaphore).value);
}

TEST_F(semaphore, is_given_back_no_more_than_a_thread_holds)
{
	EXPECT_EQ(-EPERM, semaphore_release(self->semaphore, 1, .flags = UNDO));
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 1, .flags = UNDO));
	EXPECT_EQ(-EPERM, semaphore_release(self->semaphore, 2, .flags = UNDO));
	EXPECT_EQ(-EPERM, in_thread(give_back_one, &self->semaphore));
	EXPECT_EQ(-EPERM, run_in_child(give_back_one, &self->semaphore));
	EXPECT_EQ(1, semaphore_info(self->semaphore).held);
	EXPECT_EQ(1, semaphore_info(self->semaphore).value);
	EXPECT_EQ(0, semaphore_release(self->semaphore, 1, .flags = UNDO));
	EXPECT_EQ(-EPERM, semaphore_release(self->semaphore, 1, .flags = UNDO));
}

TEST_F(semaphore, is_given_back_what_a_thread_held_that_ends)
{
	ASSERT_EQ(0, in_thread(hold_two, &self->semaphore));
	EXPECT_TRUE(await_units(self->semaphore, 2, 0));
}

TEST_F(semaphore, is_given_back_what_a_process_held_that_ends)
{
	ASSERT_EQ(0, run_in_child(hold_two, &self->semaphore));
	EXPECT_TRUE(await_units(self->semaphore, 2, 0));
}

static int hold_one_and_be_killed(void *semaphore)
{
	return hold_one(semaphore) ?: raise(SIGKILL);
}

TEST_F(semaphore, is_given_back_what_a_process_held_that_is_killed)
{
	ASSERT_EQ(DIED, run_in_child(hold_one_and_be_killed, &self->semaphore));
	EXPECT_TRUE(await_units(self->semaphore, 2, 0));
}

static int hold_two_and_execute(void *semaphore)
{
	return hold_two(semaphore) ?: execute();
}

TEST_F(semaphore, is_given_back_what_a_process_held_that_executes_a_program)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_EQ(0, fcntl(self->semaphore, F_SETFD, 0));
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	child_start(&child, hold_two_and_execute, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	sleeper_start(&sleeper, take_one, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 2));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 2));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	EXPECT_TRUE(await_units(self->semaphore, 1, 0));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
}

static int hold_one_and_leave_a_child(void *argument)
{
	int *semaphore = argument;

	if (hold_one(semaphore))
		return 1;
	semaphore[1] = fork_with();
	return semaphore[1] < 0;
}

TEST_F(semaphore, is_given_back_also_if_a_child_has_the_descriptor)
{
	int *shared = shared_alloc(2 * sizeof(int));

	shared[0] = self->semaphore;
	ASSERT_EQ(0, run_in_child(hold_one_and_leave_a_child, shared));
	EXPECT_TRUE(await_units(self->semaphore, 2, 0));
	EXPECT_EQ(0, kill(shared[1], SIGKILL));
}

TEST_F(semaphore, does_not_get_back_what_was_taken_without_undo)
{
	ASSERT_EQ(0, run_in_child(take_one, &self->semaphore));
	ASSERT_EQ(0, in_thread(hold_one, &self->semaphore));
	EXPECT_TRUE(await_units(self->semaphore, 1, 0));
}

TEST_F(semaphore, goes_to_who_waits_when_its_holder_ends)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 1));
	child_start(&child, hold_two, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	sleeper_start(&sleeper, take_one, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 2));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_TRUE(await_units(self->semaphore, 1, 0));
}

static int hold_two_and_wait(void *semaphore)
{
	return hold_two(semaphore) ?: pause();
}

TEST_F(semaphore, is_given_back_no_more_than_it_may_have)
{
	struct child child;

	child_start(&child, hold_two_and_wait, &self->semaphore);
	ASSERT_TRUE(await_units(self->semaphore, 0, 2));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 3));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_TRUE(await_units(self->semaphore, 4, 0));
}

TEST_F(semaphore, is_held_after_a_descriptor_is_closed)
{
	int other = dup(self->semaphore);

	ASSERT_EQ(0, semaphore_acquire(other, 2, .flags = UNDO));
	close(other);
	EXPECT_EQ(2, semaphore_info(self->semaphore).held);
	EXPECT_EQ(0, semaphore_release(self->semaphore, 2, .flags = UNDO));
}

TEST_F(semaphore, ends_under_who_holds_it_when_nobody_has_a_descriptor)
{
	int semaphore = semaphore_open(self->session, 1);

	ASSERT_EQ(0, semaphore_acquire(semaphore, 1, .flags = UNDO));
	close(semaphore);
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 1, .flags = UNDO));
	EXPECT_EQ(0, semaphore_release(self->semaphore, 1, .flags = UNDO));
}

/* Signals */

TEST_F(semaphore, is_waited_for_no_more_when_a_signal_is_handled)
{
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->semaphore, 0));
	sleeper_start(&sleeper, take_three, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	EXPECT_EQ(0, interrupt(&sleeper));
	EXPECT_EQ(-EINTR, sleeper_join(&sleeper));
	EXPECT_EQ(2, semaphore_info(self->semaphore).value);
}

TEST_F(semaphore, is_waited_for_anew_after_a_signal_that_restarts)
{
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->semaphore, SA_RESTART));
	sleeper_start(&sleeper, take_three, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	EXPECT_EQ(0, interrupt(&sleeper));
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* Life and rights */

TEST_F(semaphore, that_is_killed_is_so_for_all)
{
	struct sleeper sleepers[3];

	for (int i = 0; i < 3; i++)
		sleeper_start(&sleepers[i], take_three, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 3));
	ASSERT_EQ(0, object_kill(self->semaphore));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-EIDRM, sleeper_join(&sleepers[i]));
	EXPECT_EQ(-EIDRM, semaphore_acquire(self->semaphore, 1));
	EXPECT_EQ(-EIDRM, semaphore_try(self->semaphore, 1));
	EXPECT_EQ(-EIDRM, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(-EIDRM, call(self->semaphore, IPCCHAN_IOC_SEMAPHORE_INFO,
			       &(struct ipcchan_semaphore_info){}));
}

TEST_F(semaphore, that_is_killed_is_let_go_of_by_who_held_it)
{
	ASSERT_EQ(0, in_thread(hold_one, &self->semaphore));
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 1, .flags = UNDO));
	ASSERT_EQ(0, object_kill(self->semaphore));
	EXPECT_EQ(-EIDRM, semaphore_release(self->semaphore, 1, .flags = UNDO));
}

TEST_F(semaphore, is_acquired_with_the_right_to_wait_only)
{
	int waiter = object_restrict(self->semaphore, IPCCHAN_RIGHT_WAIT, 0);

	ASSERT_LE(0, waiter);
	EXPECT_EQ(0, semaphore_acquire(waiter, 1));
	EXPECT_EQ(-EPERM, semaphore_release(waiter, 1));
	EXPECT_EQ(1, semaphore_info(waiter).value);
	close(waiter);
}

TEST_F(semaphore, is_released_with_the_right_to_signal_only)
{
	int giver = object_restrict(self->semaphore, IPCCHAN_RIGHT_SIGNAL, 0);

	ASSERT_LE(0, giver);
	EXPECT_EQ(-EPERM, semaphore_acquire(giver, 1));
	EXPECT_EQ(0, semaphore_release(giver, 1));
	EXPECT_EQ(3, semaphore_info(giver).value);
	close(giver);
}

TEST_F(semaphore, is_found_by_its_name_with_the_units_that_it_has)
{
	const char *name = fresh_name();
	struct ipcchan_semaphore_open open = {
		.flags = IPCCHAN_OPEN_CREATE,
		.mode = 0600,
		.rights = IPCCHAN_RIGHTS_SIGNAL,
		.value = 5,
		.max = 6,
	};
	int one, other;

	set_name(open.name, name);
	one = call(self->session, IPCCHAN_IOC_SEMAPHORE_OPEN, &open);
	ASSERT_LE(0, one);
	open.value = 9;
	open.max = 0;
	other = call(self->session, IPCCHAN_IOC_SEMAPHORE_OPEN, &open);
	ASSERT_LE(0, other);
	EXPECT_EQ(0, semaphore_acquire(one, 1));
	EXPECT_EQ(4, semaphore_info(other).value);
	EXPECT_EQ(6, semaphore_info(other).max);
	close(one);
	close(other);
}

TEST_F(semaphore, can_be_polled_for_while_it_has_units)
{
	EXPECT_EQ(POLLIN, poll_now(self->semaphore));
	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	EXPECT_EQ(0, poll_now(self->semaphore));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(POLLIN, poll_now(self->semaphore));
	ASSERT_EQ(0, object_kill(self->semaphore));
	EXPECT_EQ(POLLERR | POLLHUP, poll_now(self->semaphore));
}

TEST_F(semaphore, cannot_be_polled_for_while_somebody_stands_in_line)
{
	struct sleeper sleeper;

	sleeper_start(&sleeper, take_three, &self->semaphore);
	ASSERT_TRUE(await_in_line(self->semaphore, 1));
	EXPECT_EQ(0, poll_now(self->semaphore));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 2));
	EXPECT_EQ(POLLIN, poll_now(self->semaphore));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

TEST_F(semaphore, wakes_who_polls_for_it_when_units_are_given)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	sleeper_start(&sleeper, poll_for_input, &self->semaphore);
	ASSERT_TRUE(await_asleep(&sleeper));
	ASSERT_EQ(0, semaphore_release(self->semaphore, 1));
	EXPECT_EQ(POLLIN, sleeper_join(&sleeper));
}

TEST_F(semaphore, wakes_who_polls_for_it_when_it_is_killed)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 2));
	sleeper_start(&sleeper, poll_for_input, &self->semaphore);
	ASSERT_TRUE(await_asleep(&sleeper));
	ASSERT_EQ(0, object_kill(self->semaphore));
	EXPECT_EQ(POLLERR | POLLHUP, sleeper_join(&sleeper));
}

TEST_F(semaphore, is_not_opened_with_what_makes_no_sense)
{
	int session = self->session;

	EXPECT_EQ(-EINVAL, semaphore_open(session, 0, .max = 0));
	EXPECT_EQ(-EINVAL, semaphore_open(session, 2, .max = 1));
	EXPECT_EQ(-EINVAL, semaphore_open(session, 1, .rights = 0));
	EXPECT_EQ(-EINVAL, semaphore_open(session, 1, .mode = 01000));
	EXPECT_EQ(-EOPNOTSUPP, semaphore_open(session, 1, .rights = 1U << 31));
	EXPECT_EQ(-EOPNOTSUPP, semaphore_open(session, 1, .reserved = 1));
	EXPECT_EQ(-EOPNOTSUPP,
		  semaphore_open(session, 1, .flags = IPCCHAN_OPEN_CREATE |
						      IPCCHAN_OPEN_RECURSIVE));
}

TEST_F(semaphore, refuses_what_it_does_not_know)
{
	EXPECT_EQ(-EINVAL, semaphore_acquire(self->semaphore, 0));
	EXPECT_EQ(-EINVAL, semaphore_acquire(self->semaphore, 5));
	EXPECT_EQ(-EINVAL, semaphore_release(self->semaphore, 0));
	EXPECT_EQ(-EOPNOTSUPP, semaphore_acquire(self->semaphore, 1,
						 .flags = 1U << 31));
	EXPECT_EQ(-EOPNOTSUPP, semaphore_release(self->semaphore, 1,
						 .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(2, semaphore_info(self->semaphore).value);
}

TEST_F(semaphore, tells_of_itself_in_fdinfo)
{
	char text[64];

	ASSERT_EQ(0, semaphore_acquire(self->semaphore, 1, .flags = UNDO));
	ASSERT_EQ(0, fdinfo_value(self->semaphore, "ipcchan-value", text,
				  sizeof(text)));
	EXPECT_STREQ("1 of 4, held 1", text);
	ASSERT_EQ(0, fdinfo_value(self->semaphore, "ipcchan-waiters", text,
				  sizeof(text)));
	EXPECT_STREQ("0", text);
}

#include "ipcchan_selftest_main.h"
