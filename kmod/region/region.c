// SPDX-License-Identifier: GPL-2.0
/*
 * Regions: shared pages.
 */
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>

#include "limits.h"
#include "object/handle.h"
#include "object/ioctl.h"
#include "object/quota.h"
#include "object/session.h"
#include "observe/trace.h"
#include "region/extent.h"
#include "region/freeze.h"
#include "region/huge.h"
#include "region/mapping.h"
#include "region/region.h"

static struct ipcchan_region *region_of(struct ipcchan_object *obj)
{
	return container_of(obj, struct ipcchan_region, object);
}

/* Each description shows all of the region, until it is given a loan. */
static int region_opened(struct ipcchan_handle *handle)
{
	struct ipcchan_view *view = kzalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);

	if (!view)
		return -ENOMEM;
	view->loan = &region_of(handle->obj)->whole;
	handle->endpoint = view;
	return 0;
}

/* Another file of an extent would be one of the whole region. */
static bool region_may_restrict(const struct ipcchan_handle *handle)
{
	return !ipcchan_region_loan(handle->file)->mode;
}

static __poll_t loan_events(struct ipcchan_view *view)
{
	struct ipcchan_loan *loan = view->loan;

	guard(rwsem_read)(&loan->of->lock);
	return (loan->is_live ? 0 : EPOLLHUP) |
	       (loan->returned != view->seen ? EPOLLIN | EPOLLRDNORM : 0);
}

static __poll_t region_poll(struct file *file, poll_table *wait)
{
	struct ipcchan_region *region = ipcchan_region_of(file);

	poll_wait(file, &region->loans.poll, wait);
	if (ipcchan_object_is_dead(&region->object))
		return EPOLLERR | EPOLLHUP;
	return loan_events(ipcchan_region_view(file));
}

static void region_kill(struct ipcchan_object *obj)
{
	wake_up_interruptible_poll(&region_of(obj)->loans.poll,
				   EPOLLERR | EPOLLHUP);
}

static void region_usage(struct ipcchan_object *obj,
			 struct ipcchan_usage *usage)
{
	struct ipcchan_region *region = region_of(obj);

	usage->items = atomic_read(&region->mappings);
	usage->bytes = region->size;
}

static void region_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	struct ipcchan_region *region = region_of(handle->obj);

	seq_printf(m, "ipcchan-size:\t%llu\n", region->size);
	seq_printf(m, "ipcchan-mappings:\t%d\n",
		   atomic_read(&region->mappings));
	ipcchan_extents_show(handle, m);
}

static void region_free(struct ipcchan_object *obj)
{
	struct ipcchan_region *region = region_of(obj);

	fput(region->shm);
	ipcchan_user_uncharge_bytes(obj->user, region->size);
	ipcchan_object_deinit(obj);
	kfree(region);
}

static const struct file_operations region_fops = {
	.owner = THIS_MODULE,
	.release = ipcchan_handle_release,
	.unlocked_ioctl = ipcchan_handle_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = ipcchan_handle_show_fdinfo,
	.mmap = ipcchan_region_mmap,
	.poll = region_poll,
	.get_unmapped_area = thp_get_unmapped_area,
};

static const struct ipcchan_type region_type = {
	.kind = IPCCHAN_KIND_REGION,
	.name = "region",
	.file_name = "[ipcchan-region]",
	.fops = &region_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_REGION,
		.read = IPCCHAN_RIGHT_MAP_READ,
		.write = IPCCHAN_RIGHT_MAP_WRITE,
	},
	.create_flags = IPCCHAN_OPEN_HUGE | IPCCHAN_OPEN_FREEZE,
	.keeps_no_file = true,
	.file_rights_read = IPCCHAN_RIGHT_MAP_READ,
	.file_rights_write = IPCCHAN_RIGHT_MAP_WRITE,
	.opened = region_opened,
	.closed = ipcchan_extent_close,
	.may_restrict = region_may_restrict,
	.lend = ipcchan_extent_lend,
	.receive = ipcchan_extent_receive,
	.kill = region_kill,
	.usage = region_usage,
	.show = region_show,
	.free = region_free,
};

