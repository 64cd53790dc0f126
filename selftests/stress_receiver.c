// SPDX-License-Identifier: GPL-2.0
/* The stress test's receivers. */

#include <poll.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "ipcchan_selftest.h"
#include "stress_worker.h"

/* What is wrong with a RECEIVE's buffers. */
enum fault {
	NO_FAULT,
	BAD_BUFFER,
	BAD_ARRAY,
	SHORT_BUFFER,
	CUT,
	FAULT_KINDS,
};

/**
 * struct receiving - a RECEIVE
 * @ledger: The ledger.
 * @receiver: The receiver's slot.
 * @random: Its random numbers.
 * @fds: Its mailbox.
 * @longest: Bytes of that mailbox's longest message.
 * @is_log: It is one of those that have readers.
 * @count: Elements.
 * @fault: What is wrong with them.
 * @waiting: How long it waits.
 * @constant: A page for an array that cannot be written.
 * @has_ended: Nobody can send any more.
 */
struct receiving {
	struct ledger *ledger;
	struct receiver *receiver;
	__u64 random;
	struct mailbox_fds fds;
	__u32 longest;
	bool is_log;
	__u32 count;
	enum fault fault;
	struct waiting waiting;
	struct ipcchan_message *constant;
	bool has_ended;
};

/* Two pages: the largest array and some more. */
#define CONSTANT_SIZE	8192

static void plan_receive(struct receiving *r)
{
	const struct plan *plan = &r->ledger->plans[r->receiver->mailbox];

	r->count = pick_count(&r->random);
	r->waiting = pick_waiting(&r->random);
	r->fault = NO_FAULT;
	if (!plan->is_calm && ledger_random(&r->random, 4) == 0)
		r->fault = ledger_random(&r->random, FAULT_KINDS);
}

static __u32 pick_buffer_size(struct receiving *r, bool is_chosen)
{
	if (r->fault == CUT)
		return SHORTEST + ledger_random(&r->random, 64);
	if (r->fault == SHORT_BUFFER && is_chosen)
		return ledger_random(&r->random, r->longest);
	return r->longest;
}

static struct ipcchan_message *lay_out_buffers(struct receiving *r)
{
	struct ipcchan_message *messages = r->receiver->messages;
	__u32 chosen = ledger_random(&r->random, r->count);

	for (__u32 i = 0; i < r->count; i++) {
		unsigned char *buffer = r->receiver->buffers[i];

		if (r->fault == BAD_BUFFER && i == chosen)
			buffer = bad_address;
		messages[i] = MESSAGE(buffer, pick_buffer_size(r, i == chosen));
	}
	if (r->fault != BAD_ARRAY)
		return messages;
	memcpy(r->constant, messages, r->count * sizeof(*messages));
	mprotect(r->constant, CONSTANT_SIZE, PROT_READ);
	return r->constant;
}

/* The call is about to be made: what it takes lies in the ledger. */
static void begin_receive(struct receiving *r, bool by_read)
{
	struct receiver *receiver = r->receiver;

	receiver->by_read = by_read;
	receiver->call_from = now_ns(CLOCK_MONOTONIC);
	__atomic_store_n(&receiver->calling, r->count, __ATOMIC_RELEASE);
}

static void note_fault(struct receiver *receiver, __u64 until)
{
	if (receiver->nr_faults == FAULTS)
		return;
	receiver->faults[receiver->nr_faults] = (struct window){
		.from = receiver->call_from,
		.until = until,
	};
	receiver->nr_faults++;
}

/*
 * May the call have put a message back that it had taken? At a rendezvous also
 * what stood behind an offer in the same call, when that one was withdrawn.
 */
static bool may_have_put_back(const struct receiving *r)
{
	const struct plan *plan = &r->ledger->plans[r->receiver->mailbox];

	return r->fault == BAD_BUFFER || r->fault == BAD_ARRAY ||
	       (plan->delivery == IPCCHAN_DELIVERY_RENDEZVOUS && r->count > 1);
}

/* All that the call took is written down. */
static void end_receive(struct receiving *r, int result)
{
	struct receiver *receiver = r->receiver;

	if (may_have_put_back(r))
		note_fault(receiver, now_ns(CLOCK_MONOTONIC));
	if (r->fault == BAD_ARRAY)
		mprotect(r->constant, CONSTANT_SIZE, PROT_READ | PROT_WRITE);
	__atomic_store_n(&receiver->calling, 0, __ATOMIC_RELEASE);
	receiver->call_from = 0;
	worker_count(&receiver->worker, result);
}

static void take_messages(struct receiving *r, int nr)
{
	struct taken taken = {
		.mailbox = r->receiver->mailbox,
		.fate = RECEIVED,
		.from = r->receiver->call_from,
		.until = now_ns(CLOCK_MONOTONIC),
	};

	for (int i = 0; i < nr; i++) {
		struct ipcchan_message *message = &r->receiver->messages[i];

		taken.message = message;
		taken.bytes = r->receiver->buffers[i];
		taken.length = message->length;
		taken.there = message->length < message->size ?
			      message->length : message->size;
		ledger_take(r->ledger, &taken);
	}
}

