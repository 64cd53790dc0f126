/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tenants: the one address space that may map something.
 */
#ifndef IPCCHAN_TENANT_H
#define IPCCHAN_TENANT_H

#include <linux/mm.h>
#include <linux/mm_types.h>

/**
 * DOC: Tenants
 *
 * A descriptor says nothing of who uses it: it may be in any number of processes, and
 * outlive the one that matters. A mapping does. So an end of a ring, and pages that
 * were moved, are of the address space that has them mapped, of one at a time; and when
 * that is taken down while it has them, they are given up, whoever has the descriptor.
 *
 * fork(2) copies no such mapping (VM_DONTCOPY). If a program undoes that by madvise(2),
 * the copy is no tenant's: nothing can be accessed through it.
 */

/**
 * struct ipcchan_tenant - who maps it; under the lock of what is mapped
 * @mm: the address space, only compared; NULL: none
 * @mappings: how many it has
 */
struct ipcchan_tenant {
	const struct mm_struct *mm;
	u32 mappings;
};

/**
 * ipcchan_tenant_enter() - one more mapping
 * @tenant: of what is mapped
 * @mm: where
 *
 * Return: false if another address space has mappings.
 */
static inline bool ipcchan_tenant_enter(struct ipcchan_tenant *tenant,
					const struct mm_struct *mm)
{
	if (tenant->mm && tenant->mm != mm)
		return false;
	tenant->mm = mm;
	tenant->mappings++;
	return true;
}

/**
 * ipcchan_tenant_leave() - one mapping less
 * @tenant: of what was mapped
 *
 * Return: true if it was the last.
 */
static inline bool ipcchan_tenant_leave(struct ipcchan_tenant *tenant)
{
	if (--tenant->mappings)
		return false;
	tenant->mm = NULL;
	return true;
}

/**
 * ipcchan_tenant_is_gone() - does a mapping close with its whole address space
 * @vma: that closes
 *
 * Nobody uses an address space any more when its process has ended, or executes another
 * program; a munmap(2) is made by somebody who uses it.
 *
 * Return: true if so.
 */
static inline bool ipcchan_tenant_is_gone(const struct vm_area_struct *vma)
{
	return !atomic_read(&vma->vm_mm->mm_users);
}

#endif /* IPCCHAN_TENANT_H */
