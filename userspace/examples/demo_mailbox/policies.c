// SPDX-License-Identifier: GPL-2.0
/*
 * Policies: what becomes of the messages of a producer whose consumer is slow.
 *
 * The consumer orders a burst, and looks until the producer sleeps: for the next
 * order, or for room. Then it takes fewer messages than it ordered. So each
 * policy meets the same load, whatever the scheduler does.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "box.h"
#include "check.h"
#include "parts.h"
#include "process.h"

#define CAPACITY	8
#define BURSTS		10
#define BURST		6
#define TAKEN		2
#define OFFERED		(BURSTS * BURST)

/**
 * struct policy - one row of the table
 * @name: as it is shown
 * @number: IPCCHAN_POLICY number
 * @refuses: sends that find no room fail
 * @drops: messages for which there is no room, or others, are dropped
 */
struct policy {
	const char *name;
	uint32_t number;
	bool refuses;
	bool drops;
};

/**
 * struct produced - what the producer's sends told it
 * @sent: that went well
 * @dropped: of those, that dropped their own message
 * @refused: that failed for want of room
 */
struct produced {
	uint64_t sent;
	uint64_t dropped;
	uint64_t refused;
};

/**
 * struct consumed - what the consumer saw
 * @received: messages
 * @told: sum of what they said was lost before them
 * @gaps: sum of the numbers missing in their sequence
 */
struct consumed {
	uint64_t received;
	uint64_t told;
	uint64_t gaps;
};

/**
 * struct trial - a producer and its consumer
 * @box: between them
 * @orders: to the producer: send a burst
 * @reports: from the producer, at its end
 * @producer: its process
 * @consumed: so far
 * @last: sequence of the message received last
 */
struct trial {
	struct ipcchan_mailbox *box;
	struct ipcchan_mailbox *orders;
	struct ipcchan_mailbox *reports;
	pid_t producer;
	struct consumed consumed;
	uint64_t last;
};

static void produce(const struct trial *trial, struct produced *produced)
{
	char text[] = "goods";

	for (int i = 0; i < BURST; i++) {
		int result = ipcchan_mailbox_send(trial->box, text,
						  sizeof(text), NULL);

		if (result == -EAGAIN) {
			produced->refused++;
			continue;
		}
		require(result, "send goods");
		produced->sent++;
		produced->dropped += result;
	}
}

static void producer_run(const struct trial *trial)
{
	struct produced produced = { 0 };
	char order;

	while (ipcchan_mailbox_receive(trial->orders, &order, 1, NULL) >= 0)
		produce(trial, &produced);
	box_send(trial->reports, 0, &produced, sizeof(produced));
	_exit(0);
}

static void trial_start(struct trial *trial, struct ipcchan *session,
			uint32_t policy)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	options.capacity_messages = CAPACITY;
	options.policy = policy;
	trial->box = box_open(session, NULL, IPCCHAN_RIGHT_SEND |
			      IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_ADMIN,
			      options);
	trial->orders = box_new(session, 1);
	trial->reports = box_new(session, 1);
	trial->producer = process_start();
	if (!trial->producer)
		producer_run(trial);
	box_await_receivers(trial->orders, 1);
}

/* Looks until the producer sleeps; true if it does for want of room. */
static bool is_blocked(const struct trial *trial)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	for (;;) {
		if (box_info(trial->box).waiting_senders)
			return true;
		if (box_info(trial->orders).waiting_receivers)
			return false;
		look_again(deadline);
	}
}

static void take(struct trial *trial)
{
	struct ipcchan_message message;
	char text[16];

	for (int i = 0; i < TAKEN; i++) {
		message = box_receive(trial->box, text, sizeof(text));
		trial->consumed.received++;
		trial->consumed.told += message.lost;
		trial->consumed.gaps += message.sequence - trial->last - 1;
		trial->last = message.sequence;
	}
}

static void consume(struct trial *trial)
{
	bool blocked;

	for (int i = 0; i < BURSTS; i++) {
		box_send(trial->orders, 0, "", 1);
		do {
			blocked = is_blocked(trial);
			take(trial);
		} while (blocked);
	}
}

