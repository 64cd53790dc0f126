/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What the files of libipcchan share: the handles, and the few calls into the
 * system, all of which leave errno as it was and return -errno.
 */
#ifndef IPCCHAN_INTERNAL_H
#define IPCCHAN_INTERNAL_H

#include <ipcchan.h>

/**
 * struct ipcchan - a session
 * @fd: Descriptor of the device, owned.
 */
struct ipcchan {
	int fd;
};

/**
 * struct ipcchan_mailbox - a mailbox
 * @fd: Descriptor of the object, owned.
 */
struct ipcchan_mailbox {
	int fd;
};

/**
 * struct ipcchan_region - a region
 * @fd: Descriptor of the object, owned.
 * @size: Bytes of the region.
 */
struct ipcchan_region {
	int fd;
	size_t size;
};

/* Bytes of the first published versions of the options of this library. */
#define MAILBOX_OPTIONS_SIZE_VER0	32
#define REGION_OPTIONS_SIZE_VER0	24
#define RING_OPTIONS_SIZE_VER0		24
#define POOL_OPTIONS_SIZE_VER0		24
#define SEND_OPTIONS_SIZE_VER0		24
#define MULTICAST_OPTIONS_SIZE_VER0	(24 + sizeof(void *))
#define RECEIVE_OPTIONS_SIZE_VER0	16
#define PEEK_OPTIONS_SIZE_VER0		16
#define SUBSCRIBE_OPTIONS_SIZE_VER0	16
#define NOTIFY_OPTIONS_SIZE_VER0	24
#define CALL_OPTIONS_SIZE_VER0		(24 + 2 * sizeof(void *))
#define SERVE_OPTIONS_SIZE_VER0		(24 + 3 * sizeof(void *))
#define WAIT_OPTIONS_SIZE_VER0		16
#define LOCK_OPTIONS_SIZE_VER0		(24 + 2 * sizeof(void *))
#define MUTEX_OPTIONS_SIZE_VER0		16
#define SEMAPHORE_OPTIONS_SIZE_VER0	20
#define EVENT_OPTIONS_SIZE_VER0		12
#define CONDVAR_OPTIONS_SIZE_VER0	12
#define BARRIER_OPTIONS_SIZE_VER0	16
#define RWLOCK_OPTIONS_SIZE_VER0	16

int ipcchan_sys_open(const char *path);
void ipcchan_sys_close(int fd);
int ipcchan_sys_ioctl(int fd, unsigned int command, void *argument);
int ipcchan_sys_ioctl_sized(int fd, unsigned int command, void *argument,
			    size_t size);
void *ipcchan_sys_new(size_t size);

/* An -INFO ioctl: all of @info is output. */
int ipcchan_ask(int fd, unsigned int command, void *info, size_t size);

/* Is @fd an object of this IPCCHAN_KIND_*? 0 or -errno. */
int ipcchan_check_kind(int fd, uint32_t kind);

/* Copy a name, NULL giving the empty one: 0 or -ENAMETOOLONG. */
int ipcchan_copy_name(char to[IPCCHAN_NAME_SIZE], const char *name);

/* That of an object to open, where NULL asks in @flags for a new one: also -EINVAL. */
int ipcchan_copy_name_to_open(char to[IPCCHAN_NAME_SIZE], const char *name,
			      uint32_t *flags);

/*
 * Copy the caller's options, whose first field is their size, over @known,
 * which holds the defaults. NULL leaves these. 0, -EINVAL or -E2BIG.
 */
int ipcchan_copy_options(void *known, size_t known_size, size_t first_size,
			 const void *options);

/* MUTEX_LOCK, RWLOCK_LOCK and RWLOCK_UPGRADE: what the ioctl gives. */
int ipcchan_wait_to_lock(int lock, unsigned int command,
			 const struct ipcchan_lock_options *options);

/* EVENT_WAIT and BARRIER_WAIT: what the ioctl gives. */
int ipcchan_wait_to_go_on(int object, unsigned int command,
			  const struct ipcchan_wait_options *options);

#endif /* IPCCHAN_INTERNAL_H */
