/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A lock that nobody takes here.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_MUTEX_H
#define IPCCHAN_SCHEDULES_LINUX_MUTEX_H

struct mutex {
	char nothing;
};

#endif /* IPCCHAN_SCHEDULES_LINUX_MUTEX_H */
