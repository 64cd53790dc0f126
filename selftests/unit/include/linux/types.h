/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Types of the kernel, and one that its tools/ do not have.
 */
#ifndef IPCCHAN_LINUX_TYPES_H
#define IPCCHAN_LINUX_TYPES_H

#include_next <linux/types.h>

typedef unsigned long pgoff_t;

#endif /* IPCCHAN_LINUX_TYPES_H */
