// SPDX-License-Identifier: GPL-2.0
/*
 * The stress test's reckoning with logs. That each reader got each message, or was
 * told that it lost it, has been seen while it received; here all of it together
 * must be what the kernel says, and what the senders did.
 */

#include "stress.h"

/* A message has one number, though many may have received it. */
void log_settle(struct ledger *ledger, __u32 mailbox)
{
	for (__u32 i = 1; i <= LOG_NUMBERS; i++) {
		__u32 id = ledger->numbers[mailbox][i].id;
		struct record *record;

		if (!id)
			continue;
		record = ledger_find(ledger, id, mailbox);
		if (record->seen)
			ledger_problem(ledger,
				       "mailbox %u: %#x is sequence %u, but also "
				       "%llu, or dropped",
				       mailbox, id, i, record->sequence);
		record->seen++;
		record->fate = RECEIVED;
		record->sequence = i;
	}
}

static __u64 count_received(const struct ledger *ledger, __u32 mailbox)
{
	__u64 received = 0;

	for (int slot = 0; slot < RECEIVERS; slot++)
		if (ledger->receivers[slot].mailbox == mailbox)
			received += reading_received(&ledger->receivers[slot]);
	return received;
}

/*
 * A reader that blocks, or is evicted rather than lose anything, is told only of
 * what its sender's policy dropped, which is nobody's.
 */
static __u64 count_told(struct ledger *ledger, __u32 mailbox)
{
	bool drops = ledger->plans[mailbox].is_lossy;
	__u64 told = 0;

	for (__u32 i = 1; i <= LOG_NUMBERS; i++) {
		const struct number *number = &ledger->numbers[mailbox][i];

		told += number->is_told;
		if (number->is_denied && (number->id || !drops))
			ledger_problem(ledger,
				       "mailbox %u: sequence %u, which is %#x, was "
				       "lost to a reader that loses nothing",
				       mailbox, i, number->id);
	}
	return told;
}

/* Of what a killed sender was about to send, some may have been, or dropped. */
static void compare_sent(struct ledger *ledger, __u32 mailbox,
			 const struct sums *sums,
			 const struct ipcchan_mailbox_info *info)
{
	if (info->sent < sums->sent || info->sent - sums->sent > sums->unsure)
		ledger_problem(ledger,
			       "mailbox %u says sent %llu; but %llu were sent and "
			       "perhaps %llu more",
			       mailbox, info->sent, sums->sent, sums->unsure);
	if (ledger->plans[mailbox].is_witnessed &&
	    info->sent != info->dropped + info->messages)
		ledger_problem(ledger,
			       "mailbox %u says sent %llu, dropped %llu, but has "
			       "only %u",
			       mailbox, info->sent, info->dropped,
			       info->messages);
}

static void compare_dropped(struct ledger *ledger, __u32 mailbox,
			    const struct sums *sums, __u64 told,
			    const struct ipcchan_mailbox_info *info)
{
	__u64 most = sums->found[DROPPED] + sums->untold + sums->unsure;

	if (info->dropped < told || info->dropped < sums->found[DROPPED] ||
	    info->lost > most)
		ledger_problem(ledger,
			       "mailbox %u says dropped %llu, not followed %llu; "
			       "but %llu were lost to readers, %llu to %llu "
			       "dropped at once",
			       mailbox, info->dropped, info->lost, told,
			       sums->found[DROPPED], most);
}

static void compare_received(struct ledger *ledger, __u32 mailbox,
			     const struct ipcchan_mailbox_info *info)
{
	__u64 received = count_received(ledger, mailbox);

	if (info->received != received ||
	    info->messages != ledger->stored[mailbox])
		ledger_problem(ledger,
			       "mailbox %u says received %llu, stored %u; but it "
			       "is %llu, %u",
			       mailbox, info->received, info->messages, received,
			       ledger->stored[mailbox]);
}

void log_account(struct ledger *ledger, __u32 mailbox, const struct sums *sums,
		 const struct ipcchan_mailbox_info *info,
		 struct totals *totals)
{
	__u64 told = count_told(ledger, mailbox);

	compare_sent(ledger, mailbox, sums, info);
	compare_dropped(ledger, mailbox, sums, told, info);
	compare_received(ledger, mailbox, info);
	totals->sent += info->sent;
	totals->received += info->received;
	totals->queued += info->messages;
	totals->dropped += info->dropped;
	totals->told += told;
	totals->ordered += info->received;
}
