// SPDX-License-Identifier: GPL-2.0
/*
 * Senders and receivers, a process each, do all that they can do wrong: they
 * run out of time, are interrupted, give bad and short buffers, are killed.
 * Every message is accounted for.
 *
 *	IPCCHAN_STRESS_OPS	system calls on mailboxes (220000); each variant makes
 *				a share of them
 *	IPCCHAN_STRESS_SEED	of the random numbers (from the clock)
 */

#include "kselftest_harness.h"

#include <signal.h>
#include <sys/prctl.h>

#include "ipcchan_selftest.h"
#include "stress.h"

#define DEFAULT_OPERATIONS	220000
#define ROUNDS			14

/* The runner's limit is enough; here only what hangs is to be found. */
#define STRESS_SECONDS		3600

/**
 * struct round - the processes of a round, and the mailboxes between them
 * @ledger: What they all write to.
 * @random: The random numbers of this process.
 * @session: For the mailboxes.
 * @names: Of the mailboxes, where each worker is a client; else empty.
 * @all: The mailboxes with all rights; closed to end the round.
 * @watch: The mailboxes without the right to send.
 * @last: What the mailboxes were like when last looked at.
 * @is_drained: In the end receivers go on until nothing is left.
 */
struct round {
	struct ledger *ledger;
	__u64 random;
	int session;
	char names[MAILBOXES][IPCCHAN_NAME_SIZE];
	int all[MAILBOXES];
	int watch[MAILBOXES];
	struct ipcchan_mailbox_info last[MAILBOXES];
	bool is_drained;
};

/**
 * struct manner - how the mailboxes of all rounds deliver
 * @delivery: As for MAILBOX_OPEN.
 * @is_lossy: By all policies, else BLOCK.
 * @has_multicasts: As for a plan.
 * @share: Of the operations, in percent.
 */
struct manner {
	__u32 delivery;
	bool is_lossy;
	bool has_multicasts;
	unsigned int share;
};

/* The first mailbox of a broadcast loses nothing but to readers that let it. */
static void plan_broadcast(struct round *round, int i)
{
	static const __u32 policies[] = {
		IPCCHAN_POLICY_DEFAULT,
		IPCCHAN_POLICY_FAIL,
		IPCCHAN_POLICY_DROP_NEW,
	};
	struct plan *plan = &round->ledger->plans[i];

	plan->is_lossy = i;
	plan->policy = i ? policies[(round->random + i) % 3] :
			   IPCCHAN_POLICY_DEFAULT;
	plan->history = ledger_random(&round->random,
				      plan->capacity_messages + 1);
	plan->is_witnessed = i == 1;
}

/* The first mailbox has each policy as its own in turn. */
static void plan_manner(struct round *round, const struct manner *manner)
{
	struct plan *plans = round->ledger->plans;

	for (int i = 0; i < MAILBOXES; i++) {
		plans[i].delivery = manner->delivery;
		plans[i].is_lossy = manner->is_lossy;
		plans[i].has_multicasts = manner->has_multicasts;
		plans[i].is_witnessed = is_log(&plans[i]);
		if (manner->is_lossy)
			plans[i].policy = (round->random + i) %
					  (IPCCHAN_POLICY_LATEST + 1);
		if (manner->delivery == IPCCHAN_DELIVERY_RENDEZVOUS)
			plans[i].capacity_messages = 0;
		if (manner->delivery == IPCCHAN_DELIVERY_LATEST)
			plans[i].capacity_messages = 1;
		if (manner->delivery == IPCCHAN_DELIVERY_BROADCAST)
			plan_broadcast(round, i);
	}
}

/* Calm and small; all mistakes; large messages that hardly fit. */
static void plan_mailboxes(struct round *round)
{
	struct plan *plans = round->ledger->plans;
	__u64 *random = &round->random;

	plans[0] = (struct plan){
		.capacity_messages = 1 + ledger_random(random, 24),
		.capacity_bytes = 65536,
		.longest = 512,
		.is_calm = true,
	};
	plans[1] = (struct plan){
		.capacity_messages = 1 + ledger_random(random, 12),
		.capacity_bytes = 4096 + ledger_random(random, 65536),
		.longest = 4096,
	};
	plans[2] = (struct plan){
		.capacity_messages = 1 + ledger_random(random, 200),
		.capacity_bytes = LONGEST + ledger_random(random, LONGEST),
		.longest = LONGEST,
	};
}

