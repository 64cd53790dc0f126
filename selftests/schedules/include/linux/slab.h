/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory, as the machine has it: so that sanitizers see it.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_SLAB_H
#define IPCCHAN_SCHEDULES_LINUX_SLAB_H

#include <stdlib.h>
#include <linux/types.h>

#define GFP_KERNEL_ACCOUNT 0

#define kzalloc(size, flags) calloc(1, size)
#define kvzalloc(size, flags) calloc(1, size)
#define kvcalloc(nr, size, flags) calloc(nr, size)
#define kvmalloc_array(nr, size, flags) calloc(nr, size)
#define kvfree(p) free(p)
#define kfree_rcu(p, member) free(p)

static inline void kfree(const void *p)
{
	free((void *)p);
}

#endif /* IPCCHAN_SCHEDULES_LINUX_SLAB_H */
