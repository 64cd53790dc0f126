// SPDX-License-Identifier: GPL-2.0
/*
 * Deadlocks: how a call tells why it would never have ended.
 */
#include <linux/errno.h>
#include <linux/ipcchan.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "object/deadlock.h"
#include "object/ioctl.h"
#include "wait/blocked.h"

/**
 * ipcchan_deadlock_check() - are the fields of a call as they may be
 * @deadlock: made of them
 *
 * Return: 0, -EINVAL or -E2BIG.
 */
int ipcchan_deadlock_check(const struct ipcchan_deadlock *deadlock)
{
	if (deadlock->count > IPCCHAN_CYCLE_MAX)
		return -EINVAL;
	if (!deadlock->count)
		return deadlock->step_size ? -EINVAL : 0;
	if (deadlock->step_size < IPCCHAN_STEP_SIZE_VER0)
		return -EINVAL;
	return deadlock->step_size > PAGE_SIZE ? -E2BIG : 0;
}

/**
 * ipcchan_deadlock_store() - tell a call's program of a cycle
 * @deadlock: where to
 * @cycle: what was found
 * @length: how many steps it has, also those for which there is no room
 *
 * Return: -EDEADLK, or -EFAULT.
 */
int ipcchan_deadlock_store(const struct ipcchan_deadlock *deadlock,
			   const struct ipcchan_cycle *cycle, u32 *length)
{
	u32 nr = min(deadlock->count, cycle->found.nr);

	*length = cycle->found.length;
	if (!nr)
		return -EDEADLK;
	return ipcchan_ioctl_store(deadlock->user, deadlock->step_size,
				   cycle->told, sizeof(cycle->told[0]), nr) ?:
	       -EDEADLK;
}
