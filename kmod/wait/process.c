// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that wait for each other.
 */
#include <linux/hashtable.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "wait/process.h"

struct ipcchan_waits ipcchan_waits;

/* Processes that use mailboxes for calls: a machine has some hundred. */
static DEFINE_HASHTABLE(processes, 8);

/**
 * ipcchan_waits_init() - nobody waits
 */
void __init ipcchan_waits_init(void)
	__context_unsafe(nobody knows it yet)
{
	spin_lock_init(&ipcchan_waits.lock);
	ipcchan_waitgraph_init(&ipcchan_waits.graph);
}

/**
 * ipcchan_process_new() - memory for a process that is to be known
 *
 * Return: the memory, for ipcchan_process_enter() or ipcchan_process_free(); or
 * NULL.
 */
struct ipcchan_process *ipcchan_process_new(void)
{
	return kzalloc(sizeof(struct ipcchan_process), GFP_KERNEL_ACCOUNT);
}

/**
 * ipcchan_process_free() - free memory that was not used
 * @process: the memory, or NULL
 */
void ipcchan_process_free(struct ipcchan_process *process)
{
	kfree(process);
}

static struct ipcchan_process *find(const struct pid *tgid)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_process *process;

	lockdep_assert_held(&ipcchan_waits.lock);
	hash_for_each_possible(processes, process, node, (unsigned long)tgid)
		if (process->tgid == tgid)
			return process;
	return NULL;
}

/**
 * ipcchan_process_enter() - know the current process
 * @spare: memory, if it is not known yet; NULL: then it must be
 *
 * Return: the process, with a reference. If that is not @spare, @spare is still
 * the caller's.
 */
struct ipcchan_process *ipcchan_process_enter(struct ipcchan_process *spare)
{
	struct pid *tgid = task_tgid(current);
	struct ipcchan_process *process = find(tgid);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (process)
		return ipcchan_process_get(process);
	spare->tgid = get_pid(tgid);
	spare->usage = 1;
	ipcchan_waitgraph_party_init(&spare->party);
	INIT_HLIST_HEAD(&spare->blocked);
	INIT_LIST_HEAD(&spare->boosts);
	hash_add(processes, &spare->node, (unsigned long)tgid);
	return spare;
}

/**
 * ipcchan_process_forget() - nobody refers to a process any more
 * @process: the process
 */
void ipcchan_process_forget(struct ipcchan_process *process)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_waitgraph_party_deinit(&process->party);
	hash_del(&process->node);
	put_pid(process->tgid);
	kfree(process);
}

static void begin_waiting(struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_blocked *blocked;

	lockdep_assert_held(&ipcchan_waits.lock);
	hlist_for_each_entry(blocked, &process->blocked, node)
		ipcchan_waitgraph_request(&process->party, &blocked->edge,
					  blocked->resource);
	process->is_waiting = true;
}

static int search(const struct ipcchan_process *process,
		  struct ipcchan_waitgraph_party *party,
		  struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_waitgraph_cycle unnamed = {};

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!process->is_waiting)
		return 0;
	if (!cycle)
		return ipcchan_waitgraph_check(&ipcchan_waits.graph, party,
					       &unnamed);
	cycle->found.steps = cycle->steps;
	cycle->found.capacity = ARRAY_SIZE(cycle->steps);
	return ipcchan_waitgraph_check(&ipcchan_waits.graph, party,
				       &cycle->found);
}

/**
 * ipcchan_blocked_begin() - the current thread is to wait
 * @blocked: for that; all of it is filled in but @client
 * @process: the current process
 * @resource: what for
 * @cycle: filled in if it would wait for ever, for ipcchan_cycle_tell(); or NULL
 *
 * Return: 0: it waits, till ipcchan_blocked_end(); or -EDEADLK: it is as if it
 * did, so that it can be told why, and must end as well.
 */
int ipcchan_blocked_begin(struct ipcchan_blocked *blocked,
			  struct ipcchan_process *process,
			  struct ipcchan_waitgraph_resource *resource,
			  struct ipcchan_cycle *cycle)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	blocked->process = ipcchan_process_get(process);
	blocked->resource = resource;
	blocked->task = current;
	hlist_add_head(&blocked->node, &process->blocked);
	process->nr_blocked++;
	/*
	 * Where each thread waits, none is left to start another, or to take
	 * something on: so who holds nothing now will be in nobody's way.
	 */
	if (process->party.vertex.nr_in &&
	    process->nr_blocked == get_nr_threads(current))
		begin_waiting(process);
	return search(process, &process->party, cycle);
}

/**
 * ipcchan_blocked_check() - would a wait that has begun still end
 * @blocked: of a thread that waits
 * @cycle: as for ipcchan_blocked_begin()
 *
 * Return: 0 or -EDEADLK; it waits on.
 */
int ipcchan_blocked_check(const struct ipcchan_blocked *blocked,
			  struct ipcchan_cycle *cycle)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!blocked->process)
		return 0;
	return search(blocked->process, &blocked->process->party, cycle);
}

/**
 * ipcchan_blocked_move_waiting() - ipcchan_blocked_move() of a process that waits
 * @blocked: of a thread of it
 * @resource: what it waits for
 */
void
ipcchan_blocked_move_waiting(struct ipcchan_blocked *blocked,
			     struct ipcchan_waitgraph_resource *resource)
{
	struct ipcchan_process *process = blocked->process;

	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_process_end_waiting(process);
	blocked->resource = resource;
	begin_waiting(process);
}

static const struct ipcchan_process *
process_of(const struct ipcchan_waitgraph_party *party)
{
	return container_of(party, struct ipcchan_process, party);
}

/* Which of the threads it is that waits for this; there is one. */
static void tell_thread(const struct ipcchan_waitgraph_step *step,
			struct ipcchan_step *told)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_process *process = process_of(step->party);
	struct pid_namespace *pids = task_active_pid_ns(current);
	const struct ipcchan_blocked *blocked;

	lockdep_assert_held(&ipcchan_waits.lock);
	told->tgid = pid_nr_ns(process->tgid, pids);
	told->holder_tgid = pid_nr_ns(process_of(step->holder)->tgid, pids);
	hlist_for_each_entry(blocked, &process->blocked, node) {
		if (blocked->resource != step->resource)
			continue;
		told->client = blocked->client;
		told->tid = task_pid_nr_ns(blocked->task, pids);
		return;
	}
}

/**
 * ipcchan_cycle_tell() - write down a deadlock for user space
 * @cycle: as it was found in this section of the lock
 * @describe: fills in what is particular to a resource
 */
void ipcchan_cycle_tell(struct ipcchan_cycle *cycle,
			ipcchan_describe_t *describe)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < cycle->found.nr; i++) {
		struct ipcchan_step *told = &cycle->told[i];

		memset(told, 0, sizeof(*told));
		tell_thread(&cycle->steps[i], told);
		describe(cycle->steps[i].resource, told);
	}
}
