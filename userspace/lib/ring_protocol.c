// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Protocol of rings: where the other end has to be looked at.
 */
#include "ring_protocol.h"

void ipcchan_side_stop(struct ipcchan_ring_side *side, int error)
{
	side->error = error;
	side->limit = side->position;
	side->pending = 0;
}

/*
 * Who had this end before may have left records that were not read: the other end
 * is believed to be as far back as it can be, until it is looked at.
 */
int ipcchan_side_begin(struct ipcchan_ring_side *side, uint32_t lead)
{
	uint32_t index = __atomic_load_n(&side->own->index, __ATOMIC_RELAXED);

	side->largest = (side->mask + 1) / 2 -
			(uint32_t)sizeof(struct ipcchan_ring_record);
	side->lead = lead;
	side->position = index;
	side->limit = index;
	side->told = index;
	side->pending = 0;
	side->error = 0;
	if (index % IPCCHAN_RING_ALIGN)
		return ipcchan_side_fail(side, -EPROTO);
	return 0;
}

/* The index of the other end moves the limit, if it is one. */
static int look(struct ipcchan_ring_side *side)
{
	uint32_t index = __atomic_load_n(&side->peer->index, __ATOMIC_ACQUIRE);
	uint32_t limit = index + side->lead;

	if (limit % IPCCHAN_RING_ALIGN ||
	    limit - side->limit > side->told + side->mask + 1 - side->limit)
		return ipcchan_side_fail(side, -EPROTO);
	side->limit = limit;
	return 0;
}

/* The last index of an end was written before this was. */
static bool has_peer_ended(const struct ipcchan_ring_side *side)
{
	return __atomic_load_n(&side->peer->notice, __ATOMIC_ACQUIRE) &
	       IPCCHAN_RING_ENDED;
}

int ipcchan_side_find_room(struct ipcchan_ring_side *side, size_t size)
{
	int error;

	if (side->error)
		return side->error;
	if (size > side->largest)
		return -EMSGSIZE;
	if (ipcchan_side_has_room(side, size))
		return 0;
	if (has_peer_ended(side))
		return ipcchan_side_fail(side, -EPIPE);
	error = look(side);
	if (error)
		return error;
	return ipcchan_side_has_room(side, size) ? 0 : -EAGAIN;
}

/*
 * An end that is gone may have written records between the two looks: only the look
 * that follows the notice tells that there are none.
 */
int ipcchan_side_find_record(struct ipcchan_ring_side *side)
{
	bool has_ended;

	if (side->error)
		return side->error;
	if (side->position == side->limit && look(side))
		return side->error;
	if (side->position != side->limit)
		return 0;
	has_ended = has_peer_ended(side);
	if (has_ended && look(side))
		return side->error;
	if (side->position != side->limit)
		return 0;
	return has_ended ? ipcchan_side_fail(side, -EPIPE) : -EAGAIN;
}

int ipcchan_side_reserve_slowly(struct ipcchan_ring_side *side, size_t size,
				void **data)
{
	int error = ipcchan_side_find_room(side, size);

	return error ? error : ipcchan_side_reserve(side, size, data);
}

int ipcchan_side_peek_slowly(struct ipcchan_ring_side *side,
			     struct ipcchan_record *record)
{
	int error = ipcchan_side_find_record(side);

	return error ? error : ipcchan_side_peek(side, record);
}
