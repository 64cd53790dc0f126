/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that hold something only they can let go of.
 */
#ifndef IPCCHAN_THREAD_H
#define IPCCHAN_THREAD_H

#include <linux/init.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "wait/blocked.h"
#include "wait/process.h"
#include "wait/waitgraph.h"

struct pid;

/**
 * DOC: Threads
 *
 * A lock is held by the thread that took it, whoever has a descriptor of it. So a
 * thread is known from when it first holds something until it has ended, or its
 * process executes another program: then what it holds is given up for it. That is
 * told by the kernel's own tracepoints, sched_process_exit and sched_process_exec, on
 * all kernels alike, and for each thread (docs/decisions/018)::
 *
 *   thread                                who gives up what it holds
 *   ------                                --------------------------
 *   exit_mm(): it touches no memory
 *   any more
 *   trace_sched_process_exit():
 *   has_ended = true
 *   schedules ipcchan_waits.ended ------> the work looks for those that have
 *                                         ended, and hold something; ends that
 *
 * The tracepoint is no place to take a lock that may sleep (PREEMPT_RT), so the table
 * of the threads can be read under RCU. A record that has ended is found no more: who
 * gets its number is somebody else.
 */

/**
 * struct ipcchan_thread - a thread; under the lock but for what is said of it
 * @pid: which, with a reference; immutable
 * @tgid: its process, only compared; immutable
 * @process: the same, with a reference; immutable
 * @node: in the table of all; read under RCU
 * @of_process: in the list of its process
 * @party: in the graph
 * @held: what it holds
 * @has_ended: it has, or will never come back; only ever set, without the lock
 * @ended: then, in the list of those whose end is to be seen to
 * @rcu: its memory goes when nobody reads the table
 */
struct ipcchan_thread {
	struct pid *pid;
	const struct pid *tgid;
	struct ipcchan_process *process;
	struct hlist_node node;
	struct hlist_node of_process;
	struct ipcchan_party party;
	struct list_head held;
	unsigned long has_ended;
	struct llist_node ended;
	struct rcu_head rcu;
};

/**
 * struct ipcchan_hold - something that a thread holds; under the lock
 * @node: in the list of the thread
 * @thread: who holds it; NULL: nobody
 * @edge: in the graph
 */
struct ipcchan_hold {
	struct list_head node;
	struct ipcchan_thread *thread;
	struct ipcchan_waitgraph_edge edge;
};

int __init ipcchan_threads_init(void);
void ipcchan_threads_exit(void);

int ipcchan_thread_enter(void);
struct ipcchan_thread *ipcchan_thread_find(const struct pid *pid)
	__must_hold(&ipcchan_waits.lock);
struct ipcchan_thread *ipcchan_thread_next_ended(void)
	__must_hold(&ipcchan_waits.lock);

/**
 * ipcchan_thread_hold() - a thread comes to hold a resource
 * @hold: for that; nobody's
 * @thread: the thread; it does not wait
 * @resource: what it holds
 */
static inline void ipcchan_thread_hold(struct ipcchan_hold *hold,
				       struct ipcchan_thread *thread,
				       struct ipcchan_waitgraph_resource *resource)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	hold->thread = thread;
	list_add_tail(&hold->node, &thread->held);
	ipcchan_waitgraph_hold(resource, &hold->edge, &thread->party.party);
}

/**
 * ipcchan_thread_let_go() - it holds it no more
 * @hold: somebody's
 */
static inline void ipcchan_thread_let_go(struct ipcchan_hold *hold)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_waitgraph_release(&hold->edge);
	list_del_init(&hold->node);
	hold->thread = NULL;
}

#endif /* IPCCHAN_THREAD_H */
