// SPDX-License-Identifier: GPL-2.0
/* The stress test's reckoning: where every message is, and in which order. */

#include <stdlib.h>

#include "ipcchan_selftest.h"
#include "stress.h"

#define PRIORITIES_USED	4

static const __u8 priorities_used[PRIORITIES_USED] = { 0, 1, 15, 31 };

/* Is this the attempt to send it that its record is of? */
static bool is_same_attempt(const struct held *held,
			    const struct record *record)
{
	return held->mailbox == record->mailbox &&
	       held->stamp == (record->length ? record->stamp : 0);
}

/*
 * What a killed receiver had may have been put back and found elsewhere. It may
 * also have been killed while it wrote down what it had received.
 */
static void settle_held(struct ledger *ledger)
{
	for (__u32 i = 0; i < ledger->nr_held; i++) {
		struct record *record = ledger_find(ledger, ledger->held[i].id,
						    ledger->held[i].mailbox);

		if (record->fate != UNSEEN ||
		    !is_same_attempt(&ledger->held[i], record))
			continue;
		record->seen = 1;
		record->fate = HELD_BY_KILLED;
		record->lost = ledger->held[i].lost;
		record->taken_from = ledger->held[i].taken_from;
		record->taken_until = ~0ULL;
	}
}

static void add_found(struct sums *sums, const struct record *record)
{
	struct sums *of = &sums[record->mailbox];

	of->sent++;
	of->found[record->fate]++;
	of->told += record->lost;
}

/*
 * A message that is only in a killed receiver's buffers was received, where each
 * is the mailbox's once it is sent. At a rendezvous it need not be::
 *
 *   sender                                receiver
 *   ------                                --------
 *   offers the message, sleeps
 *                                         takes it, copies it out
 *   is killed: withdraws it
 *                                         sees that, and sleeps for another
 *                                         is killed: its buffers still have it
 */
static bool is_doubtful(const struct ledger *ledger,
			const struct record *record)
{
	return record->fate == HELD_BY_KILLED &&
	       ledger->plans[record->mailbox].delivery ==
		       IPCCHAN_DELIVERY_RENDEZVOUS;
}

/* How many of a killed sender's last messages were sent for certain. */
static __u32 count_certain(const struct ledger *ledger, const struct gap *gap,
			   const struct record *record)
{
	__u32 nr = gap->nr;

	while (nr && (!record[nr - 1].seen ||
		      is_doubtful(ledger, &record[nr - 1])))
		nr--;
	return nr;
}

static void add_sent(struct ledger *ledger, int slot, __u32 number,
		     struct sums *sums)
{
	struct record *record = &ledger->records[slot][number];

	if (record->seen) {
		add_found(sums, record);
		return;
	}
	sums[record->mailbox].sent++;
	sums[record->mailbox].missing++;
	if (may_lose(&ledger->plans[record->mailbox]))
		return;
	ledger_problem(ledger, "lost: sender %d number %u, %u bytes, priority %u, in mailbox %u",
		       slot, number, record->length, record->priority,
		       record->mailbox);
}

/* A killed sender's multicast was sent to all of its mailboxes, or to none. */
static void add_multicast_gap(struct ledger *ledger, int slot,
			      const struct gap *gap, struct sums *sums)
{
	struct record *record = &ledger->records[slot][gap->first];
	bool is_sent = false;

	for (__u32 i = 0; i < gap->nr; i++)
		is_sent |= record[i].seen;
	for (__u32 i = 0; i < gap->nr; i++) {
		sums[record[i].mailbox].untold += is_sent && !record[i].seen;
		if (is_sent)
			add_sent(ledger, slot, gap->first + i, sums);
		else if (ledger->plans[record[i].mailbox].is_lossy)
			sums[record[i].mailbox].unsure++;
	}
}

