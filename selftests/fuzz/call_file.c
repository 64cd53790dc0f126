// SPDX-License-Identifier: GPL-2.0
/* Ops on descriptors as such. */

#define _GNU_SOURCE
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "ipcchan_selftest.h"
#include "world.h"

#define OBJECTS			(UAPI_ON(mailbox) | UAPI_ON(region) | UAPI_ON(ring))
#define IPCCHAN_FD		{ FUZZ_FD, UAPI_ON(device) | OBJECTS }
#define OBJECT_FD		{ FUZZ_FD, OBJECTS }
#define MAILBOX_FD		{ FUZZ_FD, UAPI_ON(mailbox) }
#define REGION_FD		{ FUZZ_FD, UAPI_ON(region) }
#define SLOT			{ FUZZ_SLOT }
#define ADDRESS			{ FUZZ_ADDRESS }
#define BYTES			{ FUZZ_BYTES }
#define NUMBER			{ FUZZ_NUMBER }

/* Fewer than those of any FUZZ_DATA place. */
#define VECTORS			8

static long run_open(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	static const int modes[] = { O_RDWR, O_RDONLY, O_WRONLY };
	int fd = open(IPCCHAN_DEVICE, modes[args[1] % 3] | O_CLOEXEC);

	return fuzz_keep(worker, UAPI_device, args[0], fd);
}

static long run_close(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	int *fds = worker->process->fds[args[0] / FUZZ_AT(1, 0) % FUZZ_KINDS];
	int fd = __atomic_exchange_n(&fds[args[0] % FUZZ_SLOTS], -1,
				     __ATOMIC_RELAXED);

	return fuzz_negated(close(fd));
}

