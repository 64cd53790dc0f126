/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A receive in progress: what its caller wants of the flow, and what it has.
 */
#ifndef IPCCHAN_RECEIVING_H
#define IPCCHAN_RECEIVING_H

#include <linux/slab.h>
#include <linux/types.h>

#include "mailbox/filter.h"
#include "mailbox/log.h"
#include "wait/wait.h"

struct ipcchan_message;
struct ipcchan_msg;
struct ipcchan_opened;
struct ipcchan_port;
struct pid;

/**
 * struct ipcchan_taken - a message that a receiver holds
 * @msg: with a reference
 * @lost: messages lost before it, to be told with it
 * @opened: descriptors that its files have in the receiver so far, or NULL
 * @flags: IPCCHAN_MESSAGE_*, likewise
 * @is_received: a request that was handed over: the receiver need not say so
 * @taker: while it begins to be held for good: by whom; with a reference
 */
struct ipcchan_taken {
	struct ipcchan_msg *msg;
	u64 lost;
	struct ipcchan_opened *opened;
	u32 flags;
	bool is_received;
	struct pid *taker;
};

/**
 * struct ipcchan_needs - what a message needs that did not fit
 * @length: its bytes
 * @nr_fds: its descriptors
 */
struct ipcchan_needs {
	u32 length;
	u32 nr_fds;
};

/**
 * struct ipcchan_receiving - a receive in progress, on the stack of its task
 * @wait: in @waiting_receivers of the flow while it waits
 * @port: through which it receives
 * @since_ns: CLOCK_MONOTONIC time when it began to wait; 0: it did not yet
 * @slots: buffers; only their sizes and nr_fds are looked at
 * @count: how many
 * @truncate: take a message even if it does not fit
 * @bytes_only: an empty message, and one with descriptors, give EBADMSG
 * @knows_calls: who receives can tell a request from a message, and answer it
 * @leaves_fds: descriptors stay with the message, so they need no room
 * @filter: which messages it takes; the port's as of when it begins, unless
 *	@has_filter
 * @has_filter: it has one of its own
 * @min: so many messages it waits for while it lingers; 0 is 1
 * @linger_ns: how long it lingers
 * @lingers: it does; under the lock while it waits
 * @deadline: until when at most; set when it begins
 * @is_after: from the sequence @after on, whatever the port's position is
 * @after: see there
 * @reader: its position while it copies, if @is_after; under the lock
 * @holds: what is copied out stays held
 * @taken: room for @count; filled under the lock while it waits
 * @nr: how many are filled; likewise
 * @needs: of the message that gave EMSGSIZE
 * @one: the usual case needs no allocation
 */
struct ipcchan_receiving {
	struct ipcchan_waiter wait;
	struct ipcchan_port *port;
	u64 since_ns;
	const struct ipcchan_message *slots;
	u32 count;
	bool truncate;
	bool bytes_only;
	bool knows_calls;
	bool leaves_fds;
	struct ipcchan_filter filter;
	bool has_filter;
	u32 min;
	u64 linger_ns;
	bool lingers;
	const struct ipcchan_deadline *deadline;
	bool is_after;
	u64 after;
	struct ipcchan_log_reader reader;
	bool holds;
	struct ipcchan_taken *taken;
	u32 nr;
	struct ipcchan_needs needs;
	struct ipcchan_taken one;
};

/**
 * ipcchan_receiving_begin() - make a receive that takes any message
 * @r: to fill, less what ipcchan_receiving_init() and ipcchan_flow_receive() do
 * @port: through which it receives
 */
static inline void ipcchan_receiving_begin(struct ipcchan_receiving *r,
					   struct ipcchan_port *port)
{
	r->port = port;
	r->since_ns = 0;
	r->truncate = false;
	r->bytes_only = false;
	r->knows_calls = false;
	r->leaves_fds = false;
	r->has_filter = false;
	r->min = 1;
	r->linger_ns = 0;
	r->is_after = false;
	r->holds = false;
}

int ipcchan_receiving_init_many(struct ipcchan_receiving *r);

/**
 * ipcchan_receiving_init() - begin a receive
 * @r: with its port and flags set
 * @slots: buffers
 * @count: how many
 *
 * Return: 0 or -ENOMEM; ipcchan_receiving_deinit() is due in both cases.
 */
static inline int ipcchan_receiving_init(struct ipcchan_receiving *r,
					 const struct ipcchan_message *slots,
					 u32 count)
{
	r->slots = slots;
	r->count = count;
	r->nr = 0;
	r->taken = &r->one;
	return count > 1 ? ipcchan_receiving_init_many(r) : 0;
}

/**
 * ipcchan_receiving_deinit() - end a receive
 * @r: holds no message any more
 */
static inline void ipcchan_receiving_deinit(struct ipcchan_receiving *r)
{
	if (r->taken != &r->one)
		kfree(r->taken);
}

#endif /* IPCCHAN_RECEIVING_H */
