/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blocks of memory, and the ways to hand them to another process.
 */
#ifndef BENCH_BLOCKS_H
#define BENCH_BLOCKS_H

#include "../work.h"

/**
 * struct way - one way to hand over a block
 * @name: For people.
 * @is_rival: It is not ours.
 * @is_cheap: It needs little for a byte.
 * @is_flat: What it needs does not depend on the size.
 * @can: It can hand over @size bytes, on this kernel; NULL: any.
 * @work: It.
 *
 * A round: the client writes a word to each page of its block, and hands it over; the
 * server finds these words, writes others, is done with the block, and answers with
 * 8 bytes. So both have used each page, and the block can be used again. A loan that
 * is read-only is through the server's mapping of the region, of which it reads one
 * word. Plain memcpy() copies, and does nothing else.
 */
struct way {
	const char *name;
	bool is_rival;
	bool is_cheap;
	bool is_flat;
	bool (*can)(size_t size);
	struct work work;
};

extern const struct way memcpy_way;
extern const struct way copy_way;
extern const struct way stream_way;
extern const struct way move_way;
extern const struct way move_huge_way;
extern const struct way share_way;

/* All of them; the last is NULL. */
extern const struct way *const all_ways[];

/** pages_write - write @value to each page of a block, but not to its first word */
void pages_write(void *block, size_t size, uint64_t value);

/** pages_check - end the process unless @value is there */
void pages_check(const void *block, size_t size, uint64_t value);

#endif /* BENCH_BLOCKS_H */
