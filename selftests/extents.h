/* SPDX-License-Identifier: GPL-2.0 */
/* Extents of regions: lending them, and trying to access what may be away. */
#ifndef IPCCHAN_EXTENTS_H
#define IPCCHAN_EXTENTS_H

#include "ipcchan_selftest.h"

/* Modes, short. */
#define MOVE			IPCCHAN_EXTENT_MOVE
#define SHARE			IPCCHAN_EXTENT_SHARE

/* What peek() and poke() return where there is no memory to be had. */
#define BUS			(-100020)

/** extent_mailbox - a mailbox that takes descriptors */
int extent_mailbox(int session);

/** put_extents - send an empty message with these, without sleeping */
int put_extents(int mailbox, const struct ipcchan_extent *extents,
		unsigned int nr);

/** put_extent - the same with one of them */
int put_extent(int mailbox, int region, unsigned int mode, __u64 offset,
	       __u64 length);

/** take_extent - receive it: a descriptor, or -errno */
int take_extent(int mailbox);

/** lend - put_extent() and take_extent() */
int lend(int mailbox, int region, unsigned int mode, __u64 offset, __u64 length);

/** map_pages - MAP_SHARED from offset 0, or NULL */
char *map_pages(int region, size_t size, int protection);

/** peek - read a byte of memory: the byte, or BUS */
int peek(const char *address);

/** poke - write a byte of memory: 0, or BUS */
int poke(char *address, char byte);

/** region_events - what poll(2) says of the descriptor now */
int region_events(int region);

/** await_extents - wait until so many extents of the region are not over */
bool await_extents(int region, unsigned int extents);

/** region_see - REGION_INFO that notes what has returned as seen */
struct ipcchan_region_info region_see(int region);

#endif /* IPCCHAN_EXTENTS_H */
