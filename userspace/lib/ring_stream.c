// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Records of a ring: they are written and read in place, and nothing here enters the
 * kernel but to sleep and to wake.
 */
#include <errno.h>

#include "ring.h"

/*
 * Not inlined, so that who meets no notice, which is nearly always, saves no register
 * either.
 */
#define SELDOM	__attribute__((noinline))

int ipcchan_ring_reserve(struct ipcchan_ring *ring, size_t size, void **data)
{
	return ipcchan_side_reserve(&ring->producer, size, data);
}

int ipcchan_ring_commit(struct ipcchan_ring *ring, size_t used, uint32_t type)
{
	return ipcchan_side_commit(&ring->producer, used, type);
}

static int wake(struct ipcchan_ring *ring, const struct ipcchan_ring_side *side,
		uint32_t notice)
{
	if (!ipcchan_side_must_wake(side, notice))
		return 0;
	return ring->entry->wake(ring);
}

static SELDOM int heed_consumer(struct ipcchan_ring *ring, uint32_t notice)
{
	struct ipcchan_ring_side *side = &ring->producer;
	int error = wake(ring, side, notice);

	if (notice & IPCCHAN_RING_ENDED)
		error = -EPIPE;
	return error ? ipcchan_side_fail(side, error) : 0;
}

int ipcchan_ring_publish(struct ipcchan_ring *ring)
{
	struct ipcchan_ring_side *side = &ring->producer;
	uint32_t notice;

	if (side->error || !ipcchan_side_untold(side))
		return side->error;
	notice = ipcchan_side_tell(side);
	return notice ? heed_consumer(ring, notice) : 0;
}

/*
 * Nobody can be woken only where nobody waits any more: the ring was killed. What was
 * read is read nevertheless, and the next wait tells.
 */
static SELDOM int heed_producer(struct ipcchan_ring *ring, uint32_t notice)
{
	wake(ring, &ring->consumer, notice);
	return 0;
}

static bool is_absent(const struct ipcchan_ring_side *side)
{
	return side->error == -EPERM || side->error == -ENXIO;
}

int ipcchan_ring_release(struct ipcchan_ring *ring)
{
	struct ipcchan_ring_side *side = &ring->consumer;
	uint32_t notice;

	if (!ipcchan_side_untold(side))
		return is_absent(side) ? side->error : 0;
	notice = ipcchan_side_tell(side);
	return notice ? heed_producer(ring, notice) : 0;
}

/* Who waits for room must not wait for who waits for records. */
static SELDOM int peek_slowly(struct ipcchan_ring *ring,
			      struct ipcchan_record *record)
{
	int error = ipcchan_side_peek_slowly(&ring->consumer, record);

	if (error == -EAGAIN)
		ipcchan_ring_release(ring);
	return error;
}

int ipcchan_ring_peek(struct ipcchan_ring *ring, struct ipcchan_record *record)
{
	struct ipcchan_ring_side *side = &ring->consumer;

	if (side->position == side->limit)
		return peek_slowly(ring, record);
	return ipcchan_side_peek(side, record);
}

/*
 * To tell costs a barrier and a line that the producer has to fetch, so it is done
 * for a quarter of the ring at a time. A producer gets half of it free all the same.
 */
int ipcchan_ring_consume(struct ipcchan_ring *ring)
{
	struct ipcchan_ring_side *side = &ring->consumer;
	int error = ipcchan_side_consume(side);

	if (error || ipcchan_side_untold(side) <= side->mask / 4)
		return error;
	return ipcchan_ring_release(ring);
}

int ipcchan_ring_write(struct ipcchan_ring *ring, const void *data, size_t size,
		       uint32_t type, uint64_t deadline_ns)
{
	void *place;
	int error = ipcchan_ring_reserve(ring, size, &place);

	if (error == -EAGAIN) {
		error = ipcchan_ring_wait(ring, size, deadline_ns);
		if (!error)
			error = ipcchan_ring_reserve(ring, size, &place);
	}
	if (error)
		return error;
	if (size)
		memcpy(place, data, size);
	ipcchan_ring_commit(ring, size, type);
	return ipcchan_ring_publish(ring);
}

int ipcchan_ring_read(struct ipcchan_ring *ring, void *buffer, size_t size,
		      struct ipcchan_record *record, uint64_t deadline_ns)
{
	int error = ipcchan_ring_peek(ring, record);

	if (error == -EAGAIN) {
		error = ipcchan_ring_wait(ring, 0, deadline_ns);
		if (!error)
			error = ipcchan_ring_peek(ring, record);
	}
	if (error)
		return error;
	if (record->size > size)
		return -EMSGSIZE;
	if (record->size)
		memcpy(buffer, record->data, record->size);
	record->data = buffer;
	return ipcchan_ring_consume(ring);
}
