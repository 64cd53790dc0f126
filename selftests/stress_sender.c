// SPDX-License-Identifier: GPL-2.0
/* The stress test's senders. */

#include <poll.h>

#include "ipcchan_selftest.h"
#include "stress_worker.h"

/**
 * struct sending - a SEND
 * @ledger: The ledger.
 * @sender: The sender's slot.
 * @slot: Its number.
 * @random: Its random numbers.
 * @mailbox: Where to; of a multicast, the first of them.
 * @first: Number of the first message.
 * @count: Messages; of a multicast, mailboxes.
 * @bad_at: The element that cannot be sent, or behind the last.
 * @bad_result: What it gives.
 * @policy: By which it sends.
 * @waiting: How long it waits.
 * @messages: The array.
 */
struct sending {
	struct ledger *ledger;
	struct sender *sender;
	int slot;
	__u64 random;
	__u32 mailbox;
	__u32 first;
	__u32 count;
	__u32 bad_at;
	int bad_result;
	__u32 policy;
	struct waiting waiting;
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];
};

static unsigned char out[IPCCHAN_BATCH_MAX][LONGEST + 1];

static __u32 pick_length(__u64 *random, __u32 longest)
{
	__u32 kind = ledger_random(random, 16);
	__u32 most = longest;

	if (kind < 2)
		return 0;
	if (kind < 12)
		most = 128;
	else if (kind < 15)
		most = 1024;
	if (most > longest)
		most = longest;
	return SHORTEST + ledger_random(random, most - SHORTEST + 1);
}

static void write_message(struct sending *s, __u32 i)
{
	static const __u8 priorities[] = { 0, 0, 0, 1, 15, 31 };
	__u32 id = message_id(s->slot, s->first + i);
	struct record *record = &s->ledger->records[s->slot][s->first + i];
	__u32 longest = s->ledger->plans[s->mailbox].longest;

	*record = (struct record){
		.length = pick_length(&s->random, longest),
		.stamp = ledger_random(&s->random, ~0U),
		.tgid = getpid(),
		.mailbox = s->mailbox,
		.priority = priorities[ledger_random(&s->random, 6)],
	};
	message_write(out[i], id, record);
	s->messages[i] = MESSAGE(out[i], record->length, .type = id,
				 .priority = record->priority);
}

/* Make one element such that it cannot be sent. */
static void spoil(struct sending *s)
{
	struct ipcchan_message *message;

	s->bad_at = ledger_random(&s->random, s->count);
	message = &s->messages[s->bad_at];
	if (ledger_random(&s->random, 2)) {
		s->bad_result = -EFAULT;
		message->data = (uintptr_t)bad_address;
		message->size = SHORTEST;
	} else {
		s->bad_result = -EMSGSIZE;
		message->size = s->ledger->plans[s->mailbox].longest + 1;
	}
}

/* Of BROADCAST, a sender's policy does not drop what is stored. */
static __u32 pick_policy(__u64 *random, __u32 delivery)
{
	static const __u32 policies[] = {
		IPCCHAN_POLICY_DEFAULT,
		IPCCHAN_POLICY_BLOCK,
		IPCCHAN_POLICY_FAIL,
		IPCCHAN_POLICY_DROP_NEW,
		IPCCHAN_POLICY_DROP_OLDEST,
		IPCCHAN_POLICY_LATEST,
	};

	return policies[ledger_random(random,
			delivery == IPCCHAN_DELIVERY_BROADCAST ? 4 : 6)];
}

static void plan_policy(struct sending *s)
{
	const struct plan *plan = &s->ledger->plans[s->mailbox];

	s->policy = plan->policy;
	if (plan->is_lossy && ledger_random(&s->random, 2))
		s->policy = pick_policy(&s->random, plan->delivery);
}

static void plan_messages(struct sending *s)
{
	s->first = s->sender->progress >> 32;
	s->waiting = pick_waiting(&s->random);
	for (__u32 i = 0; i < s->count; i++)
		write_message(s, i);
	s->bad_at = s->count;
	s->bad_result = 0;
	if (ledger_random(&s->random, 16) == 0)
		spoil(s);
}

