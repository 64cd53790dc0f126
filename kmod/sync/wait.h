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
struct ipcchan_sync;
struct ipcchan_waiting;

int ipcchan_sync_deadline(u32 flags, u64 deadline_ns,
			  struct ipcchan_deadline *deadline);
int ipcchan_sync_wait_told(struct ipcchan_waiting *waiting,
			   const struct ipcchan_deadline *deadline,
			   const struct ipcchan_deadlock *deadlock, u32 *length);
int ipcchan_sync_wait_for(struct ipcchan_want *want, struct file *file,
			  const struct ipcchan_deadline *deadline,
			  const struct ipcchan_deadlock *deadlock, u32 *length);

#endif /* IPCCHAN_SYNC_WAIT_H */
