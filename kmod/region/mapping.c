// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings: a region in the memory of processes.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>

#include "object/handle.h"
#include "region/extent.h"
#include "region/mapping.h"
#include "region/region.h"

static struct ipcchan_region *region_of(struct vm_area_struct *vma)
{
	return ipcchan_region_of(vma->vm_private_data);
}

static struct ipcchan_loan *loan_of(struct vm_area_struct *vma)
{
	return ipcchan_region_loan(vma->vm_private_data);
}

static void mapping_open(struct vm_area_struct *vma)
{
	get_file(vma->vm_private_data);
	atomic_inc(&region_of(vma)->mappings);
}

static void mapping_close(struct vm_area_struct *vma)
{
	atomic_dec(&region_of(vma)->mappings);
	fput(vma->vm_private_data);
}

/*
 * The page was there at creation, so this finds it or reads it back from swap.
 * Between being found and being locked it may go to swap, which takes it out of
 * the address space: then the access is simply made again.
 */
static vm_fault_t lock_page_of(struct vm_fault *vmf)
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

static vm_fault_t mapping_fault(struct vm_fault *vmf)
{
	struct ipcchan_loan *loan = loan_of(vmf->vma);

	guard(rwsem_read)(&loan->of->lock);
	if (!ipcchan_loan_has(loan, vmf->pgoff, vmf->pgoff))
		return VM_FAULT_SIGBUS;
	return lock_page_of(vmf);
}

/*
 * Maps what is there around a page that is read; a fault of its own does what this
 * leaves. It may not sleep on newer kernels. A huge page is of one loan, so it does
 * not matter that one may be mapped that goes beyond the range.
 */
static vm_fault_t mapping_map_pages(struct vm_fault *vmf, pgoff_t first,
				    pgoff_t last)
{
	struct ipcchan_loan *loan = loan_of(vmf->vma);
	vm_fault_t ret = 0;

	if (!down_read_trylock(&loan->of->lock))
		return 0;
	if (ipcchan_loan_has(loan, first, last))
		ret = filemap_map_pages(vmf, first, last);
	up_read(&loan->of->lock);
	return ret;
}

/* Somebody writes to a page that is mapped to be read, or not yet. */
static vm_fault_t mapping_page_mkwrite(struct vm_fault *vmf)
{
	struct ipcchan_loan *loan = loan_of(vmf->vma);
	struct page *page = vmf->page;

	guard(rwsem_read)(&loan->of->lock);
	if (loan->of->all.is_frozen ||
	    !ipcchan_loan_has(loan, vmf->pgoff, vmf->pgoff))
		return VM_FAULT_SIGBUS;
	lock_page(page);
	if (page_folio(page)->mapping == vmf->vma->vm_file->f_mapping)
		return VM_FAULT_LOCKED;
	unlock_page(page);
	return VM_FAULT_NOPAGE;
}

static const struct vm_operations_struct mapping_ops = {
	.open = mapping_open,
	.close = mapping_close,
	.fault = mapping_fault,
	.map_pages = mapping_map_pages,
};

static const struct vm_operations_struct freezable_ops = {
	.open = mapping_open,
	.close = mapping_close,
	.fault = mapping_fault,
	.map_pages = mapping_map_pages,
	.page_mkwrite = mapping_page_mkwrite,
};

static vm_fault_t stray_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* Of an address space whose loan it is not: madvise(2) can let fork(2) copy one. */
static const struct vm_operations_struct stray_ops = {
	.open = mapping_open,
	.close = mapping_close,
	.fault = stray_fault,
};

static void moved_open(struct vm_area_struct *vma)
{
	struct ipcchan_loan *loan = loan_of(vma);

	mapping_open(vma);
	guard(rwsem_write)(&loan->of->lock);
	if (!ipcchan_tenant_enter(&loan->tenant, vma->vm_mm))
		vma->vm_ops = &stray_ops;
}

/* At the end of an address space its pages are zapped before its mappings close. */
static bool leave(struct vm_area_struct *vma)
{
	struct ipcchan_loan *loan = loan_of(vma);
	bool is_ended;

	guard(rwsem_write)(&loan->of->lock);
	ipcchan_tenant_leave(&loan->tenant);
	is_ended = loan->is_live && ipcchan_tenant_is_gone(vma);
	if (is_ended)
		ipcchan_loan_end(loan);
	return is_ended;
}

static void moved_close(struct vm_area_struct *vma)
{
	if (leave(vma))
		ipcchan_loans_tell(&region_of(vma)->loans);
	mapping_close(vma);
}

static const struct vm_operations_struct moved_ops = {
	.open = moved_open,
	.close = moved_close,
	.fault = mapping_fault,
	.map_pages = mapping_map_pages,
};

static const struct vm_operations_struct moved_freezable_ops = {
	.open = moved_open,
	.close = moved_close,
	.fault = mapping_fault,
	.map_pages = mapping_map_pages,
	.page_mkwrite = mapping_page_mkwrite,
};

static const struct vm_operations_struct *
choose_ops(const struct ipcchan_region *region, bool is_moved)
{
	if (region->can_freeze)
		return is_moved ? &moved_freezable_ops : &freezable_ops;
	return is_moved ? &moved_ops : &mapping_ops;
}

/* The address space becomes the one that maps a loan by MOVE. */
static int enter(struct ipcchan_loan *loan, struct vm_area_struct *vma)
{
	guard(rwsem_write)(&loan->of->lock);
	if (!loan->is_live)
		return -ESTALE;
	if (!ipcchan_tenant_enter(&loan->tenant, vma->vm_mm))
		return -EBUSY;
	ipcchan_loan_hold(loan);
	return 0;
}

static int check_live(struct ipcchan_loan *loan)
{
	guard(rwsem_read)(&loan->of->lock);
	return loan->is_live ? 0 : -ESTALE;
}

static int check(struct file *file, struct vm_area_struct *vma)
{
	const struct ipcchan_handle *handle = file->private_data;
	u64 pages = ipcchan_loan_pages(ipcchan_region_loan(file));

	if (!(handle->rights & IPCCHAN_RIGHT_MAP_READ))
		return -EACCES;
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (vma->vm_pgoff > pages || vma_pages(vma) > pages - vma->vm_pgoff)
		return -ENXIO;
	return ipcchan_object_is_dead(handle->obj) ? -EIDRM : 0;
}

/**
 * ipcchan_region_mmap() - file operation: map a region, or what a loan has of it
 * @file: of a region
 * @vma: the new mapping
 *
 * MAP_WRITE needs no check here: the file has FMODE_WRITE only with it, and
 * without that the kernel makes no shared mapping writable, nor lets a later
 * mprotect(2) do so. There is no such mode for a file without any right to map.
 *
 * The offset counts from the first page of the loan. In the mapping it is that in the
 * region, for by that the kernel finds the mappings of a page.
 *
 * Return: 0 or -errno.
 */
int ipcchan_region_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ipcchan_loan *loan = ipcchan_region_loan(file);
	struct ipcchan_region *region = ipcchan_region_of(file);
	bool is_moved = loan->mode == IPCCHAN_EXTENT_MOVE;
	int err = check(file, vma);

	if (!err)
		err = is_moved ? enter(loan, vma) : check_live(loan);
	if (err)
		return err;
	vm_flags_set(vma, VM_DONTEXPAND | (is_moved ? VM_DONTCOPY : 0));
	vma->vm_pgoff += loan->first;
	vma_set_file(vma, region->shm);
	vma->vm_private_data = file;
	vma->vm_ops = choose_ops(region, is_moved);
	mapping_open(vma);
	return 0;
}
