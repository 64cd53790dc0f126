/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Times of the kernel.
 */
#ifndef IPCCHAN_LINUX_KTIME_H
#define IPCCHAN_LINUX_KTIME_H

#include <time.h>
#include <linux/types.h>

typedef s64 ktime_t;

#define KTIME_MAX ((ktime_t)(~0ULL >> 1))

static inline u64 ktime_get_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

#endif /* IPCCHAN_LINUX_KTIME_H */
