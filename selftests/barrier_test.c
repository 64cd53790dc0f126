// SPDX-License-Identifier: GPL-2.0
/* Barriers: who meets there, again and again, and what if one does not come. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "sync.h"

#define LEAVE		IPCCHAN_BARRIER_LEAVE

/* Of three. */
FIXTURE(barrier)
{
	int session;
	int barrier;
};

FIXTURE_SETUP(barrier)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->barrier = barrier_open(self->session, 3);
	ASSERT_LE(0, self->barrier);
}

FIXTURE_TEARDOWN(barrier)
{
	close(self->barrier);
	close(self->session);
}

static int meet(void *barrier)
{
	return barrier_wait(*(int *)barrier);
}

static int meet_and_leave(void *barrier)
{
	return barrier_wait(*(int *)barrier, .flags = LEAVE);
}

static bool is_broken(int barrier)
{
	return barrier_info(barrier).state & IPCCHAN_BARRIER_BROKEN;
}

static bool await_broken(int barrier)
{
	__u64 deadline = deadline_must_happen();

	while (!is_broken(barrier)) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return false;
		nap();
	}
	return true;
}

/* So many threads, who leave it with their end, have come. */
static bool start_parties(struct sleeper *sleepers, int nr, int *barrier)
{
	for (int i = 0; i < nr; i++) {
		sleeper_start(&sleepers[i], meet_and_leave, barrier);
		if (!await_in_line(*barrier, i + 1))
			return false;
	}
	return true;
}

static bool end_parties(struct sleeper *sleepers, int nr, int expected)
{
	bool is_as_expected = true;

	for (int i = 0; i < nr; i++)
		is_as_expected &= sleeper_join(&sleepers[i]) == expected;
	return is_as_expected;
}

/* Generations */

TEST_F(barrier, tells_what_it_is)
{
	struct ipcchan_barrier_info info = barrier_info(self->barrier);

	EXPECT_EQ(IPCCHAN_KIND_BARRIER, object_info(self->barrier).kind);
	EXPECT_EQ(0, info.generation);
	EXPECT_EQ(0, info.state);
	EXPECT_EQ(3, info.parties);
	EXPECT_EQ(0, info.waiters);
}

TEST_F(barrier, lets_all_go_on_when_the_last_has_come)
{
	struct sleeper sleepers[2];

	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	EXPECT_EQ(2, barrier_info(self->barrier).waiters);
	EXPECT_EQ(0, barrier_info(self->barrier).generation);
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL,
		  barrier_wait(self->barrier, .flags = LEAVE));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
	EXPECT_EQ(0, barrier_info(self->barrier).waiters);
	EXPECT_EQ(1, barrier_info(self->barrier).generation);
	EXPECT_FALSE(is_broken(self->barrier));
}

TEST_F(barrier, lets_one_who_is_alone_go_on_at_once)
{
	int barrier = barrier_open(self->session, 1);

	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(i, barrier_info(barrier).generation);
		EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(barrier));
	}
	close(barrier);
}

#define ROUNDS		100
#define PARTIES		5

/**
 * struct rounds - parties that meet often
 * @barrier: Where.
 * @came: How many have come, in all rounds.
 * @serials: How often one was told to be the last.
 * @wrong: Somebody went on too early.
 */
struct rounds {
	int barrier;
	int came;
	int serials;
	bool wrong;
};

static int meet_often(void *argument)
{
	struct rounds *r = argument;

	for (int i = 1; i <= ROUNDS; i++) {
		int result;

		__atomic_add_fetch(&r->came, 1, __ATOMIC_SEQ_CST);
		result = barrier_wait(r->barrier,
				      .flags = i == ROUNDS ? LEAVE : 0);
		if (result < 0)
			return result;
		if (__atomic_load_n(&r->came, __ATOMIC_SEQ_CST) < i * PARTIES)
			r->wrong = true;
		__atomic_add_fetch(&r->serials, result, __ATOMIC_SEQ_CST);
	}
	return 0;
}

TEST_F(barrier, lets_nobody_go_on_before_all_have_come_in_every_generation)
{
	struct rounds *r = shared_alloc(sizeof(*r));
	struct child children[PARTIES];

	r->barrier = barrier_open(self->session, PARTIES);
	for (int i = 0; i < PARTIES; i++)
		child_start(&children[i], meet_often, r);
	for (int i = 0; i < PARTIES; i++)
		EXPECT_EQ(0, child_join(&children[i]));
	EXPECT_FALSE(r->wrong);
	EXPECT_EQ(ROUNDS, r->serials);
	EXPECT_EQ(ROUNDS, barrier_info(r->barrier).generation);
	EXPECT_FALSE(is_broken(r->barrier));
	close(r->barrier);
}

