// SPDX-License-Identifier: GPL-2.0
/* The stress test's processes: what senders and receivers have in common. */

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "ipcchan_selftest.h"
#include "stress_worker.h"

unsigned char *bad_address;

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

__u64 worker_set_up(const struct ledger *ledger, const struct worker *worker,
		    int slot)
{
	__u64 random = ledger->seed + worker->incarnation * 1000003ULL +
		       slot * 10007ULL;

	bad_address = mmap(NULL, LONGEST, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	set_up_signals(slot, &random);
	return random;
}

struct waiting pick_waiting(__u64 *random)
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

__u32 pick_count(__u64 *random)
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
	case -EOVERFLOW:
		return EVICTED;
	default:
		return DONE;
	}
}

void worker_count(struct worker *worker, int result)
{
	worker->operations++;
	worker->outcomes[outcome_of(result)]++;
}

bool may_give(enum patience patience, int result)
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

void worker_poll(struct worker *worker, int fd, short events)
{
	struct pollfd poller = { .fd = fd, .events = events };

	worker_count(worker, poll(&poller, 1, 3) < 0 ? -errno : 1);
}