/* Of a fair mailbox each worker is a client; it opens it by name, therefore. */
static void name_mailboxes(struct round *round)
{
	for (int i = 0; i < MAILBOXES; i++)
		if (round->ledger->plans[i].delivery == IPCCHAN_DELIVERY_FAIR)
			strcpy(round->names[i], fresh_name());
}

/* From now on nobody can come: only so are the mailboxes deserted in the end. */
static void unlink_mailboxes(struct round *round)
{
	for (int i = 0; i < MAILBOXES; i++)
		if (round->names[i][0])
			object_unlink(round->session, round->names[i]);
}

static bool open_mailboxes(struct round *round)
{
	for (int i = 0; i < MAILBOXES; i++) {
		const struct plan *plan = &round->ledger->plans[i];
		struct ipcchan_mailbox_open open = {
			.flags = IPCCHAN_OPEN_CREATE,
			.mode = 0600,
			.rights = IPCCHAN_RIGHTS_MAILBOX,
			.capacity_messages = plan->capacity_messages,
			.max_message_size = plan->longest,
			.delivery = plan->delivery,
			.policy = plan->policy,
			.capacity_bytes = plan->capacity_bytes,
			.history = plan->history,
		};

		set_name(open.name, round->names[i]);
		round->all[i] = call(round->session,
				     IPCCHAN_IOC_MAILBOX_OPEN, &open);
		round->watch[i] = object_restrict(round->all[i],
						  IPCCHAN_RIGHT_RECEIVE, 0);
		if (round->watch[i] < 0)
			return false;
	}
	return true;
}

static bool needs_subscription(const struct plan *plan)
{
	return plan->is_witnessed &&
	       plan->delivery == IPCCHAN_DELIVERY_BROADCAST;
}

/* Of LATEST, who watches reads anyway; neither receives anything. */
static bool add_witnesses(struct round *round)
{
	int result = 0;

	for (int i = 0; i < MAILBOXES; i++)
		if (needs_subscription(&round->ledger->plans[i]))
			result |= mailbox_subscribe(round->watch[i]);
	return !result;
}

static void close_all(int *fds)
{
	for (int i = 0; i < MAILBOXES; i++)
		close(fds[i]);
}

/* Through the round's session; where there is a name, through the worker's. */
static int open_one(const struct round *round, int session, int i,
		    unsigned int rights, unsigned int flags)
{
	if (!round->names[i][0])
		return object_restrict(round->all[i], rights, flags);
	return object_open_for(session, IPCCHAN_KIND_MAILBOX, round->names[i],
			       flags, rights, 0);
}

/* They are opened before it is forked: by then the names may be gone. */
static struct worker_fds open_own(const struct round *round,
				  unsigned int rights)
{
	struct worker_fds fds = { .session = session_open() };

	for (int i = 0; i < MAILBOXES; i++)
		fds.mailboxes[i] = (struct mailbox_fds){
			.blocking = open_one(round, fds.session, i, rights, 0),
			.nonblocking = open_one(round, fds.session, i, rights,
						IPCCHAN_OPEN_NONBLOCK),
		};
	return fds;
}

static void close_own(const struct worker_fds *fds)
{
	close(fds->session);
	for (int i = 0; i < MAILBOXES; i++) {
		close(fds->mailboxes[i].blocking);
		close(fds->mailboxes[i].nonblocking);
	}
}

/* Senders have the workers 0 to SENDERS - 1, receivers those behind. */
static struct worker *worker_at(struct ledger *ledger, int i)
{
	if (i < SENDERS)
		return &ledger->senders[i].worker;
	return &ledger->receivers[i - SENDERS].worker;
}

static void run_worker(struct round *round, int i, const struct worker_fds *fds)
{
	close_all(round->all);
	close_all(round->watch);
	close(round->session);
	if (i < SENDERS)
		run_sender(round->ledger, i, fds);
	else
		run_receiver(round->ledger, i - SENDERS, fds);
}

static unsigned int rights_of(int i)
{
	return i < SENDERS ? IPCCHAN_RIGHT_SEND :
			     IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_PEEK;
}

