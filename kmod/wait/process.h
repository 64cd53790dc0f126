/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that wait for each other.
 */
#ifndef IPCCHAN_PROCESS_H
#define IPCCHAN_PROCESS_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/sched/rt.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/ipcchan.h>

#include "wait/waitgraph.h"

struct pid;
struct task_struct;

/**
 * DOC: Processes
 *
 * The parties of the one wait-for graph are threads. What a thread has taken on, any
 * thread of its process may see to: so it is the process that holds, as the crew that
 * its threads are, and it is in the way while each of them waits. A thread that
 * waits for something else, or runs, is not known here, and may do anything. What only
 * the thread itself can let go of is its own: see thread.h.
 *
 * A process is known from its first use of a description, with which it may come to
 * hold something or to wait, until it has ended and what it held then is ended. That
 * it has is told by the wait queue of its pid, in the end of its last thread,
 * whatever it has closed before::
 *
 *   last thread                           who holds something for it
 *   -----------                           --------------------------
 *   exit_state = EXIT_ZOMBIE
 *   wakes pid->wait_pidfd:
 *   may_have_ended = true
 *   schedules ipcchan_waits.ended ------> the work looks for those that have
 *                                         ended, and hold something; ends that
 *
 * The queue tells of other things as well, so the work asks the pid.
 *
 * Nobody is told when a thread ends. If that was the last that did not wait, the
 * others are found to be stuck by the next search that comes there, and not
 * before: see docs/decisions/014.
 *
 * **Nice values.** A thread that takes something on for others may inherit their
 * nice value, if it is below its own: see struct ipcchan_boost. All boosts of a
 * thread end in its own value again, in whatever order, unless somebody has set
 * another meanwhile: then that one stays.
 */

/**
 * struct ipcchan_waits - what is known of who waits for whom
 * @lock: guards all below, and what else its users say
 * @graph: who waits for whom
 * @ended: a process has ended that may hold something; self-locking
 */
struct ipcchan_waits {
	struct work_struct ended;
	spinlock_t lock;
	struct ipcchan_waitgraph graph __guarded_by(&lock);
};

extern struct ipcchan_waits ipcchan_waits;

/**
 * struct ipcchan_process - a process; under the lock but for @tgid
 * @tgid: which, with a reference; immutable
 * @usage: references: one until it has ended and holds nothing
 * @node: in the table of all
 * @crew: in the graph; its threads hold it while all of them wait, and it is in the way
 * @blocked: its threads that wait
 * @nr_blocked: how many
 * @is_waiting: all do, and hold @crew
 * @threads: those that may hold something of their own
 * @boosts: of its threads
 * @held: what it holds, linked by who knows what that is
 * @ending: in the wait queue of @tgid; by its lock
 * @may_have_ended: @ending was told; written without the lock
 * @is_over: it has ended, and holds nothing
 */
struct ipcchan_process {
	struct pid *tgid;
	u32 usage;
	struct hlist_node node;
	struct ipcchan_waitgraph_resource crew;
	struct hlist_head blocked;
	u32 nr_blocked;
	bool is_waiting;
	struct hlist_head threads;
	struct list_head boosts;
	struct hlist_head held;
	struct wait_queue_entry ending;
	bool may_have_ended;
	bool is_over;
};

/**
 * struct ipcchan_boost - a nice value that a thread has from somebody else
 * @node: in the list of the process; linked to itself: there is none
 * @task: the thread, with a reference
 * @nice: the value
 * @base: what the thread had before all of its boosts
 * @set: what it was set to last
 *
 * Under the lock. The last two are the same in all boosts of a thread.
 */
struct ipcchan_boost {
	struct list_head node;
	struct task_struct *task;
	int nice;
	int base;
	int set;
};

void ipcchan_waits_init(work_func_t ended);
void ipcchan_waits_exit(void);

int ipcchan_process_enter(void);
struct ipcchan_process *ipcchan_process_find(const struct pid *tgid)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_process_forget(struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock);
struct ipcchan_process *ipcchan_process_next_ended(void)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_process_each(bool (*visit)(struct ipcchan_process *process, void *data),
			  void *data)
	__must_hold(&ipcchan_waits.lock);
/**
 * ipcchan_process_get() - one more reference
 * @process: the process
 *
 * Return: @process.
 */
static inline struct ipcchan_process *ipcchan_process_get(struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	process->usage++;
	return process;
}

/**
 * ipcchan_process_put() - give a reference back; the last one forgets it
 * @process: the process
 */
static inline void ipcchan_process_put(struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!--process->usage)
		ipcchan_process_forget(process);
}

/**
 * ipcchan_boost_nice_of_current() - what the current thread gives to others
 *
 * Return: a nice value.
 */
static inline int ipcchan_boost_nice_of_current(void)
{
	return rt_task(current) ? MIN_NICE : task_nice(current);
}

void ipcchan_boost_init(struct ipcchan_boost *boost);
void ipcchan_boost_set(struct ipcchan_boost *boost,
		       struct ipcchan_process *process,
		       struct task_struct *task, int nice)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_boost_unset(struct ipcchan_boost *boost,
			 struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock);

/**
 * ipcchan_boost_begin() - a thread has somebody's nice value
 * @boost: for that
 * @process: the process of the thread
 * @task: the thread
 * @nice: the value; nothing happens if it is not below what the thread has of
 *	its own, or if that runs by a realtime policy
 */
static inline void ipcchan_boost_begin(struct ipcchan_boost *boost,
				       struct ipcchan_process *process,
				       struct task_struct *task, int nice)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!rt_task(task) &&
	    (nice < task_nice(task) || !list_empty(&process->boosts)))
		ipcchan_boost_set(boost, process, task, nice);
}

/**
 * ipcchan_boost_end() - a thread has it no more
 * @boost: of a thread; if it is none, nothing happens
 * @process: the process of the thread
 */
static inline void ipcchan_boost_end(struct ipcchan_boost *boost,
				     struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!list_empty(&boost->node))
		ipcchan_boost_unset(boost, process);
}

#endif /* IPCCHAN_PROCESS_H */
