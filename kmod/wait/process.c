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

/* It is not what anybody waits for, but who holds that. */
static const struct ipcchan_waitgraph_kind crew = { };

static struct ipcchan_process *new_process(void)
	__context_unsafe(nobody knows it yet)
{
	struct ipcchan_process *process = kzalloc(sizeof(*process),
						  GFP_KERNEL_ACCOUNT);

	if (!process)
		return NULL;
	process->tgid = get_pid(task_tgid(current));
	process->usage = 1;
	ipcchan_waitgraph_resource_init(&process->crew, &crew,
					IPCCHAN_WAITGRAPH_ANY);
	INIT_HLIST_HEAD(&process->blocked);
	INIT_HLIST_HEAD(&process->threads);
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
	ipcchan_waitgraph_resource_deinit(&process->crew);
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

/**
 * ipcchan_process_each() - look at all processes that are known
 * @visit: is shown each, until it returns false
 * @data: for it
 */
void ipcchan_process_each(bool (*visit)(struct ipcchan_process *process, void *data),
			  void *data)
{
	struct ipcchan_process *process;
	int bucket;

	lockdep_assert_held(&ipcchan_waits.lock);
	hash_for_each(processes, bucket, process, node)
		if (!visit(process, data))
			return;
}