static long run_dup(struct fuzz_worker *worker, const struct fuzz_op *op,
		    const __u64 *args)
{
	int fd = fcntl(fuzz_fd(worker, args[0]), F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	return fuzz_keep(worker, fuzz_kind(fd), args[1], fd);
}

static long run_read(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	void *data = fuzz_memory(worker, FUZZ_DATA, args[1], args[2]);

	return fuzz_negated(read(fuzz_fd(worker, args[0]), data, args[2]));
}

static long run_write(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	void *data = fuzz_memory(worker, FUZZ_DATA, args[1], args[2]);

	return fuzz_negated(write(fuzz_fd(worker, args[0]), data, args[2]));
}

static void fill_vector(struct fuzz_worker *worker, struct iovec *vector,
			__u64 seed)
{
	const struct fuzz_arg address = { FUZZ_ADDRESS };
	const struct fuzz_arg bytes = { FUZZ_BYTES };
	struct fuzz_random random = { seed };

	for (int i = 0; i < VECTORS; i++) {
		size_t length = fuzz_value(&random, &bytes) % FUZZ_CHUNK;
		__u64 where = fuzz_value(&random, &address);

		vector[i].iov_base = fuzz_memory(worker, FUZZ_DATA, where,
						 length);
		vector[i].iov_len = length;
	}
}

static long run_readv(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	struct iovec vector[VECTORS];

	fill_vector(worker, vector, args[1]);
	return fuzz_negated(preadv2(fuzz_fd(worker, args[0]), vector,
				    args[2] % (VECTORS + 1), -1,
				    args[3] ? RWF_NOWAIT : 0));
}

static long run_writev(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	struct iovec vector[VECTORS];

	fill_vector(worker, vector, args[1]);
	return fuzz_negated(pwritev2(fuzz_fd(worker, args[0]), vector,
				     args[2] % (VECTORS + 1), -1,
				     args[3] ? RWF_NOWAIT : 0));
}

static long run_pread(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	void *data = fuzz_memory(worker, FUZZ_DATA, args[1], 64);
	int fd = fuzz_fd(worker, args[0]);

	if (args[2] & 1)
		return fuzz_negated(pwrite(fd, data, 64, args[3]));
	return fuzz_negated(pread(fd, data, 64, args[3]));
}

static long run_splice(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	int *pipe = &worker->process->fds[FUZZ_OTHER][2];
	int fd = fuzz_fd(worker, args[0]);

	if (args[1] & 1)
		return fuzz_negated(splice(fd, NULL, pipe[1], NULL, args[2],
					   SPLICE_F_NONBLOCK));
	return fuzz_negated(splice(pipe[0], NULL, fd, NULL, args[2],
				   SPLICE_F_NONBLOCK));
}

static long run_set_flags(struct fuzz_worker *worker, const struct fuzz_op *op,
			  const __u64 *args)
{
	static const int flags[] = {
		0, O_NONBLOCK, O_NONBLOCK | O_APPEND, O_ASYNC, O_DIRECT,
	};

	return fuzz_negated(fcntl(fuzz_fd(worker, args[0]), F_SETFL,
				  flags[args[1] % ARRAY_SIZE(flags)]));
}

static long run_resize(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	int fd = fuzz_fd(worker, args[0]);

	switch (args[1] % 5) {
	case 0:
		return fuzz_negated(ftruncate(fd, args[2]));
	case 1:
		return fuzz_negated(fallocate(fd, 0, 0, args[2]));
	case 2:
		return fuzz_negated(fallocate(fd, FALLOC_FL_PUNCH_HOLE |
						  FALLOC_FL_KEEP_SIZE,
					      0, args[2]));
	case 3:
		return fuzz_negated(fcntl(fd, F_ADD_SEALS, args[2]));
	default:
		return fuzz_negated(lseek(fd, args[2], SEEK_SET));
	}
}

static long run_fdinfo(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	char path[64];
	char text[1024];
	long result;
	int fd;

	snprintf(path, sizeof(path), "/proc/thread-self/fdinfo/%d",
		 fuzz_fd(worker, args[0]));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	result = fuzz_negated(read(fd, text, sizeof(text)));
	close(fd);
	return result;
}

/* Any number that an ioctl may have, of ours or not, on little but zeroes. */
static long run_ioctl(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	void *argument = fuzz_memory(worker, FUZZ_ARGUMENT, args[1], 4096);
	__u64 structure[16] = { args[4] };
	unsigned int type = args[2] & 0x8000 ? args[2] >> 16 :
					       IPCCHAN_IOC_MAGIC;

	if (fuzz_copy(argument, structure, sizeof(structure)))
		memset((char *)argument + sizeof(structure), 0, 256);
	return call(fuzz_fd(worker, args[0]),
		    _IOC(args[3] & 3, type & 0xff, args[2] & 0xff,
			 args[3] >> 2 & 0x3fff), argument);
}

static const struct fuzz_op ops[] = {
	{ "open", run_open, FUZZ_TAKES(SLOT, { FUZZ_CHOICE, 3 }), .weight = 4 },
	{ "close", run_close, FUZZ_TAKES(IPCCHAN_FD), .weight = 12 },
	{ "dup", run_dup, FUZZ_TAKES(OBJECT_FD, SLOT), .weight = 4 },
	{ "read", run_read, FUZZ_TAKES(MAILBOX_FD, ADDRESS, BYTES),
	  .weight = 8, .may_sleep = true },
	{ "write", run_write, FUZZ_TAKES(MAILBOX_FD, ADDRESS, BYTES),
	  .weight = 8, .may_sleep = true },
	{ "readv", run_readv,
	  FUZZ_TAKES(MAILBOX_FD, NUMBER, NUMBER, { FUZZ_CHOICE, 2 }),
	  .weight = 4, .may_sleep = true },
	{ "writev", run_writev,
	  FUZZ_TAKES(MAILBOX_FD, NUMBER, NUMBER, { FUZZ_CHOICE, 2 }),
	  .weight = 4, .may_sleep = true },
	{ "pread", run_pread, FUZZ_TAKES(IPCCHAN_FD, ADDRESS,
					 { FUZZ_CHOICE, 2 }, NUMBER),
	  .weight = 1, .may_sleep = true },
	{ "splice", run_splice,
	  FUZZ_TAKES(IPCCHAN_FD, { FUZZ_CHOICE, 2 }, BYTES),
	  .weight = 1, .may_sleep = true },
	{ "set_flags", run_set_flags,
	  FUZZ_TAKES(IPCCHAN_FD, { FUZZ_CHOICE, 5 }), .weight = 4 },
	{ "resize", run_resize,
	  FUZZ_TAKES(REGION_FD, { FUZZ_CHOICE, 5 }, BYTES), .weight = 2 },
	{ "fdinfo", run_fdinfo, FUZZ_TAKES(IPCCHAN_FD), .weight = 4 },
	{ "ioctl", run_ioctl,
	  FUZZ_TAKES(IPCCHAN_FD, ADDRESS, { FUZZ_CHOICE, 1 << 24 },
		     { FUZZ_CHOICE, 1 << 16 }, NUMBER), .weight = 2,
	  .may_sleep = true },
};

const struct fuzz_op_table fuzz_file_ops = { ops, ARRAY_SIZE(ops) };
