// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Pool: blocks of a region, which are lent and come back.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "block.h"

/* Extents that are asked for at a time. */
#define PAGE_OF_EXTENTS	32

/**
 * struct ipcchan_pool - blocks to lend
 * @region: All of them.
 * @memory: Its mapping.
 * @block_size: Bytes of each.
 * @nr_blocks: How many there are.
 * @copy_below: As for its blocks.
 * @is_huge: Likewise.
 * @blocks: Their handles.
 */
struct ipcchan_pool {
	struct ipcchan_region *region;
	char *memory;
	size_t block_size;
	uint32_t nr_blocks;
	uint32_t copy_below;
	bool is_huge;
	struct ipcchan_block blocks[];
};

static int open_region(const struct ipcchan *session,
		       const struct ipcchan_pool *pool, uint32_t flags,
		       struct ipcchan_region_info *info,
		       struct ipcchan_region **region)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	int error;

	options.flags = flags | IPCCHAN_OPEN_CREATE;
	options.region_size = (uint64_t)pool->block_size * pool->nr_blocks;
	error = ipcchan_region_open(session, NULL, IPCCHAN_RIGHT_MAP_READ |
						   IPCCHAN_RIGHT_MAP_WRITE,
				    &options, region);
	if (error)
		return error;
	error = ipcchan_region_info(*region, info, sizeof(*info));
	/* An older kernel knows no extents. */
	if (!error && !info->granule)
		error = -EOPNOTSUPP;
	if (error)
		ipcchan_region_close(*region);
	return error;
}

/* Granules are known when there is a region; so it is made again if they differ. */
static int make_region(const struct ipcchan *session, struct ipcchan_pool *pool,
		       uint32_t flags)
{
	struct ipcchan_region_info info;
	int error;

	for (;;) {
		error = open_region(session, pool, flags, &info, &pool->region);
		if (error || !(pool->block_size % info.granule))
			break;
		ipcchan_region_close(pool->region);
		pool->block_size += info.granule -
				    pool->block_size % info.granule;
		if (pool->block_size > SIZE_MAX / pool->nr_blocks)
			return -EINVAL;
	}
	if (error)
		return error;
	error = ipcchan_region_map(pool->region, PROT_READ | PROT_WRITE,
				   (void **)&pool->memory);
	if (error)
		ipcchan_region_close(pool->region);
	return error;
}

static void make_blocks(struct ipcchan_pool *pool)
{
	uint32_t i;

	for (i = 0; i < pool->nr_blocks; i++) {
		struct ipcchan_block *block = &pool->blocks[i];

		block->pool = pool;
		block->data = pool->memory + i * pool->block_size;
		block->size = pool->block_size;
		block->fd = ipcchan_region_fd(pool->region);
		block->offset = i * pool->block_size;
		block->length = pool->block_size;
		block->copy_below = pool->copy_below;
		block->is_huge = pool->is_huge;
	}
}

static int check_options(const struct ipcchan_pool_options *options)
{
	if (options->flags & ~IPCCHAN_OPEN_HUGE)
		return -EOPNOTSUPP;
	if (!options->block_size || !options->nr_blocks ||
	    options->block_size > SIZE_MAX / options->nr_blocks)
		return -EINVAL;
	return 0;
}

