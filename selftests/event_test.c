// SPDX-License-Identifier: GPL-2.0
/* Events: set or not, and who goes on when one is set, reset or pulsed. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "sync.h"

#define SEVERAL		40

/* One that lets one go on, and one that stays set. */
FIXTURE(event)
{
	int session;
	int event;
	int manual;
};

FIXTURE_SETUP(event)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->event = event_open(self->session);
	ASSERT_LE(0, self->event);
	self->manual = event_open(self->session,
				  .flags = IPCCHAN_OPEN_CREATE |
					   IPCCHAN_OPEN_MANUAL_RESET);
	ASSERT_LE(0, self->manual);
}

FIXTURE_TEARDOWN(event)
{
	close(self->manual);
	close(self->event);
	close(self->session);
}

static int wait_for(void *event)
{
	return event_wait(*(int *)event);
}

/* So many threads wait for an event, one after the other. */
static bool start_waits(struct sleeper *sleepers, int nr, int *event)
{
	for (int i = 0; i < nr; i++) {
		sleeper_start(&sleepers[i], wait_for, event);
		if (!await_in_line(*event, i + 1))
			return false;
	}
	return true;
}

static bool end_waits(struct sleeper *sleepers, int nr, int expected)
{
	bool is_as_expected = true;

	for (int i = 0; i < nr; i++)
		is_as_expected &= sleeper_join(&sleepers[i]) == expected;
	return is_as_expected;
}

static bool is_set(int event)
{
	return event_info(event).state & IPCCHAN_EVENT_IS_SET;
}

TEST_F(event, tells_what_it_is)
{
	EXPECT_EQ(IPCCHAN_KIND_EVENT, object_info(self->event).kind);
	EXPECT_EQ(0, event_info(self->event).state);
	EXPECT_EQ(IPCCHAN_EVENT_IS_MANUAL, event_info(self->manual).state);
	EXPECT_EQ(0, event_info(self->event).waiters);
}

/* Of the kind that lets one go on */

TEST_F(event, lets_the_next_who_comes_go_on_when_it_was_set)
{
	EXPECT_EQ(-EAGAIN, event_try(self->event));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_TRUE(is_set(self->event));
	EXPECT_EQ(0, event_wait(self->event));
	EXPECT_FALSE(is_set(self->event));
	EXPECT_EQ(-EAGAIN, event_try(self->event));
}

TEST_F(event, lets_one_go_on_however_often_it_was_set)
{
	ASSERT_EQ(0, event_set(self->event));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(0, event_try(self->event));
	EXPECT_EQ(-EAGAIN, event_try(self->event));
}

TEST_F(event, lets_the_first_in_line_go_on_when_it_is_set)
{
	struct sleeper sleepers[2];

	ASSERT_TRUE(start_waits(sleepers, 2, &self->event));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(1, event_info(self->event).waiters);
	EXPECT_FALSE(is_set(self->event));
	EXPECT_EQ(-EAGAIN, event_try(self->event));
	EXPECT_EQ(0, sleeper_join(&sleepers[0]));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(0, sleeper_join(&sleepers[1]));
}

static int have(int event)
{
	return event_wait(event);
}

static int let_go(int event)
{
	return event_set(event);
}

TEST_F(event, lets_go_on_who_came_first)
{
	struct turns turns = {
		.object = self->event, .have = have, .let_go = let_go,
	};

	ASSERT_TRUE(turns_start(&turns, 8));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_TRUE(turns_end(&turns));
	EXPECT_TRUE(is_set(self->event));
}

TEST_F(event, lets_the_second_go_on_if_the_first_is_killed)
{
	struct sleeper sleeper;
	struct child child;

	child_start(&child, wait_for, &self->event);
	ASSERT_TRUE(await_in_line(self->event, 1));
	sleeper_start(&sleeper, wait_for, &self->event);
	ASSERT_TRUE(await_in_line(self->event, 2));
	kill(child.pid, SIGKILL);
	ASSERT_TRUE(await_in_line(self->event, 1));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(0, sleeper_join(&sleeper));
	EXPECT_EQ(DIED, child_join(&child));
}

TEST_F(event, is_set_from_the_first_on_if_it_was_created_so)
{
	int event = event_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
						       IPCCHAN_OPEN_SET);

	ASSERT_LE(0, event);
	EXPECT_EQ(IPCCHAN_EVENT_IS_SET, event_info(event).state);
	EXPECT_EQ(0, event_try(event));
	EXPECT_EQ(-EAGAIN, event_try(event));
	close(event);
}

TEST_F(event, is_not_set_any_more_when_it_was_reset)
{
	ASSERT_EQ(0, event_set(self->event));
	ASSERT_EQ(0, event_reset(self->event));
	EXPECT_FALSE(is_set(self->event));
	EXPECT_EQ(-EAGAIN, event_try(self->event));
	EXPECT_EQ(0, event_reset(self->event));
}

