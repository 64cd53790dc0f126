// SPDX-License-Identifier: GPL-2.0
/*
 * Signals: does the one that interrupts a call restart it?
 *
 * -ERESTARTSYS leaves that to the kernel, which makes EINTR of it if a handler runs
 * that does not restart calls. Who must know beforehand, since a restarted call is
 * to be left as it is and an interrupted one to be undone, asks here. The answer is
 * that of now: a handler can be set, or another signal come, until the kernel looks
 * itself. So whoever leaves something behind for the restart says so to user space.
 */
#include <linux/sched/signal.h>
#include <linux/signal.h>

#include "wait/signals.h"

/* A signal that no handler catches stops, ends or does not concern the process. */
static bool restarts(const struct sighand_struct *sighand, int sig)
{
	const struct k_sigaction *action = &sighand->action[sig - 1];

	return action->sa.sa_handler == SIG_DFL ||
	       action->sa.sa_handler == SIG_IGN ||
	       (action->sa.sa_flags & SA_RESTART);
}

/**
 * ipcchan_signals_restart() - will the current system call be restarted
 *
 * Return: false if it is to end, with EINTR or with the task.
 */
bool ipcchan_signals_restart(void)
{
	struct sighand_struct *sighand = rcu_access_pointer(current->sighand);
	bool all_restart = !fatal_signal_pending(current);

	spin_lock_irq(&sighand->siglock);
	for (int sig = 1; all_restart && sig <= _NSIG; sig++) {
		if (!sigismember(&current->pending.signal, sig) &&
		    !sigismember(&current->signal->shared_pending.signal, sig))
			continue;
		all_restart = sigismember(&current->blocked, sig) ||
			      restarts(sighand, sig);
	}
	spin_unlock_irq(&sighand->siglock);
	return all_restart;
}