/* More than are woken at once. */
TEST_F(barrier, lets_many_go_on)
{
	int barrier = barrier_open(self->session, 41);
	struct sleeper sleepers[40];

	ASSERT_TRUE(start_parties(sleepers, 40, &barrier));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(barrier));
	EXPECT_EQ(0, object_info(barrier).items);
	EXPECT_TRUE(end_parties(sleepers, 40, 0));
	close(barrier);
}

/* In vain */

static int come_briefly(void *barrier)
{
	return barrier_wait(*(int *)barrier, .deadline_ns = deadline_brief());
}

TEST_F(barrier, is_as_it_was_after_a_deadline_of_either_clock)
{
	EXPECT_EQ(-ETIMEDOUT, come_briefly(&self->barrier));
	EXPECT_EQ(-ETIMEDOUT,
		  barrier_wait(self->barrier, .flags = IPCCHAN_REALTIME,
			       .deadline_ns = now_ns(CLOCK_REALTIME) +
					      NSEC_PER_MSEC));
	EXPECT_EQ(0, barrier_info(self->barrier).waiters);
	EXPECT_EQ(0, barrier_info(self->barrier).generation);
	EXPECT_EQ(0, object_info(self->barrier).items);
}

TEST_F(barrier, is_met_at_no_more_when_a_signal_is_handled)
{
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->barrier, 0));
	ASSERT_TRUE(start_parties(&sleeper, 1, &self->barrier));
	EXPECT_EQ(0, interrupt(&sleeper));
	EXPECT_EQ(-EINTR, sleeper_join(&sleeper));
	EXPECT_EQ(0, barrier_info(self->barrier).waiters);
}

TEST_F(barrier, is_come_to_anew_after_a_signal_that_restarts)
{
	struct sleeper sleepers[2];

	ASSERT_TRUE(handle_signals(self->barrier, SA_RESTART));
	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	EXPECT_EQ(1, interrupt(&sleepers[0]));
	ASSERT_TRUE(await_in_line(self->barrier, 2));
	EXPECT_EQ(2, barrier_info(self->barrier).waiters);
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
}

TEST_F(barrier, tells_all_who_wait_that_it_was_reset)
{
	struct sleeper sleepers[2];

	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	ASSERT_EQ(0, barrier_reset(self->barrier));
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(-ECANCELED, sleeper_join(&sleepers[i]));
	EXPECT_EQ(0, barrier_info(self->barrier).waiters);
	EXPECT_EQ(1, barrier_info(self->barrier).generation);
	EXPECT_FALSE(is_broken(self->barrier));
	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
	EXPECT_EQ(2, barrier_info(self->barrier).generation);
}

/* The end of a party */

TEST_F(barrier, is_broken_if_a_thread_ends_that_was_to_come_again)
{
	struct sleeper sleepers[2];

	for (int i = 0; i < 2; i++)
		sleeper_start(&sleepers[i], meet, &self->barrier);
	ASSERT_TRUE(await_in_line(self->barrier, 2));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
	EXPECT_TRUE(await_broken(self->barrier));
	EXPECT_EQ(-EOWNERDEAD, barrier_wait(self->barrier));
	EXPECT_EQ(-EOWNERDEAD, barrier_wait(self->barrier));
	EXPECT_EQ(0, barrier_info(self->barrier).waiters);
}

TEST_F(barrier, is_broken_for_all_who_wait_if_a_process_is_killed_there)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_TRUE(start_parties(&sleeper, 1, &self->barrier));
	child_start(&child, meet, &self->barrier);
	ASSERT_TRUE(await_in_line(self->barrier, 2));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(-EOWNERDEAD, sleeper_join(&sleeper));
	EXPECT_EQ(IPCCHAN_BARRIER_BROKEN, barrier_info(self->barrier).state);
	EXPECT_EQ(-EOWNERDEAD, barrier_wait(self->barrier));
}

static int meet_and_execute(void *barrier)
{
	meet(barrier);
	return execute();
}

TEST_F(barrier, is_broken_by_a_process_that_executes_another_program)
{
	int barrier = barrier_open(self->session, 2);
	struct child child;

	ASSERT_EQ(0, fcntl(barrier, F_SETFD, 0));
	child_start(&child, meet_and_execute, &barrier);
	ASSERT_TRUE(await_in_line(barrier, 1));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(barrier));
	EXPECT_EQ(-EOWNERDEAD, barrier_wait(barrier));
	EXPECT_TRUE(is_broken(barrier));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
	close(barrier);
}

