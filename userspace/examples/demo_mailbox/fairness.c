// SPDX-License-Identifier: GPL-2.0
/*
 * Fairness: one flooder, who sends batches as fast as it can, and tricklers, who
 * send one message and the next when that was received; on a QUEUE mailbox and on
 * a FAIR one.
 *
 * Before each receive the receiver looks until all senders sleep. So each of them
 * has something to be served whenever one is served, and the share of each is
 * what the delivery gave it, not what the scheduler did.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "box.h"
#include "check.h"
#include "parts.h"
#include "process.h"

#define SENDERS		8
#define FLOODER		0
#define CAPACITY	64
/* Of each sender, if all get the same. */
#define SHARE		36
#define MESSAGES	(SENDERS * SHARE)

/* No FAIR mailbox lets anybody wait for more messages of others. */
#define BOUND		(SENDERS + 1)
#define FAIR_JAIN	0.99

/**
 * struct sender - one of the processes
 * @pid: of it; known to the receiver from the kernel
 * @client: client id of its session, likewise, once a message was received
 * @credit: to it: its message was received
 * @received: messages of it
 * @served_at: how many messages of all were received when one of it was last
 * @longest: the most messages of others between two of it
 */
struct sender {
	pid_t pid;
	uint64_t client;
	struct ipcchan_mailbox *credit;
	uint64_t received;
	uint64_t served_at;
	uint64_t longest;
};

/**
 * struct contest - the senders, and their mailbox
 * @name: of the mailbox: a sender opens it by a session of its own
 * @box: the mailbox
 * @senders: the processes
 * @nr: how many are started
 * @received: messages of all
 */
struct contest {
	char name[IPCCHAN_NAME_SIZE];
	struct ipcchan_mailbox *box;
	struct sender senders[SENDERS];
	int nr;
	uint64_t received;
};

static struct ipcchan_mailbox *open_to_send(const struct contest *contest)
{
	struct ipcchan_mailbox *box;
	struct ipcchan *session;

	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	require(ipcchan_mailbox_open(session, contest->name, IPCCHAN_RIGHT_SEND,
				     NULL, &box), "open a mailbox by its name");
	return box;
}

/* Until the mailbox is killed. */
static void flooder_run(const struct contest *contest)
{
	struct ipcchan_mailbox *box = open_to_send(contest);
	struct ipcchan_message batch[IPCCHAN_BATCH_MAX];

	for (int i = 0; i < IPCCHAN_BATCH_MAX; i++)
		ipcchan_message_set(&batch[i], "flood", 5);
	while (ipcchan_mailbox_send_batch(box, batch, IPCCHAN_BATCH_MAX,
					  sizeof(*batch), NULL) > 0)
		continue;
	_exit(0);
}

static void trickler_run(const struct contest *contest,
			 const struct sender *sender)
{
	struct ipcchan_mailbox *box = open_to_send(contest);
	char byte;

	while (!ipcchan_mailbox_send(box, "drop", 4, NULL) &&
	       ipcchan_mailbox_receive(sender->credit, &byte, 1, NULL) >= 0)
		continue;
	_exit(0);
}

/* A sender that sleeps does so for room, or for the credit of its message. */
static int nr_sleeping(const struct contest *contest)
{
	int nr = 0;

	for (int i = 0; i < contest->nr; i++)
		nr += box_info(contest->senders[i].credit).waiting_receivers;
	return nr + box_info(contest->box).waiting_senders;
}

static void await_all_senders(const struct contest *contest)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	while (nr_sleeping(contest) != contest->nr)
		look_again(deadline);
}

static void start_sender(struct contest *contest, struct ipcchan *session)
{
	int number = contest->nr++;
	struct sender *sender = &contest->senders[number];

	sender->credit = box_new(session, 1);
	sender->pid = process_start();
	if (!sender->pid && number == FLOODER)
		flooder_run(contest);
	if (!sender->pid)
		trickler_run(contest, sender);
}

/* The senders come one after another. */
static void contest_start(struct contest *contest, struct ipcchan *session,
			  uint32_t delivery)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	snprintf(contest->name, sizeof(contest->name), "demo-%d", getpid());
	options.flags = IPCCHAN_OPEN_EXCLUSIVE;
	options.capacity_messages = CAPACITY;
	options.delivery = delivery;
	contest->box = box_open(session, contest->name, IPCCHAN_RIGHT_RECEIVE |
				IPCCHAN_RIGHT_ADMIN, options);
	while (contest->nr < SENDERS) {
		start_sender(contest, session);
		await_all_senders(contest);
	}
}

static struct sender *find_sender(struct contest *contest, pid_t pid)
{
	for (int i = 0; i < SENDERS; i++)
		if (contest->senders[i].pid == pid)
			return &contest->senders[i];
	errx(1, "FAIL: a message of process %d, which sends none", pid);
}

static void note_wait(struct contest *contest, struct sender *sender)
{
	uint64_t wait = contest->received - sender->served_at;

	if (wait > sender->longest)
		sender->longest = wait;
}

