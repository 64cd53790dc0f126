/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who polls, and is told.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_POLL_H
#define IPCCHAN_SCHEDULES_LINUX_POLL_H

#include_next <linux/poll.h>
#include <linux/wait.h>

#define EPOLLERR 0x008
#define EPOLLHUP 0x010

struct file;

typedef struct poll_table_struct {
	char nothing;
} poll_table;

struct poll_wqueues {
	poll_table pt;
	int triggered;
	int error;
};

static inline void poll_wait(struct file *file, wait_queue_head_t *head,
			     poll_table *table)
{
}

static inline void wake_up_poll(wait_queue_head_t *head, unsigned int events)
{
}

void poll_initwait(struct poll_wqueues *table);
void poll_freewait(struct poll_wqueues *table);
__poll_t vfs_poll(struct file *file, poll_table *table);

#endif /* IPCCHAN_SCHEDULES_LINUX_POLL_H */