static int meet_and_leave_a_child(void *argument)
{
	int *barrier = argument;
	int result = meet(barrier);

	barrier[1] = fork_with();
	return result;
}

TEST_F(barrier, is_broken_also_if_a_child_has_the_descriptor)
{
	int *shared = shared_alloc(2 * sizeof(int));
	struct child child;

	shared[0] = barrier_open(self->session, 2);
	child_start(&child, meet_and_leave_a_child, shared);
	ASSERT_TRUE(await_in_line(shared[0], 1));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(shared[0]));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_TRUE(await_broken(shared[0]));
	EXPECT_EQ(0, kill(shared[1], SIGKILL));
	close(shared[0]);
}

TEST_F(barrier, is_not_broken_when_a_descriptor_is_closed)
{
	int other = dup(self->barrier);

	EXPECT_EQ(-ETIMEDOUT, come_briefly(&other));
	close(other);
	EXPECT_FALSE(is_broken(self->barrier));
}

TEST_F(barrier, is_not_broken_by_who_leaves_it)
{
	struct sleeper sleepers[2];
	struct child child;

	ASSERT_TRUE(start_parties(sleepers, 1, &self->barrier));
	child_start(&child, meet_and_leave, &self->barrier);
	ASSERT_TRUE(await_in_line(self->barrier, 2));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 1, 0));
	EXPECT_EQ(0, child_join(&child));
	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
}

TEST_F(barrier, is_broken_by_who_came_in_vain_and_ends)
{
	EXPECT_EQ(-ETIMEDOUT, in_thread(come_briefly, &self->barrier));
	EXPECT_TRUE(await_broken(self->barrier));
}

/**
 * struct visit - a thread that comes in vain, and ends when it is told to
 * @barrier: Where.
 * @came: It has come.
 * @go: It is to end.
 */
struct visit {
	int barrier;
	int came;
	int go;
};

static int visit(void *argument)
{
	struct visit *v = argument;
	int result = come_briefly(&v->barrier);

	__atomic_store_n(&v->came, 1, __ATOMIC_RELEASE);
	await_counter(&v->go, 1);
	return result;
}

/* A generation was complete without it, so it is no party any more. */
TEST_F(barrier, is_not_broken_by_who_came_in_vain_before_others_met)
{
	struct visit v = { .barrier = self->barrier };
	struct sleeper sleepers[2];
	struct sleeper visitor;

	sleeper_start(&visitor, visit, &v);
	ASSERT_TRUE(await_counter(&v.came, 1));
	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
	__atomic_store_n(&v.go, 1, __ATOMIC_RELEASE);
	EXPECT_EQ(-ETIMEDOUT, sleeper_join(&visitor));
	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
	EXPECT_FALSE(is_broken(self->barrier));
}

TEST_F(barrier, is_whole_again_when_it_was_reset)
{
	struct sleeper sleepers[2];

	EXPECT_EQ(-ETIMEDOUT, in_thread(come_briefly, &self->barrier));
	ASSERT_TRUE(await_broken(self->barrier));
	ASSERT_EQ(0, barrier_reset(self->barrier));
	EXPECT_EQ(0, barrier_info(self->barrier).state);
	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	EXPECT_EQ(IPCCHAN_BARRIER_SERIAL, barrier_wait(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, 0));
}

TEST_F(barrier, forgets_its_parties_when_it_is_reset)
{
	struct visit v = { .barrier = self->barrier };
	struct sleeper visitor;

	sleeper_start(&visitor, visit, &v);
	ASSERT_TRUE(await_counter(&v.came, 1));
	ASSERT_EQ(0, barrier_reset(self->barrier));
	__atomic_store_n(&v.go, 1, __ATOMIC_RELEASE);
	EXPECT_EQ(-ETIMEDOUT, sleeper_join(&visitor));
	/* Another one, so that what the first left has been seen to. */
	EXPECT_EQ(-ETIMEDOUT, come_briefly(&self->barrier));
	EXPECT_FALSE(is_broken(self->barrier));
}

TEST_F(barrier, ends_under_a_party_when_nobody_has_a_descriptor)
{
	int barrier = barrier_open(self->session, 2);

	EXPECT_EQ(-ETIMEDOUT, come_briefly(&barrier));
	close(barrier);
	EXPECT_EQ(-ETIMEDOUT, come_briefly(&self->barrier));
}

/* Of whoever may come */
TEST_F(barrier, never_makes_a_deadlock)
{
	int mutex = mutex_open(self->session);

	ASSERT_EQ(0, mutex_lock(mutex));
	EXPECT_EQ(-ETIMEDOUT, come_briefly(&self->barrier));
	close(mutex);
}

