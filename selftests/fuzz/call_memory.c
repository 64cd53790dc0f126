// SPDX-License-Identifier: GPL-2.0
/* Ops on memory: mappings of regions and rings. */

#define _GNU_SOURCE
#include <sys/mman.h>

#include <linux/ipcchan_ring.h>

#include "ipcchan_selftest.h"
#include "world.h"

#define PAGE			4096UL
#define SLOT			{ FUZZ_SLOT }
#define BYTES			{ FUZZ_BYTES }
#define CHOICE(n)		{ FUZZ_CHOICE, n }

static const int protections[] = {
	PROT_READ, PROT_READ | PROT_WRITE, PROT_WRITE, PROT_NONE,
	PROT_READ | PROT_EXEC,
};

static int protection(__u64 value)
{
	return protections[value % ARRAY_SIZE(protections)];
}

/* A page that lies in the mapping, if it is still as it was. */
static unsigned char *page_of(const struct fuzz_mapping *mapping, __u64 value)
{
	size_t pages = mapping->size / PAGE;

	return mapping->address + (pages ? value % pages : 0) * PAGE;
}

/* The rest of the mapping behind @page, or less of it. */
static size_t part_of(const struct fuzz_mapping *mapping,
		      const unsigned char *page, __u64 value)
{
	size_t rest = mapping->size - (page - mapping->address);

	return value && value < rest ? value : rest;
}

static long run_mmap(struct fuzz_worker *worker, const struct fuzz_op *op,
		     const __u64 *args)
{
	static const int flags[] = {
		MAP_SHARED, MAP_SHARED, MAP_SHARED | MAP_POPULATE,
		MAP_SHARED | MAP_LOCKED, MAP_PRIVATE, MAP_SHARED_VALIDATE,
	};
	static const off_t offsets[] = {
		0, PAGE, 2 * PAGE, 3 * PAGE, IPCCHAN_RING_CONSUMER,
		IPCCHAN_RING_DATA, IPCCHAN_RING_DATA + PAGE,
	};
	const struct fuzz_map map = {
		.fd = fuzz_fd(worker, args[0]),
		.size = args[2],
		.protection = protection(args[3]),
		.flags = flags[args[4] % ARRAY_SIZE(flags)],
		.offset = offsets[args[5] % ARRAY_SIZE(offsets)],
	};

	return fuzz_map(worker, args[1], &map);
}

static long run_munmap(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	struct fuzz_mapping *mapping = fuzz_mapping(worker, args[0]);
	unsigned char *page = page_of(mapping, args[1]);

	if (!mapping->address)
		return -EINVAL;
	return fuzz_negated(munmap(page, part_of(mapping, page, args[2])));
}

static long run_mprotect(struct fuzz_worker *worker, const struct fuzz_op *op,
			 const __u64 *args)
{
	struct fuzz_mapping *mapping = fuzz_mapping(worker, args[0]);
	unsigned char *page = page_of(mapping, args[1]);

	if (!mapping->address)
		return -EINVAL;
	return fuzz_negated(mprotect(page, part_of(mapping, page, args[2]),
				     protection(args[3])));
}

static long run_mremap(struct fuzz_worker *worker, const struct fuzz_op *op,
		       const __u64 *args)
{
	struct fuzz_mapping *mapping = fuzz_mapping(worker, args[0]);
	unsigned char *address;

	if (!mapping->address)
		return -EINVAL;
	/* From size 0 makes a second mapping of the same pages. */
	address = mremap(mapping->address, args[3] ? 0 : mapping->size,
			 args[1], args[2] ? MREMAP_MAYMOVE : 0);
	if (address == MAP_FAILED)
		return -errno;
	*mapping = (struct fuzz_mapping){ address, args[1] };
	return 0;
}

static long run_touch(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	struct fuzz_mapping *mapping = fuzz_mapping(worker, args[0]);

	if (!mapping->address)
		return -EINVAL;
	return fuzz_touch(page_of(mapping, args[1]), args[2]) ? 0 : -EFAULT;
}

static long run_madvise(struct fuzz_worker *worker, const struct fuzz_op *op,
			const __u64 *args)
{
	static const int advice[] = {
		MADV_DONTNEED, MADV_REMOVE, MADV_PAGEOUT, MADV_COLD, MADV_FREE,
		MADV_DONTFORK, MADV_DOFORK, MADV_POPULATE_WRITE, MADV_HUGEPAGE,
		MADV_WILLNEED,
	};
	struct fuzz_mapping *mapping = fuzz_mapping(worker, args[0]);
	unsigned char *page = page_of(mapping, args[1]);
	int chosen = advice[args[3] % ARRAY_SIZE(advice)];

	if (!mapping->address)
		return -EINVAL;
	/* What a child gets of who alone may map something, it cannot access. */
	if (chosen == MADV_DOFORK)
		worker->shared->may_fault = true;
	return fuzz_negated(madvise(page, part_of(mapping, page, args[2]),
				    chosen));
}

static long run_msync(struct fuzz_worker *worker, const struct fuzz_op *op,
		      const __u64 *args)
{
	struct fuzz_mapping *mapping = fuzz_mapping(worker, args[0]);

	if (!mapping->address)
		return -EINVAL;
	switch (args[1] % 4) {
	case 0:
		return fuzz_negated(msync(mapping->address, mapping->size,
					  MS_SYNC));
	case 1:
		return fuzz_negated(mlock(mapping->address, mapping->size));
	case 2:
		return fuzz_negated(munlock(mapping->address, mapping->size));
	default:
		return fuzz_negated(msync(mapping->address, mapping->size,
					  MS_ASYNC | MS_INVALIDATE));
	}
}

static const struct fuzz_op ops[] = {
	{ "mmap", run_mmap,
	  FUZZ_TAKES({ FUZZ_FD, UAPI_ON(region) | UAPI_ON(ring) }, SLOT,
		     BYTES, CHOICE(5), CHOICE(6), CHOICE(7)), .weight = 10 },
	{ "munmap", run_munmap, FUZZ_TAKES(SLOT, CHOICE(8), BYTES),
	  .weight = 3 },
	{ "mprotect", run_mprotect,
	  FUZZ_TAKES(SLOT, CHOICE(8), BYTES, CHOICE(5)), .weight = 3 },
	{ "mremap", run_mremap,
	  FUZZ_TAKES(SLOT, BYTES, CHOICE(2), CHOICE(2)), .weight = 3 },
	{ "touch", run_touch, FUZZ_TAKES(SLOT, CHOICE(8), CHOICE(2)),
	  .weight = 6 },
	{ "madvise", run_madvise,
	  FUZZ_TAKES(SLOT, CHOICE(8), BYTES, CHOICE(10)), .weight = 4 },
	{ "msync", run_msync, FUZZ_TAKES(SLOT, CHOICE(4)), .weight = 2 },
};

const struct fuzz_op_table fuzz_memory_ops = { ops, ARRAY_SIZE(ops) };