int ipcchan_pool_create(const struct ipcchan *session,
			const struct ipcchan_pool_options *options,
			struct ipcchan_pool **pool)
{
	struct ipcchan_pool_options known = IPCCHAN_POOL_OPTIONS;
	struct ipcchan_pool *new;
	uint64_t bytes;
	int error = ipcchan_copy_options(&known, sizeof(known),
					 POOL_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = check_options(&known);
	if (error)
		return error;
	bytes = sizeof(*new) + (uint64_t)known.nr_blocks * sizeof(*new->blocks);
	new = bytes > SIZE_MAX ? NULL : ipcchan_sys_new(bytes);
	if (!new)
		return -ENOMEM;
	new->block_size = known.block_size;
	new->nr_blocks = known.nr_blocks;
	new->copy_below = known.copy_below;
	new->is_huge = known.flags & IPCCHAN_OPEN_HUGE;
	error = make_region(session, new, known.flags);
	if (error) {
		free(new);
		return error;
	}
	make_blocks(new);
	*pool = new;
	return 0;
}

void ipcchan_pool_close(struct ipcchan_pool *pool)
{
	if (!pool)
		return;
	ipcchan_region_unmap(pool->region, pool->memory);
	ipcchan_region_close(pool->region);
	free(pool);
}

const struct ipcchan_region *
ipcchan_pool_region(const struct ipcchan_pool *pool)
{
	return pool->region;
}

/* An extent lies in one block: whoever lends a part of it has it of one. */
static void note_lent(struct ipcchan_pool *pool,
		      const struct ipcchan_extent_info *extents, int count)
{
	while (count--)
		pool->blocks[extents[count].offset / pool->block_size].is_lent =
			true;
}

/*
 * Which blocks are lent. What is lent on gets a higher number before the extent that
 * it was of can be over, so going up the numbers misses none.
 */
static int find_lent(struct ipcchan_pool *pool)
{
	struct ipcchan_extent_info extents[PAGE_OF_EXTENTS];
	uint64_t last = 0;
	uint32_t i;
	int count;

	for (i = 0; i < pool->nr_blocks; i++)
		pool->blocks[i].is_lent = false;
	do {
		count = ipcchan_region_extents(pool->region, last, extents,
					       PAGE_OF_EXTENTS,
					       sizeof(*extents));
		if (count < 0)
			return count;
		note_lent(pool, extents, count);
		if (count)
			last = extents[count - 1].id;
	} while (count == PAGE_OF_EXTENTS);
	return 0;
}

/* What is not known to have come back is not free. */
static struct ipcchan_block *find_free(struct ipcchan_pool *pool)
{
	uint32_t i;

	for (i = 0; i < pool->nr_blocks; i++)
		if (!pool->blocks[i].is_taken && !pool->blocks[i].is_lent)
			return &pool->blocks[i];
	return NULL;
}

/* Say first that all has been seen: what comes back later ends the sleep. */
static int look_what_is_back(struct ipcchan_pool *pool)
{
	struct ipcchan_region_info info = { .flags = IPCCHAN_REGION_SEEN };
	int error = ipcchan_sys_ioctl(ipcchan_region_fd(pool->region),
				      IPCCHAN_IOC_REGION_INFO, &info);

	return error ? error : find_lent(pool);
}

static int sleep_on_region(const struct ipcchan_pool *pool,
			   uint64_t deadline_ns)
{
	struct pollfd poller = {
		.fd = ipcchan_region_fd(pool->region),
		.events = POLLIN,
	};
	uint64_t now = ipcchan_deadline_in(0);
	uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
	const struct timespec time = {
		.tv_sec = left / IPCCHAN_SECONDS(1),
		.tv_nsec = left % IPCCHAN_SECONDS(1),
	};
	int saved = errno;
	int ready = ppoll(&poller, 1, deadline_ns == IPCCHAN_DEADLINE_NEVER ?
					      NULL : &time, NULL);
	int error = ready < 0 ? -errno : 0;

	errno = saved;
	if (!error && !ready)
		error = -ETIMEDOUT;
	return error;
}

int ipcchan_pool_loan(struct ipcchan_pool *pool, uint64_t deadline_ns,
		      struct ipcchan_block **block)
{
	struct ipcchan_block *found = find_free(pool);
	int error;

	while (!found) {
		error = look_what_is_back(pool);
		if (error)
			return error;
		found = find_free(pool);
		if (found)
			break;
		error = sleep_on_region(pool, deadline_ns);
		if (error)
			return error;
	}
	found->is_taken = true;
	*block = found;
	return 0;
}
