// SPDX-License-Identifier: GPL-2.0
/*
 * The ends of a ring: whose they are, and when they end.
 */
#include <linux/errno.h>
#include <linux/pid.h>
#include <linux/sched.h>

#include "region/ring.h"

/**
 * ipcchan_ring_side_init() - make one end of a new ring
 * @ring: has its memory
 * @which: IPCCHAN_RING_SIDE_*
 */
void ipcchan_ring_side_init(struct ipcchan_ring *ring, u32 which)
	__context_unsafe(not published yet)
{
	struct ipcchan_ring_side *side = &ring->sides[which];

	side->ring = ring;
	side->page = ring->memory + which * PAGE_SIZE;
	init_waitqueue_head(&side->poll);
	spin_lock_init(&side->lock);
	INIT_LIST_HEAD(&side->waits.sleepers);
}

static int open_locked(struct ipcchan_ring_side *side)
	__must_hold(&side->lock)
{
	lockdep_assert_held(&side->lock);
	if (side->ended)
		return -EPIPE;
	if (side->life.is_open)
		return -EBUSY;
	side->life.is_open = true;
	return 0;
}

/**
 * ipcchan_ring_side_open() - give an end its description
 * @side: the end
 *
 * Return: 0, -EBUSY if it has one, -EPIPE if it has ended.
 */
int ipcchan_ring_side_open(struct ipcchan_ring_side *side)
{
	int err;

	spin_lock(&side->lock);
	err = open_locked(side);
	spin_unlock(&side->lock);
	return err;
}

static int map_locked(struct ipcchan_ring_side *side, const struct mm_struct *mm)
	__must_hold(&side->lock)
{
	lockdep_assert_held(&side->lock);
	if (side->life.dead)
		return -EIDRM;
	if (side->ended)
		return -EPIPE;
	if (!ipcchan_tenant_enter(&side->life.tenant, mm))
		return -EBUSY;
	if (!side->life.pid)
		side->life.pid = get_pid(task_tgid(current));
	return 0;
}

/**
 * ipcchan_ring_side_map() - count one more mapping of an end
 * @side: the end
 * @mm: where the mapping is; of the current process, if it is the first
 *
 * Return: 0, -EBUSY if another process has mappings of it, -EPIPE if it has ended,
 * -EIDRM if the ring was killed.
 */
int ipcchan_ring_side_map(struct ipcchan_ring_side *side,
			  const struct mm_struct *mm)
{
	int err;

	spin_lock(&side->lock);
	err = map_locked(side, mm);
	spin_unlock(&side->lock);
	return err;
}

/**
 * ipcchan_ring_side_map_more() - count a mapping that was made out of another
 * @side: the end
 * @mm: where it is
 *
 * Return: false if it is no mapping of the end, but a copy in another process.
 */
bool ipcchan_ring_side_map_more(struct ipcchan_ring_side *side,
				const struct mm_struct *mm)
{
	bool is_tenant;

	spin_lock(&side->lock);
	is_tenant = ipcchan_tenant_enter(&side->life.tenant, mm);
	spin_unlock(&side->lock);
	return is_tenant;
}

static void end_locked(struct ipcchan_ring_side *side)
	__must_hold(&side->lock)
{
	lockdep_assert_held(&side->lock);
	/* Pairs with the acquire in verdict(): the index is the last one. */
	smp_store_release(&side->ended, true);
	ipcchan_ring_notice(side);
}

/* One mapping less; returns whose it was, to be put, if it was the last. */
static struct pid *unmap_locked(struct ipcchan_ring_side *side)
	__must_hold(&side->lock)
{
	struct pid *pid = side->life.pid;

	lockdep_assert_held(&side->lock);
	if (!ipcchan_tenant_leave(&side->life.tenant))
		return NULL;
	side->life.pid = NULL;
	return pid;
}

/**
 * ipcchan_ring_side_unmap() - count one mapping less
 * @side: the end
 * @is_ending: with all that is mapped there
 */
void ipcchan_ring_side_unmap(struct ipcchan_ring_side *side, bool is_ending)
{
	struct pid *pid;
	bool ends;

	scoped_guard(spinlock, &side->lock) {
		ends = is_ending && !side->ended;
		if (ends)
			end_locked(side);
		pid = unmap_locked(side);
	}
	put_pid(pid);
	if (!ends)
		return;
	ipcchan_ring_stir(ipcchan_ring_other(side));
	ipcchan_ring_stir(side);
}

/**
 * ipcchan_ring_side_end() - end an end whose description is gone
 * @side: the end, which nobody has mapped
 */
void ipcchan_ring_side_end(struct ipcchan_ring_side *side)
{
	scoped_guard(spinlock, &side->lock)
		end_locked(side);
	ipcchan_ring_stir(ipcchan_ring_other(side));
}

/**
 * ipcchan_ring_side_kill() - end an end with its ring
 * @side: the end
 *
 * Whoever has the pages alone finds out by the notice.
 */
void ipcchan_ring_side_kill(struct ipcchan_ring_side *side)
{
	scoped_guard(spinlock, &side->lock) {
		side->life.dead = true;
		end_locked(side);
	}
	ipcchan_ring_stir(side);
}