/* What shmem finds no memory for, it says it has no space for. */
static int pages_error(long err)
{
	return err == -ENOSPC ? -ENOMEM : err;
}

/*
 * Of the file that mappings show the kernel. The last of them may go after the
 * region, and the operations of mappings must be there until then.
 */
static const struct file_operations shm_fops = {
	.owner = THIS_MODULE,
	/* For msync(2): memory is all the storage there is. */
	.fsync = noop_fsync,
};

/*
 * The administrator may have all shared memory made of huge pages. A mapping may show
 * one as a whole, so it is lent as a whole; and it never becomes a larger one.
 */
static void note_granule(struct ipcchan_region *region, struct folio *folio)
{
	region->granule = max_t(u32, region->granule, folio_size(folio));
}

/* Makes every page, so that no access fails for want of memory later. */
static int populate(struct ipcchan_region *region)
{
	pgoff_t pages = region->size >> PAGE_SHIFT;

	for (pgoff_t i = 0; i < pages; i++) {
		struct page *page;

		if (fatal_signal_pending(current))
			return -EINTR;
		page = shmem_read_mapping_page(region->shm->f_mapping, i);
		if (IS_ERR(page))
			return pages_error(PTR_ERR(page));
		note_granule(region, page_folio(page));
		put_page(page);
		cond_resched();
	}
	return 0;
}

/*
 * What the file of mappings can be made to do no more. Only the privileged get
 * at it at all, by /proc/PID/map_files, but a SIGBUS would hit everybody.
 */
#define SHM_SEALS	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | \
			 F_SEAL_FUTURE_WRITE)

static struct file *make_file(const struct ipcchan_region *region)
{
	static const char name[] = "ipcchan-region";

	return region->is_huge ?
	       ipcchan_huge_file(name, region->size) :
	       shmem_file_setup(name, region->size, EMPTY_VMA_FLAGS);
}

static int make_pages(struct ipcchan_region *region)
{
	int err;

	region->shm = make_file(region);
	if (IS_ERR(region->shm))
		return pages_error(PTR_ERR(region->shm));
	/* The end of the file gives the reference of its operations back. */
	__module_get(THIS_MODULE);
	region->shm->f_op = &shm_fops;
	SHMEM_I(file_inode(region->shm))->seals = SHM_SEALS;
	err = populate(region);
	if (err)
		fput(region->shm);
	return err;
}

static int parse_size(const struct ipcchan_region_open *a,
		      struct ipcchan_region *region)
{
	if (!a->size || a->size > ipcchan_limits.max_region_size)
		return -EINVAL;
	region->granule = region->is_huge ? PMD_SIZE : PAGE_SIZE;
	region->size = round_up(a->size, (u64)region->granule);
	return 0;
}

static int parse(const struct ipcchan_open *open, struct ipcchan_region *region)
{
	region->can_freeze = open->flags & IPCCHAN_OPEN_FREEZE;
	region->is_huge = open->flags & IPCCHAN_OPEN_HUGE;
	if (region->is_huge && !ipcchan_huge_is_there())
		return -EOPNOTSUPP;
	return parse_size(open->args, region);
}

static struct ipcchan_object *region_create(const struct ipcchan_open *open,
					    struct ipcchan_session *session)
{
	struct ipcchan_region *region;
	int err;

	region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);
	if (!region)
		return ERR_PTR(-ENOMEM);
	err = parse(open, region);
	if (err)
		goto err_free_region;
	err = ipcchan_object_init(&region->object, open, session);
	if (err)
		goto err_free_region;
	err = ipcchan_user_charge_bytes(session->user, region->size);
	if (err)
		goto err_deinit_object;
	err = make_pages(region);
	if (err)
		goto err_uncharge_bytes;
	ipcchan_loans_init(&region->loans, &region->whole,
			   region->size >> PAGE_SHIFT);
	return &region->object;

err_uncharge_bytes:
	ipcchan_user_uncharge_bytes(session->user, region->size);
