// SPDX-License-Identifier: GPL-2.0
/* The stress test's processes: senders and receivers that do all they can. */

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "ipcchan_selftest.h"
#include "stress.h"

/* Bytes of the shortest message that is not empty: its stamp. */
#define SHORTEST	16

/* Where nothing can be read or written. */
static unsigned char *bad_address;

/* How long a call is willing to wait. */
enum patience {
	TRY,
	PAST,
	SHORT,
	NEVER,
};

/**
 * struct waiting - the part of a call that says how long it waits
 * @patience: In short.
 * @flags: IPCCHAN_NONBLOCK, IPCCHAN_REALTIME.
 * @deadline_ns: As for SEND and RECEIVE.
 */
struct waiting {
	enum patience patience;
	__u32 flags;
	__u64 deadline_ns;
};

static void ignore(int signal)
{
}

/*
 * Slots with an odd number get signals all the time, even ones only to end:
 * SIGUSR1, which the parent ignores in the same way.
 */
static void set_up_signals(int slot, __u64 *random)
{
	struct sigaction action = { .sa_handler = ignore };
	struct itimerval timer = {
		.it_interval.tv_usec = 1000 + ledger_random(random, 20000),
		.it_value.tv_usec = 1000,
	};

	if (slot % 2 == 0)
		return;
	action.sa_flags = ledger_random(random, 2) ? SA_RESTART : 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static __u64 set_up(const struct ledger *ledger, const struct worker *worker,
		    int slot)
{
	__u64 random = ledger->seed + worker->incarnation * 1000003ULL +
		       slot * 10007ULL;

	bad_address = mmap(NULL, LONGEST, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	set_up_signals(slot, &random);
	return random;
}

static struct waiting pick_waiting(__u64 *random)
{
	static const enum patience often[] = {
		TRY, PAST, SHORT, SHORT, SHORT, NEVER, NEVER, NEVER,
	};
	struct waiting waiting = {
		.patience = often[ledger_random(random, 8)],
		.deadline_ns = IPCCHAN_DEADLINE_NEVER,
	};
	clockid_t clock = CLOCK_MONOTONIC;

	if (waiting.patience == TRY)
		waiting.flags = IPCCHAN_NONBLOCK;
	if (waiting.patience != PAST && waiting.patience != SHORT)
		return waiting;
	if (ledger_random(random, 4) == 0) {
		clock = CLOCK_REALTIME;
		waiting.flags |= IPCCHAN_REALTIME;
	}
	waiting.deadline_ns = now_ns(clock);
	if (waiting.patience == SHORT)
		waiting.deadline_ns += ledger_random(random, 4000000);
	return waiting;
}

static __u32 pick_count(__u64 *random)
{
	switch (ledger_random(random, 16)) {
	case 0:
		return 1 + ledger_random(random, IPCCHAN_BATCH_MAX);
	case 1:
	case 2:
		return 1 + ledger_random(random, 4);
	default:
		return 1;
	}
}

static enum outcome outcome_of(int result)
{
	switch (result) {
	case -EAGAIN:
		return BLOCKED;
	case -ETIMEDOUT:
		return TIMED_OUT;
	case -EINTR:
		return INTERRUPTED;
	case -EFAULT:
		return FAULTED;
	case -EMSGSIZE:
		return TOO_LONG;
	case -EBADMSG:
		return EMPTY_MESSAGE;
	case -EPIPE:
		return ENDED;
	default:
		return DONE;
	}
}

static void count(struct worker *worker, int result)
{
	worker->operations++;
	worker->outcomes[outcome_of(result)]++;
}

/* Is this what a call with that patience may give when it could do nothing? */
static bool may_give(enum patience patience, int result)
{
	switch (result) {
	case -EAGAIN:
		return patience == TRY;
	case -ETIMEDOUT:
		return patience == PAST || patience == SHORT;
	case -EINTR:
		return patience != TRY;
	default:
		return false;
	}
}

/* Wait with poll(2), not for long; whether it is ready then is seen by trying. */
static void poll_for(struct worker *worker, int fd, short events)
{
	struct pollfd poller = { .fd = fd, .events = events };

	count(worker, poll(&poller, 1, 3) < 0 ? -errno : 1);
}

/* Senders */

/**
 * struct sending - a SEND
 * @ledger: The ledger.
 * @sender: The sender's slot.
 * @slot: Its number.
 * @random: Its random numbers.
 * @mailbox: Where to.
 * @first: Number of the first message.
 * @count: Messages.
 * @bad_at: The element that cannot be sent, or @count.
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

static void plan_policy(struct sending *s)
{
	const struct plan *plan = &s->ledger->plans[s->mailbox];

	s->policy = plan->policy;
	if (plan->is_lossy && ledger_random(&s->random, 2))
		s->policy = ledger_random(&s->random,
					  IPCCHAN_POLICY_LATEST + 1);
}

static void plan_send(struct sending *s)
{
	s->mailbox = ledger_random(&s->random, MAILBOXES);
	plan_policy(s);
	s->first = s->sender->progress >> 32;
	s->count = pick_count(&s->random);
	s->waiting = pick_waiting(&s->random);
	for (__u32 i = 0; i < s->count; i++)
		write_message(s, i);
	s->bad_at = s->count;
	s->bad_result = 0;
	if (ledger_random(&s->random, 16) == 0)
		spoil(s);
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
	count(&s->sender->worker, result);
}

/* The policy that counts. */
static __u32 policy_of(const struct sending *s)
{
	__u32 policy = s->policy ?: s->ledger->plans[s->mailbox].policy;

	return policy ?: IPCCHAN_POLICY_BLOCK;
}

static bool may_refuse(const struct sending *s, int result)
{
	switch (policy_of(s)) {
	case IPCCHAN_POLICY_BLOCK:
		return may_give(s->waiting.patience, result);
	case IPCCHAN_POLICY_FAIL:
		return result == -EAGAIN;
	default:
		return false;
	}
}

static void check_send(struct sending *s, int result)
{
	bool is_patient = s->waiting.patience == NEVER && s->slot % 2 == 0 &&
			  policy_of(s) != IPCCHAN_POLICY_FAIL;
	bool is_right;

	if (s->bad_at == 0)
		is_right = result == s->bad_result;
	else if (result < 0)
		is_right = may_refuse(s, result);
	else
		is_right = result > 0 && (__u32)result <= s->bad_at;
	if (is_right && is_patient && !s->ledger->senders_stop && s->bad_at)
		is_right = (__u32)result == s->bad_at;
	if (!is_right)
		ledger_problem(s->ledger,
			       "sending %u messages (%u good) with patience %d "
			       "and policy %u gave %d",
			       s->count, s->bad_at, s->waiting.patience,
			       s->policy, result);
}

static void send_messages(struct sending *s, const struct mailbox_fds *fds)
{
	int result;

	plan_send(s);
	if (ledger_random(&s->random, 8) == 0)
		poll_for(&s->sender->worker, fds[s->mailbox].blocking, POLLOUT);
	begin_send(s);
	result = mailbox_send(fds[s->mailbox].blocking, s->messages, s->count,
			      .flags = s->waiting.flags,
			      .policy = s->policy,
			      .deadline_ns = s->waiting.deadline_ns);
	end_send(s, result);
	check_send(s, result);
}

/* write(2): one message, of priority 0, and not empty. */
static void write_one(struct sending *s, const struct mailbox_fds *fds)
{
	bool tries = ledger_random(&s->random, 4) == 0;
	struct record *record;
	ssize_t done;
	int fd;

	plan_send(s);
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
	fd = tries ? fds[s->mailbox].nonblocking : fds[s->mailbox].blocking;
	begin_send(s);
	done = write(fd, out[0], record->length);
	if (done > 0 && done != record->length)
		ledger_problem(s->ledger, "write(2) of %u bytes gave %zd",
			       record->length, done);
	done = done < 0 ? -errno : 1;
	end_send(s, done);
	check_send(s, done);
}

void run_sender(struct ledger *ledger, int slot, const struct mailbox_fds *fds)
{
	static struct sending s;

	s.ledger = ledger;
	s.sender = &ledger->senders[slot];
	s.slot = slot;
	s.random = set_up(ledger, &s.sender->worker, slot);
	while (!ledger->senders_stop && !ledger->has_problem &&
	       s.sender->progress >> 32 < NUMBERS - IPCCHAN_BATCH_MAX) {
		if (ledger_random(&s.random, 8) == 0)
			write_one(&s, fds);
		else
			send_messages(&s, fds);
	}
	s.sender->worker.has_finished = true;
}

/* Receivers */

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
	count(&receiver->worker, result);
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
		r->receiver->lost += message->lost;
	}
}

