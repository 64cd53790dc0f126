/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is included with this in the kernel.
 */
#ifndef IPCCHAN_LINUX_MM_H
#define IPCCHAN_LINUX_MM_H

#include <linux/mm_types.h>

#endif /* IPCCHAN_LINUX_MM_H */
