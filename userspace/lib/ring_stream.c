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
static int release_by_quarters(struct ipcchan_ring *ring)
{
	const struct ipcchan_ring_side *side = &ring->consumer;

	if (ipcchan_side_untold(side) <= side->mask / 4)
		return 0;
	return ipcchan_ring_release(ring);
}

int ipcchan_ring_consume(struct ipcchan_ring *ring)
{
	int error = ipcchan_side_consume(&ring->consumer);

	return error ? error : release_by_quarters(ring);
}

static SELDOM int write_later(struct ipcchan_ring *ring, const void *data,
			      size_t size, uint32_t type, uint64_t deadline_ns)
{
	int error = ipcchan_side_find_room(&ring->producer, size);

	if (error == -EAGAIN)
		error = ipcchan_ring_wait(ring, size, deadline_ns);
	return error ? error :
		       ipcchan_ring_write(ring, data, size, type, deadline_ns);
}

/* All that is known of the place is used up before the copy, so nothing is saved. */
int ipcchan_ring_write(struct ipcchan_ring *ring, const void *data, size_t size,
		       uint32_t type, uint64_t deadline_ns)
{
	struct ipcchan_ring_side *side = &ring->producer;
	uint32_t notice;
	void *place;

	if (!ipcchan_side_has_room(side, size))
		return write_later(ring, data, size, type, deadline_ns);
	place = ipcchan_side_append(side, size, type);
	if (size)
		memcpy(place, data, size);
	notice = ipcchan_side_tell(side);
	return notice ? heed_consumer(ring, notice) : 0;
}

static SELDOM int read_later(struct ipcchan_ring *ring, void *buffer, size_t size,
			     struct ipcchan_record *record, uint64_t deadline_ns)
{
	int error = ipcchan_side_find_record(&ring->consumer);

	if (error == -EAGAIN)
		error = ipcchan_ring_wait(ring, 0, deadline_ns);
	return error ? error :
		       ipcchan_ring_read(ring, buffer, size, record, deadline_ns);
}

int ipcchan_ring_read(struct ipcchan_ring *ring, void *buffer, size_t size,
		      struct ipcchan_record *record, uint64_t deadline_ns)
{
	struct ipcchan_ring_side *side = &ring->consumer;
	const void *data;
	int error;

	if (side->position == side->limit)
		return read_later(ring, buffer, size, record, deadline_ns);
	error = ipcchan_side_peek(side, record);
	if (error)
		return error;
	if (record->size > size)
		return -EMSGSIZE;
	ipcchan_side_consume(side);
	data = record->data;
	record->data = buffer;
	if (record->size)
		memcpy(buffer, data, record->size);
	return release_by_quarters(ring);
}
