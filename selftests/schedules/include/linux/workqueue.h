/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work that is done later, by whoever looks for it.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_WORKQUEUE_H
#define IPCCHAN_SCHEDULES_LINUX_WORKQUEUE_H

#include <linux/types.h>

struct work_struct;

typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t function;
	bool is_due;
};

#define INIT_WORK(work, f) ((work)->function = (f))
#define schedule_work(work) ((work)->is_due = true)
#define flush_work(work) ((void)(work))
#define cancel_work_sync(work) ((void)(work))

#endif /* IPCCHAN_SCHEDULES_LINUX_WORKQUEUE_H */
