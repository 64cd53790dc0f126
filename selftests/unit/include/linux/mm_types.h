/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings and address spaces, of which nothing exists here.
 */
#ifndef IPCCHAN_LINUX_MM_TYPES_H
#define IPCCHAN_LINUX_MM_TYPES_H

#include <linux/atomic.h>

struct mm_struct {
	atomic_t mm_users;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
};

#endif /* IPCCHAN_LINUX_MM_TYPES_H */
