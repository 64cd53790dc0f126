/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers of threads and processes.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_PID_H
#define IPCCHAN_SCHEDULES_LINUX_PID_H

#include_next <linux/pid.h>
#include <linux/types.h>

struct task_struct;

enum pid_type {
	PIDTYPE_TGID,
};

static inline pid_t pid_vnr(const struct pid *pid)
{
	return pid->number;
}

static inline struct task_struct *pid_task(struct pid *pid, enum pid_type type)
{
	return NULL;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_PID_H */
