/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals and groups of threads.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_SCHED_SIGNAL_H
#define IPCCHAN_SCHEDULES_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

#endif /* IPCCHAN_SCHEDULES_LINUX_SCHED_SIGNAL_H */
