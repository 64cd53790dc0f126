/* SPDX-License-Identifier: GPL-2.0 */
/*
 * References.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_REFCOUNT_H
#define IPCCHAN_SCHEDULES_LINUX_REFCOUNT_H

#include <linux/atomic.h>

typedef struct {
	int refs;
} refcount_t;

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	return r->refs && ++r->refs;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_REFCOUNT_H */
