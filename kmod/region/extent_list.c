// SPDX-License-Identifier: GPL-2.0
/*
 * Extents, as they are told to people: who has which part of a region.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "object/ioctl.h"
#include "region/extent.h"
#include "region/region.h"

static void describe(struct ipcchan_loan *loan, struct ipcchan_extent_info *info)
	__must_hold_shared(&loan->of->lock)
{
	struct ipcchan_loan *lender;

	lockdep_assert_held(&loan->of->lock);
	lender = loan->lender;
	/* They are loans of one region. */
	lockdep_assert_held(&lender->of->lock);
	*info = (struct ipcchan_extent_info) {
		.id = loan->id,
		.lender = lender->id,
		.offset = (u64)loan->first << PAGE_SHIFT,
		.length = (u64)ipcchan_loan_pages(loan) << PAGE_SHIFT,
		.since_ns = loan->since_ns,
		.mode = loan->mode,
		.state = loan->holder ? IPCCHAN_EXTENT_HELD :
					IPCCHAN_EXTENT_QUEUED,
		.tgid = pid_nr_ns(loan->holder, task_active_pid_ns(current)),
		.mappings = loan->tenant.mappings,
	};
}

static u32 collect(struct ipcchan_loans *loans, u64 after,
		   struct ipcchan_extent_info *entries, u32 max)
{
	struct ipcchan_loan *loan;
	u32 nr = 0;

	guard(rwsem_read)(&loans->lock);
	list_for_each_entry(loan, &loans->all.list, entry) {
		/* They are of this list. */
		lockdep_assert_held(&loan->of->lock);
		if (nr == max)
			break;
		if (loan->id > after)
			describe(loan, &entries[nr++]);
	}
	return nr;
}

/**
 * ipcchan_region_extents() - IPCCHAN_IOC_REGION_EXTENTS
 * @file: of a region
 * @arg: struct ipcchan_region_extents
 *
 * Return: entries filled, or -errno.
 */
long ipcchan_region_extents(struct file *file, void *arg)
{
	struct ipcchan_extent_info *entries __free(kvfree) = NULL;
	struct ipcchan_region *region = ipcchan_region_of(file);
	const struct ipcchan_region_extents *a = arg;
	u32 nr;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	if (!a->count || a->count > IPCCHAN_LIST_MAX ||
	    a->entry_size < IPCCHAN_EXTENT_INFO_SIZE_VER0)
		return -EINVAL;
	if (a->entry_size > PAGE_SIZE)
		return -E2BIG;
	if (ipcchan_object_is_dead(&region->object))
		return -EIDRM;
	entries = kvmalloc_array(a->count, sizeof(*entries),
				 GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;
	nr = collect(&region->loans, a->after, entries, a->count);
	return ipcchan_ioctl_store(a->entries, a->entry_size, entries,
				   sizeof(*entries), nr) ?: nr;
}

static void show(struct ipcchan_loan *loan, struct seq_file *m)
	__must_hold_shared(&loan->of->lock)
{
	struct ipcchan_extent_info info;

	lockdep_assert_held(&loan->of->lock);
	describe(loan, &info);
	seq_printf(m, "ipcchan-extent:\t%llu %s %llu+%llu %s tgid %u mappings %u\n",
		   info.id, info.mode == IPCCHAN_EXTENT_MOVE ? "move" : "share",
		   info.offset, info.length,
		   info.state == IPCCHAN_EXTENT_HELD ? "held" : "queued",
		   info.tgid, info.mappings);
}

/* Of the region: each. */
static void show_all(struct ipcchan_loans *loans, struct seq_file *m)
	__must_hold_shared(&loans->lock)
{
	struct ipcchan_loan *loan;

	lockdep_assert_held(&loans->lock);
	list_for_each_entry(loan, &loans->all.list, entry) {
		/* They are of this list. */
		lockdep_assert_held(&loan->of->lock);
		show(loan, m);
	}
}

/**
 * ipcchan_extents_show() - append to the fdinfo of a description
 * @handle: of a region
 * @m: to write to
 *
 * One line for each extent of the region, or that of the extent, unless it is over.
 */
void ipcchan_extents_show(const struct ipcchan_handle *handle,
			  struct seq_file *m)
{
	struct ipcchan_loan *loan = ipcchan_region_loan(handle->file);

	guard(rwsem_read)(&loan->of->lock);
	seq_printf(m, "ipcchan-extents:\t%u\n", loan->of->all.nr);
	seq_printf(m, "ipcchan-returned:\t%llu\n", loan->returned);
	if (!loan->mode)
		show_all(loan->of, m);
	else if (loan->is_live)
		show(loan, m);
}
