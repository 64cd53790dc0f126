/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A switch that is off.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_JUMP_LABEL_H
#define IPCCHAN_SCHEDULES_LINUX_JUMP_LABEL_H

#define DECLARE_STATIC_KEY_FALSE(name) extern int name

#endif /* IPCCHAN_SCHEDULES_LINUX_JUMP_LABEL_H */
