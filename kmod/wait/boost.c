// SPDX-License-Identifier: GPL-2.0
/*
 * Boosts: nice values that threads have from those for whom they work.
 *
 * Binder's rule. Only nice values: a module cannot give a realtime priority, nor
 * hand on its own (rt_mutex and setscheduler are not for modules). So a thread
 * that runs by a realtime policy is left alone, and one that calls by such a
 * policy counts as the nicest to have of all.
 *
 * All set_user_nice() are under the lock, so the last to be set is that of the
 * last who looked at all boosts of the thread.
 */
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/sched/rt.h>
#include <linux/sched/task.h>

#include "wait/process.h"

/**
 * ipcchan_boost_init() - no boost yet
 * @boost: to initialise
 */
void ipcchan_boost_init(struct ipcchan_boost *boost)
{
	INIT_LIST_HEAD(&boost->node);
}

/* The lowest of what its boosts say and what it has of its own. */
static int wanted(const struct ipcchan_process *process,
		  const struct task_struct *task, int base)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_boost *boost;
	int nice = base;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(boost, &process->boosts, node)
		if (boost->task == task)
			nice = min(nice, boost->nice);
	return nice;
}

static void set_nice(struct ipcchan_process *process, struct task_struct *task,
		     int base)
	__must_hold(&ipcchan_waits.lock)
{
	int nice = wanted(process, task, base);
	struct ipcchan_boost *boost;

	lockdep_assert_held(&ipcchan_waits.lock);
	set_user_nice(task, nice);
	list_for_each_entry(boost, &process->boosts, node) {
		if (boost->task != task)
			continue;
		boost->base = base;
		boost->set = nice;
	}
}

/* What the thread had before; if it has none yet, what it has now. */
static int base_of(const struct ipcchan_process *process,
		   const struct task_struct *task)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_boost *boost;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(boost, &process->boosts, node)
		if (boost->task == task && boost->set == task_nice(task))
			return boost->base;
	return task_nice(task);
}

/**
 * ipcchan_boost_set() - ipcchan_boost_begin(), where that may have to do something
 * @boost: as there
 * @process: likewise
 * @task: likewise
 * @nice: likewise
 */
void ipcchan_boost_set(struct ipcchan_boost *boost,
		       struct ipcchan_process *process,
		       struct task_struct *task, int nice)
{
	int base = base_of(process, task);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (nice >= base)
		return;
	boost->task = get_task_struct(task);
	boost->nice = nice;
	list_add_tail(&boost->node, &process->boosts);
	set_nice(process, task, base);
}

/**
 * ipcchan_boost_unset() - ipcchan_boost_end() of one that there is
 * @boost: as there
 * @process: likewise
 */
void ipcchan_boost_unset(struct ipcchan_boost *boost,
			 struct ipcchan_process *process)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	list_del_init(&boost->node);
	if (task_nice(boost->task) == boost->set)
		set_nice(process, boost->task, boost->base);
	put_task_struct(boost->task);
}
