// SPDX-License-Identifier: GPL-2.0
/*
 * The stress test's readers of a log: what each of them must get.
 *
 * The state of a reading has the last sequence number that it has come to, how
 * many messages its receiver got in all its readings, and how many elements of
 * the call in progress are written down: what a killed receiver has not come to
 * write down its parent does, and nothing twice.
 */

#include "ipcchan_selftest.h"
#include "stress.h"

#define LAST_SHIFT	40
#define RECEIVED_SHIFT	8
#define DONE_MASK	0xff
#define RECEIVED_MASK	0xffffffff

static void set_state(struct reading *reading, __u64 last, __u64 received,
		      __u32 done)
{
	__atomic_store_n(&reading->state,
			 last << LAST_SHIFT | received << RECEIVED_SHIFT | done,
			 __ATOMIC_RELEASE);
}

__u64 reading_last(const struct receiver *receiver)
{
	return receiver->reading.state >> LAST_SHIFT;
}

__u64 reading_received(const struct receiver *receiver)
{
	return receiver->reading.state >> RECEIVED_SHIFT & RECEIVED_MASK;
}

static __u32 done_by(const struct receiver *receiver)
{
	return receiver->reading.state & DONE_MASK;
}

static const struct plan *plan_of(const struct ledger *ledger,
				  const struct receiver *receiver)
{
	return &ledger->plans[receiver->mailbox];
}

static void subscribe(struct ledger *ledger, struct receiver *receiver, int fd,
		      __u32 history)
{
	int result = mailbox_subscribe(fd, .policy = receiver->reading.policy,
				       .history = history);

	if (result)
		ledger_problem(ledger, "SUBSCRIBE gave %d", result);
}

/* Of LATEST, whoever may receive reads, from the value on that is there. */
void reading_begin(struct ledger *ledger, struct receiver *receiver, int fd,
		   __u64 *random)
{
	static const __u32 policies[] = {
		IPCCHAN_POLICY_BLOCK,
		IPCCHAN_POLICY_DROP_OLDEST,
		IPCCHAN_POLICY_EVICT,
	};
	const struct plan *plan = plan_of(ledger, receiver);
	struct reading *reading = &receiver->reading;
	__u32 history = ledger_random(random, 2) ? plan->history : 0;

	set_state(reading, 0, reading_received(receiver), 0);
	reading->policy = IPCCHAN_POLICY_DROP_OLDEST;
	reading->least = 0;
	if (plan->delivery == IPCCHAN_DELIVERY_BROADCAST) {
		reading->policy = policies[ledger_random(random, 3)];
		if (!history)
			reading->least = mailbox_info(fd).sent;
		subscribe(ledger, receiver, fd, history);
	}
	reading->most = mailbox_info(fd).sent;
}

void reading_call(struct receiver *receiver, bool is_after, __u64 after)
{
	receiver->is_after = is_after;
	receiver->after = after;
	set_state(&receiver->reading, reading_last(receiver),
		  reading_received(receiver), 0);
}

/* Behind which number is it, with what it has lost, if all is well? */
static bool is_next(const struct receiver *receiver, __u32 i, __u64 behind)
{
	const struct reading *reading = &receiver->reading;
	__u64 last = reading_last(receiver);

	if (receiver->is_after)
		return behind == (i ? receiver->messages[i - 1].sequence :
				      receiver->after);
	if (last)
		return behind == last;
	return behind >= reading->least && behind <= reading->most;
}

/* AFTER tells also of what all had received before. */
static void note_lost(struct ledger *ledger, const struct receiver *receiver,
		      const struct ipcchan_message *message)
{
	bool is_denied = receiver->reading.policy != IPCCHAN_POLICY_DROP_OLDEST;
	struct number *number;

	if (receiver->is_after)
		return;
	number = &ledger->numbers[receiver->mailbox][message->sequence];
	for (__u64 i = message->lost; i--;) {
		number--;
		number->is_told = true;
		number->is_denied |= is_denied;
	}
}

/* All readers find one message at a number. */
static bool note_number(struct ledger *ledger, __u32 mailbox,
			const struct record *record, __u64 sequence)
{
	__u32 index = record - &ledger->records[0][0];
	__u32 id = message_id(index / NUMBERS, index % NUMBERS);
	__u32 other = 0;

	if (sequence && sequence <= LOG_NUMBERS &&
	    (__atomic_compare_exchange_n(&ledger->numbers[mailbox][sequence].id,
					 &other, id, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE) ||
	     other == id))
		return true;
	ledger_problem(ledger, "mailbox %u: sequence %llu is %#x, and %#x",
		       mailbox, sequence, id, other);
	return false;
}

static bool is_as_sent(struct ledger *ledger, __u32 mailbox,
		       const struct ipcchan_message *message,
		       const unsigned char *bytes)
{
	struct taken taken = {
		.mailbox = mailbox,
		.message = message,
		.bytes = bytes,
		.length = message->length,
		.there = message->length < message->size ?
			 message->length : message->size,
	};
	struct record *record = ledger_check(ledger, &taken);

	return record &&
	       note_number(ledger, mailbox, record, message->sequence);
}

static void take_one(struct ledger *ledger, struct receiver *receiver, __u32 i)
{
	const struct ipcchan_message *message = &receiver->messages[i];
	__u64 last = receiver->is_after ? reading_last(receiver) :
					  message->sequence;

	if (!is_as_sent(ledger, receiver->mailbox, message,
			receiver->buffers[i]))
		return;
	if (message->lost >= message->sequence ||
	    !is_next(receiver, i, message->sequence - message->lost - 1)) {
		ledger_problem(ledger,
			       "mailbox %u: a reader (after %d) by policy %u gets "
			       "sequence %llu with %llu lost behind %llu",
			       receiver->mailbox, receiver->is_after,
			       receiver->reading.policy, message->sequence,
			       message->lost, reading_last(receiver));
		return;
	}
	note_lost(ledger, receiver, message);
	set_state(&receiver->reading, last, reading_received(receiver) + 1,
		  i + 1);
}

void reading_take(struct ledger *ledger, struct receiver *receiver, __u32 nr)
{
	while (done_by(receiver) < nr && !ledger->has_problem)
		take_one(ledger, receiver, done_by(receiver));
}

/* What was dropped behind the last message there is nothing to tell of. */
void reading_end(struct ledger *ledger, const struct receiver *receiver,
		 int fd)
{
	struct ipcchan_mailbox_info info = mailbox_info(fd);
	__u64 last = reading_last(receiver);
	__u64 end = info.sent - info.lost;

	if (last ? last != end : receiver->reading.most < end)
		ledger_problem(ledger,
			       "mailbox %u: the last message is %llu, but a reader "
			       "by policy %u ended with %llu, and had begun at "
			       "%llu at the latest",
			       receiver->mailbox, end,
			       receiver->reading.policy, last,
			       receiver->reading.most);
}

void log_take_stored(struct ledger *ledger, __u32 mailbox, int fd)
{
	static unsigned char bytes[LONGEST];
	struct ipcchan_message message = {};
	int nr;

	for (;;) {
		__u64 last = message.sequence;

		message = MESSAGE(bytes, LONGEST);
		nr = mailbox_receive(fd, &message, 1, .after = last,
				     .flags = IPCCHAN_NONBLOCK | IPCCHAN_AFTER);
		if (nr != 1 ||
		    !is_as_sent(ledger, mailbox, &message, bytes))
			break;
		ledger->stored[mailbox]++;
	}
	if (nr != -EPIPE)
		ledger_problem(ledger, "taking what is stored in mailbox %u gave %d",
			       mailbox, nr);
}
