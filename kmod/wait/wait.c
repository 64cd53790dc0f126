// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting: sleep until somebody finishes the wait, a deadline, or a signal.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "wait/wait.h"

static bool is_finished(int result)
{
	return result <= 0;
}

/*
 * Who ends the wait may be runnable, and only wait for this CPU: then both change places
 * without that one goes to sleep and is woken. So few times that nobody spins::
 *
 *   waits, and yields                  answers
 *   -----------------                  -------
 *   result: waiting
 *   yield() -------------------------> runs; store_release(w->result): finished
 *                                      wake_up_process(): it runs already, nothing to do
 *                                      waits for the next, and yields
 *   load_acquire(w->result): finished <-
 */
static void yield_until_finished(const struct ipcchan_waiter *w)
{
	for (int i = 0; i < IPCCHAN_YIELDS; i++) {
		/* Pairs with the release in ..._end(). */
		if (is_finished(smp_load_acquire(&w->result)) ||
		    signal_pending(current))
			return;
		yield();
	}
}

/**
 * ipcchan_waiter_sleep_unless() - ipcchan_waiter_sleep(), or until something else is so
 * @w: as there
 * @deadline: likewise
 * @is_so: whoever sets it wakes the task after; or NULL
 *
 * Return: as there, or -EAGAIN if it is so.
 */
int ipcchan_waiter_sleep_unless(struct ipcchan_waiter *w,
				const struct ipcchan_deadline *deadline,
				const int *is_so)
{
	int err = 0;

	if (deadline->yields)
		yield_until_finished(w);
	for (;;) {
		ktime_t expires = deadline->expires;
		int result;

		set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
		/* Pairs with the releases in ..._end() and ..._hasten(). */
		result = smp_load_acquire(&w->result);
		if (is_finished(result))
			break;
		if (result == IPCCHAN_HASTENED)
			expires = w->expires;
		if (is_so && READ_ONCE(*is_so)) {
			err = -EAGAIN;
			break;
		}
		if (signal_pending(current)) {
			err = -ERESTARTSYS;
			break;
		}
		if (expires == KTIME_MAX) {
			schedule();
		} else if (!schedule_hrtimeout_range_clock(&expires,
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
 * ipcchan_waiter_sleep_on() - sleep until the wait is finished, whatever else comes
 * @w: the current task's waiter, in its object's list
 *
 * Return: 0 if it was finished, -EINTR if the task is killed; then as above.
 */
int ipcchan_waiter_sleep_on(struct ipcchan_waiter *w)
{
	int err = 0;

	for (;;) {
		set_current_state(TASK_KILLABLE | TASK_FREEZABLE);
		/* Pairs with the release in ..._end(). */
		if (is_finished(smp_load_acquire(&w->result)))
			break;
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return err;
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

