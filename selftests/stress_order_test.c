// SPDX-License-Identifier: GPL-2.0
/*
 * Nobody who waits is overtaken, again and again: not when some of the waiting
 * give up, and not by a crowd that tries without waiting. IPCCHAN_ORDER_ROUNDS says how
 * often.
 */

#include "kselftest_harness.h"

#include <signal.h>

#include "ipcchan_selftest.h"

#define ROUNDS		30
#define WAITERS		8
#define CROWD		2
#define CAPACITY	2

/* Tries of each of the crowd, where it has to give up by itself. */
#define TRIES		100

/* Bytes: both messages do not fit, but short ones do beside the first. */
#define ROOM		100
#define FIRST		60
#define LONG		80

/* What the crowd puts; the waiting have numbers from 0 on. */
#define OF_THE_CROWD	999

/**
 * struct crowd - processes that try again and again
 * @mailbox: Where.
 * @is_over: They are to end.
 * @successes: How often it worked.
 */
struct crowd {
	int mailbox;
	int is_over;
	int successes;
};

FIXTURE(stress_order)
{
	struct crowd *crowd;
	struct child children[CROWD];
	struct sleeper waiters[WAITERS];
	bool gave_up[WAITERS];
	int session;
	int mailbox;
	int rounds;
};

static void ignore(int signal)
{
}

FIXTURE_SETUP(stress_order)
{
	struct sigaction action = { .sa_handler = ignore };

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->crowd = shared_alloc(sizeof(*self->crowd));
	srandom(now_ns(CLOCK_MONOTONIC));
	self->rounds = setting("IPCCHAN_ORDER_ROUNDS", ROUNDS);
}

FIXTURE_TEARDOWN(stress_order)
{
	close(self->session);
}

static int try_to_take(void *argument)
{
	struct crowd *crowd = argument;

	while (!__atomic_load_n(&crowd->is_over, __ATOMIC_ACQUIRE))
		if (take_number(crowd->mailbox) >= 0)
			__atomic_add_fetch(&crowd->successes, 1,
					   __ATOMIC_RELEASE);
	return 0;
}

static int try_to_put(void *argument)
{
	struct crowd *crowd = argument;

	while (!__atomic_load_n(&crowd->is_over, __ATOMIC_ACQUIRE))
		if (put_number(crowd->mailbox, OF_THE_CROWD) == 1)
			__atomic_add_fetch(&crowd->successes, 1,
					   __ATOMIC_RELEASE);
	return 0;
}

static void crowd_come(struct crowd *crowd, struct child *children, int mailbox,
		       int (*function)(void *argument))
{
	*crowd = (struct crowd){ .mailbox = mailbox };
	for (int i = 0; i < CROWD; i++)
		child_start(&children[i], function, crowd);
}

/* Returns 0 if all of the crowd have ended as they should. */
static int crowd_go(struct crowd *crowd, struct child *children)
{
	int result = 0;

	__atomic_store_n(&crowd->is_over, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < CROWD; i++)
		result |= child_join(&children[i]);
	return result;
}

/* Some of the waiting are interrupted; returns how many. */
static int some_give_up(struct sleeper *waiters, bool *gave_up)
{
	int nr = 0;

	for (int i = 0; i < WAITERS; i++) {
		gave_up[i] = random() % 4 == 0;
		if (!gave_up[i])
			continue;
		pthread_kill(waiters[i].thread, SIGUSR1);
		nr++;
	}
	return nr;
}

/* Send the numbers 0 to @nr - 1, in one batch or one by one. */
static int send_numbers(int mailbox, int nr)
{
	struct ipcchan_message messages[WAITERS];
	unsigned int numbers[WAITERS];
	int sent = 0;

	for (int i = 0; i < nr; i++) {
		numbers[i] = i;
		messages[i] = MESSAGE(&numbers[i], sizeof(numbers[i]),
				      .type = i);
	}
	if (nr && random() % 2)
		return mailbox_send(mailbox, messages, nr);
	while (sent < nr && put_number(mailbox, sent) == 1)
		sent++;
	return sent;
}

