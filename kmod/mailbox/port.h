/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports: what a mailbox keeps for each open file description.
 */
#ifndef IPCCHAN_PORT_H
#define IPCCHAN_PORT_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

#include "mailbox/filter.h"
#include "mailbox/log.h"

struct fasync_struct;
struct file;
struct ipcchan_account;
struct ipcchan_bell;
struct ipcchan_flow;
struct ipcchan_peer;
struct ipcchan_receiving;
struct ipcchan_session;

/**
 * struct ipcchan_port - one open file description of a mailbox
 * @usage: references: one of the description, one of each that rings it
 * @flow: of the mailbox; there as long as the description; immutable
 * @session: through which it was opened; the description has a reference;
 *	immutable
 * @rights: IPCCHAN_RIGHT_*; immutable
 * @account: of its client, in a mailbox that keeps these; or NULL; immutable
 * @spare: memory that the delivery may use when it joins, and may leave when it
 *	goes; under the lock in between
 * @fasync: whom signals go to; self-locking
 * @has_died: the process that closed a descriptor of it last was ending;
 *	written without a lock, read when there is no descriptor any more
 * @node: in the flow's list of ports; under its lock, as all below
 * @peer: what receivers are told of it; or NULL
 * @filter: which messages it is for, if a call does not say
 * @reader: its position in the flow's log
 * @seen: messages up to this sequence were received, or count as lost
 * @turn: the call that is copying what is at @reader, or NULL
 * @is_reader: it has a position
 * @is_told: it was told that it is evicted
 * @holding: messages it holds, see mailbox/hold.h
 * @listening: in the flow's list of listeners, if it is one
 * @has_signals: @fasync is not empty
 * @bell: its eventfd, with a reference; or NULL
 * @events: IPCCHAN_EVENT_* for @bell
 * @watermark: lowest priority that is POLLPRI, or IPCCHAN_PRIORITIES for none
 * @due: IPCCHAN_EVENT_* to be told once the lock is dropped
 */
struct ipcchan_port {
	refcount_t usage;
	struct ipcchan_flow *flow;
	struct ipcchan_session *session;
	u32 rights;
	struct ipcchan_account *account;
	void *spare;
	struct fasync_struct *fasync;
	bool has_died;
	struct list_head node;
	struct ipcchan_peer *peer;
	struct ipcchan_filter filter;
	struct ipcchan_log_reader reader;
	u64 seen;
	struct ipcchan_receiving *turn;
	bool is_reader;
	bool is_told;
	struct rb_root holding;
	struct list_head listening;
	bool has_signals;
	struct ipcchan_bell *bell;
	u32 events;
	u32 watermark;
	u32 due;
};

struct ipcchan_port *ipcchan_port_new(struct ipcchan_flow *flow,
				      struct ipcchan_session *session,
				      u32 rights);
void ipcchan_port_free(struct ipcchan_port *port);
struct ipcchan_port *ipcchan_port_get(struct ipcchan_port *port);
void ipcchan_port_put(struct ipcchan_port *port);
struct ipcchan_port *ipcchan_port_of(struct file *file);

#endif /* IPCCHAN_PORT_H */