/* A killed sender's last call sent the first of its messages, or none. */
static void add_gap(struct ledger *ledger, int slot, const struct gap *gap,
		    struct sums *sums)
{
	struct record *record = &ledger->records[slot][gap->first];
	__u32 certain = count_certain(ledger, gap, record);
	bool is_lossy = may_lose(&ledger->plans[record->mailbox]);
	bool has_ended = false;

	for (__u32 i = 0; i < gap->nr; i++) {
		if (!record[i].seen) {
			has_ended = !is_lossy;
			sums[record->mailbox].unsure += is_lossy;
		} else if (has_ended) {
			ledger_problem(ledger,
				       "sender %d number %u was sent, but not "
				       "the one before in the same call",
				       slot, gap->first + i);
		} else if (i >= certain) {
			sums[record->mailbox].doubtful++;
		} else {
			add_found(sums, &record[i]);
		}
	}
}

/* All numbers of a sender, in order: gaps, and what was sent between them. */
static void add_sender(struct ledger *ledger, int slot, struct sums *sums)
{
	struct sender *sender = &ledger->senders[slot];
	__u32 sent = sender->progress >> 32;
	__u32 number = 0;

	for (__u32 i = 0; i <= sender->nr_gaps; i++) {
		struct gap *gap = &sender->gaps[i];
		__u32 end = i < sender->nr_gaps ? gap->first : sent;

		while (number < end)
			add_sent(ledger, slot, number++, sums);
		if (i == sender->nr_gaps)
			break;
		if (ledger->records[slot][gap->first].copies)
			add_multicast_gap(ledger, slot, gap, sums);
		else
			add_gap(ledger, slot, gap, sums);
		number += gap->nr;
	}
	for (; number < NUMBERS; number++) {
		struct record *record = &ledger->records[slot][number];

		if (record->seen && !is_doubtful(ledger, record))
			ledger_problem(ledger,
				       "sender %d number %u was found, though "
				       "its SEND failed",
				       slot, number);
	}
}

/* Whether a doubtful message was sent the mailbox knows: then it is received. */
static void settle_doubtful(struct sums *sums,
			    const struct ipcchan_mailbox_info *info)
{
	__u64 more = info->sent > sums->sent ? info->sent - sums->sent : 0;

	if (more > sums->doubtful)
		more = sums->doubtful;
	sums->sent += more;
	sums->found[HELD_BY_KILLED] += more;
}

/*
 * What was dropped is what is missing: each sent message is found, told to its
 * sender as dropped, or a gap that was told to a receiver or still will be. Of a
 * killed sender's last call, some may have been sent, and then dropped.
 */
static void compare_losses(struct ledger *ledger, int mailbox,
			   const struct sums *sums,
			   const struct ipcchan_mailbox_info *info)
{
	__u64 unsure = info->sent - sums->sent;
	__u64 dropped = sums->found[DROPPED] + sums->missing + unsure;

	if (unsure > sums->unsure || info->dropped != dropped ||
	    info->dropped - info->lost != sums->told)
		ledger_problem(ledger,
			       "mailbox %d says sent %llu, dropped %llu, not told "
			       "%llu; but %llu were sent and perhaps %llu more, "
			       "%llu dropped at once, %llu missing, %llu told",
			       mailbox, info->sent, info->dropped, info->lost,
			       sums->sent, sums->unsure, sums->found[DROPPED],
			       sums->missing, sums->told);
}

/* The kernel's own numbers must be the same. */
static void compare(struct ledger *ledger, int mailbox, const struct sums *sums,
		    const struct ipcchan_mailbox_info *info)
{
	__u64 taken = sums->found[RECEIVED] + sums->found[HELD_BY_KILLED];

	compare_losses(ledger, mailbox, sums, info);
	if (info->received != taken ||
	    info->messages != sums->found[QUEUED])
		ledger_problem(ledger,
			       "mailbox %d says received %llu, queued %u; but it "
			       "is %llu, %llu",
			       mailbox, info->received, info->messages, taken,
			       sums->found[QUEUED]);
}

