// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting: sleep until somebody finishes the wait, a deadline, or a signal.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "wait/wait.h"

/**
 * ipcchan_waiter_init() - make the current task a waiter
 * @w: to initialise, before its owner adds it to the object's list
 */
void ipcchan_waiter_init(struct ipcchan_waiter *w)
{
	INIT_LIST_HEAD(&w->node);
	w->task = current;
	w->result = IPCCHAN_WAITING;
}

static bool is_finished(int result)
{
	return result <= 0;
}

/**
 * ipcchan_waiter_sleep() - sleep until the wait is finished
 * @w: the current task's waiter, in its object's list
 * @deadline: when to give up, unless it is hastened
 *
 * Return: 0 if it was finished, -ETIMEDOUT or -ERESTARTSYS if not; then the
 * owner must take the object's lock and call ipcchan_waiter_cancel().
 */
int ipcchan_waiter_sleep(struct ipcchan_waiter *w,
			 const struct ipcchan_deadline *deadline)
{
	int err = 0;

	for (;;) {
		ktime_t expires = deadline->expires;
		int result;

		set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
		/* Pairs with the releases in ..._finish() and ..._hasten(). */
		result = smp_load_acquire(&w->result);
		if (is_finished(result))
			break;
		if (result == IPCCHAN_HASTENED)
			expires = w->expires;
		if (signal_pending(current)) {
			err = -ERESTARTSYS;
			break;
		}
		if (!schedule_hrtimeout_range_clock(expires == KTIME_MAX ?
						    NULL : &expires,
						    current->timer_slack_ns,
						    HRTIMER_MODE_ABS,
						    deadline->clock)) {
			err = -ETIMEDOUT;
			break;
		}
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

/**
 * ipcchan_waiter_finish() - end somebody's wait
 * @w: a waiter in the list of an object whose lock the caller holds; gone when
 *	this returns
 * @result: what the waiting call is told
 * @wake: takes the task; must not be full
 */
void ipcchan_waiter_finish(struct ipcchan_waiter *w, int result,
			   struct ipcchan_wake *wake)
{
	ipcchan_wake_add(wake, w);
	list_del_init(&w->node);
	/* Pairs with the acquire in ipcchan_waiter_sleep(). */
	smp_store_release(&w->result, result);
}

/**
 * ipcchan_waiter_hasten() - bring somebody's deadline forward
 * @w: a waiter that is not finished, and was not hastened before; the caller
 *	holds the object's lock, and wakes it if it may sleep already
 * @expires: the new deadline, on the clock of the old one
 */
void ipcchan_waiter_hasten(struct ipcchan_waiter *w, ktime_t expires)
{
	w->expires = expires;
	/* Pairs with the acquire in ipcchan_waiter_sleep(). */
	smp_store_release(&w->result, IPCCHAN_HASTENED);
}

/**
 * ipcchan_waiter_cancel() - stop waiting, unless already finished
 * @w: the current task's waiter; the caller holds the object's lock
 *
 * Return: true if it was still waiting and is now out of the list; false if
 * somebody finished it, and that result counts.
 */
bool ipcchan_waiter_cancel(struct ipcchan_waiter *w)
{
	if (is_finished(w->result))
		return false;
	list_del_init(&w->node);
	return true;
}

/**
 * ipcchan_wake_add() - wake a waiter's task once the lock is dropped
 * @wake: takes the task; must not be full
 * @w: the waiter, in the list of an object whose lock the caller holds
 */
void ipcchan_wake_add(struct ipcchan_wake *wake, struct ipcchan_waiter *w)
{
	wake->tasks[wake->nr++] = get_task_struct(w->task);
}

/**
 * ipcchan_wake_flush() - issue the wake-ups; no lock held
 * @wake: emptied
 */
void ipcchan_wake_flush(struct ipcchan_wake *wake)
{
	while (wake->nr) {
		struct task_struct *task = wake->tasks[--wake->nr];

		wake_up_process(task);
		put_task_struct(task);
	}
}
