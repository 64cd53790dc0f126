// SPDX-License-Identifier: GPL-2.0
/*
 * Deadlocks: how a call tells why it would never have ended.
 */
#include <linux/errno.h>
#include <linux/ipcchan.h>
#include <linux/minmax.h>

#include "object/deadlock.h"
#include "object/ioctl.h"
#include "wait/blocked.h"

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
