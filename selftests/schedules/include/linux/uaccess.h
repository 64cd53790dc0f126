/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program's memory, which is all there is.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_UACCESS_H
#define IPCCHAN_SCHEDULES_LINUX_UACCESS_H

#include <string.h>
#include <linux/types.h>

#define u64_to_user_ptr(address) ((void __user *)(unsigned long)(address))
#define put_user(value, to) ((void)(*(to) = (value)), 0)

static inline unsigned long copy_from_user(void *to, const void __user *from,
					   unsigned long size)
{
	memcpy(to, from, size);
	return 0;
}

static inline int copy_struct_from_user(void *to, size_t size,
					const void __user *from, size_t user_size)
{
	memcpy(to, from, size);
	return 0;
}

#endif /* IPCCHAN_SCHEDULES_LINUX_UACCESS_H */
