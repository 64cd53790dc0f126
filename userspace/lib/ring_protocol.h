/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Protocol of rings: what the two ends do on the pages, see linux/ipcchan_ring.h.
 */
#ifndef IPCCHAN_RING_PROTOCOL_H
#define IPCCHAN_RING_PROTOCOL_H

#include <errno.h>
#include <ipcchan.h>
#include <linux/ipcchan_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * DOC: Sides
 *
 * A *side* is what one end knows of the ring, in memory that no other process has.
 * It sees pages, and neither descriptors nor the kernel: who tells the other end
 * something gets its notice, and wakes it if that says so.
 *
 * Producer and consumer are alike. Each works from its position on, up to a limit
 * that the other end moves, and tells now and then how far it is::
 *
 *   told <= position <= limit <= told + size
 *
 * =========== ================================ ======================
 * of          producer                         consumer
 * =========== ================================ ======================
 * position    where the next record is written where the next is read
 * limit       index of the consumer + size     index of the producer
 * told        its index: published             its index: released
 * =========== ================================ ======================
 *
 * The line above is all that has to be checked of an index that the other end
 * wrote, whatever that is; the new limit must not be below the old one either. So no
 * lie of the other end leads out of the data. Whoever finds one stops for good.
 *
 * A side that has stopped, has ended, or is not there at all has an error, and its
 * limit is its position. So only who finds no room or no record looks for one.
 */

/**
 * struct ipcchan_ring_side - what one end of a ring knows
 * @own: The page that this end writes. Only its index, and it is never read back.
 * @peer: The page of the other end, of which nothing is trusted.
 * @data: The data, mapped twice in a row.
 * @mask: One less than the bytes of data, which are a power of two.
 * @largest: Bytes of the longest record.
 * @lead: The limit is so far ahead of the index of the other end.
 * @position: Where the next record begins.
 * @limit: Up to where there is room, or records, as far as is known.
 * @told: The position that the other end was told.
 * @pending: Producer: one more than the bytes reserved; consumer: the bytes of the
 *	record last peeked, with all that belongs to it. 0: nothing.
 * @error: Why nothing comes behind @limit any more, or 0.
 */
struct ipcchan_ring_side {
	struct ipcchan_ring_end *own;
	const struct ipcchan_ring_end *peer;
	char *data;
	uint32_t mask;
	uint32_t largest;
	uint32_t lead;
	uint32_t position;
	uint32_t limit;
	uint32_t told;
	uint32_t pending;
	int error;
};

/* Is index @i at or behind @goal, modulo 2^32? */
static inline bool ipcchan_ring_reached(uint32_t i, uint32_t goal)
{
	return (int32_t)(i - goal) >= 0;
}

/* Bytes that a record of @size takes, with its header and its padding. */
static inline uint32_t ipcchan_ring_takes(uint32_t size)
{
	return (uint32_t)sizeof(struct ipcchan_ring_record) +
	       ((size + IPCCHAN_RING_ALIGN - 1) & ~(IPCCHAN_RING_ALIGN - 1));
}

/* The header at the position, whose bytes follow it without an edge. */
static inline struct ipcchan_ring_record *
ipcchan_side_header(const struct ipcchan_ring_side *side)
{
	return (void *)(side->data + (side->position & side->mask));
}

/*
 * Begin with pages mapped at @side->own, peer and data, of @side->mask + 1 bytes: 0, or
 * -EPROTO if the index that this end left there cannot be one.
 */
int ipcchan_side_begin(struct ipcchan_ring_side *side, uint32_t lead);

/* Stop for good, for the reason @error. */
void ipcchan_side_stop(struct ipcchan_ring_side *side, int error);

/* Likewise; returns it, so that the compiler sees that it is one. */
static inline int ipcchan_side_fail(struct ipcchan_ring_side *side, int error)
{
	ipcchan_side_stop(side, error);
	return error;
}

/* Producer: 0 if a record of @size fits now, else -EAGAIN or why none will. */
int ipcchan_side_find_room(struct ipcchan_ring_side *side, size_t size);

/* Consumer: 0 if there is a record now, else -EAGAIN or why none will be. */
int ipcchan_side_find_record(struct ipcchan_ring_side *side);

