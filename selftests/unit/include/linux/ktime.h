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

#endif /* IPCCHAN_LINUX_KTIME_H */
