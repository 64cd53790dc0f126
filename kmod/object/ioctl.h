/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one ioctl dispatcher.
 */
#ifndef IPCCHAN_IOCTL_H
#define IPCCHAN_IOCTL_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

#include "limits.h"

struct file;
struct ipcchan_told_call;

/**
 * DOC: Ioctls
 *
 * Each noun has a table of its ioctls beside its code; main.c registers the
 * tables, and one dispatcher serves all descriptors. It looks the number up
 * (ENOTTY), checks the kind of the descriptor (EBADF) and its rights (EPERM),
 * copies the structure in (EINVAL too short, E2BIG unknown tail, EFAULT), calls
 * the function, and copies the structure out where the ioctl has output.
 *
 * What an ioctl makes or takes is told by its return value, not by the
 * structure: so nothing is left to fail after a message or a descriptor has
 * changed hands. An error has changed nothing, so the structure may say more of
 * it; if it cannot be written, EFAULT is as true.
 *
 * Each has a trace event of its name, which the dispatcher tells with the result
 * once the number was found: so also of calls that it refuses.
 */

/* Where an ioctl is valid: on /dev/ipcchan, or on objects of a kind. */
#define IPCCHAN_ON_DEVICE	BIT(0)
#define IPCCHAN_ON_MAILBOX	BIT(IPCCHAN_KIND_MAILBOX)
#define IPCCHAN_ON_REGION	BIT(IPCCHAN_KIND_REGION)
#define IPCCHAN_ON_RING		BIT(IPCCHAN_KIND_RING)
#define IPCCHAN_ON_MUTEX	BIT(IPCCHAN_KIND_MUTEX)
#define IPCCHAN_ON_SEMAPHORE	BIT(IPCCHAN_KIND_SEMAPHORE)
#define IPCCHAN_ON_EVENT	BIT(IPCCHAN_KIND_EVENT)
#define IPCCHAN_ON_CONDVAR	BIT(IPCCHAN_KIND_CONDVAR)
#define IPCCHAN_ON_BARRIER	BIT(IPCCHAN_KIND_BARRIER)
#define IPCCHAN_ON_RWLOCK	BIT(IPCCHAN_KIND_RWLOCK)
#define IPCCHAN_ON_OBJECT	(IPCCHAN_ON_MAILBOX | IPCCHAN_ON_REGION | \
				 IPCCHAN_ON_RING | IPCCHAN_ON_MUTEX | \
				 IPCCHAN_ON_SEMAPHORE | IPCCHAN_ON_EVENT | \
				 IPCCHAN_ON_CONDVAR | IPCCHAN_ON_BARRIER | \
				 IPCCHAN_ON_RWLOCK)

/* The kind that stands for /dev/ipcchan itself. */
#define IPCCHAN_KIND_DEVICE	0

/**
 * struct ipcchan_ioctl - one ioctl
 * @cmd: its number, with the size of its newest structure
 * @min_size: the size first published
 * @on: IPCCHAN_ON_* bits
 * @rights: that the descriptor must have
 * @has_output: the structure is copied out when @run returns no error
 * @tells_errors: it is copied out when @run returns one, and says more of it
 * @run: does it; @arg is the structure in kernel memory, of the newest size
 * @trace: its trace event
 */
struct ipcchan_ioctl {
	unsigned int cmd;
	unsigned int min_size;
	u32 on;
	u32 rights;
	bool has_output;
	bool tells_errors;
	long (*run)(struct file *file, void *arg);
	void (*trace)(const struct ipcchan_told_call *told);
};

/*
 * The number and the first size of an ioctl, the proof that it fits, and that it is
 * whole words, as it is copied, and its event: whoever uses this includes
 * observe/trace.h.
 */
#define IPCCHAN_IOCTL(name, event) \
	.cmd = IPCCHAN_IOC_##name + \
	       BUILD_BUG_ON_ZERO(_IOC_SIZE(IPCCHAN_IOC_##name) > \
				 IPCCHAN_ARGUMENT_MAX) + \
	       BUILD_BUG_ON_ZERO(_IOC_SIZE(IPCCHAN_IOC_##name) % \
				 sizeof(u64)), \
	.min_size = IPCCHAN_##name##_SIZE_VER0, \
	.trace = trace_##event

void ipcchan_ioctl_register(const struct ipcchan_ioctl *table, size_t nr);
int ipcchan_ioctl_store(u64 user, u32 stride, const void *entries, size_t size,
			u32 nr);
long ipcchan_ioctl(struct file *file, u32 kind, u32 rights, unsigned int cmd,
		   unsigned long arg);

#endif /* IPCCHAN_IOCTL_H */
