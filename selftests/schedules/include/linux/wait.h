/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queues in which nobody waits who is told of anything.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_WAIT_H
#define IPCCHAN_SCHEDULES_LINUX_WAIT_H

#include_next <linux/wait.h>
#include <linux/types.h>

struct wait_queue_entry {
	char nobody;
};

#define init_waitqueue_func_entry(entry, function) ((void)(function))

static inline void add_wait_queue(wait_queue_head_t *head,
				  struct wait_queue_entry *entry)
{
}

static inline void remove_wait_queue(wait_queue_head_t *head,
				     struct wait_queue_entry *entry)
{
}

static inline bool wq_has_sleeper(const wait_queue_head_t *head)
{
	return false;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_WAIT_H */
