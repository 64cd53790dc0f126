/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stress test's processes: what senders and receivers have in common.
 */
#ifndef STRESS_WORKER_H
#define STRESS_WORKER_H

#include "stress.h"

/* Bytes of the shortest message that is not empty: its stamp. */
#define SHORTEST	16

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

/** bad_address - where nothing can be read or written */
extern unsigned char *bad_address;

/** worker_set_up - begin as worker @slot; returns the state of its numbers */
__u64 worker_set_up(const struct ledger *ledger, const struct worker *worker,
		    int slot);

struct waiting pick_waiting(__u64 *random);

/** pick_count - elements of an array, most often one */
__u32 pick_count(__u64 *random);

/** worker_count - count a system call, and what it came to */
void worker_count(struct worker *worker, int result);

/** may_give - may a call with that patience give this, if it could do nothing? */
bool may_give(enum patience patience, int result);

/**
 * worker_poll - wait with poll(2), not for long
 * @worker: Who.
 * @fd: For what.
 * @events: To happen. Whether it is ready then is seen by trying.
 */
void worker_poll(struct worker *worker, int fd, short events);

#endif /* STRESS_WORKER_H */