static void check_deserted(struct ledger *ledger, int mailbox,
			   const struct ipcchan_mailbox_info *info)
{
	if (info->held || info->waiting_senders || info->waiting_receivers)
		ledger_problem(ledger,
			       "mailbox %d: all are gone, yet %u messages "
			       "are held, %u senders and %u receivers wait",
			       mailbox, info->held, info->waiting_senders,
			       info->waiting_receivers);
}

/* Order */

/**
 * struct order - the messages of one mailbox
 * @ledger: The ledger.
 * @mailbox: Which.
 * @records: Its messages that were found.
 * @nr: How many.
 * @windows: Times in which messages may have been put back, by begin.
 * @nr_windows: How many.
 */
struct order {
	struct ledger *ledger;
	__u32 mailbox;
	struct record **records;
	__u32 nr;
	struct window *windows;
	__u32 nr_windows;
};

static int compare_numbers(__u64 a, __u64 b)
{
	return a < b ? -1 : a > b;
}

static int by_sequence(const void *a, const void *b)
{
	const struct record *const *one = a;
	const struct record *const *other = b;

	return compare_numbers((*one)->sequence, (*other)->sequence);
}

static int by_client(const void *a, const void *b)
{
	const struct record *const *one = a;
	const struct record *const *other = b;

	return compare_numbers((*one)->tgid, (*other)->tgid) ?:
	       by_sequence(a, b);
}

static int by_sent(const void *a, const void *b)
{
	const struct record *const *one = a;
	const struct record *const *other = b;

	return compare_numbers((*one)->sent_by, (*other)->sent_by);
}

static int by_begin(const void *a, const void *b)
{
	const struct window *one = a;
	const struct window *other = b;

	return compare_numbers(one->from, other->from);
}

static void collect_records(struct order *order)
{
	struct ledger *ledger = order->ledger;

	order->records = calloc(SENDERS * NUMBERS, sizeof(*order->records));
	for (int slot = 0; slot < SENDERS; slot++) {
		for (int number = 0; number < NUMBERS; number++) {
			struct record *record = &ledger->records[slot][number];

			if (record->seen && record->mailbox == order->mailbox)
				order->records[order->nr++] = record;
		}
	}
}

static void collect_windows(struct order *order)
{
	struct ledger *ledger = order->ledger;

	order->windows = calloc(HELD + RECEIVERS * FAULTS,
				sizeof(*order->windows));
	for (__u32 i = 0; i < ledger->nr_kills; i++)
		if (ledger->kill_mailbox[i] == order->mailbox)
			order->windows[order->nr_windows++] = ledger->kills[i];
	for (int slot = 0; slot < RECEIVERS; slot++) {
		struct receiver *receiver = &ledger->receivers[slot];

		if (receiver->mailbox != order->mailbox)
			continue;
		for (__u32 i = 0; i < receiver->nr_faults; i++)
			order->windows[order->nr_windows++] =
				receiver->faults[i];
	}
	qsort(order->windows, order->nr_windows, sizeof(*order->windows),
	      by_begin);
	/* Make the ends rise as well, so that one look is enough. */
	for (__u32 i = 1; i < order->nr_windows; i++)
		if (order->windows[i].until < order->windows[i - 1].until)
			order->windows[i].until = order->windows[i - 1].until;
}

/* May a message have been put back while this one was received? */
static bool is_excused(const struct order *order, const struct record *record)
{
	__u32 low = 0;
	__u32 high = order->nr_windows;

	while (low < high) {
		__u32 middle = (low + high) / 2;

		if (order->windows[middle].from <= record->taken_until)
			low = middle + 1;
		else
			high = middle;
	}
	return low && order->windows[low - 1].until >= record->taken_from;
}

/*
 * Each number once, from 1 to as many as there are; but those of sends that were
 * withdrawn from a rendezvous are missing.
 */
