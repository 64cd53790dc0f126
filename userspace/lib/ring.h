/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What the files of the rings share: the handle, and the way into the kernel.
 */
#ifndef IPCCHAN_RING_H
#define IPCCHAN_RING_H

#include "internal.h"
#include "ring_protocol.h"
#include "ring_spin.h"

/**
 * struct ipcchan_ring_entry - how an end of a ring enters the kernel
 * @wait: Sleep until the other end's index reaches @goal, as RING_WAIT does; before
 *	that, wake who waits for the index of @woken, unless that is NULL.
 * @wake: Wake who waits for this end's index, as RING_WAKE does.
 *
 * Both by the ioctls, but in tests that have no device.
 */
struct ipcchan_ring_entry {
	int (*wait)(struct ipcchan_ring *ring, uint32_t goal,
		    uint64_t deadline_ns, struct ipcchan_ring *woken);
	int (*wake)(struct ipcchan_ring *ring);
};

/**
 * struct ipcchan_ring - an end of a ring
 * @producer: What is known if this is the producer's end; else it only has an error.
 * @consumer: Likewise.
 * @entry: Into the kernel.
 * @spin: Before sleeping.
 * @fd: Descriptor of the end, owned.
 * @rights: Of @fd: which end it is.
 * @size: Bytes of data.
 * @spin_most: As the caller set it.
 * @yields: Likewise.
 * @pages: All mappings, with what is between them; NULL: not mapped.
 * @owner: Process that has the mappings.
 */
struct ipcchan_ring {
	struct ipcchan_ring_side producer;
	struct ipcchan_ring_side consumer;
	const struct ipcchan_ring_entry *entry;
	struct ipcchan_ring_spin spin;
	int fd;
	uint32_t rights;
	uint32_t size;
	uint32_t spin_most;
	uint32_t yields;
	char *pages;
	pid_t owner;
};

/*
 * A handle of a descriptor whose @size and @rights are known, and which it owns on
 * success.
 */
int ipcchan_ring_new(int fd, uint32_t size, uint32_t rights,
		     const struct ipcchan_ring_entry *entry,
		     struct ipcchan_ring **ring);

/* The side of this end, or one that only has the error which says that there is none. */
struct ipcchan_ring_side *ipcchan_ring_side(struct ipcchan_ring *ring);

/*
 * Publish what is committed at the producer's end @from, then wait for a record at the
 * consumer's end @to, of another ring.
 */
int ipcchan_ring_turn(struct ipcchan_ring *from, struct ipcchan_ring *to,
		      uint64_t deadline_ns);

/* Both sides stop: there are no pages for them. */
void ipcchan_ring_stop(struct ipcchan_ring *ring);

#endif /* IPCCHAN_RING_H */