static void plan_send(struct sending *s)
{
	s->mailbox = ledger_random(&s->random, MAILBOXES);
	s->count = pick_count(&s->random);
	plan_policy(s);
	plan_messages(s);
}

/* The call is about to be made: from now on its messages may be sent. */
static void begin_send(struct sending *s)
{
	__atomic_store_n(&s->sender->progress,
			 (__u64)s->first << 32 | s->count, __ATOMIC_RELEASE);
}

/* The call has returned: so many were sent. */
static void end_send(struct sending *s, int result)
{
	struct record *record = &s->ledger->records[s->slot][s->first];
	__u64 now = now_ns(CLOCK_MONOTONIC);
	__u32 sent = result > 0 ? result : 0;

	for (__u32 i = 0; i < sent; i++) {
		record[i].sent_by = now;
		if (!(s->messages[i].flags & IPCCHAN_MESSAGE_DROPPED))
			continue;
		record[i].fate = DROPPED;
		record[i].seen++;
	}
	__atomic_store_n(&s->sender->progress, (__u64)(s->first + sent) << 32,
			 __ATOMIC_RELEASE);
	worker_count(&s->sender->worker, result);
}

/* The policy that counts. */
static __u32 policy_in(const struct sending *s, __u32 mailbox)
{
	__u32 policy = s->policy ?: s->ledger->plans[mailbox].policy;

	return policy ?: IPCCHAN_POLICY_BLOCK;
}

static bool may_refuse(const struct sending *s, __u32 mailbox, int result)
{
	switch (policy_in(s, mailbox)) {
	case IPCCHAN_POLICY_BLOCK:
		return may_give(s->waiting.patience, result);
	case IPCCHAN_POLICY_FAIL:
		return result == -EAGAIN;
	default:
		return false;
	}
}

/* Does it wait for ever, and nothing interrupts it? */
static bool is_patient(const struct sending *s)
{
	return s->waiting.patience == NEVER && s->slot % 2 == 0 &&
	       !s->ledger->senders_stop;
}

static void check_send(struct sending *s, int result)
{
	bool sends_all = is_patient(s) && s->bad_at &&
			 policy_in(s, s->mailbox) != IPCCHAN_POLICY_FAIL;
	bool is_right;

	if (s->bad_at == 0)
		is_right = result == s->bad_result;
	else if (result < 0)
		is_right = may_refuse(s, s->mailbox, result);
	else
		is_right = result > 0 && (__u32)result <= s->bad_at;
	if (is_right && sends_all)
		is_right = (__u32)result == s->bad_at;
	if (!is_right)
		ledger_problem(s->ledger,
			       "sending %u messages (%u good) with patience %d "
			       "and policy %u gave %d",
			       s->count, s->bad_at, s->waiting.patience,
			       s->policy, result);
}

static void send_messages(struct sending *s, const struct worker_fds *fds)
{
	const struct mailbox_fds *own;
	int result;

	plan_send(s);
	own = &fds->mailboxes[s->mailbox];
	if (ledger_random(&s->random, 8) == 0)
		worker_poll(&s->sender->worker, own->blocking, POLLOUT);
	begin_send(s);
	result = mailbox_send(own->blocking, s->messages, s->count,
			      .flags = s->waiting.flags,
			      .policy = s->policy,
			      .deadline_ns = s->waiting.deadline_ns);
	end_send(s, result);
	check_send(s, result);
}

/* write(2): one message, of priority 0, and not empty. */
static void write_one(struct sending *s, const struct worker_fds *fds)
{
	bool tries = ledger_random(&s->random, 4) == 0;
	const struct mailbox_fds *own;
	struct record *record;
	ssize_t done;
	int fd;

	plan_send(s);
	own = &fds->mailboxes[s->mailbox];
	record = &s->ledger->records[s->slot][s->first];
	record->priority = 0;
	s->policy = IPCCHAN_POLICY_DEFAULT;
	s->count = 1;
	s->bad_at = 1;
	s->waiting.patience = tries ? TRY : NEVER;
	if (!record->length) {
		record->length = SHORTEST;
		message_write(out[0], message_id(s->slot, s->first), record);
	}
	fd = tries ? own->nonblocking : own->blocking;
	begin_send(s);
	done = write(fd, out[0], record->length);
	if (done > 0 && done != record->length)
		ledger_problem(s->ledger, "write(2) of %u bytes gave %zd",
			       record->length, done);
	done = done < 0 ? -errno : 1;
	end_send(s, done);
	check_send(s, done);
}

