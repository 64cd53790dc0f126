// SPDX-License-Identifier: GPL-2.0
/*
 * CALL_FORWARD while the call is cancelled, or a mailbox is killed, from which or to
 * which it leads.
 */

#include "kselftest_harness.h"

#include <sched.h>

#include "call_numbers.h"

/* On a kernel of usual speed. */
#define ROUNDS	150
#define ROOM	1

/* Turns of a loop by which one is later, the next time, who was first. */
#define STEP	16

/**
 * struct killer - a thread that kills mailboxes, or cancels, when it is told to
 * @sleeper: The thread.
 * @victims: Descriptors, or -1.
 * @client: Through which the call was begun.
 * @token: Of the call that it cancels, or 0.
 * @is_ready: It is about to.
 * @may_go: It is told.
 * @delay: How long it takes from there, in turns of a loop.
 */
struct killer {
	struct sleeper sleeper;
	int victims[2];
	int client;
	__u64 token;
	int is_ready;
	int may_go;
	unsigned int delay;
};

/* A request that is held, and another mailbox. */
FIXTURE(forwarding)
{
	int session;
	int client;
	int server;
	int other_client;
	int other_server;
	__u64 token;
	struct caller caller;
	struct killer killer;
	bool is_waited_for;
	unsigned int rounds;
	int lead;
};

FIXTURE_VARIANT(forwarding)
{
	bool is_waited_for;
};

FIXTURE_VARIANT_ADD(forwarding, for_a_caller_that_waits)
{
	.is_waited_for = true,
};

FIXTURE_VARIANT_ADD(forwarding, for_a_caller_that_comes_later)
{
	.is_waited_for = false,
};

static void open_mailbox(FIXTURE_DATA(forwarding) * self, int *client,
			 int *server)
{
	int mailbox = mailbox_open(self->session, .capacity_messages = ROOM);

	*client = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	*server = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE |
					   IPCCHAN_RIGHT_ADMIN, 0);
	close(mailbox);
}

static void close_mailboxes(FIXTURE_DATA(forwarding) * self)
{
	close(self->client);
	close(self->server);
	close(self->other_client);
	close(self->other_server);
}

FIXTURE_SETUP(forwarding)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->is_waited_for = variant->is_waited_for;
	self->rounds = ROUNDS / time_scale() + 1;
}

FIXTURE_TEARDOWN(forwarding)
{
	close(self->session);
}

/* Returns whether there is a request that is held. */
static bool begin(FIXTURE_DATA(forwarding) * self)
{
	__u64 token;

	open_mailbox(self, &self->client, &self->server);
	open_mailbox(self, &self->other_client, &self->other_server);
	if (start_number(self->client, 1, &self->token) ||
	    take_request(self->server, &token) != 1)
		return false;
	if (self->is_waited_for) {
		waiter_start(&self->caller, self->client, self->token);
		if (!await_asleep(&self->caller.sleeper))
			return false;
	}
	return token == self->token;
}

static void take_time(unsigned int turns)
{
	for (unsigned int i = 0; i < turns; i++)
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static int kill_all(void *argument)
{
	struct killer *killer = argument;
	int err = 0;

	__atomic_store_n(&killer->is_ready, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&killer->may_go, __ATOMIC_SEQ_CST))
		sched_yield();
	take_time(killer->delay);
	for (int i = 0; i < 2 && !err; i++)
		if (killer->victims[i] >= 0)
			err = object_kill(killer->victims[i]);
	if (killer->token)
		err = mailbox_call_cancel(killer->client, killer->token);
	return err;
}

/*
 * Forwards to @target while the killer does its work: so near to each other that now
 * one, now the other is first. Returns what forwarding gave, or -EIO if that failed.
 */
static int race_killer(FIXTURE_DATA(forwarding) * self, int target)
{
	struct killer *killer = &self->killer;
	bool was_first;
	int err;

	killer->delay = self->lead > 0 ? self->lead : 0;
	sleeper_start(&killer->sleeper, kill_all, killer);
	while (!__atomic_load_n(&killer->is_ready, __ATOMIC_SEQ_CST))
		sched_yield();
	__atomic_store_n(&killer->may_go, 1, __ATOMIC_SEQ_CST);
	take_time(self->lead < 0 ? -self->lead : 0);
	err = mailbox_call_forward(self->server, self->token, target);
	was_first = !err || err == -EAGAIN;
	self->lead += was_first ? -STEP : STEP;
	return sleeper_join(&killer->sleeper) ? -EIO : err;
}

/* The same while @first, and then @second, are killed. */
static int race(FIXTURE_DATA(forwarding) * self, int target, int first,
		int second)
{
	self->killer = (struct killer){ .victims = { first, second } };
	return race_killer(self, target);
}

/* The same while the call is cancelled. */
static int race_cancel(FIXTURE_DATA(forwarding) * self)
{
	self->killer = (struct killer){
		.victims = { -1, -1 },
		.client = self->client,
		.token = self->token,
	};
	return race_killer(self, self->other_client);
}

/* What is left of a call that was cancelled: who waited for it is told. */
static int cancelled(const FIXTURE_DATA(forwarding) * self)
{
	return self->is_waited_for ? -ECANCELED : -ESRCH;
}

