/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Types that the kernel's tools/ do not have.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_TYPES_H
#define IPCCHAN_SCHEDULES_LINUX_TYPES_H

#include_next <linux/types.h>

typedef unsigned int __poll_t;
typedef unsigned short umode_t;

#endif /* IPCCHAN_SCHEDULES_LINUX_TYPES_H */
