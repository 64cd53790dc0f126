/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A send in progress: what its caller wants of the flow, and what has become of it.
 */
#ifndef IPCCHAN_SENDING_H
#define IPCCHAN_SENDING_H

#include <linux/list.h>
#include <linux/types.h>

#include "wait/wait.h"

struct ipcchan_msg;
struct ipcchan_policy;
struct ipcchan_port;

/**
 * struct ipcchan_sending - a send in progress, on the stack of its task
 * @wait: in @waiting_senders of the flow while it waits
 * @port: through which it sends
 * @policy: what to do when there is no room
 * @waits: it may sleep
 * @is_waiting: it does; under the lock
 * @since_ns: CLOCK_MONOTONIC time when it began to
 * @turn: among the waiting calls of its client, of a delivery that keeps these
 *	apart; under the lock
 * @arrival: its number among all that ever waited, likewise
 * @messages: not yet accepted, in order; under the lock while it waits
 * @offered: stored, but its own until a receiver has it; of a delivery that
 *	makes senders wait for that; under the lock
 * @nr: accepted or dropped; under the lock while it waits
 * @dropped: bit n set: the n-th of them was dropped; likewise
 * @is_call: its message is a request
 * @reserves: it wants a place for its message, and sends later
 * @has_place: it has, so its message is admitted; under the lock while it waits
 */
struct ipcchan_sending {
	struct ipcchan_waiter wait;
	struct ipcchan_port *port;
	const struct ipcchan_policy *policy;
	bool waits;
	bool is_waiting;
	u64 since_ns;
	struct list_head turn;
	u64 arrival;
	struct list_head messages;
	struct ipcchan_msg *offered;
	u32 nr;
	u64 dropped;
	bool is_call;
	bool reserves;
	bool has_place;
};

/**
 * ipcchan_sending_begin() - begin a send
 * @s: to fill, less its messages, and what it does with a flow's turns
 * @port: through which it sends
 * @policy: what to do when there is no room
 */
static inline void ipcchan_sending_begin(struct ipcchan_sending *s,
					 struct ipcchan_port *port,
					 const struct ipcchan_policy *policy)
{
	s->port = port;
	s->policy = policy;
	s->waits = false;
	s->is_waiting = false;
	s->since_ns = 0;
	s->offered = NULL;
	s->nr = 0;
	s->dropped = 0;
	s->is_call = false;
	s->reserves = false;
	s->has_place = false;
}

#endif /* IPCCHAN_SENDING_H */
