// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that hold something only they can let go of.
 */
#include <linux/errno.h>
#include <linux/hashtable.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include "wait/thread.h"

static DEFINE_HASHTABLE(threads, 8);

/* How many are in the table: most threads that end are not. */
static atomic_t nr_threads;

/* Those whose end was told, and of them those that are seen to; under the lock. */
static LLIST_HEAD(told);
static struct llist_node *ended;

/* With preemption disabled: so what is to be done is for later. */
static void note_end(struct ipcchan_thread *thread)
{
	if (test_and_set_bit(0, &thread->has_ended))
		return;
	llist_add(&thread->ended, &told);
	schedule_work(&ipcchan_waits.ended);
}

static void note_exit(void *data, IPCCHAN_SCHED_PROCESS_EXIT_ARGS)
{
	struct pid *pid = task_pid(p);
	struct ipcchan_thread *thread;

	if (likely(!atomic_read(&nr_threads)))
		return;
	rcu_read_lock();
	hash_for_each_possible_rcu(threads, thread, node, (unsigned long)pid)
		if (thread->pid == pid)
			note_end(thread);
	rcu_read_unlock();
}

/*
 * Its other threads have ended by now. The one that is left has the number of the
 * first, whichever it was.
 */
static void note_exec(void *data, struct task_struct *p, pid_t old_pid,
		      struct linux_binprm *bprm)
{
	struct ipcchan_thread *thread;
	int bucket;

	if (likely(!atomic_read(&nr_threads)))
		return;
	rcu_read_lock();
	hash_for_each_rcu(threads, bucket, thread, node)
		if (thread->tgid == task_tgid(p))
			note_end(thread);
	rcu_read_unlock();
}

/**
 * struct probe - a tracepoint of the kernel, and who is told there
 * @name: of the tracepoint
 * @function: who is told
 * @tracepoint: it; NULL: it was not found
 */
struct probe {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
};

static struct probe probes[] = {
	{ "sched_process_exit", note_exit },
	{ "sched_process_exec", note_exec },
};

static void look_at(struct tracepoint *tracepoint, void *data)
{
	for (u32 i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
}

static int attach(const struct probe *probe)
{
	if (probe->tracepoint)
		return tracepoint_probe_register(probe->tracepoint,
						 probe->function, NULL);
	pr_err("ipcchan: this kernel has no tracepoint %s\n", probe->name);
	return -EOPNOTSUPP;
}

static void detach(u32 nr)
{
	while (nr--)
		tracepoint_probe_unregister(probes[nr].tracepoint,
					    probes[nr].function, NULL);
	tracepoint_synchronize_unregister();
}

/**
 * ipcchan_threads_init() - be told of the ends of threads from now on
 *
 * Return: 0, -EOPNOTSUPP if this kernel does not tell, or -ENOMEM.
 */
int __init ipcchan_threads_init(void)
{
	int err;

	for_each_kernel_tracepoint(look_at, NULL);
	for (u32 i = 0; i < ARRAY_SIZE(probes); i++) {
		err = attach(&probes[i]);
		if (err) {
			detach(i);
			return err;
		}
	}
	return 0;
}

static void forget(struct ipcchan_thread *thread)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_waitgraph_party_deinit(&thread->party.party);
	hash_del_rcu(&thread->node);
	hlist_del(&thread->of_process);
	atomic_dec(&nr_threads);
	ipcchan_process_put(thread->process);
	put_pid(thread->pid);
	kfree_rcu(thread, rcu);
}

/**
 * ipcchan_threads_exit() - no thread is known any more
 */
void ipcchan_threads_exit(void)
{
	struct ipcchan_thread *thread;
	struct hlist_node *next;
	int bucket;

	detach(ARRAY_SIZE(probes));
	/* Those who were told of are seen to: there is nothing left to hold. */
	flush_work(&ipcchan_waits.ended);
	spin_lock(&ipcchan_waits.lock);
	hash_for_each_safe(threads, bucket, next, thread, node)
		forget(thread);
	spin_unlock(&ipcchan_waits.lock);
}

/**
 * ipcchan_thread_find() - a thread that is known
 * @pid: of the thread
 *
 * Return: the thread, or NULL; one that has ended is not found.
 */
struct ipcchan_thread *ipcchan_thread_find(const struct pid *pid)
{
	struct ipcchan_thread *thread;

	lockdep_assert_held(&ipcchan_waits.lock);
	hash_for_each_possible(threads, thread, node, (unsigned long)pid)
		if (thread->pid == pid && !test_bit(0, &thread->has_ended))
			return thread;
	return NULL;
}

static struct ipcchan_thread *new_thread(void)
	__context_unsafe(nobody knows it yet)
{
	struct ipcchan_thread *thread = kzalloc(sizeof(*thread),
						GFP_KERNEL_ACCOUNT);

	if (!thread)
		return NULL;
	ipcchan_waitgraph_party_init(&thread->party.party);
	INIT_LIST_HEAD(&thread->held);
	return thread;
}

/* Returns false if its process is not known. */
static bool try_enter(struct ipcchan_thread *thread)
{
	struct ipcchan_process *process;

	spin_lock(&ipcchan_waits.lock);
	process = ipcchan_process_find(task_tgid(current));
	if (process) {
		thread->pid = get_pid(task_pid(current));
		thread->tgid = process->tgid;
		thread->process = ipcchan_process_get(process);
		hlist_add_head(&thread->of_process, &process->threads);
		hash_add_rcu(threads, &thread->node, (unsigned long)thread->pid);
		atomic_inc(&nr_threads);
	}
	spin_unlock(&ipcchan_waits.lock);
	return process;
}

/**
 * ipcchan_thread_enter() - know the current thread, which is not known, until it ends
 *
 * Return: 0 or -ENOMEM.
 */
int ipcchan_thread_enter(void)
{
	struct ipcchan_thread *thread = new_thread();
	int err = 0;

	if (!thread)
		return -ENOMEM;
	while (!err && !try_enter(thread))
		err = ipcchan_process_enter();
	if (err)
		kfree(thread);
	return err;
}

/**
 * ipcchan_thread_next_ended() - find a thread that has ended and holds something
 *
 * Return: the thread, or NULL if there is none; those that hold nothing are
 * forgotten.
 */
struct ipcchan_thread *ipcchan_thread_next_ended(void)
{
	struct ipcchan_thread *thread;

	lockdep_assert_held(&ipcchan_waits.lock);
	while (ended || (ended = llist_del_all(&told))) {
		thread = llist_entry(ended, struct ipcchan_thread, ended);
		if (!list_empty(&thread->held))
			return thread;
		ended = ended->next;
		forget(thread);
	}
	return NULL;
}
