// SPDX-License-Identifier: GPL-2.0
/*
 * Hand-off to waiting receivers: who waits longest is served, so equal workers
 * get equal shares. IPCCHAN_HANDOFFS in the environment says how many messages.
 */

#include "kselftest_harness.h"

#include <sched.h>

#include "ipcchan_selftest.h"

#define WORKERS		8
#define HANDOFFS	10000
#define STOP		(~0U)

/**
 * struct worker - one of equal receivers
 * @sleeper: its thread
 * @mailbox: from which it receives
 * @served_last: where all of them write who they are
 * @index: who it is
 * @share: messages it got
 */
struct worker {
	struct sleeper sleeper;
	int mailbox;
	int *served_last;
	int index;
	unsigned int share;
};

FIXTURE(handoff)
{
	int session;
	int mailbox;
	int served_last;
	struct worker workers[WORKERS];
	unsigned int handoffs;
};

static int work(void *argument)
{
	struct worker *worker = argument;
	unsigned int number = 0;
	struct ipcchan_message message = MESSAGE(&number, sizeof(number));
	int ret;

	while ((ret = mailbox_receive(worker->mailbox, &message, 1)) == 1 &&
	       number != STOP) {
		worker->share++;
		__atomic_store_n(worker->served_last, worker->index,
				 __ATOMIC_RELEASE);
	}
	return ret;
}

/* All wait, in the order of their numbers. */
FIXTURE_SETUP(handoff)
{
	self->handoffs = setting("IPCCHAN_HANDOFFS", HANDOFFS);
	self->session = session_open();
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	for (int i = 0; i < WORKERS; i++) {
		struct worker *worker = &self->workers[i];

		worker->mailbox = self->mailbox;
		worker->served_last = &self->served_last;
		worker->index = i;
		sleeper_start(&worker->sleeper, work, worker);
		ASSERT_TRUE(await_waiters(self->mailbox, 0, i + 1));
	}
}

FIXTURE_TEARDOWN(handoff)
{
	close(self->mailbox);
	close(self->session);
}

/* As await_waiters(), for a state that comes many thousand times. */
static bool await_all(int mailbox)
{
	__u64 end = deadline_must_happen();
	unsigned int looks = 0;

	while (mailbox_info(mailbox).waiting_receivers != WORKERS) {
		sched_yield();
		if (!(++looks % 1024) && now_ns(CLOCK_MONOTONIC) > end)
			return false;
	}
	return true;
}

/*
 * One message at a time, when all wait: the worker that gets it comes back as
 * the last, so it must be the next of the round.
 */
TEST_F_TIMEOUT(handoff, serves_who_waits_longest, 900)
{
	unsigned int bypasses = 0;
	unsigned int stop = STOP;
	struct ipcchan_message message = MESSAGE(&stop, sizeof(stop));

	for (unsigned int i = 0; i < self->handoffs; i++) {
		ASSERT_EQ(1, put_number(self->mailbox, i));
		ASSERT_TRUE(await_all(self->mailbox));
		if (__atomic_load_n(&self->served_last, __ATOMIC_ACQUIRE) !=
		    (int)(i % WORKERS))
			bypasses++;
	}
	EXPECT_EQ(0, bypasses);
	EXPECT_EQ(self->handoffs, mailbox_info(self->mailbox).handoffs);
	for (int i = 0; i < WORKERS; i++)
		ASSERT_EQ(1, mailbox_send(self->mailbox, &message, 1));
	for (int i = 0; i < WORKERS; i++) {
		EXPECT_EQ(1, sleeper_join(&self->workers[i].sleeper));
		EXPECT_EQ(self->handoffs / WORKERS +
			  (i < (int)(self->handoffs % WORKERS)),
			  self->workers[i].share);
	}
	TH_LOG("%u messages to %d workers, %u bypasses", self->handoffs,
	       WORKERS, bypasses);
}

#include "ipcchan_selftest_main.h"
