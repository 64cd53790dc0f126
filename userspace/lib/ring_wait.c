// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Waiting for the other end of a ring: first by spinning, then by letting others run, at
 * last asleep.
 */
#include <errno.h>
#include <sched.h>

#include "ring.h"

/* The other end does not know that it is waited for, and wakes nobody. */
static bool yield_until(const struct ipcchan_ring *ring,
			const struct ipcchan_ring_side *side, uint32_t goal)
{
	for (uint32_t i = 0; i < ring->yields; i++) {
		sched_yield();
		if (ipcchan_ring_reached(__atomic_load_n(&side->peer->index,
							 __ATOMIC_ACQUIRE),
					 goal))
			return true;
	}
	return false;
}

/* Does it go on for a while, before it sleeps? */
static bool waits_awake(const struct ipcchan_ring *ring)
{
	return ring->yields || ipcchan_spin_pays(&ring->spin);
}

/*
 * Until the other end's index reaches @goal. The kernel sees that index as well: what
 * it finds wrong, or final, stays so. Who has still to be woken, if not NULL, could not
 * answer meanwhile: there is nothing to do but to sleep.
 */
static int await(struct ipcchan_ring *ring, struct ipcchan_ring_side *side,
		 uint32_t goal, uint64_t deadline_ns, struct ipcchan_ring *woken)
{
	int error;

	if (!woken && (ipcchan_spin_until(&ring->spin, &side->peer->index, goal) ||
		       yield_until(ring, side, goal)))
		return 0;
	error = ring->entry->wait(ring, goal, deadline_ns, woken);
	if (error == -EPIPE || error == -EPROTO)
		return ipcchan_side_fail(side, error);
	return error;
}

/*
 * An index that was there, and is there no more, went back: the other end lies. Were
 * that forgiven, it could keep this one from ever sleeping, and from its deadline.
 */
static int is_there(struct ipcchan_ring_side *side, int found)
{
	return found == -EAGAIN ? ipcchan_side_fail(side, -EPROTO) : found;
}

static int wait_for_room(struct ipcchan_ring *ring, size_t size,
			 uint64_t deadline_ns)
{
	struct ipcchan_ring_side *side = &ring->producer;
	int error = ipcchan_ring_publish(ring);
	uint32_t goal;

	if (!error)
		error = ipcchan_side_find_room(side, size);
	if (error != -EAGAIN)
		return error;
	goal = side->position + ipcchan_ring_takes(size) - ring->size;
	error = await(ring, side, goal, deadline_ns, NULL);
	return error ? error : is_there(side, ipcchan_side_find_room(side, size));
}

/* Where who waits for the index of @woken, if not NULL, has still to be woken. */
static int wait_for_record(struct ipcchan_ring *ring, uint64_t deadline_ns,
			   struct ipcchan_ring *woken)
{
	struct ipcchan_ring_side *side = &ring->consumer;
	int error = ipcchan_side_find_record(side);

	if (woken && (error != -EAGAIN || waits_awake(ring))) {
		int failed = woken->entry->wake(woken);

		if (failed)
			return ipcchan_side_fail(&woken->producer, failed);
		woken = NULL;
	}
	if (error != -EAGAIN)
		return error;
	ipcchan_ring_release(ring);
	error = await(ring, side, side->position + IPCCHAN_RING_ALIGN,
		      deadline_ns, woken);
	return error ? error : is_there(side, ipcchan_side_find_record(side));
}

int ipcchan_ring_wait(struct ipcchan_ring *ring, size_t bytes,
		      uint64_t deadline_ns)
{
	if (ipcchan_ring_side(ring) == &ring->producer)
		return wait_for_room(ring, bytes, deadline_ns);
	return wait_for_record(ring, deadline_ns, NULL);
}

int ipcchan_ring_turn(struct ipcchan_ring *from, struct ipcchan_ring *to,
		      uint64_t deadline_ns)
{
	struct ipcchan_ring_side *side = &from->producer;
	uint32_t notice = 0;

	if (side->error)
		return side->error;
	if (ipcchan_side_untold(side))
		notice = ipcchan_side_tell(side);
	if (notice & IPCCHAN_RING_ENDED)
		return ipcchan_side_fail(side, -EPIPE);
	return wait_for_record(to, deadline_ns,
			       ipcchan_side_must_wake(side, notice) ? from : NULL);
}
