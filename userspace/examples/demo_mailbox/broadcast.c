// SPDX-License-Identifier: GPL-2.0
/*
 * Publish and subscribe: one publisher, and subscribers who get each message, all
 * from one stored copy. Two are stopped for a while: one loses what does not fit,
 * the other is evicted. One comes late.
 *
 * The publisher sends a burst that fits, and looks until all who run sleep in
 * RECEIVE: they have it then. So only who is stopped is slow.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box.h"
#include "check.h"
#include "parts.h"
#include "process.h"

#define CAPACITY	16
#define HISTORY		4
#define BURST		8
/* Messages before two are stopped, while they are, and when they go on. */
#define BEFORE		(5 * BURST)
#define MEANWHILE	(10 * BURST)
#define AFTER		(5 * BURST)
#define PUBLISHED	(BEFORE + MEANWHILE + AFTER)
/* Bytes of a message. */
#define SIZE		100

enum { BLOCKER, DROPPER, EVICTED, LATECOMER, SUBSCRIBERS };

/**
 * struct plan - what a subscriber is like, and what must become of it
 * @name: as it is shown
 * @policy: IPCCHAN_POLICY number of its subscription
 * @history: how many older messages it wants
 * @received: messages
 * @lost: likewise, that it is told of
 * @is_evicted: it gets EOVERFLOW, and then EPIPE
 */
struct plan {
	const char *name;
	uint32_t policy;
	uint32_t history;
	uint64_t received;
	uint64_t lost;
	bool is_evicted;
};

static const struct plan plans[SUBSCRIBERS] = {
	[BLOCKER] = { "BLOCK", IPCCHAN_POLICY_BLOCK, 0, PUBLISHED, 0, false },
	[DROPPER] = { "DROP_OLDEST, stopped", IPCCHAN_POLICY_DROP_OLDEST, 0,
		      PUBLISHED - MEANWHILE + CAPACITY, MEANWHILE - CAPACITY,
		      false },
	[EVICTED] = { "EVICT, stopped", IPCCHAN_POLICY_EVICT, 0, BEFORE, 0,
		      true },
	[LATECOMER] = { "BLOCK, comes late", IPCCHAN_POLICY_BLOCK, HISTORY,
			HISTORY + AFTER, 0, false },
};

/**
 * struct seen - what a subscriber reports
 * @received: messages
 * @lost: sum of what they said was lost before them
 * @gaps: sum of the numbers missing in their sequence
 * @is_evicted: EOVERFLOW, then EPIPE
 */
struct seen {
	uint64_t received;
	uint64_t lost;
	uint64_t gaps;
	bool is_evicted;
};

/**
 * struct channel - what all know
 * @box: the mailbox, for the publisher
 * @reports: to us; the type is the number of the subscriber
 * @pids: the subscribers
 */
struct channel {
	struct ipcchan_mailbox *box;
	struct ipcchan_mailbox *reports;
	pid_t pids[SUBSCRIBERS];
};

static int receive(struct ipcchan_mailbox *box, struct seen *seen,
		   uint64_t *last)
{
	struct ipcchan_message message;
	char text[SIZE];
	int result;

	ipcchan_message_set(&message, text, sizeof(text));
	result = ipcchan_mailbox_receive_batch(box, &message, 1,
					       sizeof(message), NULL);
	if (result < 0)
		return result;
	seen->received++;
	seen->lost += message.lost;
	if (*last)
		seen->gaps += message.sequence - *last - 1;
	*last = message.sequence;
	return result;
}

/* Until it is evicted, or the mailbox is killed. */
static void subscriber_run(const struct channel *channel,
			   struct ipcchan_mailbox *box, int number)
{
	struct seen seen = { 0 };
	uint64_t last = 0;
	int result;

	do {
		result = receive(box, &seen, &last);
	} while (result > 0);
	if (result == -EOVERFLOW)
		seen.is_evicted = receive(box, &seen, &last) == -EPIPE;
	else if (result != -EIDRM)
		require(result, "receive what is published");
	box_send(channel->reports, number, &seen, sizeof(seen));
	_exit(0);
}

/* Subscribed when this returns; the child has the only descriptor. */
static void subscribe(struct channel *channel, int number)
{
	struct ipcchan_subscribe_options options = IPCCHAN_SUBSCRIBE_OPTIONS;
	struct ipcchan_mailbox *box = box_restrict(channel->box,
						   IPCCHAN_RIGHT_RECEIVE);

	options.policy = plans[number].policy;
	options.history = plans[number].history;
	require(ipcchan_mailbox_subscribe(box, &options), "subscribe");
	channel->pids[number] = process_start();
	if (!channel->pids[number])
		subscriber_run(channel, box, number);
	ipcchan_mailbox_close(box);
}

static void channel_open(struct channel *channel, struct ipcchan *session)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	options.delivery = IPCCHAN_DELIVERY_BROADCAST;
	options.capacity_messages = CAPACITY;
	options.history = HISTORY;
	options.max_message_size = SIZE;
	channel->box = box_open(session, NULL, IPCCHAN_RIGHT_SEND |
				IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_ADMIN,
				options);
	channel->reports = box_new(session, SUBSCRIBERS);
}

