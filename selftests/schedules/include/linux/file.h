/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Descriptors.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_FILE_H
#define IPCCHAN_SCHEDULES_LINUX_FILE_H

#include <linux/fs.h>

#endif /* IPCCHAN_SCHEDULES_LINUX_FILE_H */
