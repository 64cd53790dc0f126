/* SPDX-License-Identifier: GPL-2.0 */
/*
 * It is no module here.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_MODULE_H
#define IPCCHAN_SCHEDULES_LINUX_MODULE_H

#define THIS_MODULE NULL

#endif /* IPCCHAN_SCHEDULES_LINUX_MODULE_H */
