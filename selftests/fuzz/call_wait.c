// SPDX-License-Identifier: GPL-2.0
/* Ops that wait for mailboxes, or have io_uring do it. */

#define _GNU_SOURCE
#include <linux/io_uring.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "ipcchan_selftest.h"
#include "world.h"

#define ENTRIES			8
#define MAILBOX_FD		{ FUZZ_FD, UAPI_ON(mailbox) }
#define CHOICE(n)		{ FUZZ_CHOICE, n }

static const short events[] = {
	POLLIN, POLLOUT, POLLIN | POLLOUT, POLLIN | POLLRDHUP, 0, -1,
};

static long run_poll(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	struct pollfd polled[2] = {
		{ fuzz_fd(worker, args[0]), events[args[1] % 6] },
		{ fuzz_fd(worker, args[2]), POLLIN },
	};

	return fuzz_negated(poll(polled, 2, args[3] % 8));
}

static long run_epoll_ctl(struct fuzz_worker *worker, const struct fuzz_op *op,
			  const __u64 *args)
{
	static const int operations[] = {
		EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL,
	};
	static const __u32 modes[] = {
		0, EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE,
	};
	struct epoll_event event = {
		.events = (__u16)events[args[2] % 6] | modes[args[3] % 4],
	};

	return fuzz_negated(epoll_ctl(worker->process->fds[FUZZ_OTHER][0],
				      operations[args[1] % 4],
				      fuzz_fd(worker, args[0]), &event));
}

static long run_epoll_wait(struct fuzz_worker *worker, const struct fuzz_op *op,
			   const __u64 *args)
{
	struct epoll_event happened[4];

	return fuzz_negated(epoll_wait(worker->process->fds[FUZZ_OTHER][0],
				       happened, 4, args[0] % 8));
}

/**
 * struct ring - a worker's io_uring, made when it is first needed
 * @fd: The ring; 0: not made yet, -1: there is none.
 * @queues: Memory of both queues.
 * @params: Where things are in it.
 * @sqes: Submissions.
 */
struct ring {
	int fd;
	char *queues;
	struct io_uring_params params;
	struct io_uring_sqe *sqes;
};

static __thread struct ring ring;

static unsigned int *at(unsigned int offset)
{
	return (unsigned int *)(ring.queues + offset);
}

static bool make_ring(void)
{
	size_t size;

	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &ring.params);
	if (ring.fd < 0)
		return false;
	size = ring.params.cq_off.cqes +
	       ring.params.cq_entries * sizeof(struct io_uring_cqe) +
	       ring.params.sq_entries * sizeof(unsigned int);
	ring.queues = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			   ring.fd, IORING_OFF_SQ_RING);
	ring.sqes = mmap(NULL, ring.params.sq_entries * sizeof(*ring.sqes),
			 PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd,
			 IORING_OFF_SQES);
	if (ring.queues != MAP_FAILED && ring.sqes != MAP_FAILED)
		return true;
	close(ring.fd);
	ring.fd = -1;
	return false;
}

static bool has_ring(void)
{
	return ring.fd ? ring.fd > 0 : make_ring();
}

static long submit(const struct io_uring_sqe *sqe)
{
	unsigned int *tail = at(ring.params.sq_off.tail);
	unsigned int index = *tail & *at(ring.params.sq_off.ring_mask);

	ring.sqes[index] = *sqe;
	at(ring.params.sq_off.array)[index] = index;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	return fuzz_negated(syscall(SYS_io_uring_enter, ring.fd, 1, 0, 0, NULL,
				    0));
}

static long run_uring(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	static const __u8 opcodes[] = {
		IORING_OP_READ, IORING_OP_WRITE, IORING_OP_POLL_ADD,
		IORING_OP_ASYNC_CANCEL, IORING_OP_CLOSE,
	};
	static const __u8 flags[] = {
		0, 0, IOSQE_ASYNC, IOSQE_IO_LINK,
	};
	struct io_uring_sqe sqe = {
		.opcode = opcodes[args[1] % ARRAY_SIZE(opcodes)],
		.flags = flags[args[2] % ARRAY_SIZE(flags)],
		.fd = fuzz_fd(worker, args[0]),
		.off = -1,
		.user_data = args[1] % 2,
	};

	if (!has_ring())
		return -ENODEV;
	if (sqe.opcode == IORING_OP_CLOSE) {
		sqe.off = 0;
	} else if (sqe.opcode == IORING_OP_POLL_ADD) {
		sqe.off = 0;
		sqe.poll32_events = (__u16)events[args[3] % 6];
	} else if (sqe.opcode == IORING_OP_ASYNC_CANCEL) {
		sqe.off = 0;
		sqe.fd = -1;
		sqe.addr = args[3] % 2;
	} else {
		sqe.addr = (uintptr_t)fuzz_memory(worker, FUZZ_ASYNC, args[4],
						  args[3]);
		sqe.len = args[3];
	}
	return submit(&sqe);
}

/* Lets what is complete appear, and forgets it. */
static long run_uring_reap(struct fuzz_worker *worker, const struct fuzz_op *op,
			   const __u64 *args)
{
	unsigned int tail;

	if (!has_ring())
		return -ENODEV;
	syscall(SYS_io_uring_enter, ring.fd, 0, 0, IORING_ENTER_GETEVENTS, NULL,
		0);
	tail = __atomic_load_n(at(ring.params.cq_off.tail), __ATOMIC_ACQUIRE);
	__atomic_store_n(at(ring.params.cq_off.head), tail, __ATOMIC_RELEASE);
	return 0;
}

static const struct fuzz_op ops[] = {
	{ "poll", run_poll,
	  FUZZ_TAKES(MAILBOX_FD, CHOICE(6), { FUZZ_FD, ~0U }, CHOICE(8)),
	  .weight = 5 },
	{ "epoll_ctl", run_epoll_ctl,
	  FUZZ_TAKES(MAILBOX_FD, CHOICE(4), CHOICE(6), CHOICE(4)),
	  .weight = 5 },
	{ "epoll_wait", run_epoll_wait, FUZZ_TAKES(CHOICE(8)), .weight = 3 },
	{ "uring", run_uring,
	  FUZZ_TAKES(MAILBOX_FD, CHOICE(5), CHOICE(4), { FUZZ_BYTES },
		     { FUZZ_ADDRESS }), .weight = 4, .may_sleep = true },
	{ "uring_reap", run_uring_reap, .weight = 2 },
};

const struct fuzz_op_table fuzz_wait_ops = { ops, ARRAY_SIZE(ops) };
