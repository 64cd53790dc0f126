/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clocks.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_HRTIMER_H
#define IPCCHAN_SCHEDULES_LINUX_HRTIMER_H

#include <linux/ktime.h>

#endif /* IPCCHAN_SCHEDULES_LINUX_HRTIMER_H */
