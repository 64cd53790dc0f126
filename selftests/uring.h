/* SPDX-License-Identifier: GPL-2.0 */
/* io_uring without any library. */
#ifndef IPCCHAN_URING_H
#define IPCCHAN_URING_H

#include <linux/io_uring.h>

#include "ipcchan_selftest.h"

/**
 * struct uring - an io_uring
 * @fd: The ring.
 * @queues: Memory of both queues.
 * @size: Bytes of it.
 * @params: Where things are in it.
 * @sqes: Submissions.
 */
struct uring {
	int fd;
	char *queues;
	size_t size;
	struct io_uring_params params;
	struct io_uring_sqe *sqes;
};

/** uring_open - 0, or -errno; the kernel may lack io_uring, or forbid it */
int uring_open(struct uring *ring);

/** uring_close - and unmap it, or else it goes on; not if it was not opened */
void uring_close(struct uring *ring);

/** uring_submit - 1 if the operation has begun, or -errno */
int uring_submit(struct uring *ring, const struct io_uring_sqe *sqe);

/** uring_take - is a completion there? *@cqe is it then, and it is taken */
bool uring_take(struct uring *ring, struct io_uring_cqe *cqe);

/** uring_await - the result of what @user_data names; HANGS if there is none */
int uring_await(struct uring *ring, __u64 user_data);

/**
 * uring_register - let the kernel keep memory, as IORING_OP_READ_FIXED needs it
 * @ring: The ring.
 * @memory: Its address.
 * @size: Its bytes.
 *
 * Return: 0, or -errno: older kernels keep no memory of a region.
 */
int uring_register(struct uring *ring, void *memory, size_t size);

/** uring_unregister - it keeps it no more: 0, or -errno */
int uring_unregister(struct uring *ring);

#endif /* IPCCHAN_URING_H */