/* Of the kind that stays set */

TEST_F(event, stays_set_until_it_is_reset)
{
	ASSERT_EQ(0, event_set(self->manual));
	EXPECT_EQ(0, event_wait(self->manual));
	EXPECT_EQ(0, event_try(self->manual));
	EXPECT_EQ(IPCCHAN_EVENT_IS_SET | IPCCHAN_EVENT_IS_MANUAL,
		  event_info(self->manual).state);
	ASSERT_EQ(0, event_reset(self->manual));
	EXPECT_EQ(-EAGAIN, event_try(self->manual));
}

/* More than are woken at once. */
TEST_F(event, lets_all_go_on_who_wait)
{
	struct sleeper sleepers[SEVERAL];

	ASSERT_TRUE(start_waits(sleepers, SEVERAL, &self->manual));
	ASSERT_EQ(0, event_set(self->manual));
	EXPECT_EQ(0, event_info(self->manual).waiters);
	EXPECT_TRUE(is_set(self->manual));
	EXPECT_TRUE(end_waits(sleepers, SEVERAL, 0));
}

/* Pulses */

TEST_F(event, lets_all_go_on_who_wait_when_it_is_pulsed_and_none_after)
{
	struct sleeper sleepers[SEVERAL];

	ASSERT_TRUE(start_waits(sleepers, SEVERAL, &self->manual));
	ASSERT_EQ(0, event_pulse(self->manual));
	EXPECT_EQ(0, event_info(self->manual).waiters);
	EXPECT_FALSE(is_set(self->manual));
	EXPECT_EQ(-EAGAIN, event_try(self->manual));
	EXPECT_TRUE(end_waits(sleepers, SEVERAL, 0));
}

TEST_F(event, lets_one_go_on_who_waits_when_it_is_pulsed_and_none_after)
{
	struct sleeper sleepers[2];

	ASSERT_TRUE(start_waits(sleepers, 2, &self->event));
	ASSERT_EQ(0, event_pulse(self->event));
	EXPECT_EQ(1, event_info(self->event).waiters);
	EXPECT_FALSE(is_set(self->event));
	EXPECT_EQ(0, sleeper_join(&sleepers[0]));
	EXPECT_EQ(1, event_info(self->event).waiters);
	ASSERT_EQ(0, event_pulse(self->event));
	EXPECT_EQ(0, sleeper_join(&sleepers[1]));
}

TEST_F(event, is_not_set_by_a_pulse_for_which_nobody_waits)
{
	ASSERT_EQ(0, event_pulse(self->event));
	EXPECT_EQ(-EAGAIN, event_try(self->event));
	ASSERT_EQ(0, event_pulse(self->manual));
	EXPECT_EQ(-EAGAIN, event_try(self->manual));
}

TEST_F(event, is_reset_by_a_pulse)
{
	ASSERT_EQ(0, event_set(self->event));
	ASSERT_EQ(0, event_pulse(self->event));
	EXPECT_FALSE(is_set(self->event));
	ASSERT_EQ(0, event_set(self->manual));
	ASSERT_EQ(0, event_pulse(self->manual));
	EXPECT_FALSE(is_set(self->manual));
}

/* Waits */

TEST_F(event, is_waited_for_until_a_deadline_of_either_clock)
{
	EXPECT_EQ(-ETIMEDOUT, event_wait(self->event,
					 .deadline_ns = deadline_brief()));
	EXPECT_EQ(-ETIMEDOUT, event_wait(self->event, .flags = IPCCHAN_REALTIME,
					 .deadline_ns = now_ns(CLOCK_REALTIME) +
							NSEC_PER_MSEC));
	EXPECT_EQ(0, event_info(self->event).waiters);
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(0, event_wait(self->event, .deadline_ns = 1));
}

TEST_F(event, is_waited_for_no_more_when_a_signal_is_handled)
{
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->event, 0));
	ASSERT_TRUE(start_waits(&sleeper, 1, &self->event));
	EXPECT_EQ(0, interrupt(&sleeper));
	EXPECT_EQ(-EINTR, sleeper_join(&sleeper));
}

TEST_F(event, is_waited_for_anew_after_a_signal_that_restarts)
{
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->event, SA_RESTART));
	ASSERT_TRUE(start_waits(&sleeper, 1, &self->event));
	EXPECT_EQ(0, interrupt(&sleeper));
	ASSERT_TRUE(await_in_line(self->event, 1));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* Life and rights */

