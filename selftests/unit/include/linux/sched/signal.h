/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads of a process: it has one.
 */
#ifndef IPCCHAN_LINUX_SCHED_SIGNAL_H
#define IPCCHAN_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

static inline struct pid *task_tgid(struct task_struct *task)
{
	return &task->tgid;
}

#endif /* IPCCHAN_LINUX_SCHED_SIGNAL_H */
