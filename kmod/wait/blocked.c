// SPDX-License-Identifier: GPL-2.0
/*
 * Blocked: a thread that waits, as the wait-for graph sees it.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "wait/blocked.h"
#include "wait/thread.h"

static void enter_graph(struct ipcchan_blocked *blocked,
			struct ipcchan_thread *thread)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_request *request;

	lockdep_assert_held(&ipcchan_waits.lock);
	blocked->party = thread ? &thread->party : &blocked->own;
	if (!thread)
		ipcchan_waitgraph_party_init(&blocked->own.party);
	blocked->party->blocked = blocked;
	blocked->party->party.vertex.mode = blocked->mode;
	for (request = blocked->requests; request; request = request->next)
		ipcchan_waitgraph_request(&blocked->party->party, &request->edge,
					  request->resource);
}

static struct ipcchan_thread *thread_of(const struct ipcchan_blocked *blocked)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (likely(hlist_empty(&blocked->process->threads)))
		return NULL;
	return ipcchan_thread_find(task_pid(blocked->task));
}

/* Every thread of a process waits: so whoever needs one of them needs all to wait. */
static void gather(struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_blocked *blocked;

	lockdep_assert_held(&ipcchan_waits.lock);
	hlist_for_each_entry(blocked, &process->blocked, node) {
		if (!blocked->party)
			enter_graph(blocked, thread_of(blocked));
		ipcchan_waitgraph_hold(&process->crew, &blocked->member,
				       &blocked->party->party);
	}
	process->is_waiting = true;
}

static void scatter(struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_blocked *blocked;

	lockdep_assert_held(&ipcchan_waits.lock);
	hlist_for_each_entry(blocked, &process->blocked, node)
		ipcchan_waitgraph_release(&blocked->member);
	process->is_waiting = false;
}

static int search(const struct ipcchan_blocked *blocked,
		  struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_waitgraph_cycle unnamed = {};

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!blocked->party)
		return 0;
	if (!cycle)
		return ipcchan_waitgraph_check(&ipcchan_waits.graph,
					       &blocked->party->party, &unnamed);
	cycle->found.steps = cycle->steps;
	cycle->found.capacity = ARRAY_SIZE(cycle->steps);
	return ipcchan_waitgraph_check(&ipcchan_waits.graph,
				       &blocked->party->party, &cycle->found);
}

/**
 * ipcchan_blocked_begin_all() - the current thread is to wait
 * @blocked: for that; @requests and @mode say what for
 * @process: the current process
 * @cycle: filled in if it would wait for ever, for ipcchan_cycle_tell(); or NULL
 *
 * Return: 0: it waits, till ipcchan_blocked_end(); or -EDEADLK: it is as if it
 * did, so that it can be told why, and must end as well.
 */
int ipcchan_blocked_begin_all(struct ipcchan_blocked *blocked,
			      struct ipcchan_process *process,
			      struct ipcchan_cycle *cycle)
{
	struct ipcchan_thread *thread;

	lockdep_assert_held(&ipcchan_waits.lock);
	blocked->process = ipcchan_process_get(process);
	blocked->task = current;
	blocked->party = NULL;
	hlist_add_head(&blocked->node, &process->blocked);
	process->nr_blocked++;
	thread = thread_of(blocked);
	if (thread && thread->party.party.vertex.nr_in)
		enter_graph(blocked, thread);
	/*
	 * Where each thread waits, none is left to start another, or to take
	 * something on: so who holds nothing now will be in nobody's way.
	 */
	if (process->crew.vertex.nr_in &&
	    process->nr_blocked == get_nr_threads(current))
		gather(process);
	return search(blocked, cycle);
}

/**
 * ipcchan_blocked_check() - would a wait that has begun still end
 * @blocked: of a thread that waits
 * @cycle: as for ipcchan_blocked_begin_all()
 *
 * Return: 0 or -EDEADLK; it waits on.
 */
int ipcchan_blocked_check(const struct ipcchan_blocked *blocked,
			  struct ipcchan_cycle *cycle)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return blocked->process ? search(blocked, cycle) : 0;
}

/**
 * ipcchan_blocked_enter_graph() - somebody may need a thread that holds nothing
 * @blocked: of a thread that waits; from now on it is in the graph, till its end
 */
void ipcchan_blocked_enter_graph(struct ipcchan_blocked *blocked)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!blocked->party)
		enter_graph(blocked, thread_of(blocked));
}

/**
 * ipcchan_blocked_look_at() - ipcchan_waitgraph_look_at() of a thread
 * @blocked: of a thread that waits; from now on it is in the graph, till its end
 *
 * Return: as there.
 */
bool ipcchan_blocked_look_at(struct ipcchan_blocked *blocked)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_blocked_enter_graph(blocked);
	return ipcchan_waitgraph_look_at(&ipcchan_waits.graph,
					 &blocked->party->party);
}

/**
 * ipcchan_blocked_leave_graph() - ipcchan_blocked_end() of one that is in the graph
 * @blocked: of a thread
 */
void ipcchan_blocked_leave_graph(struct ipcchan_blocked *blocked)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (blocked->process->is_waiting)
		scatter(blocked->process);
	ipcchan_waitgraph_end(&blocked->party->party);
	if (blocked->party == &blocked->own)
		ipcchan_waitgraph_party_deinit(&blocked->own.party);
	blocked->party->blocked = NULL;
	blocked->party = NULL;
}

/* Of a party that is stuck, and so waits. */
static const struct ipcchan_blocked *
blocked_of(const struct ipcchan_waitgraph_party *party)
{
	return container_of(party, struct ipcchan_party, party)->blocked;
}

static void tell_step(const struct ipcchan_waitgraph_step *step,
		      struct ipcchan_step *told)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_blocked *waiter = blocked_of(step->party);
	const struct ipcchan_blocked *holder = blocked_of(step->holder);
	struct pid_namespace *pids = task_active_pid_ns(current);

	lockdep_assert_held(&ipcchan_waits.lock);
	*told = (struct ipcchan_step){
		.client = waiter->client,
		.tgid = pid_nr_ns(waiter->process->tgid, pids),
		.tid = task_pid_nr_ns(waiter->task, pids),
		.holder_tgid = pid_nr_ns(holder->process->tgid, pids),
		.holder_tid = task_pid_nr_ns(holder->task, pids),
	};
	step->resource->kind->describe(step->resource, told);
}

/**
 * ipcchan_cycle_tell() - write down a deadlock for user space
 * @cycle: as it was found in this section of the lock
 */
void ipcchan_cycle_tell(struct ipcchan_cycle *cycle)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < cycle->found.nr; i++)
		tell_step(&cycle->steps[i], &cycle->told[i]);
}
