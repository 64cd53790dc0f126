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
 * @ended: is run when a process has ended that may hold something, for
 *	ipcchan_process_next_ended()
 */
void __init ipcchan_waits_init(work_func_t ended)
	__context_unsafe(nobody knows it yet)
{
	INIT_WORK(&ipcchan_waits.ended, ended);
	spin_lock_init(&ipcchan_waits.lock);
	ipcchan_waitgraph_init(&ipcchan_waits.graph);
}

/**
 * ipcchan_waits_exit() - no process is known any more
 */
void __exit ipcchan_waits_exit(void)
{
	struct ipcchan_process *process;
	struct hlist_node *next;
	int bucket;

	spin_lock(&ipcchan_waits.lock);
	hash_for_each_safe(processes, bucket, next, process, node)
		ipcchan_process_put(process);
	spin_unlock(&ipcchan_waits.lock);
	cancel_work_sync(&ipcchan_waits.ended);
}

/**
 * ipcchan_process_find() - a process that is known
 * @tgid: of the process
 *
 * Return: the process, or NULL.
 */
struct ipcchan_process *ipcchan_process_find(const struct pid *tgid)
{
	struct ipcchan_process *process;

	lockdep_assert_held(&ipcchan_waits.lock);
	hash_for_each_possible(processes, process, node, (unsigned long)tgid)
		if (process->tgid == tgid)
			return process;
	return NULL;
}

/* With the lock of the queue, and tasklist_lock: so what is to be done is for later. */
static int note_end(struct wait_queue_entry *ending, unsigned int mode, int flags,
		    void *key)
{
	struct ipcchan_process *process =
		container_of(ending, struct ipcchan_process, ending);

	WRITE_ONCE(process->may_have_ended, true);
	schedule_work(&ipcchan_waits.ended);
	return 0;
}

/* As poll(2) of a pidfd has it. */
static bool has_ended(struct pid *tgid)
{
	const struct task_struct *leader;
	bool has_ended;

	rcu_read_lock();
	leader = pid_task(tgid, PIDTYPE_TGID);
	has_ended = !leader || (READ_ONCE(leader->exit_state) &&
				thread_group_empty((struct task_struct *)leader));
	rcu_read_unlock();
	return has_ended;
}

static struct ipcchan_process *new_process(void)
	__context_unsafe(nobody knows it yet)
{
	struct ipcchan_process *process = kzalloc(sizeof(*process),
						  GFP_KERNEL_ACCOUNT);

	if (!process)
		return NULL;
	process->tgid = get_pid(task_tgid(current));
	process->usage = 1;
	ipcchan_waitgraph_party_init(&process->party);
	INIT_HLIST_HEAD(&process->blocked);
	INIT_LIST_HEAD(&process->boosts);
	INIT_HLIST_HEAD(&process->held);
	init_waitqueue_func_entry(&process->ending, note_end);
	return process;
}

/* Returns false if another thread did so just now. */
static bool try_enter(struct ipcchan_process *process)
{
	bool is_known;

	spin_lock(&ipcchan_waits.lock);
	is_known = ipcchan_process_find(process->tgid);
	if (!is_known) {
		hash_add(processes, &process->node,
			 (unsigned long)process->tgid);
		add_wait_queue(&process->tgid->wait_pidfd, &process->ending);
	}
	spin_unlock(&ipcchan_waits.lock);
	return !is_known;
}

/**
 * ipcchan_process_enter() - know the current process, until it ends
 *
 * Return: 0 or -ENOMEM.
 */
int ipcchan_process_enter(void)
{
	struct ipcchan_process *process = new_process();

	if (!process)
		return -ENOMEM;
	if (!try_enter(process)) {
		put_pid(process->tgid);
		kfree(process);
	}
	return 0;
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
	remove_wait_queue(&process->tgid->wait_pidfd, &process->ending);
	put_pid(process->tgid);
	kfree(process);
}

/* Nothing new comes to it, but others may still refer to it. */
static void leave(struct ipcchan_process *process)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	process->is_over = true;
	ipcchan_process_put(process);
}

/**
 * ipcchan_process_next_ended() - find a process that has ended and holds something
 *
 * Return: the process, or NULL if there is none; those that hold nothing are
 * forgotten.
 */
struct ipcchan_process *ipcchan_process_next_ended(void)
{
	struct ipcchan_process *process;
	struct hlist_node *next;
	int bucket;

	lockdep_assert_held(&ipcchan_waits.lock);
	hash_for_each_safe(processes, bucket, next, process, node) {
		if (process->is_over || !READ_ONCE(process->may_have_ended) ||
		    !has_ended(process->tgid))
			continue;
		if (!hlist_empty(&process->held))
			return process;
		leave(process);
	}
	return NULL;
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
