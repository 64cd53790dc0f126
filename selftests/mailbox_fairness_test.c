// SPDX-License-Identifier: GPL-2.0
/*
 * That the fair delivery is: one flooder and seven tricklers, each a process
 * with a session of its own. The flooder sends batches as fast as it can; a
 * trickler sends one message, and the next when that was received.
 *
 * The same program shows on a queue what a flooder does there. It handles a
 * fixed number of messages, or runs IPCCHAN_FAIR_SECONDS of the environment.
 */

#include "kselftest_harness.h"

#include <sched.h>

#include "ipcchan_selftest.h"

#define SENDERS		8
#define FLOODER		0
#define MESSAGES	1600
#define BOUND		(SENDERS + 1)

/**
 * struct sender - one of the processes
 * @child: the process
 * @index: which, and the type of its messages
 * @name: of the mailbox
 * @credit: mailbox in which a trickler is told that its message was received
 * @client: its client id; shared with it
 * @offered: messages that it has sent or is about to; shared with it
 * @received: of these, received
 * @longest: the most messages received while one of it was known to be there
 */
struct sender {
	struct child child;
	unsigned int index;
	const char *name;
	int credit;
	__u64 client;
	unsigned int offered;
	unsigned int received;
	unsigned int longest;
};

/**
 * struct run - what the receiver knows
 * @mailbox: from which it receives
 * @senders: shared with the processes
 * @sent: per message received so far: the last sequence number given out then
 * @end_ns: when to end, or 0
 * @received: messages received
 */
struct run {
	int mailbox;
	struct sender *senders;
	__u64 *sent;
	__u64 end_ns;
	unsigned int received;
};

FIXTURE(fairness)
{
	int session;
	struct run run;
};

/* One run has room for so many messages, however long it lasts. */
#define MESSAGES_MAX	2000000

FIXTURE_SETUP(fairness)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(fairness)
{
	close(self->run.mailbox);
	close(self->session);
}

/* The senders, until the mailbox is killed */

static int open_to_send(struct sender *sender)
{
	int session = session_open();

	sender->client = device_info(session).client;
	return object_open_for(session, IPCCHAN_KIND_MAILBOX, sender->name, 0,
			       IPCCHAN_RIGHT_SEND, 0);
}

static int flood(void *argument)
{
	struct sender *sender = argument;
	int port = open_to_send(sender);
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX];
	int ret;

	for (int i = 0; i < IPCCHAN_BATCH_MAX; i++)
		batch[i] = MESSAGE("flooding", 8, .type = FLOODER);
	do {
		__atomic_add_fetch(&sender->offered, IPCCHAN_BATCH_MAX,
				   __ATOMIC_RELEASE);
		ret = mailbox_send(port, batch, IPCCHAN_BATCH_MAX,
				   .deadline_ns = IPCCHAN_DEADLINE_NEVER);
	} while (ret > 0);
	return ret;
}

static int trickle(void *argument)
{
	struct sender *sender = argument;
	int port = open_to_send(sender);
	struct ipcchan_message drop = MESSAGE("trickle", 7,
					      .type = sender->index);
	unsigned int number;
	struct ipcchan_message credit = MESSAGE(&number, sizeof(number));
	int ret;

	do {
		__atomic_add_fetch(&sender->offered, 1, __ATOMIC_RELEASE);
		ret = mailbox_send(port, &drop, 1,
				   .deadline_ns = IPCCHAN_DEADLINE_NEVER);
		if (ret == 1)
			ret = mailbox_receive(sender->credit, &credit, 1,
					      .deadline_ns =
					      IPCCHAN_DEADLINE_NEVER);
	} while (ret == 1);
	return ret;
}

/* The receiver */

static bool start_run(int session, struct run *run, unsigned int delivery)
{
	struct ipcchan_mailbox_open open = {
		.flags = IPCCHAN_OPEN_CREATE,
		.mode = 0600,
		.rights = IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_ADMIN,
		.capacity_messages = 64,
		.max_message_size = 64,
		.capacity_bytes = 64 * 64,
		.delivery = delivery,
	};
	const char *name = fresh_name();
	unsigned int seconds = setting("IPCCHAN_FAIR_SECONDS", 0);

	set_name(open.name, name);
	run->mailbox = call(session, IPCCHAN_IOC_MAILBOX_OPEN, &open);
	run->senders = shared_alloc(SENDERS * sizeof(*run->senders));
	run->sent = calloc(MESSAGES_MAX, sizeof(*run->sent));
	for (unsigned int i = 0; i < SENDERS; i++) {
		struct sender *sender = &run->senders[i];

		sender->index = i;
		sender->name = name;
		sender->credit = mailbox_open(session);
		child_start(&sender->child, i == FLOODER ? flood : trickle,
			    sender);
	}
	if (seconds)
		run->end_ns = deadline_after(seconds * NSEC_PER_SEC);
	return run->mailbox >= 0 && run->sent;
}

static bool end_run(struct run *run)
{
	bool is_well = !object_kill(run->mailbox);

	for (int i = 0; i < SENDERS; i++) {
		struct sender *sender = &run->senders[i];

		object_kill(sender->credit);
		is_well &= child_join(&sender->child) == -EIDRM;
		close(sender->credit);
	}
	free(run->sent);
	return is_well;
}

