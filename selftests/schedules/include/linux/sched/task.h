/* SPDX-License-Identifier: GPL-2.0 */
/*
 * References to threads, which are there all the time.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_SCHED_TASK_H
#define IPCCHAN_SCHEDULES_LINUX_SCHED_TASK_H

#include <linux/sched.h>

static inline struct task_struct *get_task_struct(struct task_struct *task)
{
	return task;
}

static inline void put_task_struct(struct task_struct *task)
{
}

#endif /* IPCCHAN_SCHEDULES_LINUX_SCHED_TASK_H */
