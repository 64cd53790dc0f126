/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is used here of /dev/ntsync, as Documentation/userspace-api/ntsync.rst of the
 * kernel has it from 6.14 on: machines that build this may have an older <linux/>.
 */
#ifndef BENCH_NTSYNC_H
#define BENCH_NTSYNC_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define NTSYNC_DEVICE	"/dev/ntsync"

/**
 * struct ntsync_sem_args - a new semaphore
 * @count: Units of it.
 * @max: Units that it may have.
 */
struct ntsync_sem_args {
	__u32 count;
	__u32 max;
};

/**
 * struct ntsync_mutex_args - a new mutex, or who unlocks one
 * @owner: Who has it, by a number that the program chooses; 0: nobody.
 * @count: How often; of unlocking, output: how often it was.
 */
struct ntsync_mutex_args {
	__u32 owner;
	__u32 count;
};

/**
 * struct ntsync_wait_args - a wait for objects
 * @timeout: Until when; all bits: for ever.
 * @objs: Address of their descriptors.
 * @count: How many.
 * @index: Output. Which it got.
 * @flags: 0, or by which clock.
 * @owner: Who is to have the mutexes among them.
 * @alert: An event that ends the wait; 0: none.
 * @pad: 0.
 */
struct ntsync_wait_args {
	__u64 timeout;
	__u64 objs;
	__u32 count;
	__u32 index;
	__u32 flags;
	__u32 owner;
	__u32 alert;
	__u32 pad;
};

#define NTSYNC_IOC_CREATE_SEM	_IOW('N', 0x80, struct ntsync_sem_args)
#define NTSYNC_IOC_SEM_RELEASE	_IOWR('N', 0x81, __u32)
#define NTSYNC_IOC_WAIT_ANY	_IOWR('N', 0x82, struct ntsync_wait_args)
#define NTSYNC_IOC_CREATE_MUTEX	_IOW('N', 0x84, struct ntsync_mutex_args)
#define NTSYNC_IOC_MUTEX_UNLOCK	_IOWR('N', 0x85, struct ntsync_mutex_args)

#endif /* BENCH_NTSYNC_H */
