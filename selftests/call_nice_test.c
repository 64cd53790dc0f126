// SPDX-License-Identifier: GPL-2.0
/* While a thread holds requests it is as nice as the least nice of their callers. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include "ipcchan_selftest.h"

#define OWN	10
#define LOW	5
#define LOWER	(-5)
#define HIGH	15

/**
 * struct caller - a thread that calls
 * @sleeper: The thread.
 * @mailbox: Which it calls.
 * @nice: Its nice value.
 * @policy: SCHED_FIFO, or 0.
 */
struct caller {
	struct sleeper sleeper;
	int mailbox;
	int nice;
	int policy;
};

/* The test is the server, and as nice as OWN. */
FIXTURE(nice)
{
	int session;
	int mailbox;
	int server;
	struct caller callers[2];
	struct ipcchan_message received[2];
};

static int nice_of(pid_t tid)
{
	return getpriority(PRIO_PROCESS, tid);
}

static void set_nice(int nice)
{
	setpriority(PRIO_PROCESS, 0, nice);
}

FIXTURE_SETUP(nice)
{
	self->session = session_open();
	self->mailbox = mailbox_open(self->session);
	self->server = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	ASSERT_LE(0, self->server);
	set_nice(OWN);
}

FIXTURE_TEARDOWN(nice)
{
	set_nice(0);
	close(self->server);
	close(self->mailbox);
	close(self->session);
}

static int make_call(void *argument)
{
	struct caller *caller = argument;
	struct sched_param param = { .sched_priority = 1 };

	set_nice(caller->nice);
	if (caller->policy)
		sched_setscheduler(0, caller->policy, &param);
	return mailbox_call(caller->mailbox, &MESSAGE("ask", 3),
			    &MESSAGE(NULL, 0));
}

/* A caller that is so nice has its request received by the test. */
static bool serve(FIXTURE_DATA(nice) * self, int i, int nice)
{
	struct caller *caller = &self->callers[i];
	static char bytes[8];

	caller->mailbox = self->mailbox;
	caller->nice = nice;
	sleeper_start(&caller->sleeper, make_call, caller);
	self->received[i] = MESSAGE(bytes, sizeof(bytes));
	return mailbox_receive(self->server, &self->received[i], 1) == 1;
}

static int answer(FIXTURE_DATA(nice) * self, int i)
{
	return mailbox_reply(self->server,
			     &MESSAGE("", 0,
				      .token = self->received[i].token));
}

static int own_nice(void)
{
	return nice_of(gettid());
}

TEST_F(nice, is_that_of_the_caller_while_its_request_is_held)
{
	ASSERT_TRUE(serve(self, 0, LOW));
	EXPECT_EQ(LOW, own_nice());
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
}

TEST_F(nice, can_be_below_zero)
{
	ASSERT_TRUE(serve(self, 0, LOWER));
	EXPECT_EQ(LOWER, own_nice());
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
}

TEST_F(nice, is_never_raised)
{
	ASSERT_TRUE(serve(self, 0, HIGH));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
}

TEST_F(nice, is_the_lowest_of_all_callers_in_whatever_order_they_are_answered)
{
	ASSERT_TRUE(serve(self, 0, LOWER));
	ASSERT_TRUE(serve(self, 1, LOW));
	EXPECT_EQ(LOWER, own_nice());
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(LOW, own_nice());
	EXPECT_EQ(0, answer(self, 1));
	EXPECT_EQ(OWN, own_nice());
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(0, sleeper_join(&self->callers[i].sleeper));
}

TEST_F(nice, stays_the_lowest_when_the_last_is_answered_first)
{
	ASSERT_TRUE(serve(self, 0, LOW));
	ASSERT_TRUE(serve(self, 1, LOWER));
	EXPECT_EQ(LOWER, own_nice());
	EXPECT_EQ(0, answer(self, 1));
	EXPECT_EQ(LOW, own_nice());
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(OWN, own_nice());
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(0, sleeper_join(&self->callers[i].sleeper));
}

static int answer_first(void *argument)
{
	return answer(argument, 0);
}

