/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blocked: a thread that waits, as the wait-for graph sees it.
 */
#ifndef IPCCHAN_BLOCKED_H
#define IPCCHAN_BLOCKED_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

#include "wait/process.h"
#include "wait/waitgraph.h"

struct ipcchan_blocked;
struct task_struct;

/**
 * DOC: Blocked threads
 *
 * A wait of which nobody is in need costs the graph nothing: its edges are there only
 * if the thread holds something of its own, or if it is the last of its process to
 * wait and that holds something. So a thread is a party of the graph, while it waits,
 * by what is on its stack; but one that may hold something is one by its own record
 * (thread.h), whether it waits or not.
 */

/**
 * struct ipcchan_party - a thread in the graph
 * @party: there
 * @blocked: its wait; NULL: it does not wait
 */
struct ipcchan_party {
	struct ipcchan_waitgraph_party party;
	const struct ipcchan_blocked *blocked;
};

/**
 * struct ipcchan_request - something that a thread waits for
 * @resource: what
 * @edge: for that, while the thread is in the graph
 * @next: what it waits for besides, or NULL
 */
struct ipcchan_request {
	struct ipcchan_waitgraph_resource *resource;
	struct ipcchan_waitgraph_edge edge;
	struct ipcchan_request *next;
};

/**
 * struct ipcchan_blocked - a thread that waits, on its stack; under the lock
 * @node: in the list of its process
 * @process: which, with a reference; NULL: it does not wait
 * @client: client id of the session through which it waits
 * @since_ns: CLOCK_MONOTONIC time since when
 * @task: the thread
 * @requests: what it waits for, each until its end
 * @mode: how many of these it needs
 * @one: most wait for one thing only
 * @party: who it is in the graph; NULL: it is not there
 * @own: if it has no record
 * @member: it holds the crew of its process
 */
struct ipcchan_blocked {
	struct hlist_node node;
	struct ipcchan_process *process;
	u64 client;
	u64 since_ns;
	struct task_struct *task;
	struct ipcchan_request *requests;
	enum ipcchan_waitgraph_mode mode;
	struct ipcchan_request one;
	struct ipcchan_party *party;
	struct ipcchan_party own;
	struct ipcchan_waitgraph_edge member;
};

/**
 * struct ipcchan_cycle - a deadlock
 * @found: as the graph tells it
 * @steps: for that
 * @told: as it is told to user space
 */
struct ipcchan_cycle {
	struct ipcchan_waitgraph_cycle found;
	struct ipcchan_waitgraph_step steps[IPCCHAN_CYCLE_MAX];
	struct ipcchan_step told[IPCCHAN_CYCLE_MAX];
};

int ipcchan_blocked_begin_all(struct ipcchan_blocked *blocked,
			      struct ipcchan_process *process,
			      struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock);
/**
 * ipcchan_blocked_begin() - the current thread is to wait for one thing
 * @blocked: for that; all of it is filled in but @client and @since_ns
 * @process: the current process
 * @resource: what for
 * @cycle: as for ipcchan_blocked_begin_all()
 *
 * Return: likewise.
 */
static inline int
ipcchan_blocked_begin(struct ipcchan_blocked *blocked,
		      struct ipcchan_process *process,
		      struct ipcchan_waitgraph_resource *resource,
		      struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	blocked->one.resource = resource;
	blocked->one.next = NULL;
	blocked->requests = &blocked->one;
	blocked->mode = IPCCHAN_WAITGRAPH_ANY;
	return ipcchan_blocked_begin_all(blocked, process, cycle);
}

int ipcchan_blocked_check(const struct ipcchan_blocked *blocked,
			  struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_blocked_enter_graph(struct ipcchan_blocked *blocked)
	__must_hold(&ipcchan_waits.lock);
bool ipcchan_blocked_look_at(struct ipcchan_blocked *blocked)
	__must_hold(&ipcchan_waits.lock);
/**
 * ipcchan_blocked_move() - a thread waits for something else from now on
 * @blocked: of a thread that waits for one thing; if it does not, nothing happens
 * @resource: what for
 */
static inline void
ipcchan_blocked_move(struct ipcchan_blocked *blocked,
		     struct ipcchan_waitgraph_resource *resource)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!blocked->process)
		return;
	blocked->requests->resource = resource;
	if (likely(!blocked->party))
		return;
	ipcchan_waitgraph_remove_edge(&blocked->requests->edge);
	ipcchan_waitgraph_request(&blocked->party->party,
				  &blocked->requests->edge, resource);
}

void ipcchan_blocked_leave_graph(struct ipcchan_blocked *blocked)
	__must_hold(&ipcchan_waits.lock);
/**
 * ipcchan_blocked_end() - a thread waits no more
 * @blocked: of a thread; if it does not wait, nothing happens
 */
static inline void ipcchan_blocked_end(struct ipcchan_blocked *blocked)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_process *process = blocked->process;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!process)
		return;
	if (unlikely(blocked->party))
		ipcchan_blocked_leave_graph(blocked);
	hlist_del(&blocked->node);
	process->nr_blocked--;
	blocked->process = NULL;
	ipcchan_process_put(process);
}

void ipcchan_cycle_tell(struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock);

#endif /* IPCCHAN_BLOCKED_H */