/* Whatever else the call is, the end is right once nobody can send. */
static bool is_end(struct receiving *r, int result)
{
	if (result != -EPIPE || !r->ledger->is_closing)
		return false;
	/* What the description has not received, AFTER does not ask for. */
	r->has_ended = !r->receiver->is_after;
	return true;
}

static void check_receive(struct receiving *r, int result)
{
	const struct ipcchan_message *first = r->receiver->messages;
	bool is_right;

	if (result > 0)
		is_right = (__u32)result <= r->count && r->fault != BAD_ARRAY;
	else if (result == -EFAULT)
		is_right = r->fault == BAD_BUFFER || r->fault == BAD_ARRAY;
	else if (result == -EMSGSIZE)
		is_right = r->fault == SHORT_BUFFER &&
			   first->length > first->size;
	else
		is_right = may_give(r->waiting.patience, result) ||
			   is_end(r, result);
	if (!is_right)
		ledger_problem(r->ledger,
			       "receiving %u messages with fault %d and patience %d gave %d",
			       r->count, r->fault, r->waiting.patience, result);
}

/* Of a log, the receiver may also look behind any number. */
static __u32 begin_reading(struct receiving *r)
{
	bool is_after = ledger_random(&r->random, 8) == 0;
	__u64 last = reading_last(r->receiver);

	reading_call(r->receiver, is_after,
		     is_after ? last - ledger_random(&r->random, last + 1) : 0);
	return is_after ? IPCCHAN_AFTER : 0;
}

static int do_receive(struct receiving *r)
{
	struct ipcchan_message *messages = lay_out_buffers(r);
	__u32 flags = r->waiting.flags;
	int result;

	if (r->fault == CUT)
		flags |= IPCCHAN_TRUNCATE;
	if (r->is_log)
		flags |= begin_reading(r);
	begin_receive(r, false);
	result = mailbox_receive(r->fds.blocking, messages, r->count,
				 .flags = flags, .after = r->receiver->after,
				 .deadline_ns = r->waiting.deadline_ns);
	if (r->is_log)
		reading_take(r->ledger, r->receiver, result > 0 ? result : 0);
	else
		take_messages(r, result);
	end_receive(r, result);
	return result;
}

/* Told so once, it gets nothing more, and then begins anew. */
static void begin_anew(struct receiving *r)
{
	struct ipcchan_message message = {};
	int result;

	if (r->receiver->reading.policy != IPCCHAN_POLICY_EVICT)
		ledger_problem(r->ledger, "evicted, though its policy is %u",
			       r->receiver->reading.policy);
	result = mailbox_receive(r->fds.blocking, &message, 1);
	worker_count(&r->receiver->worker, result);
	if (result != -EPIPE)
		ledger_problem(r->ledger, "after EOVERFLOW came %d", result);
	reading_begin(r->ledger, r->receiver, r->fds.blocking, &r->random);
}

static void receive_messages(struct receiving *r)
{
	int result = do_receive(r);

	if (result == -EOVERFLOW && r->is_log)
		begin_anew(r);
	else
		check_receive(r, result);
}

static void receive_without_waiting(struct receiving *r)
{
	r->count = 1;
	r->fault = NO_FAULT;
	r->waiting.patience = TRY;
	r->waiting.flags = IPCCHAN_NONBLOCK;
	receive_messages(r);
}

/* read(2), or readv(2) into two pieces. */
static int do_read(struct receiving *r, int fd)
{
	unsigned char *buffer = r->receiver->buffers[0];
	__u32 piece = ledger_random(&r->random, r->longest);
	struct iovec pieces[] = {
		{ .iov_base = buffer, .iov_len = piece },
		{ .iov_base = buffer + piece, .iov_len = r->longest - piece },
	};
	ssize_t done;

	if (piece % 2)
		done = readv(fd, pieces, 2);
	else
		done = read(fd, buffer, r->longest);
	return done < 0 ? -errno : done;
}

static void take_bytes(struct receiving *r, __u32 length)
{
	struct taken taken = {
		.mailbox = r->receiver->mailbox,
		.fate = RECEIVED,
		.bytes = r->receiver->buffers[0],
		.length = length,
		.there = length,
		.from = r->receiver->call_from,
		.until = now_ns(CLOCK_MONOTONIC),
	};

	ledger_take(r->ledger, &taken);
}