static void start_worker(struct round *round, int i)
{
	struct worker_fds fds = open_own(round, rights_of(i));
	pid_t parent = getpid();
	pid_t child = fork();

	if (child) {
		close_own(&fds);
		worker_at(round->ledger, i)->pid = child;
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		run_worker(round, i, &fds);
	_exit(0);
}

/* What a killed sender was about to send may have been sent, or not. */
static void note_gap(struct sender *sender)
{
	__u32 first = sender->progress >> 32;
	__u32 nr = (__u32)sender->progress;

	if (!nr)
		return;
	sender->gaps[sender->nr_gaps++] = (struct gap){
		.first = first,
		.nr = nr,
	};
	sender->progress = (__u64)(first + nr) << 32;
}

static void note_held_message(struct ledger *ledger, __u32 i,
			      const struct receiver *receiver)
{
	const struct ipcchan_message *message = &receiver->messages[i];
	const unsigned char *bytes = receiver->buffers[i];
	bool has_bytes = receiver->by_read || message->length;
	__u32 id = message->type;

	if (receiver->by_read || (!id && message->length))
		id = message_stamped_id(bytes);
	if (!ledger_find(ledger, id, receiver->mailbox))
		return;
	ledger->held[ledger->nr_held++] = (struct held){
		.id = id,
		.stamp = has_bytes ? message_attempt(bytes) : 0,
		.taken_from = receiver->call_from,
		.lost = receiver->by_read ? 0 : message->lost,
		.mailbox = receiver->mailbox,
	};
}

/* Of a log it has received them: nothing is put back there. */
static void note_read(struct ledger *ledger, struct receiver *receiver)
{
	__u32 nr = 0;

	while (nr < receiver->calling && receiver->messages[nr].sequence)
		nr++;
	reading_take(ledger, receiver, nr);
	receiver->calling = 0;
}

/* What lies in a killed receiver's buffers it may have taken. */
static void note_held(struct ledger *ledger, struct receiver *receiver)
{
	if (is_log(&ledger->plans[receiver->mailbox])) {
		note_read(ledger, receiver);
		return;
	}
	for (__u32 i = 0; i < receiver->calling; i++) {
		if (!receiver->by_read && !receiver->messages[i].sequence)
			break;
		note_held_message(ledger, i, receiver);
	}
	if (receiver->call_from) {
		ledger->kill_mailbox[ledger->nr_kills] = receiver->mailbox;
		ledger->kills[ledger->nr_kills++] = (struct window){
			.from = receiver->call_from,
			.until = now_ns(CLOCK_MONOTONIC),
		};
	}
	receiver->calling = 0;
	receiver->call_from = 0;
}

/* Is there still room to write a kill down? */
static bool may_kill(struct ledger *ledger, int i)
{
	if (i < SENDERS)
		return ledger->senders[i].nr_gaps < GAPS &&
		       ledger->senders[i].progress >> 32 <
				NUMBERS - 4 * IPCCHAN_BATCH_MAX;
	return ledger->nr_held < HELD - IPCCHAN_BATCH_MAX &&
	       ledger->nr_kills < HELD;
}

static void kill_worker(struct round *round, int i)
{
	struct ledger *ledger = round->ledger;
	struct worker *worker = worker_at(ledger, i);

	if (!may_kill(ledger, i))
		return;
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
	if (i < SENDERS)
		note_gap(&ledger->senders[i]);
	else
		note_held(ledger, &ledger->receivers[i - SENDERS]);
	worker->incarnation++;
	start_worker(round, i);
}

/* Who drops may go beyond the capacity by what is held, once. */
static bool holds_too_much(const struct plan *plan,
			   const struct ipcchan_mailbox_info *info)
{
	__u32 factor = may_lose(plan) ? 2 : 1;

	/* One that was replaced is held by each that copies it. */
	if (plan->delivery == IPCCHAN_DELIVERY_LATEST)
		return info->messages > 1 || info->held > RECEIVERS;
	/* Offers are bounded by their senders. */
	if (plan->delivery == IPCCHAN_DELIVERY_RENDEZVOUS)
		return info->messages + info->held > SENDERS + RECEIVERS;
	return info->messages + info->held > factor * plan->capacity_messages ||
	       info->bytes > factor * plan->capacity_bytes ||
	       info->high_water > factor * plan->capacity_messages;
}

/*
 * Is there room for the longest message, for anybody? Multicasts keep places that
 * are not to be seen, each one; of a fair mailbox nobody has more than his share.
 */
static bool has_room(const struct plan *plan,
		     const struct ipcchan_mailbox_info *info)
{
	__u32 places = plan->has_multicasts ? 1 + SENDERS : 1;

	return info->messages + info->held + places <=
			plan->capacity_messages &&
	       info->bytes + places * plan->longest <= plan->capacity_bytes &&
	       plan->delivery != IPCCHAN_DELIVERY_FAIR;
}

static void check_queue(struct round *round, int i,
			const struct ipcchan_mailbox_info *info)
{
	__u32 used = info->messages + info->held;

	if (info->sent - info->received - info->dropped != used)
		ledger_problem(round->ledger,
			       "mailbox %d has %u + %u messages, sent %llu, "
			       "received %llu, dropped %llu",
			       i, info->messages, info->held, info->sent,
			       info->received, info->dropped);
	if (info->waiting_receivers && info->messages)
		ledger_problem(round->ledger, "mailbox %d: %u receivers wait beside %u messages",
			       i, info->waiting_receivers, info->messages);
	if (info->waiting_senders && has_room(&round->ledger->plans[i], info))
		ledger_problem(round->ledger,
			       "mailbox %d: %u senders wait beside room, %u "
			       "messages",
			       i, info->waiting_senders, used);
}

static void check_log(struct round *round, int i,
		      const struct ipcchan_mailbox_info *info)
{
	const struct plan *plan = &round->ledger->plans[i];

	if (plan->is_witnessed && info->sent != info->dropped + info->messages)
		ledger_problem(round->ledger,
			       "mailbox %d has %u messages, sent %llu, dropped "
			       "%llu",
			       i, info->messages, info->sent, info->dropped);
	if (info->waiting_senders &&
	    plan->delivery == IPCCHAN_DELIVERY_LATEST)
		ledger_problem(round->ledger, "mailbox %d: %u senders wait to replace the value",
			       i, info->waiting_senders);
}

/* What is true of a mailbox at every moment; all fits into 15 waiters. */
static void check_mailbox(struct round *round, int i)
{
	const struct plan *plan = &round->ledger->plans[i];
	struct ipcchan_mailbox_info info = mailbox_info(round->watch[i]);
	__u32 used = info.messages + info.held;

	if (holds_too_much(plan, &info) || info.high_water < used)
		ledger_problem(round->ledger,
			       "mailbox %d holds more than it may: %u + %u "
			       "messages, %llu bytes, high water %u",
			       i, info.messages, info.held, info.bytes,
			       info.high_water);
	if (info.received < round->last[i].received)
		ledger_problem(round->ledger, "mailbox %d: from %llu received to %llu",
			       i, round->last[i].received, info.received);
	(is_log(plan) ? check_log : check_queue)(round, i, &info);
	round->last[i] = info;
}

static void check_mailboxes(struct round *round)
{
	for (int i = 0; i < MAILBOXES; i++)
		check_mailbox(round, i);
}

static __u64 operations_of(struct ledger *ledger)
{
	__u64 operations = 0;

	for (int i = 0; i < SENDERS + RECEIVERS; i++)
		operations += worker_at(ledger, i)->operations;
	return operations;
}

/* A worker that is gone without having finished is a problem of the test. */
static void reap_workers(struct round *round)
{
	for (int i = 0; i < SENDERS + RECEIVERS; i++) {
		struct worker *worker = worker_at(round->ledger, i);
		int status = 0;

		if (!worker->pid || waitpid(worker->pid, &status, WNOHANG) <= 0)
			continue;
		worker->pid = 0;
		if (!worker->has_finished)
			ledger_problem(round->ledger, "worker %d ended with status %#x",
				       i, status);
	}
}

static bool has_pid(struct ledger *ledger, int first, int nr)
{
	for (int i = first; i < first + nr; i++)
		if (worker_at(ledger, i)->pid)
			return true;
	return false;
}

/* A sender that has used all its numbers up ends the round for all. */
static bool is_over(struct ledger *ledger)
{
	bool is_over = ledger->has_problem;

	for (int i = 0; i < SENDERS; i++)
		is_over |= ledger->senders[i].worker.has_finished;
	return is_over;
}

/* Something happens to somebody. */
static void disturb(struct round *round)
{
	int i = ledger_random(&round->random, SENDERS + RECEIVERS);
	struct worker *worker = worker_at(round->ledger, i);

	if (!worker->pid)
		return;
	if (ledger_random(&round->random, 10) == 0)
		kill_worker(round, i);
	else if (i % 2)
		kill(worker->pid, SIGUSR1);
}

static void run_for(struct round *round, __u64 operations)
{
	struct ledger *ledger = round->ledger;
	__u64 deadline = deadline_must_happen();
	__u64 done = 0;
	__u64 last = 0;

	while (done < operations && !is_over(ledger)) {
		nap();
		check_mailboxes(round);
		reap_workers(round);
		disturb(round);
		done = operations_of(ledger);
		if (done != last)
			deadline = deadline_must_happen();
		else if (now_ns(CLOCK_MONOTONIC) > deadline)
			ledger_problem(ledger, "everybody sleeps");
		last = done;
	}
}

static void describe_sleepers(struct round *round)
{
	const struct ipcchan_mailbox_info *of = round->last;

	ledger_problem(round->ledger,
		       "some do not wake up; messages+held, waiting "
		       "senders/receivers: %u+%u %u/%u, %u+%u %u/%u, %u+%u "
		       "%u/%u",
		       of[0].messages, of[0].held, of[0].waiting_senders,
		       of[0].waiting_receivers, of[1].messages, of[1].held,
		       of[1].waiting_senders, of[1].waiting_receivers,
		       of[2].messages, of[2].held, of[2].waiting_senders,
		       of[2].waiting_receivers);
}

/*
 * Workers have been told to end. Without signals, those that sleep must be
 * woken by what the others do.
 */
static void await_end(struct round *round, int first, int nr, bool signals)
{
	__u64 deadline = deadline_must_happen();

	for (;;) {
		reap_workers(round);
		if (!has_pid(round->ledger, first, nr) ||
		    round->ledger->has_problem)
			return;
		check_mailboxes(round);
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			describe_sleepers(round);
		for (int i = first; signals && i < first + nr; i++)
			if (worker_at(round->ledger, i)->pid)
				kill(worker_at(round->ledger, i)->pid, SIGUSR1);
		nap();
	}
}

/* Senders end, and then receivers find all that is left, and the end. */
static void end_drained(struct round *round)
{
	round->ledger->senders_stop = true;
	await_end(round, 0, SENDERS, false);
	round->ledger->is_closing = true;
	close_all(round->all);
	await_end(round, SENDERS, RECEIVERS, false);
}

/* Senders end, and then receivers leave what they have not received. */
static void end_unread(struct round *round)
{
	round->ledger->senders_stop = true;
	await_end(round, 0, SENDERS, true);
	round->ledger->receivers_stop = true;
	await_end(round, SENDERS, RECEIVERS, true);
	close_all(round->all);
}

/* Receivers end, and senders leave what they could send. */
static void end_filled(struct round *round)
{
	round->ledger->receivers_stop = true;
	await_end(round, SENDERS, RECEIVERS, true);
	round->ledger->senders_stop = true;
	await_end(round, 0, SENDERS, true);
	close_all(round->all);
}

/* Is it in its place, by priority, and by age within it among one client's? */
static bool is_behind(const struct ipcchan_message *message,
		      const struct ipcchan_message *last)
{
	if (!last->sequence || message->priority < last->priority)
		return true;
	return message->priority == last->priority &&
	       (message->client != last->client ||
		message->sequence > last->sequence);
}

static void take_queued(struct round *round, __u32 mailbox,
			const struct ipcchan_message *message,
			struct ipcchan_message *last)
{
	struct taken taken = {
		.mailbox = mailbox,
		.fate = QUEUED,
		.message = message,
		.bytes = (void *)(uintptr_t)message->data,
		.length = message->length,
		.there = message->length,
		.from = ~0ULL,
		.until = ~0ULL,
	};

	if (!is_behind(message, last))
		ledger_problem(round->ledger,
			       "mailbox %u gives sequence %llu of priority "
			       "%u after %llu of %u",
			       mailbox, message->sequence, message->priority,
			       last->sequence, last->priority);
	*last = *message;
	ledger_take(round->ledger, &taken);
}

static void take_what_is_queued(struct round *round, __u32 mailbox)
{
	static unsigned char buffers[IPCCHAN_BATCH_MAX][LONGEST];
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];
	struct ipcchan_message last = {};
	int nr;

	do {
		for (int i = 0; i < IPCCHAN_BATCH_MAX; i++)
			messages[i] = MESSAGE(buffers[i], LONGEST);
		nr = mailbox_receive(round->watch[mailbox], messages,
				     IPCCHAN_BATCH_MAX,
				     .flags = IPCCHAN_NONBLOCK);
		for (int i = 0; i < nr; i++)
			take_queued(round, mailbox, &messages[i], &last);
	} while (nr > 0);
	if (nr != -EPIPE)
		ledger_problem(round->ledger, "taking what is queued in mailbox %u gave %d",
			       mailbox, nr);
}

