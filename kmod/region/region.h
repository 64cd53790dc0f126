/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Regions: shared pages.
 */
#ifndef IPCCHAN_REGION_H
#define IPCCHAN_REGION_H

#include <linux/fs.h>
#include <linux/init.h>

#include "object/handle.h"
#include "object/object.h"
#include "region/loan.h"

/**
 * DOC: Regions
 *
 * The pages belong to a shmem file of the region's own, because futexes and
 * pinning work on such pages and the memory cgroup knows them. No descriptor
 * leads to that file: nobody can truncate it, so a mapping never meets SIGBUS but
 * for pages that are lent: see loan.h for whose they are, extent.h for how they
 * travel, withdraw.h for how they change hands, mapping.h for mappings.
 */

/**
 * struct ipcchan_region - shared pages that are an object
 * @object: the common part
 * @shm: the pages; immutable
 * @size: bytes, whole pages, charged to the user; immutable
 * @granule: bytes; what is lent is whole ones of these; immutable
 * @is_huge: it was asked for huge pages; immutable
 * @can_freeze: immutable
 * @mappings: mappings of it in all processes
 * @loans: what it has lent
 * @whole: the loan that is the region itself
 */
struct ipcchan_region {
	struct ipcchan_object object;
	struct file *shm;
	u64 size;
	u32 granule;
	bool is_huge;
	bool can_freeze;
	atomic_t mappings;
	struct ipcchan_loans loans;
	struct ipcchan_loan whole;
};

/**
 * struct ipcchan_view - what a description shows of a region
 * @loan: which part, and whose; immutable once the file is open to anybody
 * @seen: how many of its loans had returned when that was asked for last; under the
 *	lock of the loans
 */
struct ipcchan_view {
	struct ipcchan_loan *loan;
	u64 seen;
};

/* The region of one of its files. */
static inline struct ipcchan_region *ipcchan_region_of(const struct file *file)
{
	const struct ipcchan_handle *handle = file->private_data;

	return container_of(handle->obj, struct ipcchan_region, object);
}

/* What a file of a region stands for. */
static inline struct ipcchan_view *ipcchan_region_view(const struct file *file)
{
	const struct ipcchan_handle *handle = file->private_data;

	return handle->endpoint;
}

/* Whose pages one sees through it. */
static inline struct ipcchan_loan *ipcchan_region_loan(const struct file *file)
{
	return ipcchan_region_view(file)->loan;
}

u64 ipcchan_region_features(void);
void __init ipcchan_region_init(void);
void ipcchan_region_exit(void);

#endif /* IPCCHAN_REGION_H */
