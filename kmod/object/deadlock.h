/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deadlocks: how a call tells why it would never have ended.
 */
#ifndef IPCCHAN_DEADLOCK_H
#define IPCCHAN_DEADLOCK_H

#include <linux/errno.h>
#include <linux/ipcchan.h>
#include <linux/mm.h>
#include <linux/types.h>

struct ipcchan_cycle;

/**
 * struct ipcchan_deadlock - where a call wants to be told of a cycle
 * @user: address of the first struct ipcchan_step
 * @count: how many there are
 * @step_size: size of each
 */
struct ipcchan_deadlock {
	u64 user;
	u32 count;
	u32 step_size;
};

/**
 * ipcchan_deadlock_check() - are the fields of a call as they may be
 * @deadlock: made of them
 *
 * Return: 0, -EINVAL or -E2BIG.
 */
static inline int ipcchan_deadlock_check(const struct ipcchan_deadlock *deadlock)
{
	if (deadlock->count > IPCCHAN_CYCLE_MAX)
		return -EINVAL;
	if (!deadlock->count)
		return deadlock->step_size ? -EINVAL : 0;
	if (deadlock->step_size < IPCCHAN_STEP_SIZE_VER0)
		return -EINVAL;
	return deadlock->step_size > PAGE_SIZE ? -E2BIG : 0;
}

int ipcchan_deadlock_store(const struct ipcchan_deadlock *deadlock,
			   const struct ipcchan_cycle *cycle, u32 *length);

#endif /* IPCCHAN_DEADLOCK_H */
