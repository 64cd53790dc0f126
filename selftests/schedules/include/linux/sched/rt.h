/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No thread is of a realtime policy.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_SCHED_RT_H
#define IPCCHAN_SCHEDULES_LINUX_SCHED_RT_H

#include <linux/sched.h>

static inline bool rt_task(const struct task_struct *task)
{
	return false;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_SCHED_RT_H */
