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

/**
 * ipcchan_want_init() - want one object
 * @want: to initialise
 * @sync: the object
 */
void ipcchan_want_init(struct ipcchan_want *want, struct ipcchan_sync *sync)
{
	*want = (struct ipcchan_want){
		.sync = sync,
		.units = 1,
		.request.resource = &sync->resource,
	};
	INIT_LIST_HEAD(&want->node);
}

/**
 * ipcchan_waiting_init() - wait for one object or several
 * @waiting: to initialise
 * @wants: what for, initialised
 * @nr: how many
 * @client: client id of the session through which
 */
void ipcchan_waiting_init(struct ipcchan_waiting *waiting,
			  struct ipcchan_want *wants, u32 nr, u64 client)
{
	waiting->wants = wants;
	waiting->nr = nr;
	waiting->all = false;
	waiting->gives_way = false;
	waiting->is_held_back = false;
	waiting->missing = NULL;
	waiting->besides = NULL;
	waiting->blocked.client = client;
	for (u32 i = 0; i < nr; i++)
		wants[i].waiting = waiting;
}

/**
 * ipcchan_wait_parse() - look at what an ioctl that waits is given
 * @args: that
 * @deadline: filled in
 *
 * Return: 0, -EOPNOTSUPP, -EINVAL or -E2BIG.
 */
int ipcchan_wait_parse(const struct ipcchan_wait_args *args,
		       struct ipcchan_deadline *deadline)
{
	if (args->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME))
		return -EOPNOTSUPP;
	ipcchan_deadline_init(deadline, args->deadline_ns,
			      args->flags & IPCCHAN_REALTIME ? CLOCK_REALTIME :
							       CLOCK_MONOTONIC,
			      args->flags & IPCCHAN_NONBLOCK);
	return ipcchan_deadlock_check(&args->deadlock);
}

/* Only a deadlock needs this memory: then it is looked for once more. */
static int tell(struct ipcchan_waiting *waiting,
		const struct ipcchan_deadline *deadline,
		const struct ipcchan_wait_args *args)
{
	struct ipcchan_cycle *cycle = kvzalloc(sizeof(*cycle),
					       GFP_KERNEL_ACCOUNT);
	int err;

	if (!cycle)
		return -EDEADLK;
	err = ipcchan_sync_wait(waiting, deadline, cycle);
	if (err == -EDEADLK)
		err = ipcchan_deadlock_store(&args->deadlock, cycle,
					     args->length);
	kvfree(cycle);
	return err;
}

/**
 * ipcchan_sync_wait_told() - ipcchan_sync_wait(), and tell of a deadlock
 * @waiting: as there
 * @deadline: likewise
 * @args: where to; its length is 0 if it is of a rank, or cannot be told
 *
 * Return: as there.
 */
int ipcchan_sync_wait_told(struct ipcchan_waiting *waiting,
			   const struct ipcchan_deadline *deadline,
			   const struct ipcchan_wait_args *args)
{
	int err = ipcchan_sync_wait(waiting, deadline, NULL);

	if (!args->length)
		return err;
	*args->length = 0;
	return err == -EDEADLK ? tell(waiting, deadline, args) : err;
}

/**
 * ipcchan_sync_wait_for() - the work of an ioctl that waits for one object
 * @want: of it
 * @file: of a description through which
 * @args: as the ioctl gives them
 *
 * Return: what the object's kind gives to who has it, or -errno.
 */
int ipcchan_sync_wait_for(struct ipcchan_want *want, struct file *file,
			  const struct ipcchan_wait_args *args)
{
	const struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_waiting waiting __uninitialized;
	struct ipcchan_deadline deadline;
	int err = ipcchan_wait_parse(args, &deadline);

	if (err)
		return err;
	ipcchan_waiting_init(&waiting, want, 1, handle->session->client);
	return ipcchan_sync_wait_told(&waiting, &deadline, args) ?:
	       want->result;
}
