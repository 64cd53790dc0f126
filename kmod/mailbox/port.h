/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports: what a mailbox keeps for each open file description.
 */
#ifndef IPCCHAN_PORT_H
#define IPCCHAN_PORT_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>

#include "mailbox/filter.h"
#include "mailbox/log.h"

struct file;
struct ipcchan_account;
struct ipcchan_flow;
struct ipcchan_receiving;
struct ipcchan_session;

/**
 * struct ipcchan_port - one open file description of a mailbox
 * @flow: of the mailbox; there as long as the description; immutable
 * @session: through which it was opened; the description has a reference;
 *	immutable
 * @rights: IPCCHAN_RIGHT_*; immutable
 * @account: of its client, in a mailbox that keeps these; or NULL; immutable
 * @spare: memory that the delivery may use when it joins, and may leave when it
 *	goes; under the lock in between
 * @node: in the flow's list of ports; under its lock, as all below
 * @filter: which messages it is for, if a call does not say
 * @reader: its position in the flow's log
 * @seen: messages up to this sequence were received, or count as lost
 * @turn: the call that is copying what is at @reader, or NULL
 * @is_reader: it has a position
 * @is_told: it was told that it is evicted
 * @holding: messages it holds, see mailbox/hold.h
 */
struct ipcchan_port {
	struct ipcchan_flow *flow;
	struct ipcchan_session *session;
	u32 rights;
	struct ipcchan_account *account;
	void *spare;
	struct list_head node;
	struct ipcchan_filter filter;
	struct ipcchan_log_reader reader;
	u64 seen;
	struct ipcchan_receiving *turn;
	bool is_reader;
	bool is_told;
	struct rb_root holding;
};

struct ipcchan_port *ipcchan_port_new(struct ipcchan_flow *flow,
				      struct ipcchan_session *session,
				      u32 rights);
void ipcchan_port_free(struct ipcchan_port *port);
struct ipcchan_port *ipcchan_port_of(struct file *file);

#endif /* IPCCHAN_PORT_H */
