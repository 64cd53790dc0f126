// SPDX-License-Identifier: GPL-2.0
/* Ops on extents: pages that are lent in messages. What is lent is a region, too. */

#define _GNU_SOURCE
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "ipcchan_selftest.h"
#include "judge.h"

#define PAGE			4096UL
#define MAILBOX_FD		{ FUZZ_FD, UAPI_ON(mailbox) }
#define REGION_FD		{ FUZZ_FD, UAPI_ON(region) }
#define EXTENT			{ FUZZ_EXTENT }
#define CHOICE(n)		{ FUZZ_CHOICE, n }

/* What else a program has knows nothing of the errnos of ours. */
static void judge(struct fuzz_worker *worker, __u64 fd,
		  const struct uapi_ioctl *ioctl, long result)
{
	if (fd / FUZZ_AT(1, 0) % FUZZ_KINDS != FUZZ_OTHER)
		fuzz_judge_result(worker->shared, ioctl, result);
}

static long run_lend(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	const struct ipcchan_extent extents[] = {
		fuzz_extent(worker, args[1], args[2]),
		fuzz_extent(worker, args[3], args[4]),
	};
	struct ipcchan_message message =
		MESSAGE(NULL, 0, .fds = (uintptr_t)extents,
			.nr_fds = 1 + args[5] % ARRAY_SIZE(extents),
			.flags = IPCCHAN_MESSAGE_EXTENTS);
	long result;

	worker->shared->may_fault = true;
	result = mailbox_send(fuzz_fd(worker, args[0]), &message, 1,
			      .deadline_ns = fuzz_deadline(args[6]));
	judge(worker, args[0], &uapi_mailbox_send, result);
	return result;
}

/* The first of them is mapped; all are kept from the slot of the mapping on. */
static long run_borrow(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	static const int protections[] = { PROT_READ | PROT_WRITE, PROT_READ };
	void *data = fuzz_memory(worker, FUZZ_DATA, FUZZ_OWN, FUZZ_CHUNK);
	__s32 fds[IPCCHAN_FDS_MAX] = { -1 };
	struct ipcchan_message message =
		MESSAGE(data, FUZZ_CHUNK, .fds = (uintptr_t)fds,
			.nr_fds = IPCCHAN_FDS_MAX);
	struct fuzz_map map = {
		.size = (1 + args[3] % 2) * PAGE,
		.protection = protections[args[2] % ARRAY_SIZE(protections)],
		.flags = MAP_SHARED,
	};
	long result;

	result = mailbox_receive(fuzz_fd(worker, args[0]), &message, 1,
				 .flags = IPCCHAN_NONBLOCK);
	judge(worker, args[0], &uapi_mailbox_receive, result);
	if (result != 1 || !message.nr_fds)
		return result;
	map.fd = fds[0];
	result = fuzz_map(worker, args[1], &map);
	fuzz_keep_files(worker, args[1], &message);
	return result;
}

static const struct fuzz_op ops[] = {
	{ "lend", run_lend,
	  FUZZ_TAKES(MAILBOX_FD, REGION_FD, EXTENT, REGION_FD, EXTENT,
		     CHOICE(2), { FUZZ_DEADLINE }), .weight = 14,
	  .may_sleep = true },
	{ "borrow", run_borrow,
	  FUZZ_TAKES(MAILBOX_FD, { FUZZ_SLOT }, CHOICE(2), CHOICE(2)),
	  .weight = 14 },
};

const struct fuzz_op_table fuzz_extent_ops = { ops, ARRAY_SIZE(ops) };