err_deinit_object:
	ipcchan_object_deinit(&region->object);
err_free_region:
	kfree(region);
	return ERR_PTR(err);
}

static long region_open(struct file *file, void *arg)
{
	const struct ipcchan_region_open *a = arg;
	const struct ipcchan_open open = {
		.type = &region_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = region_create,
		.args = a,
	};

	if (a->reserved)
		return -EOPNOTSUPP;
	return ipcchan_object_open(file->private_data, &open);
}

static void describe_loan(struct ipcchan_loan *loan,
			  struct ipcchan_region_info *info)
	__must_hold_shared(&loan->of->lock)
{
	lockdep_assert_held(&loan->of->lock);
	info->extent = loan->id;
	info->mode = loan->mode;
	info->offset = (u64)loan->first << PAGE_SHIFT;
	info->length = (u64)ipcchan_loan_pages(loan) << PAGE_SHIFT;
	info->returned = loan->returned;
	info->extents = loan->of->all.nr;
	info->state = loan->of->all.is_frozen ? IPCCHAN_REGION_FROZEN : 0;
}

/* Exclusive, as who has seen what is noted. */
static int tell_loan(struct ipcchan_view *view, struct ipcchan_region_info *info)
{
	struct ipcchan_loan *loan = view->loan;

	guard(rwsem_write)(&loan->of->lock);
	if (!loan->is_live)
		return -ESTALE;
	describe_loan(loan, info);
	if (info->flags & IPCCHAN_REGION_SEEN)
		view->seen = loan->returned;
	return 0;
}

static long region_info(struct file *file, void *arg)
{
	struct ipcchan_region *region = ipcchan_region_of(file);
	struct ipcchan_region_info *info = arg;

	if (info->flags & ~IPCCHAN_REGION_SEEN)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&region->object))
		return -EIDRM;
	info->size = region->size;
	info->mappings = atomic_read(&region->mappings);
	info->granule = region->granule;
	return tell_loan(ipcchan_region_view(file), info);
}

static const struct ipcchan_ioctl region_ioctls[] = {
	{
		IPCCHAN_IOCTL(REGION_OPEN, region_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = region_open,
	}, {
		IPCCHAN_IOCTL(REGION_INFO, region_info),
		.on = IPCCHAN_ON_REGION,
		.has_output = true,
		.run = region_info,
	}, {
		IPCCHAN_IOCTL(REGION_RELEASE, region_release),
		.on = IPCCHAN_ON_REGION,
		.run = ipcchan_region_release,
	}, {
		IPCCHAN_IOCTL(REGION_EXTENTS, region_extents),
		.on = IPCCHAN_ON_REGION,
		.run = ipcchan_region_extents,
	}, {
		IPCCHAN_IOCTL(REGION_FREEZE, region_freeze),
		.on = IPCCHAN_ON_REGION,
		.rights = IPCCHAN_RIGHT_ADMIN,
		.run = ipcchan_region_freeze,
	}, {
		IPCCHAN_IOCTL(REGION_THAW, region_thaw),
		.on = IPCCHAN_ON_REGION,
		.rights = IPCCHAN_RIGHT_ADMIN,
		.run = ipcchan_region_thaw,
	},
};

/**
 * ipcchan_region_features() - what this kernel can do with regions
 *
 * Return: IPCCHAN_FEATURE_* that are more than REGION.
 */
u64 ipcchan_region_features(void)
{
	return IPCCHAN_FEATURE_EXTENTS |
	       (ipcchan_huge_is_there() ? IPCCHAN_FEATURE_HUGE : 0);
}

/**
 * ipcchan_region_init() - register these ioctls, and look for huge pages
 */
void __init ipcchan_region_init(void)
{
	ipcchan_huge_init();
	ipcchan_ioctl_register(region_ioctls, ARRAY_SIZE(region_ioctls));
}

/**
 * ipcchan_region_exit() - undo it; no region is left
 */
void ipcchan_region_exit(void)
{
	ipcchan_huge_exit();
}