static bool round_begin(struct round *round, __u64 seed,
			const struct manner *manner)
{
	*round = (struct round){
		.ledger = ledger_new(seed),
		.random = seed,
		.session = session_open(),
	};
	round->is_drained = seed % 2;
	plan_mailboxes(round);
	plan_manner(round, manner);
	name_mailboxes(round);
	if (!open_mailboxes(round) || !add_witnesses(round))
		return false;
	for (int i = 0; i < RECEIVERS; i++)
		round->ledger->receivers[i].mailbox = i % MAILBOXES;
	for (int i = 0; i < SENDERS + RECEIVERS; i++)
		start_worker(round, i);
	return true;
}

static void round_end(struct round *round, struct totals *totals)
{
	struct ipcchan_mailbox_info infos[MAILBOXES];

	unlink_mailboxes(round);
	if (round->is_drained)
		end_drained(round);
	else if (is_log(&round->ledger->plans[0]))
		end_unread(round);
	else
		end_filled(round);
	for (int i = 0; i < MAILBOXES; i++) {
		infos[i] = mailbox_info(round->watch[i]);
		if (is_log(&round->ledger->plans[i])) {
			log_take_stored(round->ledger, i, round->watch[i]);
			continue;
		}
		take_what_is_queued(round, i);
		infos[i].lost = mailbox_info(round->watch[i]).lost;
	}
	if (!round->ledger->has_problem)
		ledger_account(round->ledger, infos, totals);
}

