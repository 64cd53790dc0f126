// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of a ring: which end may write which, enforced by the page tables.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "object/handle.h"
#include "region/ring.h"
#include "region/tenant.h"

/**
 * struct area - where a mapping may lie
 * @start: its offset, in pages
 * @pages: how many
 * @memory: where they are in the memory of the ring, in pages
 * @producer: the producer writes them
 * @consumer: the consumer does
 */
struct area {
	pgoff_t start;
	pgoff_t pages;
	pgoff_t memory;
	bool producer;
	bool consumer;
};

static struct area area_of(const struct ipcchan_ring *ring, pgoff_t offset)
{
	if (offset >= IPCCHAN_RING_DATA >> PAGE_SHIFT)
		return (struct area) {
			.start = IPCCHAN_RING_DATA >> PAGE_SHIFT,
			.pages = ring->size >> PAGE_SHIFT,
			.memory = 2,
			.producer = true,
		};
	if (offset >= IPCCHAN_RING_CONSUMER >> PAGE_SHIFT)
		return (struct area) {
			.start = IPCCHAN_RING_CONSUMER >> PAGE_SHIFT,
			.pages = 1,
			.memory = 1,
			.consumer = true,
		};
	return (struct area) {
		.pages = 1,
		.producer = true,
	};
}

static struct ipcchan_ring_side *side_of(struct vm_area_struct *vma)
{
	struct ipcchan_handle *handle = vma->vm_file->private_data;

	return handle->endpoint;
}

static vm_fault_t stray_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* Of an address space whose end it is not, see tenant.h. */
static const struct vm_operations_struct stray_ops = {
	.fault = stray_fault,
};

/*
 * Of the part that is split off, or of where the mapping moves to: that cannot fail,
 * also when the end has ended. Or of a copy in a child.
 */
static void ring_vma_open(struct vm_area_struct *vma)
{
	if (!ipcchan_ring_side_map_more(side_of(vma), vma->vm_mm))
		vma->vm_ops = &stray_ops;
}

static void ring_vma_close(struct vm_area_struct *vma)
{
	ipcchan_ring_side_unmap(side_of(vma), ipcchan_tenant_is_gone(vma));
}

static vm_fault_t ring_vma_fault(struct vm_fault *vmf)
{
	struct ipcchan_ring *ring = side_of(vmf->vma)->ring;
	struct area area = area_of(ring, vmf->pgoff);
	pgoff_t page = area.memory + vmf->pgoff - area.start;

	vmf->page = vmalloc_to_page(ring->memory + (page << PAGE_SHIFT));
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct ring_vm_ops = {
	.open = ring_vma_open,
	.close = ring_vma_close,
	.fault = ring_vma_fault,
};

static bool lies_in(struct vm_area_struct *vma, const struct area *area)
{
	pgoff_t first = vma->vm_pgoff - area->start;

	return first < area->pages && vma_pages(vma) <= area->pages - first;
}

/**
 * ipcchan_ring_mmap() - file operation: map a part of a ring
 * @file: of an end
 * @vma: where to
 *
 * Return: 0 or -errno, as struct ipcchan_ring_open documents.
 */
int ipcchan_ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_ring_side *side = handle->endpoint;
	struct area area;
	int err;

	if (!side)
		return -EACCES;
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	area = area_of(side->ring, vma->vm_pgoff);
	if (!lies_in(vma, &area))
		return -ENXIO;
	if (!(ipcchan_ring_is_producer(side) ? area.producer : area.consumer)) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		vm_flags_clear(vma, VM_MAYWRITE);
	}
	err = ipcchan_ring_side_map(side, vma->vm_mm);
	if (err)
		return err;
	vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND);
	vma->vm_ops = &ring_vm_ops;
	return 0;
}
