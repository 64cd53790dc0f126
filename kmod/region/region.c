// SPDX-License-Identifier: GPL-2.0
/*
 * Regions: shared pages.
 */
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pagemap.h>
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
#include "region/region.h"

static struct ipcchan_region *region_of(struct ipcchan_object *obj)
{
	return container_of(obj, struct ipcchan_region, object);
}

static struct ipcchan_region *region_of_file(struct file *file)
{
	struct ipcchan_handle *handle = file->private_data;

	return region_of(handle->obj);
}

static struct ipcchan_region *region_of_vma(struct vm_area_struct *vma)
{
	return region_of_file(vma->vm_private_data);
}

static void region_vma_open(struct vm_area_struct *vma)
{
	get_file(vma->vm_private_data);
	atomic_inc(&region_of_vma(vma)->mappings);
}

static void region_vma_close(struct vm_area_struct *vma)
{
	atomic_dec(&region_of_vma(vma)->mappings);
	fput(vma->vm_private_data);
}

/*
 * The page was there at creation, so this finds it or reads it back from swap.
 * Between being found and being locked it may go to swap, which takes it out of
 * the address space: then the access is simply made again.
 */
static vm_fault_t region_vma_fault(struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	struct page *page = shmem_read_mapping_page(mapping, vmf->pgoff);

	if (IS_ERR(page))
		return vmf_error(PTR_ERR(page));
	lock_page(page);
	if (page_folio(page)->mapping != mapping) {
		unlock_page(page);
		put_page(page);
		return VM_FAULT_NOPAGE;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

static const struct vm_operations_struct region_vm_ops = {
	.open = region_vma_open,
	.close = region_vma_close,
	.fault = region_vma_fault,
	.map_pages = filemap_map_pages,
};

/*
 * MAP_WRITE needs no check here: the file has FMODE_WRITE only with it, and
 * without that the kernel makes no shared mapping writable, nor lets a later
 * mprotect(2) do so. There is no such mode for a file without any right to map.
 */
static int region_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_region *region = region_of_file(file);
	u64 pages = region->size >> PAGE_SHIFT;

	if (!(handle->rights & IPCCHAN_RIGHT_MAP_READ))
		return -EACCES;
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (vma->vm_pgoff > pages || vma_pages(vma) > pages - vma->vm_pgoff)
		return -ENXIO;
	if (ipcchan_object_is_dead(&region->object))
		return -EIDRM;
	vm_flags_set(vma, VM_DONTEXPAND);
	vma_set_file(vma, region->shm);
	vma->vm_private_data = file;
	vma->vm_ops = &region_vm_ops;
	region_vma_open(vma);
	return 0;
}

static void region_usage(struct ipcchan_object *obj,
			 struct ipcchan_usage *usage)
{
	struct ipcchan_region *region = region_of(obj);

	usage->items = atomic_read(&region->mappings);
	usage->bytes = region->size;
}

static void region_show(struct ipcchan_object *obj, struct seq_file *m)
{
	struct ipcchan_region *region = region_of(obj);

	seq_printf(m, "ipcchan-size:\t%llu\n", region->size);
	seq_printf(m, "ipcchan-mappings:\t%d\n",
		   atomic_read(&region->mappings));
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
	.mmap = region_mmap,
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
	.keeps_no_file = true,
	.file_rights_read = IPCCHAN_RIGHT_MAP_READ,
	.file_rights_write = IPCCHAN_RIGHT_MAP_WRITE,
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
 * region, and region_vm_ops must be there until then.
 */
static const struct file_operations shm_fops = {
	.owner = THIS_MODULE,
	/* For msync(2): memory is all the storage there is. */
	.fsync = noop_fsync,
};

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

static int make_pages(struct ipcchan_region *region)
{
	int err;

	region->shm = shmem_file_setup("ipcchan-region", region->size,
				       EMPTY_VMA_FLAGS);
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
	region->size = PAGE_ALIGN(a->size);
	return 0;
}

static struct ipcchan_object *region_create(const struct ipcchan_open *open,
					    struct ipcchan_session *session)
{
	struct ipcchan_region *region;
	int err;

	region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);
	if (!region)
		return ERR_PTR(-ENOMEM);
	err = parse_size(open->args, region);
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

static long region_info(struct file *file, void *arg)
{
	struct ipcchan_region *region = region_of_file(file);
	struct ipcchan_region_info *info = arg;

	if (info->flags)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&region->object))
		return -EIDRM;
	info->size = region->size;
	info->mappings = atomic_read(&region->mappings);
	return 0;
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
	},
};

/**
 * ipcchan_region_init() - register these ioctls
 */
void __init ipcchan_region_init(void)
{
	ipcchan_ioctl_register(region_ioctls, ARRAY_SIZE(region_ioctls));
}