static void round_clean_up(struct round *round)
{
	for (int i = 0; i < SENDERS + RECEIVERS; i++) {
		struct worker *worker = worker_at(round->ledger, i);

		if (!worker->pid)
			continue;
		kill(worker->pid, SIGKILL);
		waitpid(worker->pid, NULL, 0);
	}
	close_all(round->watch);
	close(round->session);
	ledger_free(round->ledger);
	round->ledger = NULL;
}

static void print_log_totals(const struct totals *of)
{
	ksft_print_msg("%llu operations: sent %llu, stored %llu, dropped %llu; "
		       "readers received %llu, and were told that they lost "
		       "%llu; duplicated %llu\n",
		       of->operations, of->sent, of->queued, of->dropped,
		       of->received, of->told, of->duplicated);
	fflush(stdout);
}

static void print_totals(const struct totals *of)
{
	ksft_print_msg("%llu operations: sent %llu = received %llu + "
		       "dropped %llu (told %llu) + queued %llu + held by the "
		       "killed %llu; lost %llu, duplicated %llu\n",
		       of->operations, of->sent, of->received, of->dropped,
		       of->told, of->queued, of->held, of->lost,
		       of->duplicated);
	fflush(stdout);
}

static void print_outcomes(const struct totals *of)
{
	ksft_print_msg("done %llu, would block %llu, timed out %llu, "
		       "interrupted %llu, bad address %llu, too long %llu, "
		       "empty for read %llu, ended %llu, evicted %llu\n",
		       of->outcomes[DONE], of->outcomes[BLOCKED],
		       of->outcomes[TIMED_OUT], of->outcomes[INTERRUPTED],
		       of->outcomes[FAULTED], of->outcomes[TOO_LONG],
		       of->outcomes[EMPTY_MESSAGE], of->outcomes[ENDED],
		       of->outcomes[EVICTED]);
	ksft_print_msg("killed %llu processes; order checked for %llu messages\n",
		       of->kills, of->ordered);
	fflush(stdout);
}

