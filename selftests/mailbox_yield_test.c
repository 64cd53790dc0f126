// SPDX-License-Identifier: GPL-2.0
/* Who waits with IPCCHAN_YIELD lets others run before it sleeps; all else is as ever. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include "call_numbers.h"

#define ROUNDS		200

#define YIELD		IPCCHAN_YIELD

FIXTURE(yield)
{
	int session;
	int mailbox;
	unsigned int number;
	struct ipcchan_message message;
	struct ipcchan_message next;
	struct child server;
};

FIXTURE_SETUP(yield)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->message = MESSAGE(&self->number, sizeof(self->number));
	self->next = MESSAGE(&self->number, sizeof(self->number));
}

FIXTURE_TEARDOWN(yield)
{
	close(self->mailbox);
	close(self->session);
}

static void ignore(int signal)
{
}

static int receive_yielding(void *argument)
{
	FIXTURE_DATA(yield) * self = argument;

	return mailbox_receive(self->mailbox, &self->next, 1, .flags = YIELD);
}

TEST_F(yield, receives_what_is_there)
{
	ASSERT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	EXPECT_EQ(1, receive_yielding(self));
}

TEST_F(yield, receives_what_comes_when_it_sleeps)
{
	struct sleeper receiver;

	sleeper_start(&receiver, receive_yielding, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	ASSERT_TRUE(await_asleep(&receiver));
	EXPECT_EQ(1, mailbox_send(self->mailbox, &self->message, 1));
	EXPECT_EQ(1, sleeper_join(&receiver));
}

TEST_F(yield, ends_at_its_deadline)
{
	EXPECT_EQ(-ETIMEDOUT, mailbox_receive(self->mailbox, &self->next, 1,
					      .flags = YIELD,
					      .deadline_ns = 1));
}

TEST_F(yield, does_not_wait_if_it_may_not)
{
	EXPECT_EQ(-EAGAIN, mailbox_receive(self->mailbox, &self->next, 1,
					   .flags = YIELD | IPCCHAN_NONBLOCK));
}

TEST_F(yield, ends_by_a_signal)
{
	struct sigaction action = { .sa_handler = ignore };
	struct sleeper receiver;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	sleeper_start(&receiver, receive_yielding, self);
	ASSERT_TRUE(await_asleep(&receiver));
	ASSERT_EQ(0, tgkill(getpid(), receiver.tid, SIGUSR1));
	EXPECT_EQ(-EINTR, sleeper_join(&receiver));
	EXPECT_TRUE(await_waiters(self->mailbox, 0, 0));
}

TEST_F(yield, waits_for_the_outcome_of_a_call)
{
	__u64 token;
	__u64 held;

	ASSERT_EQ(0, start_number(self->mailbox, 1, &token));
	ASSERT_EQ(1, take_request(self->mailbox, &held));
	ASSERT_EQ(0, answer_number(self->mailbox, held, 2));
	EXPECT_EQ(0, mailbox_call_wait(self->mailbox, token, &self->next,
				       .flags = YIELD));
	EXPECT_EQ(2, self->number);
}

/* On one processor, and neither gets it from the other but by its own will. */
static int become_exclusive(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	return sched_setaffinity(0, sizeof(one), &one) ?:
	       sched_setscheduler(0, SCHED_FIFO, &first);
}

static long times_asleep(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw;
}

static int serve(void *argument)
{
	FIXTURE_DATA(yield) * self = argument;
	int own = object_restrict(self->mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	long before = times_asleep();

	for (int i = 0; i < ROUNDS; i++) {
		int received = mailbox_reply_receive(own, &self->message,
						     &self->next,
						     .flags = YIELD);

		if (received != 1)
			return -1;
		self->number++;
		self->message.token = self->next.token;
	}
	if (mailbox_reply(own, &self->message))
		return -1;
	return times_asleep() - before;
}

TEST_F(yield, needs_no_sleep_where_both_sides_share_a_processor)
{
	int client = object_restrict(self->mailbox, IPCCHAN_RIGHT_SEND, 0);
	long before;
	int asleep;

	if (become_exclusive())
		SKIP(return, "SCHED_FIFO is not to be had");
	child_start(&self->server, serve, self);
	ASSERT_TRUE(await_waiters(self->mailbox, 0, 1));
	before = times_asleep();
	for (int i = 0; i < ROUNDS; i++)
		ASSERT_EQ(0, mailbox_call(client, &self->message, &self->next,
					  .flags = YIELD));
	EXPECT_GT(ROUNDS / 10, times_asleep() - before);
	asleep = child_join(&self->server);
	EXPECT_LE(0, asleep);
	EXPECT_GT(ROUNDS / 10, asleep);
	EXPECT_EQ(ROUNDS, self->number);
	close(client);
}

TEST_F(yield, is_nothing_for_who_does_not_wait_for_an_answer)
{
	EXPECT_EQ(-EOPNOTSUPP, mailbox_send(self->mailbox, &self->message, 1,
					    .flags = YIELD));
	EXPECT_EQ(-EOPNOTSUPP, mailbox_call_start(self->mailbox, &self->message,
						  .flags = YIELD));
}

#include "ipcchan_selftest_main.h"
