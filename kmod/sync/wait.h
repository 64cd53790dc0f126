/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waits: how the ioctls that wait for an object do that.
 */
#ifndef IPCCHAN_SYNC_WAIT_H
#define IPCCHAN_SYNC_WAIT_H

#include <linux/types.h>

#include "object/deadlock.h"
#include "wait/deadline.h"

struct file;
struct ipcchan_want;
struct ipcchan_waiting;

/**
 * struct ipcchan_wait_args - what an ioctl that waits is given
 * @flags: IPCCHAN_NONBLOCK, IPCCHAN_REALTIME, and none else
 * @deadline_ns: until when
 * @deadlock: where to tell of one
 * @length: how many steps it has, if it can be told; else NULL
 */
struct ipcchan_wait_args {
	u32 flags;
	u64 deadline_ns;
	struct ipcchan_deadlock deadlock;
	u32 *length;
};

/* Those of struct ipcchan_mutex_lock, and of others of the same fields. */
#define IPCCHAN_LOCK_ARGS(a, own_flags) ((struct ipcchan_wait_args){	\
		.flags = (a)->flags & ~(own_flags),			\
		.deadline_ns = (a)->deadline_ns,			\
		.deadlock = {						\
			.user = (a)->cycle,				\
			.count = (a)->cycle_count,			\
			.step_size = (a)->step_size,			\
		},							\
		.length = &(a)->cycle_length,				\
	})

int ipcchan_wait_parse(const struct ipcchan_wait_args *args,
		       struct ipcchan_deadline *deadline);
int ipcchan_sync_wait_told(struct ipcchan_waiting *waiting,
			   const struct ipcchan_deadline *deadline,
			   const struct ipcchan_wait_args *args);
int ipcchan_sync_wait_for(struct ipcchan_want *want, struct file *file,
			  const struct ipcchan_wait_args *args);

#endif /* IPCCHAN_SYNC_WAIT_H */