/* Publishes messages to subscribers of whom @nr_running receive. */
static void publish(const struct channel *channel, int nr, uint32_t nr_running)
{
	char text[SIZE] = "news";

	for (int i = 0; i < nr; i++) {
		if (i % BURST == 0)
			box_await_receivers(channel->box, nr_running);
		box_send(channel->box, 0, text, sizeof(text));
	}
	box_await_receivers(channel->box, nr_running);
}

static void stop(const struct channel *channel, int number)
{
	int status;

	kill(channel->pids[number], SIGSTOP);
	if (waitpid(channel->pids[number], &status, WUNTRACED) < 0 ||
	    !WIFSTOPPED(status))
		errx(1, "FAIL: a subscriber cannot be stopped");
}

static void publish_all(struct channel *channel)
{
	subscribe(channel, BLOCKER);
	subscribe(channel, DROPPER);
	subscribe(channel, EVICTED);
	publish(channel, BEFORE, 3);
	stop(channel, DROPPER);
	stop(channel, EVICTED);
	publish(channel, MEANWHILE, 1);
	subscribe(channel, LATECOMER);
	kill(channel->pids[DROPPER], SIGCONT);
	kill(channel->pids[EVICTED], SIGCONT);
	publish(channel, AFTER, 3);
}

static bool check_seen(const struct plan *plan, const struct seen *seen)
{
	bool good = check(seen->received == plan->received,
			  "%" PRIu64 " should have been received.",
			  plan->received);

	good &= check(seen->lost == plan->lost, "%" PRIu64 " should be lost.",
		      plan->lost);
	good &= check(seen->gaps == seen->lost,
		      "%" PRIu64 " numbers are missing in the sequence.",
		      seen->gaps);
	good &= check(seen->is_evicted == plan->is_evicted,
		      "it should %sbe evicted.", plan->is_evicted ? "" : "not ");
	return good;
}

static bool show(const struct seen *seen)
{
	bool good = true;

	puts("     subscriber            received  lost  evicted");
	for (int i = 0; i < SUBSCRIBERS; i++) {
		printf("     %-21s %8" PRIu64 " %5" PRIu64 "  %s\n",
		       plans[i].name, seen[i].received, seen[i].lost,
		       seen[i].is_evicted ? "yes" : "no");
		good = check_seen(&plans[i], &seen[i]) && good;
	}
	return good;
}

static bool check_mailbox(const struct ipcchan_mailbox_info *info,
			  const struct seen *seen)
{
	uint64_t received = 0;
	bool good = check(info->sent == PUBLISHED, "%" PRIu64 " were sent.",
			  (uint64_t)info->sent);

	for (int i = 0; i < SUBSCRIBERS; i++)
		received += seen[i].received;
	good &= check(info->received == received,
		      "the mailbox says that %" PRIu64 " were received, not %"
		      PRIu64 ".", (uint64_t)info->received, received);
	good &= check(info->high_water <= CAPACITY &&
		      info->high_water_bytes <= CAPACITY * SIZE,
		      "it stored %" PRIu32 " messages of %" PRIu64 " bytes.",
		      info->high_water, (uint64_t)info->high_water_bytes);
	good &= check(info->messages == HISTORY && info->subscribers == 3,
		      "in the end it has %" PRIu32 " messages and %" PRIu32
		      " subscribers.", info->messages, info->subscribers);
	return good;
}

/* In the order in which they end, each with its number. */
static void take_reports(struct channel *channel, struct seen *seen)
{
	struct ipcchan_message message;
	struct seen one;

	for (int i = 0; i < SUBSCRIBERS; i++) {
		message = box_receive(channel->reports, &one, sizeof(one));
		seen[message.type] = one;
	}
}

static bool crew_ended_well(const struct channel *channel)
{
	bool well = true;

	for (int i = 0; i < SUBSCRIBERS; i++)
		well = process_join(channel->pids[i]) && well;
	return check(well, "a subscriber failed.");
}

bool broadcast_run(struct ipcchan *session)
{
	struct seen seen[SUBSCRIBERS] = { 0 };
	struct ipcchan_mailbox_info info;
	struct channel channel = { 0 };
	bool good;

	printf("A publisher sends %d messages of %d bytes to all subscribers; two of these are\n"
	       "   stopped (SIGSTOP) for %d messages. The mailbox has room for %d.\n",
	       PUBLISHED, SIZE, MEANWHILE, CAPACITY);
	channel_open(&channel, session);
	publish_all(&channel);
	info = box_info(channel.box);
	box_kill(channel.box);
	take_reports(&channel, seen);
	good = show(seen);
	good = check_mailbox(&info, seen) && good;
	good = crew_ended_well(&channel) && good;
	box_kill(channel.reports);
	if (good)
		printf("   It never held more than %" PRIu32 " messages, %"
		       PRIu64 " bytes, one copy for all. Who is\n"
		       "   slow loses messages and is told how many, or is out; nobody else is held up.\n",
		       info.high_water, (uint64_t)info.high_water_bytes);
	return good;
}