/* The reply, or the outcome; and there is no other. */
static int end(FIXTURE_DATA(forwarding) * self)
{
	int outcome = self->is_waited_for ?
		      caller_join(&self->caller) :
		      fetch_number(self->client, self->token);

	if (fetch_number(self->client, self->token) != -ESRCH)
		outcome = -EIO;
	close_mailboxes(self);
	return outcome;
}

TEST_F_TIMEOUT(forwarding, while_the_other_mailbox_is_killed_leaves_one_outcome, 120)
{
	for (unsigned int i = 0; i < self->rounds; i++) {
		int answered;
		int err;

		ASSERT_TRUE(begin(self));
		err = race(self, self->other_client, self->other_server, -1);
		answered = answer_number(self->server, self->token, 5);
		if (!err) {
			ASSERT_EQ(-ESRCH, answered);
			ASSERT_EQ(-EOWNERDEAD, end(self));
		} else {
			ASSERT_EQ(-EIDRM, err);
			ASSERT_EQ(0, answered);
			ASSERT_EQ(5, end(self));
		}
	}
}

TEST_F_TIMEOUT(forwarding, while_its_own_mailbox_is_killed_leaves_one_outcome, 120)
{
	for (unsigned int i = 0; i < self->rounds; i++) {
		int answered;
		int err;

		ASSERT_TRUE(begin(self));
		err = race(self, self->other_client, self->server, -1);
		take_request(self->other_server, &(__u64){ 0 });
		answered = answer_number(self->other_server, self->token, 5);
		if (!err) {
			ASSERT_EQ(0, answered);
			ASSERT_EQ(5, end(self));
		} else {
			ASSERT_EQ(-ESRCH, err);
			ASSERT_EQ(-ESRCH, answered);
			ASSERT_EQ(-EOWNERDEAD, end(self));
		}
	}
}

TEST_F_TIMEOUT(forwarding, in_vain_while_its_own_mailbox_is_killed_leaves_one_outcome, 120)
{
	for (unsigned int i = 0; i < self->rounds; i++) {
		int err;

		ASSERT_TRUE(begin(self));
		for (int j = 0; j < ROOM; j++)
			ASSERT_EQ(1, put_number(self->other_client, j));
		err = race(self, self->other_client, self->server, -1);
		if (err != -ESRCH)
			ASSERT_EQ(-EAGAIN, err);
		ASSERT_EQ(-ESRCH, answer_number(self->server, self->token, 5));
		ASSERT_EQ(-EOWNERDEAD, end(self));
	}
}

TEST_F_TIMEOUT(forwarding, while_both_mailboxes_are_killed_leaves_one_outcome, 120)
{
	for (unsigned int i = 0; i < self->rounds; i++) {
		int err;

		ASSERT_TRUE(begin(self));
		err = race(self, self->other_client, self->other_server,
			   self->server);
		if (err && err != -ESRCH)
			ASSERT_EQ(-EIDRM, err);
		ASSERT_EQ(-EOWNERDEAD, end(self));
	}
}

TEST_F_TIMEOUT(forwarding, within_a_mailbox_that_is_killed_leaves_one_outcome, 120)
{
	for (unsigned int i = 0; i < self->rounds; i++) {
		int err;

		ASSERT_TRUE(begin(self));
		err = race(self, self->client, self->server, -1);
		if (err && err != -ESRCH)
			ASSERT_EQ(-EIDRM, err);
		ASSERT_EQ(-EOWNERDEAD, end(self));
	}
}

TEST_F_TIMEOUT(forwarding, while_it_is_cancelled_leaves_nothing_behind, 120)
{
	for (unsigned int i = 0; i < self->rounds; i++) {
		int err;

		ASSERT_TRUE(begin(self));
		err = race_cancel(self);
		if (err)
			ASSERT_EQ(-ECANCELED, err);
		ASSERT_EQ(0, mailbox_info(self->other_server).messages);
		ASSERT_EQ(0, mailbox_info(self->other_server).calls);
		ASSERT_EQ(cancelled(self), end(self));
	}
}

/*
 * The server has the request again, or it was cancelled when nobody had it: then
 * there is no notice, and nothing is left to answer.
 */
TEST_F_TIMEOUT(forwarding, in_vain_while_it_is_cancelled_leaves_one_outcome, 120)
{
	for (unsigned int i = 0; i < self->rounds; i++) {
		bool is_told;
		int err;

		ASSERT_TRUE(begin(self));
		for (int j = 0; j < ROOM; j++)
			ASSERT_EQ(1, put_number(self->other_client, j));
		err = race_cancel(self);
		if (err != -EAGAIN)
			ASSERT_EQ(-ECANCELED, err);
		is_told = take_cancelled(self->server) == self->token;
		if (err == -EAGAIN)
			ASSERT_TRUE(is_told);
		ASSERT_EQ(is_told ? -ECANCELED : -ESRCH,
			  answer_number(self->server, self->token, 5));
		ASSERT_EQ(0, mailbox_info(self->server).calls);
		ASSERT_EQ(cancelled(self), end(self));
	}
}

#include "ipcchan_selftest_main.h"
