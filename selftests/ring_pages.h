/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages of a ring, mapped by one of its ends, and steps of the protocol of
 * linux/ipcchan_ring.h on them.
 */
#ifndef RING_PAGES_H
#define RING_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/ipcchan_ring.h>

#include "ipcchan_selftest.h"

#define PRODUCER	0
#define CONSUMER	1

/**
 * struct ring_pages - what an end has mapped
 * @fd: Descriptor of the end.
 * @own: Page that it writes.
 * @other: Page of the other end.
 * @data: The data, mapped once.
 * @size: Of @data, in bytes.
 */
struct ring_pages {
	int fd;
	struct ipcchan_ring_end *own;
	const struct ipcchan_ring_end *other;
	unsigned char *data;
	size_t size;
};

/** ring_area - map @bytes at @offset; MAP_FAILED if that fails */
void *ring_area(int end, size_t bytes, int protection, off_t offset);

/** ring_area_error - the errno of a mapping that fails, 0 of one that does not */
int ring_area_error(int end, size_t bytes, int protection, off_t offset);

/** ring_pages_map - map all areas of an end, PRODUCER's or CONSUMER's */
bool ring_pages_map(struct ring_pages *pages, int end, int which);
void ring_pages_unmap(struct ring_pages *pages);

/** ring_publish - steps 3 and 4: 1 if somebody had to be woken, 0, or -errno */
int ring_publish(struct ring_pages *pages, __u32 index);

__u32 ring_index(const struct ring_pages *pages);
__u32 ring_other_index(const struct ring_pages *pages);
__u32 ring_notice(const struct ring_pages *pages);
__u32 ring_other_notice(const struct ring_pages *pages);

/** await_slept - until RING_WAIT has slept so often at the end of @which */
bool await_slept(int end, int which, __u64 times);

/** await_ring_state - until the end of @which is IPCCHAN_RING_END_* */
bool await_ring_state(int end, int which, __u32 state);

#endif /* RING_PAGES_H */