/*
 * KiB by which the kernel's memory may have grown, though nothing is left: its
 * caches. If only a tenth of the messages leaked, it would be more.
 */
#define MEMORY_NOISE	(16 * 1024)

/* Kernel memory that is not given back when needed, in KiB. */
static long unreclaimable(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];
	long kib = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "SUnreclaim: %ld", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

/* Only read(2) cannot take an empty message, and only subscribers are evicted. */
static bool can_happen(const struct manner *manner, int outcome)
{
	if (outcome == EMPTY_MESSAGE)
		return !manner->is_lossy;
	return outcome != EVICTED ||
	       manner->delivery == IPCCHAN_DELIVERY_BROADCAST;
}

static void ignore(int signal)
{
}

FIXTURE(stress)
{
	struct round round;
	struct totals totals;
	__u64 seed;
	__u64 operations;
	bool is_whole;
	long memory;
};

FIXTURE_VARIANT(stress)
{
	struct manner manner;
};

FIXTURE_VARIANT_ADD(stress, queue) {
	.manner = { .share = 40 },
};

FIXTURE_VARIANT_ADD(stress, queue_by_all_policies) {
	.manner = { .is_lossy = true, .share = 25 },
};

FIXTURE_VARIANT_ADD(stress, multicasts) {
	.manner = { .has_multicasts = true, .share = 20 },
};