/* Whatever else the call is, the end is right once nobody can send. */
static bool is_end(struct receiving *r, int result)
{
	if (result != -EPIPE || !r->ledger->is_closing)
		return false;
	r->has_ended = true;
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

static void receive_messages(struct receiving *r)
{
	struct ipcchan_message *messages = lay_out_buffers(r);
	__u32 flags = r->waiting.flags;
	int result;

	if (r->fault == CUT)
		flags |= IPCCHAN_TRUNCATE;
	begin_receive(r, false);
	result = mailbox_receive(r->fds.blocking, messages, r->count,
				 .flags = flags,
				 .deadline_ns = r->waiting.deadline_ns);
	take_messages(r, result);
	end_receive(r, result);
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
	count(&r->receiver->worker, nr);
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
	bool is_lossy = r->ledger->plans[r->receiver->mailbox].is_lossy;

	plan_receive(r);
	switch (ledger_random(&r->random, 16)) {
	case 0:
		peek_some(r);
		break;
	case 1:
	case 2:
		(is_lossy ? receive_messages : read_one)(r);
		break;
	case 3:
		poll_for(&r->receiver->worker, r->fds.blocking, POLLIN);
		receive_without_waiting(r);
		break;
	default:
		receive_messages(r);
	}
}

void run_receiver(struct ledger *ledger, int slot,
		  const struct mailbox_fds *fds)
{
	struct receiver *receiver = &ledger->receivers[slot];
	struct receiving r = {
		.ledger = ledger,
		.receiver = receiver,
		.fds = fds[receiver->mailbox],
		.longest = ledger->plans[receiver->mailbox].longest,
	};

	r.random = set_up(ledger, &receiver->worker, SENDERS + slot);
	r.constant = mmap(NULL, CONSTANT_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	while (!ledger->receivers_stop && !ledger->has_problem && !r.has_ended)
		receive_somehow(&r);
	receiver->worker.has_finished = true;
}
