/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks: nobody is interrupted, so it is only looked whether they are held.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_SPINLOCK_H
#define IPCCHAN_SCHEDULES_LINUX_SPINLOCK_H

#include <assert.h>
#include <linux/types.h>

typedef struct {
	bool is_held;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->is_held = false;
}

static inline void spin_lock(spinlock_t *lock)
{
	assert(!lock->is_held);
	lock->is_held = true;
}

static inline void spin_unlock(spinlock_t *lock)
{
	assert(lock->is_held);
	lock->is_held = false;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_SPINLOCK_H */