/* Life and rights */

TEST_F(barrier, that_is_killed_is_so_for_all)
{
	struct sleeper sleepers[2];

	ASSERT_TRUE(start_parties(sleepers, 2, &self->barrier));
	ASSERT_EQ(0, object_kill(self->barrier));
	EXPECT_TRUE(end_parties(sleepers, 2, -EIDRM));
	EXPECT_EQ(-EIDRM, barrier_wait(self->barrier));
	EXPECT_EQ(-EIDRM, barrier_reset(self->barrier));
	EXPECT_EQ(-EIDRM, call(self->barrier, IPCCHAN_IOC_BARRIER_INFO,
			       &(struct ipcchan_barrier_info){}));
}

TEST_F(barrier, is_met_at_with_the_right_to_wait_only)
{
	int weak = object_restrict(self->barrier, IPCCHAN_RIGHT_ADMIN, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(-EPERM, barrier_wait(weak));
	EXPECT_EQ(-EPERM, barrier_reset(weak));
	EXPECT_EQ(3, barrier_info(weak).parties);
	close(weak);
}

TEST_F(barrier, is_found_by_its_name)
{
	struct ipcchan_barrier_open open = {
		.flags = IPCCHAN_OPEN_CREATE,
		.mode = 0600,
		.rights = IPCCHAN_RIGHTS_LOCK,
		.parties = 7,
	};
	int one, other;

	set_name(open.name, fresh_name());
	one = call(self->session, IPCCHAN_IOC_BARRIER_OPEN, &open);
	open.parties = 0;
	other = call(self->session, IPCCHAN_IOC_BARRIER_OPEN, &open);
	ASSERT_LE(0, other);
	EXPECT_EQ(7, barrier_info(other).parties);
	ASSERT_EQ(0, barrier_reset(one));
	EXPECT_EQ(1, barrier_info(other).generation);
	close(one);
	close(other);
}

TEST_F(barrier, wakes_who_polls_for_it_when_it_is_killed)
{
	struct sleeper sleeper;

	EXPECT_EQ(0, poll_now(self->barrier));
	sleeper_start(&sleeper, poll_for_input, &self->barrier);
	ASSERT_TRUE(await_asleep(&sleeper));
	ASSERT_EQ(0, object_kill(self->barrier));
	EXPECT_EQ(POLLERR | POLLHUP, sleeper_join(&sleeper));
}

TEST_F(barrier, refuses_what_it_does_not_know)
{
	int session = self->session;

	EXPECT_EQ(-EINVAL, barrier_open(session, 0));
	EXPECT_EQ(-EINVAL, barrier_open(session, IPCCHAN_BARRIER_MAX + 1));
	EXPECT_EQ(-EINVAL, barrier_open(session, 2, .rights = 0));
	EXPECT_EQ(-EOPNOTSUPP,
		  barrier_open(session, 2, .flags = IPCCHAN_OPEN_CREATE |
						    IPCCHAN_OPEN_PRIORITY));
	EXPECT_EQ(-EOPNOTSUPP, barrier_wait(self->barrier,
					    .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(-EOPNOTSUPP, barrier_wait(self->barrier, .flags = 1U << 31));
	EXPECT_EQ(-EOPNOTSUPP, barrier_wait(self->barrier, .reserved = 1));
	EXPECT_EQ(-EOPNOTSUPP, barrier_reset(self->barrier, .flags = 1));
	EXPECT_EQ(0, barrier_info(self->barrier).waiters);
}

TEST_F(barrier, may_have_as_many_parties_as_the_header_says)
{
	int barrier = barrier_open(self->session, IPCCHAN_BARRIER_MAX);

	ASSERT_LE(0, barrier);
	EXPECT_EQ(IPCCHAN_BARRIER_MAX, barrier_info(barrier).parties);
	close(barrier);
}

TEST_F(barrier, tells_of_itself_in_fdinfo)
{
	char text[64];

	ASSERT_EQ(0, barrier_reset(self->barrier));
	ASSERT_EQ(0, fdinfo_value(self->barrier, "ipcchan-parties", text,
				  sizeof(text)));
	EXPECT_STREQ("0 of 3", text);
	ASSERT_EQ(0, fdinfo_value(self->barrier, "ipcchan-generation", text,
				  sizeof(text)));
	EXPECT_STREQ("1", text);
	ASSERT_EQ(0, fdinfo_value(self->barrier, "ipcchan-state", text,
				  sizeof(text)));
	EXPECT_STREQ("whole", text);
}

#include "ipcchan_selftest_main.h"