TEST_F(stress_order, waiting_receivers_are_served_in_the_order_they_came)
{
	for (int round = 0; round < self->rounds; round++) {
		int number = 0;
		int left;

		self->mailbox = mailbox_open(self->session);
		crowd_come(self->crowd, self->children, self->mailbox,
			   try_to_take);
		for (int i = 0; i < WAITERS; i++) {
			start_take(&self->waiters[i], self->mailbox);
			ASSERT_TRUE(await_waiters(self->mailbox, 0, i + 1));
		}
		left = WAITERS - some_give_up(self->waiters, self->gave_up);
		ASSERT_TRUE(await_waiters(self->mailbox, 0, left));
		ASSERT_EQ(left, send_numbers(self->mailbox, left));
		for (int i = 0; i < WAITERS; i++) {
			int expected = self->gave_up[i] ? -EINTR : number++;

			ASSERT_EQ(expected, sleeper_join(&self->waiters[i]));
		}
		ASSERT_EQ(0, crowd_go(self->crowd, self->children));
		ASSERT_EQ(0, self->crowd->successes);
		close(self->mailbox);
	}
}

TEST_F(stress_order, waiting_senders_are_served_in_the_order_they_came)
{
	for (int round = 0; round < self->rounds; round++) {
		int left;

		self->mailbox = mailbox_open(self->session,
					     .capacity_messages = CAPACITY);
		ASSERT_EQ(CAPACITY, send_numbers(self->mailbox, CAPACITY));
		crowd_come(self->crowd, self->children, self->mailbox,
			   try_to_put);
		for (int i = 0; i < WAITERS; i++) {
			start_put(&self->waiters[i], self->mailbox, 10 + i);
			ASSERT_TRUE(await_waiters(self->mailbox, i + 1, 0));
		}
		left = WAITERS - some_give_up(self->waiters, self->gave_up);
		ASSERT_TRUE(await_waiters(self->mailbox, left, 0));
		ASSERT_EQ(0, self->crowd->successes);
		for (int i = 0; i < CAPACITY; i++)
			ASSERT_EQ(i, take_number(self->mailbox));
		for (int i = 0; i < WAITERS; i++) {
			int result = sleeper_join(&self->waiters[i]);

			ASSERT_EQ(self->gave_up[i] ? -EINTR : 1, result);
			if (result == 1)
				result = take_number(self->mailbox);
			ASSERT_EQ(self->gave_up[i] ? -EINTR : 10 + i, result);
		}
		ASSERT_EQ(0, crowd_go(self->crowd, self->children));
		close(self->mailbox);
	}
}

static int put_long(void *argument)
{
	static const char bytes[LONG];
	const int *mailbox = argument;
	struct ipcchan_message message = MESSAGE(bytes, LONG);

	return mailbox_send(*mailbox, &message, 1);
}

/* Returns the length of the message taken. */
static int take_length(int mailbox)
{
	char bytes[ROOM];
	struct ipcchan_message message = MESSAGE(bytes, ROOM);
	int nr = mailbox_receive(mailbox, &message, 1,
				 .flags = IPCCHAN_NONBLOCK);

	return nr < 0 ? nr : (int)message.length;
}

static int try_to_put_some(void *argument)
{
	struct crowd *crowd = argument;

	for (int i = 0; i < TRIES; i++)
		if (put_number(crowd->mailbox, OF_THE_CROWD) != -EAGAIN)
			__atomic_add_fetch(&crowd->successes, 1,
					   __ATOMIC_RELEASE);
	return 0;
}

TEST_F(stress_order, a_waiting_long_message_is_not_overtaken_by_short_ones)
{
	static const char bytes[FIRST];
	struct ipcchan_message first = MESSAGE(bytes, FIRST);

	for (int round = 0; round < self->rounds; round++) {
		self->mailbox = mailbox_open(self->session,
					     .max_message_size = ROOM,
					     .capacity_bytes = ROOM);
		ASSERT_EQ(1, mailbox_send(self->mailbox, &first, 1));
		sleeper_start(&self->waiters[0], put_long, &self->mailbox);
		ASSERT_TRUE(await_waiters(self->mailbox, 1, 0));
		crowd_come(self->crowd, self->children, self->mailbox,
			   try_to_put_some);
		ASSERT_EQ(0, crowd_go(self->crowd, self->children));
		ASSERT_EQ(0, self->crowd->successes);
		ASSERT_EQ(FIRST, take_length(self->mailbox));
		ASSERT_EQ(LONG, take_length(self->mailbox));
		ASSERT_EQ(1, sleeper_join(&self->waiters[0]));
		close(self->mailbox);
	}
}

#include "ipcchan_selftest_main.h"
