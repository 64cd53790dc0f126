/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue in which nobody waits.
 */
#ifndef IPCCHAN_LINUX_WAIT_H
#define IPCCHAN_LINUX_WAIT_H

typedef struct {
	char nobody;
} wait_queue_head_t;

static inline void init_waitqueue_head(wait_queue_head_t *head)
{
}

static inline void wake_up_interruptible_poll(wait_queue_head_t *head,
					      unsigned int events)
{
}

#endif /* IPCCHAN_LINUX_WAIT_H */
