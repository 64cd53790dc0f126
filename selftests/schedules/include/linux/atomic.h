/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that threads share, of which one runs at a time.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_ATOMIC_H
#define IPCCHAN_SCHEDULES_LINUX_ATOMIC_H

#include_next <linux/atomic.h>

static inline void atomic_inc(atomic_t *v)
{
	v->counter++;
}

static inline void atomic_dec(atomic_t *v)
{
	v->counter--;
}

static inline bool test_bit(long nr, const unsigned long *bits)
{
	return *bits >> nr & 1;
}

static inline bool test_and_set_bit(long nr, unsigned long *bits)
{
	bool was_set = test_bit(nr, bits);

	*bits |= 1UL << nr;
	return was_set;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_ATOMIC_H */