/* Multicasts: a message to mailboxes from one on, a record for each copy. */

static __u32 target_of(const struct sending *s, __u32 i)
{
	return (s->mailbox + i) % MAILBOXES;
}

/* The message must fit into all of its mailboxes. */
static __u32 find_smallest(const struct sending *s, __u32 first, __u32 copies)
{
	const struct plan *plans = s->ledger->plans;
	__u32 smallest = first;

	for (__u32 i = 0; i < copies; i++)
		if (plans[(first + i) % MAILBOXES].longest <
		    plans[smallest].longest)
			smallest = (first + i) % MAILBOXES;
	return smallest;
}

static void plan_multicast(struct sending *s)
{
	__u32 first = ledger_random(&s->random, MAILBOXES);
	__u32 copies = 1 + ledger_random(&s->random, MAILBOXES);
	struct record *record;

	s->policy = IPCCHAN_POLICY_DEFAULT;
	s->mailbox = find_smallest(s, first, copies);
	s->count = 1;
	plan_messages(s);
	s->mailbox = first;
	s->count = copies;
	record = &s->ledger->records[s->slot][s->first];
	for (__u32 i = 1; i < copies; i++) {
		record[i] = record[0];
		record[i].mailbox = target_of(s, i);
	}
	record[0].mailbox = first;
	record[0].copies = copies;
}

/* Where one mailbox refuses it, none gets it. */
static bool is_multicast_right(const struct sending *s, int result)
{
	bool may_fail = false;
	bool fails = false;

	if (!s->bad_at)
		return result == s->bad_result;
	for (__u32 i = 0; i < s->count; i++) {
		__u32 mailbox = target_of(s, i);

		may_fail |= policy_in(s, mailbox) == IPCCHAN_POLICY_FAIL;
		fails |= may_refuse(s, mailbox, result);
	}
	if (result < 0)
		return fails && (may_fail || !is_patient(s));
	return (__u32)result == s->count;
}

/* All of them or none: a part is found when the records are accounted for. */
static void multicast(struct sending *s, const struct worker_fds *fds)
{
	struct ipcchan_target targets[MAILBOXES] = {};
	int result;

	plan_multicast(s);
	for (__u32 i = 0; i < s->count; i++)
		targets[i].fd = fds->mailboxes[target_of(s, i)].blocking;
	begin_send(s);
	result = mailbox_multicast(fds->session, targets, s->count, s->messages,
				   .flags = s->waiting.flags,
				   .deadline_ns = s->waiting.deadline_ns);
	for (__u32 i = 0; i < s->count; i++)
		s->messages[i].flags = targets[i].flags;
	end_send(s, result);
	if (!is_multicast_right(s, result))
		ledger_problem(s->ledger,
			       "a multicast to %u mailboxes with patience %d "
			       "gave %d",
			       s->count, s->waiting.patience, result);
}

static void send_somehow(struct sending *s, const struct worker_fds *fds)
{
	bool has_multicasts = s->ledger->plans[0].has_multicasts;

	if (has_multicasts && ledger_random(&s->random, 3) == 0)
		multicast(s, fds);
	else if (ledger_random(&s->random, 8) == 0)
		write_one(s, fds);
	else
		send_messages(s, fds);
}

void run_sender(struct ledger *ledger, int slot, const struct worker_fds *fds)
{
	static struct sending s;

	s.ledger = ledger;
	s.sender = &ledger->senders[slot];
	s.slot = slot;
	s.random = worker_set_up(ledger, &s.sender->worker, slot);
	while (!ledger->senders_stop && !ledger->has_problem &&
	       s.sender->progress >> 32 < NUMBERS - IPCCHAN_BATCH_MAX)
		send_somehow(&s, fds);
	s.sender->worker.has_finished = true;
}