static void serve(struct contest *contest)
{
	struct ipcchan_message message;
	struct sender *sender;
	char text[8];

	await_all_senders(contest);
	message = box_receive(contest->box, text, sizeof(text));
	sender = find_sender(contest, message.tgid);
	note_wait(contest, sender);
	sender->client = message.client;
	contest->received++;
	sender->received++;
	sender->served_at = contest->received;
	if (sender == &contest->senders[FLOODER])
		return;
	/* Whoever got the room may want more; it stands before this one then. */
	await_all_senders(contest);
	box_send(sender->credit, 0, "", 1);
}

/* What a FAIR mailbox itself says of its senders. */
static bool check_accounts(const struct contest *contest)
{
	struct ipcchan_mailbox_sender accounts[SENDERS];
	int nr = ipcchan_mailbox_senders(contest->box, 0, accounts, SENDERS,
					 sizeof(*accounts));
	bool good = check(nr == SENDERS, "it knows of %d senders.", nr);

	for (int i = 0; i < nr; i++) {
		uint64_t waited = accounts[i].longest_wait_messages;

		/* Its messages wait for each other. */
		if (accounts[i].client == contest->senders[FLOODER].client)
			continue;
		good &= check(waited <= BOUND, "FAIR says that a trickler "
			      "waited for %" PRIu64 " messages.", waited);
	}
	return good;
}

static bool contest_end(struct contest *contest)
{
	bool well = true;

	box_kill(contest->box);
	for (int i = 0; i < SENDERS; i++) {
		box_kill(contest->senders[i].credit);
		well = process_join(contest->senders[i].pid) && well;
		/* Who was not served any more waited until the end. */
		note_wait(contest, &contest->senders[i]);
	}
	return check(well, "a sender failed.");
}

static bool hold_contest(struct contest *contest, struct ipcchan *session,
			 uint32_t delivery)
{
	bool good = true;

	contest_start(contest, session, delivery);
	while (contest->received < MESSAGES)
		serve(contest);
	if (delivery == IPCCHAN_DELIVERY_FAIR)
		good = check_accounts(contest);
	return contest_end(contest) && good;
}

/* 1 if all got the same, 1 / SENDERS if one got all. */
static double jain(const struct contest *contest)
{
	double sum = 0;
	double squares = 0;

	for (int i = 0; i < SENDERS; i++) {
		double received = contest->senders[i].received;

		sum += received;
		squares += received * received;
	}
	return sum * sum / (SENDERS * squares);
}

static uint64_t longest_trickle(const struct contest *contest)
{
	uint64_t longest = 0;

	for (int i = 0; i < SENDERS; i++)
		if (i != FLOODER && contest->senders[i].longest > longest)
			longest = contest->senders[i].longest;
	return longest;
}

static void show(const struct contest *queue, const struct contest *fair)
{
	puts("                  QUEUE: received  waited   FAIR: received  waited");
	for (int i = 0; i < SENDERS; i++) {
		const struct sender *one = &queue->senders[i];
		const struct sender *other = &fair->senders[i];
		char name[16] = "flooder";

		if (i != FLOODER)
			snprintf(name, sizeof(name), "trickler %d", i);
		printf("     %-12s %15" PRIu64 " %7" PRIu64 " %16" PRIu64 " %7"
		       PRIu64 "\n", name, one->received, one->longest,
		       other->received, other->longest);
	}
	printf("     %-12s %15.3f %24.3f\n", "Jain's index", jain(queue),
	       jain(fair));
}

static bool check_contests(const struct contest *queue,
			   const struct contest *fair)
{
	uint64_t starved = longest_trickle(queue);
	uint64_t waited = longest_trickle(fair);
	bool good = check(waited <= BOUND, "FAIR let a trickler wait for %"
			  PRIu64 " messages, more than %d.", waited, BOUND);

	good &= check(jain(fair) >= FAIR_JAIN, "FAIR is not fair: %.3f.",
		      jain(fair));
	good &= check(starved > BOUND, "QUEUE let no trickler wait for more "
		      "than %" PRIu64 " messages: no flood.", starved);
	return good;
}

bool fairness_run(struct ipcchan *session)
{
	struct contest queue = { 0 };
	struct contest fair = { 0 };
	bool good;

	printf("A flooder sends all it can, %d tricklers one message at a time: %d messages are\n"
	       "   received, and how many of others each had to wait for, at most, is counted.\n",
	       SENDERS - 1, MESSAGES);
	good = hold_contest(&queue, session, IPCCHAN_DELIVERY_QUEUE);
	good = hold_contest(&fair, session, IPCCHAN_DELIVERY_FAIR) && good;
	show(&queue, &fair);
	good = check_contests(&queue, &fair) && good;
	if (!good)
		return false;
	printf("   Where senders take turns, none waits for more than %d messages of others,\n"
	       "   whatever one of them does; in the order of arrival, for up to %" PRIu64 ".\n",
	       BOUND, longest_trickle(&queue));
	return true;
}
