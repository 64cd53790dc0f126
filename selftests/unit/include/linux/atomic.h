/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that threads share, which the kernel's tools/ have not in 64 bits.
 */
#ifndef IPCCHAN_LINUX_ATOMIC_H
#define IPCCHAN_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	s64 counter;
} atomic64_t;

static inline s64 atomic64_inc_return(atomic64_t *v)
{
	return __atomic_add_fetch(&v->counter, 1, __ATOMIC_SEQ_CST);
}

static inline int atomic_read(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

#endif /* IPCCHAN_LINUX_ATOMIC_H */
