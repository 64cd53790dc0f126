/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one process there is.
 */
#ifndef IPCCHAN_LINUX_SCHED_H
#define IPCCHAN_LINUX_SCHED_H

#include <linux/pid.h>

struct task_struct {
	struct pid tgid;
};

extern struct task_struct ipcchan_only_task;

#define current (&ipcchan_only_task)

#endif /* IPCCHAN_LINUX_SCHED_H */
