/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where complaints go.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_PRINTK_H
#define IPCCHAN_SCHEDULES_LINUX_PRINTK_H

#include <stdio.h>

#define pr_err(format, values...) fprintf(stderr, format, values)

#endif /* IPCCHAN_SCHEDULES_LINUX_PRINTK_H */