static void check_sequence(struct order *order, __u64 sent)
{
	const struct plan *plan = &order->ledger->plans[order->mailbox];
	__u64 last = 0;

	if (plan->delivery == IPCCHAN_DELIVERY_RENDEZVOUS)
		sent = ~0ULL;

	qsort(order->records, order->nr, sizeof(*order->records), by_sequence);
	for (__u32 i = 0; i < order->nr; i++) {
		__u64 sequence = order->records[i]->sequence;

		if (sequence > sent || (sequence && sequence == last))
			ledger_problem(order->ledger,
				       "mailbox %u: sequence %llu after %llu, "
				       "and %llu were sent",
				       order->mailbox, sequence, last, sent);
		last = sequence;
	}
}

/* A sender's messages were accepted in the order in which it sent them. */
static void check_senders(struct order *order)
{
	for (int slot = 0; slot < SENDERS; slot++) {
		struct record *record = order->ledger->records[slot];
		__u64 last = 0;

		for (int number = 0; number < NUMBERS; number++, record++) {
			if (!record->seen || !record->sequence ||
			    record->mailbox != order->mailbox)
				continue;
			if (record->sequence < last)
				ledger_problem(order->ledger,
					       "mailbox %u overtook sender %d: number "
					       "%d is sequence %llu, behind %llu",
					       order->mailbox, slot, number,
					       record->sequence, last);
			last = record->sequence;
		}
	}
}

/*
 * A fair mailbox keeps the order of each client, that is of each sending process.
 * Their records go behind each other.
 */
static bool sort_by_client(struct order *order)
{
	const struct plan *plan = &order->ledger->plans[order->mailbox];

	if (plan->delivery != IPCCHAN_DELIVERY_FAIR)
		return false;
	qsort(order->records, order->nr, sizeof(*order->records), by_client);
	return true;
}

/*
 * Within a priority: no message was taken by a call that had ended before the
 * call that took an older one began. Records are sorted by sequence.
 */
static __u64 check_band(struct order *order, __u8 priority)
{
	bool is_by_client = sort_by_client(order);
	__u64 older_taken = 0;
	__u64 checked = 0;
	__u32 tgid = 0;

	for (__u32 i = 0; i < order->nr; i++) {
		struct record *record = order->records[i];

		if (record->priority != priority || !record->sequence)
			continue;
		if (is_by_client && record->tgid != tgid)
			older_taken = 0;
		tgid = record->tgid;
		if (record->fate == RECEIVED && !is_excused(order, record)) {
			checked++;
			if (older_taken > record->taken_until)
				ledger_problem(order->ledger,
					       "mailbox %u: sequence %llu of priority "
					       "%u overtook an older one",
					       order->mailbox, record->sequence,
					       priority);
		}
		if (record->taken_from > older_taken)
			older_taken = record->taken_from;
	}
	return checked;
}

/*
 * Between priorities: no message was taken by a call that began when a message
 * of higher priority had been sent, and ended before that one was taken.
 */
static void check_above(struct order *order, __u8 priority)
{
	struct record **above = calloc(order->nr, sizeof(*above));
	__u64 *taken = calloc(order->nr + 1, sizeof(*taken));
	__u32 nr = 0;

	for (__u32 i = 0; i < order->nr; i++)
		if (order->records[i]->priority > priority &&
		    order->records[i]->sent_by)
			above[nr++] = order->records[i];
	qsort(above, nr, sizeof(*above), by_sent);
	/* taken[i]: when the last of the first i was taken. */
	for (__u32 i = 0; i < nr; i++)
		taken[i + 1] = above[i]->taken_from > taken[i] ?
			       above[i]->taken_from : taken[i];
	for (__u32 i = 0; i < order->nr; i++) {
		struct record *record = order->records[i];
		__u32 low = 0;
		__u32 high = nr;

		if (record->priority != priority || record->fate != RECEIVED ||
		    is_excused(order, record))
			continue;
		while (low < high) {
			__u32 middle = (low + high) / 2;

			if (above[middle]->sent_by < record->taken_from)
				low = middle + 1;
			else
				high = middle;
		}
		if (taken[low] > record->taken_until)
			ledger_problem(order->ledger,
				       "mailbox %u: sequence %llu of priority "
				       "%u overtook a higher one",
				       order->mailbox, record->sequence,
				       priority);
	}
	free(taken);
	free(above);
}

