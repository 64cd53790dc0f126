// SPDX-License-Identifier: GPL-2.0
/* io_uring without any library. */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "uring.h"

#define ENTRIES		8

static unsigned int *at(struct uring *ring, unsigned int offset)
{
	return (unsigned int *)(ring->queues + offset);
}

static size_t sqes_size(const struct uring *ring)
{
	return ring->params.sq_entries * sizeof(*ring->sqes);
}

int uring_open(struct uring *ring)
{
	struct io_sqring_offsets *sq = &ring->params.sq_off;
	struct io_cqring_offsets *cq = &ring->params.cq_off;
	size_t size;

	memset(ring, 0, sizeof(*ring));
	ring->fd = syscall(SYS_io_uring_setup, ENTRIES, &ring->params);
	if (ring->fd < 0)
		return -errno;
	size = cq->cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe);
	ring->size = sq->array + ring->params.sq_entries * sizeof(unsigned int);
	if (ring->size < size)
		ring->size = size;
	/* Since 5.4 one mapping holds both queues. */
	ring->queues = mmap(NULL, ring->size, PROT_READ | PROT_WRITE,
			    MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	ring->sqes = mmap(NULL, sqes_size(ring), PROT_READ | PROT_WRITE,
			  MAP_SHARED, ring->fd, IORING_OFF_SQES);
	if (ring->queues == MAP_FAILED || ring->sqes == MAP_FAILED)
		return -errno;
	return 0;
}

void uring_close(struct uring *ring)
{
	if (ring->fd < 0)
		return;
	munmap(ring->sqes, sqes_size(ring));
	munmap(ring->queues, ring->size);
	close(ring->fd);
	ring->fd = -1;
}

int uring_submit(struct uring *ring, const struct io_uring_sqe *sqe)
{
	unsigned int *tail = at(ring, ring->params.sq_off.tail);
	unsigned int index = *tail & *at(ring, ring->params.sq_off.ring_mask);
	int nr;

	ring->sqes[index] = *sqe;
	at(ring, ring->params.sq_off.array)[index] = index;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	nr = syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0);
	return nr < 0 ? -errno : nr;
}

bool uring_take(struct uring *ring, struct io_uring_cqe *cqe)
{
	unsigned int *head = at(ring, ring->params.cq_off.head);
	unsigned int mask = *at(ring, ring->params.cq_off.ring_mask);
	struct io_uring_cqe *cqes = (void *)at(ring, ring->params.cq_off.cqes);

	/* Lets completions that wait for this task appear. */
	syscall(SYS_io_uring_enter, ring->fd, 0, 0, IORING_ENTER_GETEVENTS,
		NULL, 0);
	if (*head == __atomic_load_n(at(ring, ring->params.cq_off.tail),
				     __ATOMIC_ACQUIRE))
		return false;
	*cqe = cqes[*head & mask];
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return true;
}

int uring_await(struct uring *ring, __u64 user_data)
{
	__u64 end = deadline_must_happen();
	struct io_uring_cqe cqe;

	while (now_ns(CLOCK_MONOTONIC) < end) {
		if (!uring_take(ring, &cqe))
			nap();
		else if (cqe.user_data == user_data)
			return cqe.res;
	}
	return HANGS;
}

int uring_register(struct uring *ring, void *memory, size_t size)
{
	const struct iovec buffer = { memory, size };
	int ret = syscall(SYS_io_uring_register, ring->fd,
			  IORING_REGISTER_BUFFERS, &buffer, 1);

	return ret < 0 ? -errno : 0;
}

int uring_unregister(struct uring *ring)
{
	int ret = syscall(SYS_io_uring_register, ring->fd,
			  IORING_UNREGISTER_BUFFERS, NULL, 0);

	return ret < 0 ? -errno : 0;
}