static void show(const struct policy *policy, const struct produced *produced,
		 const struct consumed *consumed,
		 const struct ipcchan_mailbox_info *info)
{
	printf("     %-12s %5" PRIu64 " %8" PRIu64 " %9" PRIu64 " %8" PRIu64
	       " %10" PRIu64 " %8" PRIu64 " %7" PRIu32 "\n", policy->name,
	       (uint64_t)info->sent, produced->refused, consumed->received,
	       (uint64_t)info->dropped, consumed->told, (uint64_t)info->lost,
	       info->messages);
}

static bool check_sums(const struct produced *produced,
		       const struct consumed *consumed,
		       const struct ipcchan_mailbox_info *info)
{
	uint64_t found = consumed->received + info->dropped + info->messages;
	bool good = check(produced->sent + produced->refused == OFFERED,
			  "%" PRIu64 " sends went well and %" PRIu64 " failed, "
			  "of %d.", produced->sent, produced->refused, OFFERED);

	good &= check(info->sent == produced->sent,
		      "the mailbox counts %" PRIu64 " sent, the producer %"
		      PRIu64 ".", (uint64_t)info->sent, produced->sent);
	good &= check(info->sent == found,
		      "received, dropped and queued are %" PRIu64 ".", found);
	good &= check(consumed->told == info->dropped - info->lost,
		      "told are %" PRIu64 ", not %" PRIu64 ".", consumed->told,
		      (uint64_t)(info->dropped - info->lost));
	good &= check(consumed->gaps == consumed->told,
		      "%" PRIu64 " numbers are missing in the sequence.",
		      consumed->gaps);
	return good;
}

static bool check_policy(const struct policy *policy,
			 const struct produced *produced,
			 const struct ipcchan_mailbox_info *info)
{
	bool good = check((produced->refused > 0) == policy->refuses,
			  "%s: %" PRIu64 " sends failed.", policy->name,
			  produced->refused);

	good &= check((info->dropped > 0) == policy->drops,
		      "%s: %" PRIu64 " messages were dropped.", policy->name,
		      (uint64_t)info->dropped);
	good &= check(policy->number != IPCCHAN_POLICY_DROP_NEW ||
		      produced->dropped == info->dropped,
		      "%s: %" PRIu64 " sends were told of a drop.",
		      policy->name, produced->dropped);
	return good;
}

static bool try_policy(struct ipcchan *session, const struct policy *policy)
{
	struct ipcchan_mailbox_info info;
	struct trial trial = { 0 };
	struct produced produced;
	bool good;

	trial_start(&trial, session, policy->number);
	consume(&trial);
	box_kill(trial.orders);
	box_receive(trial.reports, &produced, sizeof(produced));
	info = box_info(trial.box);
	show(policy, &produced, &trial.consumed, &info);
	good = check_sums(&produced, &trial.consumed, &info);
	good &= check_policy(policy, &produced, &info);
	good &= check(process_join(trial.producer), "the producer failed.");
	box_kill(trial.reports);
	box_kill(trial.box);
	return good;
}

bool policies_run(struct ipcchan *session)
{
	static const struct policy policies[] = {
		{ "BLOCK", IPCCHAN_POLICY_BLOCK, false, false },
		{ "FAIL", IPCCHAN_POLICY_FAIL, true, false },
		{ "DROP_OLDEST", IPCCHAN_POLICY_DROP_OLDEST, false, true },
		{ "DROP_NEW", IPCCHAN_POLICY_DROP_NEW, false, true },
		{ "LATEST", IPCCHAN_POLICY_LATEST, false, true },
	};
	size_t nr = sizeof(policies) / sizeof(*policies);
	bool good = true;

	printf("A producer sends %d messages in bursts of %d. A consumer takes %d when it has\n"
	       "   stopped; between them is a mailbox with room for %d, under each policy.\n"
	       "     policy        sent  refused  received  dropped  told lost  not yet  queued\n",
	       OFFERED, BURST, TAKEN, CAPACITY);
	for (size_t i = 0; i < nr; i++)
		good = try_policy(session, &policies[i]) && good;
	if (!good)
		return false;
	puts("   No message vanishes: the producer waits, or is refused, or the consumer is\n"
	     "   told how many it lost, and where.");
	return true;
}