TEST_F(nice, is_given_back_though_another_thread_answers)
{
	struct sleeper other;

	ASSERT_TRUE(serve(self, 0, LOW));
	sleeper_start(&other, answer_first, self);
	EXPECT_EQ(0, sleeper_join(&other));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
}

static void ignore_signal(int sig)
{
}

TEST_F(nice, is_given_back_when_the_caller_gives_up)
{
	struct sigaction action = { .sa_handler = ignore_signal };

	sigaction(SIGUSR1, &action, NULL);
	ASSERT_TRUE(serve(self, 0, LOW));
	pthread_kill(self->callers[0].sleeper.thread, SIGUSR1);
	EXPECT_EQ(-EINTR, sleeper_join(&self->callers[0].sleeper));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(-ECANCELED, answer(self, 0));
	EXPECT_EQ(OWN, own_nice());
}

TEST_F(nice, is_given_back_when_the_mailbox_is_killed)
{
	ASSERT_TRUE(serve(self, 0, LOW));
	EXPECT_EQ(0, object_kill(self->mailbox));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(-EOWNERDEAD, sleeper_join(&self->callers[0].sleeper));
}

TEST_F(nice, is_given_back_when_the_description_is_closed)
{
	ASSERT_TRUE(serve(self, 0, LOW));
	close(self->server);
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(-EOWNERDEAD, sleeper_join(&self->callers[0].sleeper));
}

TEST_F(nice, is_given_back_when_the_request_is_forwarded)
{
	int other = mailbox_open(self->session);

	ASSERT_TRUE(serve(self, 0, LOW));
	ASSERT_EQ(0, mailbox_call_forward(self->server,
					  self->received[0].token, other));
	EXPECT_EQ(OWN, own_nice());
	close(other);
	EXPECT_EQ(-EOWNERDEAD, sleeper_join(&self->callers[0].sleeper));
}

TEST_F(nice, stays_what_somebody_has_set_meanwhile)
{
	ASSERT_TRUE(serve(self, 0, LOW));
	set_nice(HIGH);
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(HIGH, own_nice());
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
}

/* The test serves, and calls a server of its own, a thread as nice as HIGH. */
static int serve_behind(void *argument)
{
	int server = *(int *)argument;
	char bytes[8];
	struct ipcchan_message request = MESSAGE(bytes, sizeof(bytes));
	int found;

	set_nice(HIGH);
	if (mailbox_receive(server, &request, 1) != 1)
		return -1;
	found = own_nice();
	mailbox_reply(server, &MESSAGE("", 0, .token = request.token));
	return own_nice() == HIGH ? found : -1;
}

TEST_F(nice, goes_along_a_chain_of_calls)
{
	int second = mailbox_open(self->session);
	struct sleeper behind;

	sleeper_start(&behind, serve_behind, &second);
	ASSERT_TRUE(serve(self, 0, LOW));
	EXPECT_EQ(0, mailbox_call(second, &MESSAGE("ask", 3),
				  &MESSAGE(NULL, 0)));
	EXPECT_EQ(LOW, sleeper_join(&behind));
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
	close(second);
}

TEST_F(nice, is_the_lowest_there_is_for_a_realtime_caller)
{
	self->callers[0].policy = SCHED_FIFO;
	ASSERT_TRUE(serve(self, 0, 0));
	EXPECT_EQ(-20, own_nice());
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
}

TEST_F(nice, of_a_realtime_server_is_left_alone)
{
	struct sched_param param = { .sched_priority = 1 };
	struct sched_param none = {};

	ASSERT_EQ(0, sched_setscheduler(0, SCHED_FIFO, &param));
	ASSERT_TRUE(serve(self, 0, LOWER));
	EXPECT_EQ(SCHED_FIFO, sched_getscheduler(0));
	EXPECT_EQ(OWN, own_nice());
	EXPECT_EQ(0, answer(self, 0));
	EXPECT_EQ(0, sleeper_join(&self->callers[0].sleeper));
	sched_setscheduler(0, SCHED_OTHER, &none);
}

#include "ipcchan_selftest_main.h"
