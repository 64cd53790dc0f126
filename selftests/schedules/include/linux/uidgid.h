/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Users and groups.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_UIDGID_H
#define IPCCHAN_SCHEDULES_LINUX_UIDGID_H

typedef struct {
	unsigned int val;
} kuid_t;

typedef struct {
	unsigned int val;
} kgid_t;

#endif /* IPCCHAN_SCHEDULES_LINUX_UIDGID_H */