static bool is_over(const struct run *run)
{
	if (run->received == MESSAGES_MAX)
		return true;
	return run->end_ns ? now_ns(CLOCK_MONOTONIC) > run->end_ns :
			     run->received == MESSAGES;
}

/* Has every sender something that it waits to be served with? */
static bool all_want(const struct run *run)
{
	for (int i = 0; i < SENDERS; i++) {
		const struct sender *sender = &run->senders[i];

		if (__atomic_load_n(&sender->offered, __ATOMIC_ACQUIRE) ==
		    sender->received)
			return false;
	}
	return true;
}

/* The same, by what a fair mailbox has of each. */
static bool all_have(const struct run *run)
{
	struct ipcchan_mailbox_sender all[SENDERS];

	if (mailbox_senders(run->mailbox, all, SENDERS) != SENDERS)
		return false;
	for (int i = 0; i < SENDERS; i++)
		if (!all[i].queued)
			return false;
	return true;
}

static bool await_backlog(const struct run *run,
			  bool (*is_backlogged)(const struct run *run))
{
	__u64 end = deadline_must_happen();

	while (!is_backlogged(run)) {
		if (now_ns(CLOCK_MONOTONIC) > end)
			return false;
		sched_yield();
	}
	return true;
}

/*
 * How many were received since a message was known to be there: at receive
 * number i, all up to sequence number sent[i] were. It may have been there
 * before, so this is at least what it waited for, less one.
 */
static unsigned int waited_for(const struct run *run, __u64 sequence)
{
	unsigned int since = run->received;

	while (since && run->sent[since - 1] >= sequence)
		since--;
	return run->received - since;
}

static bool receive_one(struct run *run)
{
	char bytes[64];
	struct ipcchan_message message = MESSAGE(bytes, sizeof(bytes));
	struct sender *sender;
	unsigned int waited;

	run->sent[run->received] = mailbox_info(run->mailbox).sent;
	if (mailbox_receive(run->mailbox, &message, 1) != 1)
		return false;
	sender = &run->senders[message.type];
	waited = waited_for(run, message.sequence);
	if (waited > sender->longest)
		sender->longest = waited;
	sender->received++;
	run->received++;
	return sender->index == FLOODER || put_number(sender->credit, 1) == 1;
}

/* Jain's index of what the senders got: 1 if all the same, 1/n if one all. */
static double jain_index(const struct run *run)
{
	double sum = 0;
	double squares = 0;

	for (int i = 0; i < SENDERS; i++) {
		double share = run->senders[i].received;

		sum += share;
		squares += share * share;
	}
	return sum * sum / (SENDERS * squares);
}

static unsigned int longest_trickle(const struct run *run)
{
	unsigned int longest = 0;

	for (int i = FLOODER + 1; i < SENDERS; i++)
		if (run->senders[i].longest > longest)
			longest = run->senders[i].longest;
	return longest;
}

/* The longest wait of a trickler in messages, as the mailbox counted it. */
static __u64 longest_counted(const struct run *run)
{
	struct ipcchan_mailbox_sender one;
	__u64 longest = 0;

	for (int i = FLOODER + 1; i < SENDERS; i++) {
		__u64 client = run->senders[i].client;
		int nr = mailbox_senders(run->mailbox, &one, 1,
					 .after = client - 1);

		if (nr != 1 || one.client != client)
			return ~0ULL;
		if (one.longest_wait_messages > longest)
			longest = one.longest_wait_messages;
	}
	return longest;
}

TEST_F_TIMEOUT(fairness, of_fair_gives_all_the_same_and_bounds_the_wait, 900)
{
	struct run *run = &self->run;
	__u64 counted;

	ASSERT_TRUE(start_run(self->session, run, IPCCHAN_DELIVERY_FAIR));
	while (!is_over(run)) {
		ASSERT_TRUE(await_backlog(run, all_have));
		ASSERT_TRUE(receive_one(run));
	}
	counted = longest_counted(run);
	TH_LOG("fair: %u messages, Jain index %.4f", run->received,
	       jain_index(run));
	TH_LOG("fair: a trickler waited for %u messages, by the counter %llu",
	       longest_trickle(run), counted);
	EXPECT_LE(0.99, jain_index(run));
	EXPECT_GE(BOUND, longest_trickle(run));
	EXPECT_GE(BOUND, counted);
	EXPECT_LE(longest_trickle(run), counted);
	EXPECT_TRUE(end_run(run));
}

TEST_F_TIMEOUT(fairness, of_a_queue_is_none, 900)
{
	struct run *run = &self->run;

	ASSERT_TRUE(start_run(self->session, run, IPCCHAN_DELIVERY_QUEUE));
	while (!is_over(run)) {
		ASSERT_TRUE(await_backlog(run, all_want));
		ASSERT_TRUE(receive_one(run));
	}
	TH_LOG("queue: %u messages, Jain index %.4f", run->received,
	       jain_index(run));
	TH_LOG("queue: a trickler waited for %u messages", longest_trickle(run));
	EXPECT_GT(0.99, jain_index(run));
	EXPECT_LT(BOUND, longest_trickle(run));
	EXPECT_TRUE(end_run(run));
}

#include "ipcchan_selftest_main.h"
