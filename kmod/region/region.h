/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Regions: shared pages.
 */
#ifndef IPCCHAN_REGION_H
#define IPCCHAN_REGION_H

#include <linux/init.h>

#include "object/object.h"

/**
 * DOC: Regions
 *
 * The pages belong to a shmem file of the region's own, because futexes and
 * pinning work on such pages and the memory cgroup knows them. No descriptor
 * leads to that file: nobody can truncate it, so a mapping never meets SIGBUS.
 *
 * A mapping shows the kernel the shmem file (vm_file), for the kernel goes from
 * there to a shmem inode as soon as the pages are shmem's. It also refers to the
 * file it was made through (vm_private_data), so it keeps the region, its name
 * and its charge like an open descriptor does.
 */

/**
 * struct ipcchan_region - shared pages that are an object
 * @object: the common part
 * @shm: the pages; immutable
 * @size: bytes, whole pages, charged to the user; immutable
 * @mappings: mappings of it in all processes
 */
struct ipcchan_region {
	struct ipcchan_object object;
	struct file *shm;
	u64 size;
	atomic_t mappings;
};

void __init ipcchan_region_init(void);

#endif /* IPCCHAN_REGION_H */
