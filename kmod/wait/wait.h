/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting: sleep until somebody finishes the wait, a deadline, or a signal.
 */
#ifndef IPCCHAN_WAIT_H
#define IPCCHAN_WAIT_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "limits.h"
#include "wait/deadline.h"

/**
 * DOC: Waits
 *
 * A waiter stands on the stack of the task that waits and in a list of the
 * object it waits for. The object's lock guards the list and says who ends the
 * wait:
 *
 * ======== ================================== ===============================
 * state    entered by                         left by
 * ======== ================================== ===============================
 * waiting  ipcchan_waiter_init(), added to    ipcchan_waiter_hasten(),
 *          the list by its owner              ipcchan_waiter_finish(), or
 *                                             ipcchan_waiter_cancel()
 * hastened ipcchan_waiter_hasten(), by its    ipcchan_waiter_finish(), or
 *          owner or whoever serves it         ipcchan_waiter_cancel()
 * finished ipcchan_waiter_finish(), by        never; the owner reads the
 *          whoever serves it                  result and forgets the waiter
 * ======== ================================== ===============================
 *
 * Finishing beats a deadline and a signal: the owner takes the lock before it
 * gives up, and finds out there whether it was served in the meantime.
 *
 * The waker pins the task, because a finished waiter's owner may return, and
 * its stack be gone, before the wake-up is issued::
 *
 *   waker                              owner
 *   -----                              -----
 *   lock
 *   get_task_struct(w->task)
 *   list_del_init(&w->node)
 *   store_release(w->result) --------> load_acquire(w->result): finished
 *   unlock                             returns; *w is gone
 *   wake_up_process(pinned task)
 *   put_task_struct()
 *
 * Whoever serves a waiter in part may bring its deadline forward, once; it is
 * woken for that, looks at its state again, and sleeps until the new time::
 *
 *   waker                              owner
 *   -----                              -----
 *   lock                               sleeps until the old deadline
 *   w->expires = sooner
 *   store_release(w->result) --------> load_acquire(w->result): hastened
 *   get_task_struct(w->task)           sleeps until w->expires
 *   unlock
 *   wake_up_process(pinned task)
 *   put_task_struct()
 *
 * A single write, published by the state, is never read half written.
 */

/* Results that no finisher gives: still waiting, till the deadline or sooner. */
#define IPCCHAN_WAITING		1
#define IPCCHAN_HASTENED	2

/* IPCCHAN_YIELDS - how often who is asked to lets others run before it sleeps */
#define IPCCHAN_YIELDS		3

/**
 * struct ipcchan_waiter - one task waiting for one object
 * @node: in the object's list while waiting; under the object's lock
 * @task: who waits; immutable
 * @result: IPCCHAN_WAITING, IPCCHAN_HASTENED, or, when finished, 0 or -errno;
 *	written under the object's lock, read without it (see the timelines
 *	above)
 * @expires: until when to sleep once it is hastened; likewise
 */
struct ipcchan_waiter {
	struct list_head node;
	struct task_struct *task;
	int result;
	ktime_t expires;
};

/**
 * struct ipcchan_wake - tasks to wake once the lock is dropped
 * @nr: how many
 * @tasks: the tasks, each with a reference
 */
struct ipcchan_wake {
	unsigned int nr;
	struct task_struct *tasks[IPCCHAN_WAKE_MAX];
};

/* Has nobody finished it? The caller holds the object's lock. */
static inline bool ipcchan_waiter_is_waiting(const struct ipcchan_waiter *w)
{
	return w->result > 0;
}

static inline bool ipcchan_wake_is_full(const struct ipcchan_wake *wake)
{
	return wake->nr == ARRAY_SIZE(wake->tasks);
}

/**
 * ipcchan_waiter_init() - make the current task a waiter
 * @w: to initialise, before its owner adds it to the object's list
 */
static inline void ipcchan_waiter_init(struct ipcchan_waiter *w)
{
	INIT_LIST_HEAD(&w->node);
	w->task = current;
	w->result = IPCCHAN_WAITING;
}

/**
 * ipcchan_wake_add() - wake a waiter's task once the lock is dropped
 * @wake: takes the task; must not be full
 * @w: the waiter, in the list of an object whose lock the caller holds
 */
static inline void ipcchan_wake_add(struct ipcchan_wake *wake, struct ipcchan_waiter *w)
{
	wake->tasks[wake->nr++] = get_task_struct(w->task);
}

/**
 * ipcchan_wake_one() - issue one wake-up; no lock held
 * @task: with a reference, which is given back
 */
static inline void ipcchan_wake_one(struct task_struct *task)
{
	wake_up_process(task);
	put_task_struct(task);
}

/**
 * ipcchan_wake_flush() - issue the wake-ups; no lock held
 * @wake: emptied
 */
static inline void ipcchan_wake_flush(struct ipcchan_wake *wake)
{
	while (wake->nr)
		ipcchan_wake_one(wake->tasks[--wake->nr]);
}

/**
 * ipcchan_waiter_end_unlisted() - ipcchan_waiter_end() of one that is in no list
 * @w: as there
 * @result: likewise
 *
 * Return: likewise.
 */
static inline struct task_struct *
ipcchan_waiter_end_unlisted(struct ipcchan_waiter *w, int result)
{
	struct task_struct *task = get_task_struct(w->task);

	/* Pairs with the acquire in ipcchan_waiter_sleep(). */
	smp_store_release(&w->result, result);
	return task;
}

/**
 * ipcchan_waiter_end() - end somebody's wait; who does this wakes the task
 * @w: a waiter in the list of an object whose lock the caller holds; gone when
 *	this returns
 * @result: what the waiting call is told
 *
 * Return: the task, for ipcchan_wake_one() once the lock is dropped.
 */
static inline struct task_struct *ipcchan_waiter_end(struct ipcchan_waiter *w,
						     int result)
{
	list_del_init(&w->node);
	return ipcchan_waiter_end_unlisted(w, result);
}

/**
 * ipcchan_waiter_finish() - end somebody's wait
 * @w: a waiter in the list of an object whose lock the caller holds; gone when
 *	this returns
 * @result: what the waiting call is told
 * @wake: takes the task; must not be full
 */
static inline void ipcchan_waiter_finish(struct ipcchan_waiter *w, int result,
					 struct ipcchan_wake *wake)
{
	wake->tasks[wake->nr++] = ipcchan_waiter_end(w, result);
}

int ipcchan_waiter_sleep_unless(struct ipcchan_waiter *w,
				const struct ipcchan_deadline *deadline,
				const int *is_so);
/**
 * ipcchan_waiter_sleep() - sleep until the wait is finished
 * @w: the current task's waiter, in its object's list
 * @deadline: when to give up, unless it is hastened
 *
 * Return: 0 if it was finished, -ETIMEDOUT or -ERESTARTSYS if not; then the
 * owner must take the object's lock and call ipcchan_waiter_cancel().
 */
static inline int ipcchan_waiter_sleep(struct ipcchan_waiter *w,
				       const struct ipcchan_deadline *deadline)
{
	return ipcchan_waiter_sleep_unless(w, deadline, NULL);
}

int ipcchan_waiter_sleep_on(struct ipcchan_waiter *w);
void ipcchan_waiter_hasten(struct ipcchan_waiter *w, ktime_t expires);
bool ipcchan_waiter_cancel(struct ipcchan_waiter *w);

#endif /* IPCCHAN_WAIT_H */
