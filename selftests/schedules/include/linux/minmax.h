/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's tools/ have the others.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_MINMAX_H
#define IPCCHAN_SCHEDULES_LINUX_MINMAX_H

#include_next <linux/minmax.h>

#define min3(a, b, c) min((typeof(a))min(a, b), c)

#endif /* IPCCHAN_SCHEDULES_LINUX_MINMAX_H */