TEST_F(event, that_is_killed_is_so_for_all)
{
	struct sleeper sleepers[3];

	ASSERT_TRUE(start_waits(sleepers, 3, &self->event));
	ASSERT_EQ(0, object_kill(self->event));
	EXPECT_TRUE(end_waits(sleepers, 3, -EIDRM));
	EXPECT_EQ(-EIDRM, event_wait(self->event));
	EXPECT_EQ(-EIDRM, event_set(self->event));
	EXPECT_EQ(-EIDRM, event_reset(self->event));
	EXPECT_EQ(-EIDRM, event_pulse(self->event));
	EXPECT_EQ(-EIDRM, call(self->event, IPCCHAN_IOC_EVENT_INFO,
			       &(struct ipcchan_event_info){}));
}

TEST_F(event, is_waited_for_with_the_right_to_wait_only)
{
	int waiter = object_restrict(self->event, IPCCHAN_RIGHT_WAIT, 0);

	ASSERT_LE(0, waiter);
	EXPECT_EQ(-EAGAIN, event_try(waiter));
	EXPECT_EQ(-EPERM, event_set(waiter));
	EXPECT_EQ(-EPERM, event_reset(waiter));
	EXPECT_EQ(-EPERM, event_pulse(waiter));
	EXPECT_EQ(0, event_info(waiter).state);
	close(waiter);
}

TEST_F(event, is_set_with_the_right_to_signal_only)
{
	int setter = object_restrict(self->event, IPCCHAN_RIGHT_SIGNAL, 0);

	ASSERT_LE(0, setter);
	EXPECT_EQ(-EPERM, event_wait(setter));
	EXPECT_EQ(0, event_pulse(setter));
	EXPECT_EQ(0, event_reset(setter));
	EXPECT_EQ(0, event_set(setter));
	EXPECT_TRUE(is_set(setter));
	close(setter);
}

TEST_F(event, is_found_by_its_name)
{
	struct ipcchan_event_open open = {
		.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_MANUAL_RESET |
			 IPCCHAN_OPEN_SET,
		.mode = 0600,
		.rights = IPCCHAN_RIGHTS_SIGNAL,
	};
	int one, other;

	set_name(open.name, fresh_name());
	one = call(self->session, IPCCHAN_IOC_EVENT_OPEN, &open);
	ASSERT_LE(0, one);
	ASSERT_EQ(0, event_reset(one));
	other = call(self->session, IPCCHAN_IOC_EVENT_OPEN, &open);
	ASSERT_LE(0, other);
	EXPECT_EQ(IPCCHAN_EVENT_IS_MANUAL, event_info(other).state);
	ASSERT_EQ(0, event_set(other));
	EXPECT_EQ(0, event_try(one));
	close(one);
	close(other);
}

TEST_F(event, can_be_polled_for_while_it_is_set)
{
	EXPECT_EQ(0, poll_now(self->event));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(POLLIN, poll_now(self->event));
	ASSERT_EQ(0, event_wait(self->event));
	EXPECT_EQ(0, poll_now(self->event));
	ASSERT_EQ(0, object_kill(self->event));
	EXPECT_EQ(POLLERR | POLLHUP, poll_now(self->event));
}

TEST_F(event, wakes_who_polls_for_it_when_it_is_set)
{
	struct sleeper sleeper;

	sleeper_start(&sleeper, poll_for_input, &self->event);
	ASSERT_TRUE(await_asleep(&sleeper));
	ASSERT_EQ(0, event_set(self->event));
	EXPECT_EQ(POLLIN, sleeper_join(&sleeper));
	EXPECT_TRUE(is_set(self->event));
}

TEST_F(event, refuses_what_it_does_not_know)
{
	EXPECT_EQ(-EOPNOTSUPP, event_open(self->session, .reserved = 1));
	EXPECT_EQ(-EOPNOTSUPP, event_open(self->session,
					  .flags = IPCCHAN_OPEN_CREATE |
						   IPCCHAN_OPEN_PRIORITY));
	EXPECT_EQ(-EINVAL, event_open(self->session, .rights = 0));
	EXPECT_EQ(-EOPNOTSUPP, event_wait(self->event, .flags = 1U << 16));
	EXPECT_EQ(-EOPNOTSUPP, event_wait(self->event, .reserved = 1));
	EXPECT_EQ(-EOPNOTSUPP, event_set(self->event, .flags = 1));
	EXPECT_EQ(-EOPNOTSUPP, event_reset(self->event, .flags = 1));
	EXPECT_EQ(-EOPNOTSUPP, event_pulse(self->event, .reserved = 1));
	EXPECT_FALSE(is_set(self->event));
}

TEST_F(event, tells_of_itself_in_fdinfo)
{
	char text[64];

	ASSERT_EQ(0, fdinfo_value(self->event, "ipcchan-state", text,
				  sizeof(text)));
	EXPECT_STREQ("not set, auto reset", text);
	ASSERT_EQ(0, event_set(self->manual));
	ASSERT_EQ(0, fdinfo_value(self->manual, "ipcchan-state", text,
				  sizeof(text)));
	EXPECT_STREQ("set, manual reset", text);
}

#include "ipcchan_selftest_main.h"
