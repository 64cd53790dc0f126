// SPDX-License-Identifier: GPL-2.0
/*
 * The stress test's reckoning with multicasts: two mailboxes that both get two of
 * them, at the same priority, get them in the same order. That each is in all of
 * its mailboxes or in none follows from the account of the records, one for each.
 */

#include <stdlib.h>

#include "stress.h"

/**
 * struct pair - a multicast, as two mailboxes have got it
 * @priority: Its priority.
 * @sequences: Its numbers there.
 */
struct pair {
	__u8 priority;
	__u64 sequences[2];
};

static int by_priority_and_sequence(const void *a, const void *b)
{
	const struct pair *one = a;
	const struct pair *other = b;

	if (one->priority != other->priority)
		return one->priority < other->priority ? -1 : 1;
	if (one->sequences[0] == other->sequences[0])
		return 0;
	return one->sequences[0] < other->sequences[0] ? -1 : 1;
}

/* The number in @mailbox, or 0 if that is not known, or it is not for it. */
static __u64 sequence_in(const struct record *record, __u32 mailbox)
{
	for (__u32 i = 0; i < record->copies; i++)
		if (record[i].mailbox == mailbox && record[i].seen)
			return record[i].sequence;
	return 0;
}

static __u32 collect_pairs(const struct ledger *ledger, const __u32 *mailboxes,
			   struct pair *pairs)
{
	const struct record *record = &ledger->records[0][0];
	__u32 nr = 0;

	for (__u32 i = 0; i < SENDERS * NUMBERS; i++, record++) {
		struct pair *pair = &pairs[nr];

		pair->priority = record->priority;
		for (int j = 0; j < 2; j++)
			pair->sequences[j] = sequence_in(record, mailboxes[j]);
		nr += pair->sequences[0] && pair->sequences[1];
	}
	return nr;
}

static void check_pairs(struct ledger *ledger, const __u32 *mailboxes,
			struct pair *pairs)
{
	__u32 nr = collect_pairs(ledger, mailboxes, pairs);

	qsort(pairs, nr, sizeof(*pairs), by_priority_and_sequence);
	for (__u32 i = 1; i < nr; i++) {
		const struct pair *last = &pairs[i - 1];
		const struct pair *pair = &pairs[i];

		if (last->priority == pair->priority &&
		    last->sequences[1] > pair->sequences[1])
			ledger_problem(ledger,
				       "mailbox %u has multicasts as %llu and %llu, "
				       "which mailbox %u has as %llu and %llu",
				       mailboxes[0], last->sequences[0],
				       pair->sequences[0], mailboxes[1],
				       last->sequences[1], pair->sequences[1]);
	}
}

void ledger_check_multicasts(struct ledger *ledger)
{
	struct pair *pairs = calloc(SENDERS * NUMBERS + 1, sizeof(*pairs));
	__u32 mailboxes[2];

	for (mailboxes[0] = 0; mailboxes[0] < MAILBOXES; mailboxes[0]++)
		for (mailboxes[1] = 0; mailboxes[1] < mailboxes[0];
		     mailboxes[1]++)
			check_pairs(ledger, mailboxes, pairs);
	free(pairs);
}
