/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports: what a mailbox keeps for each open file description.
 */
#ifndef IPCCHAN_PORT_H
#define IPCCHAN_PORT_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

#include "mailbox/filter.h"
#include "mailbox/log.h"
#include "object/handle.h"
#include "wait/process.h"

struct fasync_struct;
struct file;
struct ipcchan_account;
struct ipcchan_bell;
struct ipcchan_call;
struct ipcchan_flow;
struct ipcchan_handle;
struct ipcchan_msg;
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
 * @file: the description, as long as it is there; immutable
 * @account: of its client, in a mailbox that keeps these; or NULL; immutable
 * @spare_call: a call that is over, for the next; exchanged
 * @spare_reply: a short reply that was received, for the next; exchanged
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
 * @user: the process that used it last; looked at without a lock, only to compare
 * @process: the same, with a reference; NULL: it has closed a descriptor; under the
 *	lock of the waits, as all below
 * @is_shared: others have used it as well
 * @serves: @process may receive from the flow; if @process is not NULL and there
 *	is the right
 * @serving: in the flow's list of servers
 * @calls: struct ipcchan_call, begun through it and not forgotten
 * @done: of these, those that are done and that nobody waits for
 * @awaiting: struct ipcchan_awaiting, of who waits for any
 * @requests: calls that it holds, by their tokens
 */
struct ipcchan_port {
	refcount_t usage;
	struct ipcchan_flow *flow;
	struct ipcchan_session *session;
	u32 rights;
	struct file *file;
	struct ipcchan_account *account;
	struct ipcchan_call *spare_call;
	struct ipcchan_msg *spare_reply;
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
	const struct pid *user;
	struct ipcchan_process *process __guarded_by(&ipcchan_waits.lock);
	bool is_shared __guarded_by(&ipcchan_waits.lock);
	struct ipcchan_waitgraph_edge serves
		__guarded_by(&ipcchan_waits.lock);
	struct list_head serving __guarded_by(&ipcchan_waits.lock);
	struct hlist_head calls __guarded_by(&ipcchan_waits.lock);
	struct list_head done __guarded_by(&ipcchan_waits.lock);
	struct list_head awaiting __guarded_by(&ipcchan_waits.lock);
	struct rb_root requests __guarded_by(&ipcchan_waits.lock);
};

int __init ipcchan_ports_init(void);
void ipcchan_ports_exit(void);
struct ipcchan_port *ipcchan_port_new(struct ipcchan_flow *flow,
				      const struct ipcchan_handle *handle);
void ipcchan_port_free(struct ipcchan_port *port);
struct ipcchan_port *ipcchan_port_get(struct ipcchan_port *port);
void ipcchan_port_put(struct ipcchan_port *port);

/**
 * ipcchan_port_of() - the port behind a descriptor
 * @file: of a mailbox
 *
 * Return: the port, there as long as the file is.
 */
static inline struct ipcchan_port *ipcchan_port_of(struct file *file)
{
	struct ipcchan_handle *handle = file->private_data;

	return handle->endpoint;
}

/* Which process uses it: port_user.c */
int ipcchan_port_use_first(struct ipcchan_port *port);

/**
 * ipcchan_port_use() - note that the current process uses a port; no lock held
 * @port: of a description that it has
 *
 * Return: 0 or -ENOMEM.
 */
static inline int ipcchan_port_use(struct ipcchan_port *port)
{
	/* Only this process changes it from and to this value. */
	if (likely(READ_ONCE(port->user) == task_tgid(current)))
		return 0;
	return ipcchan_port_use_first(port);
}

/**
 * ipcchan_port_process() - the process of a thread, as a port knows it
 * @port: the port
 * @task: the thread
 *
 * Return: the process; NULL if the thread has used no port yet.
 */
static inline struct ipcchan_process *
ipcchan_port_process(struct ipcchan_port *port, struct task_struct *task)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (likely(port->process && port->process->tgid == task_tgid(task)))
		return port->process;
	return ipcchan_process_find(task_tgid(task));
}

void ipcchan_port_unuse(struct ipcchan_port *port);
void ipcchan_port_join_servers(struct ipcchan_port *port);
void ipcchan_port_leave_servers(struct ipcchan_port *port)
	__must_hold(&port->flow->lock);
bool ipcchan_port_has_outcome(struct ipcchan_port *port);

#endif /* IPCCHAN_PORT_H */
