/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Blocks: memory that travels in a message. That of a pool is an element of its array,
 * one that was received is on its own.
 */
#ifndef IPCCHAN_BLOCK_H
#define IPCCHAN_BLOCK_H

#include <stdbool.h>

#include "internal.h"

/* Of the header, in the byte order of this machine. */
#define BLOCK_MAGIC	0x4b434c42U

/**
 * struct block_header - what a message with a block begins with
 * @magic: BLOCK_MAGIC.
 * @mode: IPCCHAN_EXTENT_* of the extent in the message; 0: the bytes follow.
 * @used: How many bytes there are.
 */
struct block_header {
	uint32_t magic;
	uint32_t mode;
	uint64_t used;
};

/**
 * struct arrival - a message as it was received
 * @fds: Its descriptors.
 * @bytes: Of a block, the header first.
 */
struct arrival {
	int fds[IPCCHAN_FDS_MAX];
	char bytes[];
};

/**
 * struct ipcchan_block - memory that travels
 * @pool: Of which it is; NULL: it was received.
 * @is_taken: Of a pool: somebody has it by ipcchan_pool_loan().
 * @is_lent: Of a pool: there may be extents of it that are not over.
 * @data: Its bytes.
 * @size: How many may be used.
 * @fd: What it is lent from; -1: its bytes were copied. Owned if it was received.
 * @offset: Where it begins in that.
 * @length: Bytes to lend.
 * @copy_below: What is shorter is copied; IPCCHAN_DEFAULT: what costs less.
 * @is_huge: It is of huge pages.
 * @mapping: What is to be unmapped, or NULL; of @length bytes.
 * @arrival: With what it was received; NULL: of a pool, or an extent.
 * @message: Likewise; the descriptors that it has are to be closed.
 */
struct ipcchan_block {
	struct ipcchan_pool *pool;
	bool is_taken;
	bool is_lent;
	void *data;
	size_t size;
	int fd;
	uint64_t offset;
	size_t length;
	uint32_t copy_below;
	bool is_huge;
	void *mapping;
	struct arrival *arrival;
	struct ipcchan_message message;
};

#endif /* IPCCHAN_BLOCK_H */
