// SPDX-License-Identifier: GPL-2.0
/*
 * Waits: how the ioctls that wait for an object do that.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/ipcchan.h>

#include "object/handle.h"
#include "object/session.h"
#include "sync/sync.h"
#include "sync/wait.h"
#include "wait/signals.h"

/**
 * ipcchan_sync_deadline() - take the deadline of an ioctl
 * @flags: IPCCHAN_NONBLOCK, IPCCHAN_REALTIME
 * @deadline_ns: as user space gave it
 * @deadline: to fill
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int ipcchan_sync_deadline(u32 flags, u64 deadline_ns,
			  struct ipcchan_deadline *deadline)
{
	if (flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME))
		return -EOPNOTSUPP;
	ipcchan_deadline_init(deadline, deadline_ns,
			      flags & IPCCHAN_REALTIME ? CLOCK_REALTIME :
							 CLOCK_MONOTONIC,
			      flags & IPCCHAN_NONBLOCK);
	return 0;
}

/* Only a deadlock needs this memory: then it is looked for once more. */
static int tell(struct ipcchan_waiting *waiting,
		const struct ipcchan_deadline *deadline,
		const struct ipcchan_deadlock *deadlock, u32 *length)
{
	struct ipcchan_cycle *cycle = kvzalloc(sizeof(*cycle),
					       GFP_KERNEL_ACCOUNT);
	int err;

	if (!cycle)
		return -EDEADLK;
	err = ipcchan_sync_wait(waiting, deadline, cycle);
	if (err == -EDEADLK)
		err = ipcchan_deadlock_store(deadlock, cycle, length);
	kvfree(cycle);
	return err;
}

/**
 * ipcchan_sync_wait_told() - ipcchan_sync_wait(), and tell of a deadlock
 * @waiting: as there
 * @deadline: likewise
 * @deadlock: where to; checked
 * @length: how many steps the cycle has; 0: it is of a rank, or cannot be told
 *
 * Return: as there.
 */
int ipcchan_sync_wait_told(struct ipcchan_waiting *waiting,
			   const struct ipcchan_deadline *deadline,
			   const struct ipcchan_deadlock *deadlock, u32 *length)
{
	int err = ipcchan_sync_wait(waiting, deadline, NULL);

	*length = 0;
	return err == -EDEADLK ? tell(waiting, deadline, deadlock, length) : err;
}

/**
 * ipcchan_sync_wait_for() - ipcchan_sync_wait_told() for one object
 * @want: of it
 * @file: of a description through which
 * @deadline: until when
 * @deadlock: where to tell of a deadlock; checked
 * @length: how many steps the cycle has
 *
 * Return: what the object's kind gives to who has it, or -errno.
 */
int ipcchan_sync_wait_for(struct ipcchan_want *want, struct file *file,
			  const struct ipcchan_deadline *deadline,
			  const struct ipcchan_deadlock *deadlock, u32 *length)
{
	const struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_waiting waiting;

	ipcchan_waiting_init(&waiting, want, 1, handle->session->client);
	return ipcchan_sync_wait_told(&waiting, deadline, deadlock, length) ?:
	       want->result;
}