static void read_one(struct receiving *r)
{
	bool tries = ledger_random(&r->random, 4) == 0;
	int result;

	r->count = 1;
	r->fault = NO_FAULT;
	r->waiting.patience = tries ? TRY : NEVER;
	memset(r->receiver->buffers[0], 0, SHORTEST);
	begin_receive(r, true);
	result = do_read(r, tries ? r->fds.nonblocking : r->fds.blocking);
	if (result > 0)
		take_bytes(r, result);
	if (!result)
		result = -EPIPE;
	end_receive(r, result);
	if (result == -EBADMSG)
		receive_without_waiting(r);
	else if (result < 0 && !may_give(r->waiting.patience, result) &&
		 !is_end(r, result))
		ledger_problem(r->ledger, "read(2) with patience %d gave %d",
			       r->waiting.patience, result);
}

/*
 * PEEK must give messages as they were sent, wherever it looks. An offer may be
 * withdrawn, and its number be used anew, while it is looked at.
 */
static void peek_some(struct receiving *r)
{
	static unsigned char bytes[4][256];
	struct ipcchan_message messages[4];
	__u32 delivery = r->ledger->plans[r->receiver->mailbox].delivery;
	int nr;

	for (int i = 0; i < 4; i++)
		messages[i] = MESSAGE(bytes[i], sizeof(bytes[i]));
	nr = mailbox_peek(r->fds.blocking, ledger_random(&r->random, 3),
			  messages, 4, .flags = IPCCHAN_TRUNCATE);
	worker_count(&r->receiver->worker, nr);
	for (int i = 0; i < nr && delivery != IPCCHAN_DELIVERY_RENDEZVOUS;
	     i++) {
		struct taken taken = {
			.mailbox = r->receiver->mailbox,
			.message = &messages[i],
			.bytes = bytes[i],
			.length = messages[i].length,
			.there = messages[i].length < sizeof(bytes[i]) ?
				 messages[i].length : sizeof(bytes[i]),
		};

		ledger_check(r->ledger, &taken);
	}
	if (nr < 0 && nr != -ENOMSG)
		ledger_problem(r->ledger, "PEEK gave %d", nr);
}

static void receive_somehow(struct receiving *r)
{
	const struct plan *plan = &r->ledger->plans[r->receiver->mailbox];

	plan_receive(r);
	switch (ledger_random(&r->random, 16)) {
	case 0:
		peek_some(r);
		break;
	case 1:
	case 2:
		(may_lose(plan) ? receive_messages : read_one)(r);
		break;
	case 3:
		worker_poll(&r->receiver->worker, r->fds.blocking, POLLIN);
		receive_without_waiting(r);
		break;
	default:
		receive_messages(r);
	}
	if (r->is_log && ledger_random(&r->random, 64) == 0)
		reading_begin(r->ledger, r->receiver, r->fds.blocking,
			      &r->random);
}

/*
 * It leaves, though not at the end: nobody sends any more, and what it has not
 * received must still be there. AFTER shows that, as it would be received.
 */
static void read_rest(struct receiving *r)
{
	struct receiver *receiver = r->receiver;
	int result;

	r->count = IPCCHAN_BATCH_MAX;
	r->fault = NO_FAULT;
	do {
		lay_out_buffers(r);
		reading_call(receiver, false, reading_last(receiver));
		begin_receive(r, false);
		result = mailbox_receive(r->fds.blocking, receiver->messages,
					 r->count, .after = receiver->after,
					 .flags = IPCCHAN_NONBLOCK |
						  IPCCHAN_AFTER);
		reading_take(r->ledger, receiver, result > 0 ? result : 0);
		end_receive(r, result);
	} while (result > 0);
	if (result != -EAGAIN)
		ledger_problem(r->ledger, "reading the rest gave %d", result);
}

/* What it does not know of: whether it is evicted, and where it has begun. */
static void leave_log(struct receiving *r)
{
	struct receiver *receiver = r->receiver;

	if (!r->has_ended && (receiver->reading.policy == IPCCHAN_POLICY_EVICT ||
			      !reading_last(receiver)))
		return;
	if (!r->has_ended)
		read_rest(r);
	reading_end(r->ledger, receiver, r->fds.blocking);
}

void run_receiver(struct ledger *ledger, int slot,
		  const struct worker_fds *fds)
{
	struct receiver *receiver = &ledger->receivers[slot];
	const struct plan *plan = &ledger->plans[receiver->mailbox];
	struct receiving r = {
		.ledger = ledger,
		.receiver = receiver,
		.fds = fds->mailboxes[receiver->mailbox],
		.longest = plan->longest,
		.is_log = is_log(plan),
	};

	r.random = worker_set_up(ledger, &receiver->worker, SENDERS + slot);
	r.constant = mmap(NULL, CONSTANT_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (r.is_log)
		reading_begin(ledger, receiver, r.fds.blocking, &r.random);
	while (!ledger->receivers_stop && !ledger->has_problem && !r.has_ended)
		receive_somehow(&r);
	if (r.is_log && !ledger->has_problem)
		leave_log(&r);
	receiver->worker.has_finished = true;
}
