/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device /dev/ipcchan: sessions, and the ioctls on them.
 */
#ifndef IPCCHAN_DEVICE_H
#define IPCCHAN_DEVICE_H

#include <linux/init.h>
#include <linux/types.h>

int __init ipcchan_device_init(umode_t mode);
void ipcchan_device_exit(void);

#endif /* IPCCHAN_DEVICE_H */
