// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks of memory, and all ways to hand them over.
 */
#include "blocks.h"

#include <err.h>

#define PAGE		4096UL

/* The word of a page that is written; the first of a block is the round. */
#define WORD		(PAGE / sizeof(uint64_t))
#define FIRST_WORD	8

const struct way *const all_ways[] = {
	&memcpy_way,
	&copy_way,
	&stream_way,
	&move_way,
	&move_huge_way,
	&share_way,
	NULL,
};

void pages_write(void *block, size_t size, uint64_t value)
{
	uint64_t *words = block;

	for (size_t i = FIRST_WORD; i < size / sizeof(*words); i += WORD)
		__atomic_store_n(&words[i], value, __ATOMIC_RELAXED);
}

void pages_check(const void *block, size_t size, uint64_t value)
{
	const uint64_t *words = block;

	for (size_t i = FIRST_WORD; i < size / sizeof(*words); i += WORD)
		if (__atomic_load_n(&words[i], __ATOMIC_RELAXED) != value)
			errx(1, "the page at %zu is not what was handed over",
			     i * sizeof(*words));
}