/*
 * Returns for how many messages the order of receiving could be checked. Of a log
 * each reader did that.
 */
static __u64 check_order(struct ledger *ledger, __u32 mailbox, __u64 sent)
{
	struct order order = { .ledger = ledger, .mailbox = mailbox };
	__u64 checked = 0;

	collect_records(&order);
	collect_windows(&order);
	check_sequence(&order, sent);
	check_senders(&order);
	for (int i = 0; i < PRIORITIES_USED; i++) {
		if (is_log(&ledger->plans[mailbox]))
			break;
		checked += check_band(&order, priorities_used[i]);
		check_above(&order, priorities_used[i]);
	}
	free(order.windows);
	free(order.records);
	return checked;
}

static void add_worker(struct totals *totals, const struct worker *worker)
{
	totals->operations += worker->operations;
	totals->kills += worker->incarnation;
	for (int i = 0; i < OUTCOMES; i++)
		totals->outcomes[i] += worker->outcomes[i];
}

static void add_sums(struct totals *totals, const struct sums *sums,
		     const struct ipcchan_mailbox_info *info)
{
	__u64 found = sums->found[RECEIVED] + sums->found[QUEUED] +
		      sums->found[HELD_BY_KILLED];
	__u64 dropped = info->dropped;

	totals->sent += info->sent;
	totals->received += sums->found[RECEIVED];
	totals->queued += sums->found[QUEUED];
	totals->held += sums->found[HELD_BY_KILLED];
	totals->dropped += dropped;
	totals->told += dropped - info->lost;
	totals->lost += info->sent - found - dropped;
}

static void account_for(struct ledger *ledger, __u32 mailbox, struct sums *sums,
			const struct ipcchan_mailbox_info *info,
			struct totals *totals)
{
	check_deserted(ledger, mailbox, info);
	if (is_log(&ledger->plans[mailbox])) {
		log_account(ledger, mailbox, sums, info, totals);
	} else {
		settle_doubtful(sums, info);
		compare(ledger, mailbox, sums, info);
		add_sums(totals, sums, info);
	}
	totals->ordered += check_order(ledger, mailbox, info->sent);
}

static void add_workers(struct ledger *ledger, struct totals *totals)
{
	for (int slot = 0; slot < SENDERS; slot++)
		add_worker(totals, &ledger->senders[slot].worker);
	for (int slot = 0; slot < RECEIVERS; slot++)
		add_worker(totals, &ledger->receivers[slot].worker);
}

void ledger_account(struct ledger *ledger,
		    const struct ipcchan_mailbox_info *infos,
		    struct totals *totals)
{
	struct sums sums[MAILBOXES] = {};

	add_workers(ledger, totals);
	settle_held(ledger);
	for (int mailbox = 0; mailbox < MAILBOXES; mailbox++)
		if (is_log(&ledger->plans[mailbox]))
			log_settle(ledger, mailbox);
	for (int slot = 0; slot < SENDERS; slot++)
		add_sender(ledger, slot, sums);
	for (int mailbox = 0; mailbox < MAILBOXES; mailbox++)
		account_for(ledger, mailbox, &sums[mailbox], &infos[mailbox],
			    totals);
	ledger_check_multicasts(ledger);
	for (int slot = 0; slot < SENDERS; slot++)
		for (int number = 0; number < NUMBERS; number++)
			if (ledger->records[slot][number].seen > 1)
				totals->duplicated++;
}