FIXTURE_VARIANT_ADD(stress, multicasts_by_all_policies) {
	.manner = { .has_multicasts = true, .is_lossy = true, .share = 15 },
};

FIXTURE_VARIANT_ADD(stress, fair_by_all_policies) {
	.manner = { .delivery = IPCCHAN_DELIVERY_FAIR, .is_lossy = true,
		    .share = 20 },
};

FIXTURE_VARIANT_ADD(stress, rendezvous) {
	.manner = { .delivery = IPCCHAN_DELIVERY_RENDEZVOUS, .share = 20 },
};

FIXTURE_VARIANT_ADD(stress, latest) {
	.manner = { .delivery = IPCCHAN_DELIVERY_LATEST, .is_lossy = true,
		    .share = 10 },
};

FIXTURE_VARIANT_ADD(stress, broadcast) {
	.manner = { .delivery = IPCCHAN_DELIVERY_BROADCAST, .is_lossy = true,
		    .share = 25 },
};

FIXTURE_SETUP(stress)
{
	struct sigaction action = { .sa_handler = ignore };

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	self->seed = setting("IPCCHAN_STRESS_SEED",
			     now_ns(CLOCK_REALTIME) / 1000);
	self->operations = setting("IPCCHAN_STRESS_OPS",
				   DEFAULT_OPERATIONS);
	self->is_whole = self->operations >= DEFAULT_OPERATIONS;
	self->operations = self->operations * variant->manner.share / 100;
	self->memory = unreclaimable();
	ksft_print_msg("IPCCHAN_STRESS_SEED=%llu; %llu operations\n",
		       self->seed, self->operations);
	fflush(stdout);
}

FIXTURE_TEARDOWN(stress)
{
	if (self->round.ledger)
		round_clean_up(&self->round);
}

TEST_F_TIMEOUT(stress, every_message_is_accounted_for, STRESS_SECONDS)
{
	struct round *round = &self->round;
	struct totals *totals = &self->totals;

	for (int left = ROUNDS; totals->operations < self->operations; left--) {
		__u64 share = self->operations - totals->operations;

		ASSERT_TRUE(round_begin(round, self->seed + left,
					&variant->manner));
		run_for(round, left > 0 ? share / left : share);
		round_end(round, totals);
		ASSERT_FALSE(round->ledger->has_problem) {
			TH_LOG("%s", round->ledger->problem);
		}
		if (is_log(&round->ledger->plans[0]))
			print_log_totals(totals);
		else
			print_totals(totals);
		round_clean_up(round);
	}
	print_outcomes(totals);
	ksft_print_msg("kernel memory: %+ld KiB\n",
		       unreclaimable() - self->memory);
	fflush(stdout);
	EXPECT_EQ(0, totals->lost);
	EXPECT_EQ(0, totals->duplicated);
	EXPECT_LT(0, totals->ordered);
	EXPECT_EQ(variant->manner.is_lossy, totals->told > 0);
	EXPECT_LT(unreclaimable() - self->memory, MEMORY_NOISE);
	for (int i = 0; i < OUTCOMES; i++) {
		if (!can_happen(&variant->manner, i))
			continue;
		EXPECT_LE(self->is_whole, totals->outcomes[i]) {
			TH_LOG("no call had outcome %d", i);
		}
	}
}

#include "ipcchan_selftest_main.h"
