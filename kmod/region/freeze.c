// SPDX-License-Identifier: GPL-2.0
/*
 * Freezing: a region that nobody may write, for a while.
 */
#include "region/freeze.h"
#include "region/region.h"
#include "region/withdraw.h"

static int check(struct ipcchan_region *region, u32 flags, u32 reserved)
{
	if (flags || reserved || !region->can_freeze)
		return -EOPNOTSUPP;
	return ipcchan_object_is_dead(&region->object) ? -EIDRM : 0;
}

/*
 * Who may read a page maps it again, without the right to write; who is in the middle
 * of a fault to write to it has it locked, so it is found mapped: see withdraw.h.
 */
static int freeze(struct ipcchan_region *region)
{
	int err;

	guard(rwsem_write)(&region->loans.lock);
	if (region->loans.all.is_frozen)
		return 0;
	err = ipcchan_pages_withdraw(region->shm, region->whole.first,
				     region->whole.last);
	if (!err)
		region->loans.all.is_frozen = true;
	return err;
}

static void thaw(struct ipcchan_region *region)
{
	guard(rwsem_write)(&region->loans.lock);
	region->loans.all.is_frozen = false;
}

/**
 * ipcchan_region_freeze() - IPCCHAN_IOC_REGION_FREEZE
 * @file: of a region, with the ADMIN right
 * @arg: struct ipcchan_region_freeze
 *
 * Return: 0 or -errno.
 */
long ipcchan_region_freeze(struct file *file, void *arg)
{
	const struct ipcchan_region_freeze *a = arg;
	struct ipcchan_region *region = ipcchan_region_of(file);

	return check(region, a->flags, a->reserved) ?: freeze(region);
}

/**
 * ipcchan_region_thaw() - IPCCHAN_IOC_REGION_THAW
 * @file: of a region, with the ADMIN right
 * @arg: struct ipcchan_region_thaw
 *
 * Return: 0 or -errno.
 */
long ipcchan_region_thaw(struct file *file, void *arg)
{
	const struct ipcchan_region_thaw *a = arg;
	struct ipcchan_region *region = ipcchan_region_of(file);
	int err = check(region, a->flags, a->reserved);

	if (!err)
		thaw(region);
	return err;
}