/*
 * The two below where that has to be found out. They are functions of their own, and
 * called last, so that who need not look saves no register either.
 */
int ipcchan_side_reserve_slowly(struct ipcchan_ring_side *side, size_t size,
				void **data);
int ipcchan_side_peek_slowly(struct ipcchan_ring_side *side,
			     struct ipcchan_record *record);

/* Producer: does a record of @size fit, as far as is known? */
static inline bool ipcchan_side_has_room(const struct ipcchan_ring_side *side,
					 size_t size)
{
	return size <= side->largest &&
	       ipcchan_ring_takes(size) <= side->limit - side->position;
}

/*
 * Producer: a record of @size, for which there is room, is complete but for its bytes,
 * which belong to the address that is returned.
 */
static inline void *ipcchan_side_append(struct ipcchan_ring_side *side,
					uint32_t size, uint32_t type)
{
	struct ipcchan_ring_record *header = ipcchan_side_header(side);

	header->size = size;
	header->type = type;
	side->position += ipcchan_ring_takes(size);
	side->pending = 0;
	return header + 1;
}

/* Producer: a place for a record of @size, which replaces the one before. */
static inline int ipcchan_side_reserve(struct ipcchan_ring_side *side,
				       size_t size, void **data)
{
	if (!ipcchan_side_has_room(side, size))
		return ipcchan_side_reserve_slowly(side, size, data);
	side->pending = size + 1;
	*data = ipcchan_side_header(side) + 1;
	return 0;
}

/* Producer: the record at the place is complete, and not yet to be seen. */
static inline int ipcchan_side_commit(struct ipcchan_ring_side *side,
				      size_t used, uint32_t type)
{
	if (used >= side->pending)
		return side->error ? side->error : -EINVAL;
	ipcchan_side_append(side, used, type);
	return 0;
}

/*
 * Consumer: the next record, where it is. What stands there is read once, here: the
 * other end may change it at any time.
 */
static inline int ipcchan_side_peek(struct ipcchan_ring_side *side,
				    struct ipcchan_record *record)
{
	uint32_t most = side->limit - side->position;
	const struct ipcchan_ring_record *header;
	uint32_t size;

	if (!most)
		return ipcchan_side_peek_slowly(side, record);
	header = ipcchan_side_header(side);
	size = __atomic_load_n(&header->size, __ATOMIC_RELAXED);
	/* Both are multiples of the alignment, so the padding fits as well. */
	if (size > most - (uint32_t)sizeof(*header))
		return ipcchan_side_fail(side, -EPROTO);
	side->pending = ipcchan_ring_takes(size);
	record->data = header + 1;
	record->size = size;
	record->type = __atomic_load_n(&header->type, __ATOMIC_RELAXED);
	return 0;
}

/* Consumer: done with the record last peeked. */
static inline int ipcchan_side_consume(struct ipcchan_ring_side *side)
{
	if (!side->pending)
		return side->error ? side->error : -EINVAL;
	side->position += side->pending;
	side->pending = 0;
	return 0;
}

/* How far the other end has not been told. */
static inline uint32_t ipcchan_side_untold(const struct ipcchan_ring_side *side)
{
	return side->position - side->told;
}

/*
 * Tell the other end the position. Returns its notice as it was after that: the
 * barrier pairs with that of RING_WAIT, between its notice and its look at the index.
 */
static inline uint32_t ipcchan_side_tell(struct ipcchan_ring_side *side)
{
	__atomic_store_n(&side->own->index, side->position, __ATOMIC_RELEASE);
	side->told = side->position;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&side->peer->notice, __ATOMIC_RELAXED);
}

/* Is somebody of the other end to be woken, as its @notice says? */
static inline bool ipcchan_side_must_wake(const struct ipcchan_ring_side *side,
					  uint32_t notice)
{
	return (notice & IPCCHAN_RING_AWAITS) &&
	       ipcchan_ring_reached(side->told,
				    notice & IPCCHAN_RING_NOTICE_INDEX);
}

#endif /* IPCCHAN_RING_PROTOCOL_H */
