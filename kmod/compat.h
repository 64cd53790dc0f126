/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes older kernels look like the newest one.
 *
 * Forced into every file of the module by Kbuild, and the only file that knows
 * kernel versions. Each entry names the version that made it needless.
 */
#ifndef IPCCHAN_COMPAT_H
#define IPCCHAN_COMPAT_H

#include <linux/cleanup.h>
#include <linux/eventfd.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/ipc_namespace.h>
#include <linux/mm.h>
#include <linux/proc_ns.h>
#include <linux/uaccess.h>
#include <linux/version.h>

/* 7.0: flags of a mapping are a bitmap, a type of its own. */
#ifndef EMPTY_VMA_FLAGS
#define EMPTY_VMA_FLAGS 0
#endif

/* 7.3: batches of folios have a header of their own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
#include <linux/folio_batch.h>
#else
#include <linux/pagevec.h>
#endif

/* Clang's context analysis: 7.2. */
#ifndef __guarded_by
#define __guarded_by(...)
#define __must_hold_shared(...)
#define __context_unsafe(comment)
#endif

/* 6.3: flags of a mapping are set through functions. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* 6.16: stack memory that need not be cleared, since it is written before use. */
#ifndef __uninitialized
#define __uninitialized __attribute__((__uninitialized__))
#endif

/* 6.8: receive_fd() writes the number to user memory too. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
static inline int ipcchan_compat_receive_fd(struct file *file, int __user *ufd,
					    unsigned int flags)
{
	int fd = receive_fd(file, flags);

	if (fd < 0 || !ufd || !put_user(fd, ufd))
		return fd;
	close_fd(fd);
	return -EFAULT;
}

#define receive_fd ipcchan_compat_receive_fd
#endif

/* 6.8: an eventfd is counted up by one, always. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
static inline void ipcchan_compat_eventfd_signal(struct eventfd_ctx *ctx)
{
	eventfd_signal(ctx, 1);
}

#define eventfd_signal ipcchan_compat_eventfd_signal
#endif

/* 6.16: the tracepoint tells whether it is the last thread. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define IPCCHAN_SCHED_PROCESS_EXIT_ARGS struct task_struct *p
#else
#define IPCCHAN_SCHED_PROCESS_EXIT_ARGS struct task_struct *p, bool group_dead
#endif

/* 6.9: __free(kvfree). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))
#endif

/* 6.12: put_ipc_ns() is exported; before, its operations table leads to it. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
static inline void ipcchan_compat_put_ipc_ns(struct ipc_namespace *ns)
{
	ns->ns.ops->put(&ns->ns);
}

#define put_ipc_ns ipcchan_compat_put_ipc_ns
#endif

#endif /* IPCCHAN_COMPAT_H */
