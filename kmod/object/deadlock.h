/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deadlocks: how a call tells why it would never have ended.
 */
#ifndef IPCCHAN_DEADLOCK_H
#define IPCCHAN_DEADLOCK_H

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

int ipcchan_deadlock_check(const struct ipcchan_deadlock *deadlock);
int ipcchan_deadlock_store(const struct ipcchan_deadlock *deadlock,
			   const struct ipcchan_cycle *cycle, u32 *length);

#endif /* IPCCHAN_DEADLOCK_H */
