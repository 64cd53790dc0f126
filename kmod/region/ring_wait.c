// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting in a ring: sleep until the other end's index has come far enough.
 *
 * The barriers in here are one half of the proof in linux/ipcchan_ring.h; the other
 * half is in the programs.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/poll.h>

#include "object/handle.h"
#include "region/ring.h"
#include "wait/wait.h"

/**
 * struct sleeper - a task that waits for an index
 * @wait: in @waits.sleepers of its end
 * @goal: the index
 */
struct sleeper {
	struct ipcchan_waiter wait;
	u32 goal;
};

static u32 index_of(const struct ipcchan_ring_side *side)
{
	return READ_ONCE(side->page->index);
}

/* Is @index of the other end there, not yet, or none that it can have? */
static int progress(const struct ipcchan_ring_side *side, u32 index, u32 goal)
{
	u32 own = index_of(side);
	u32 filled = ipcchan_ring_is_producer(side) ? own - index : index - own;

	if (filled > side->ring->size)
		return -EPROTO;
	return (s32)(index - goal) < 0 ? IPCCHAN_WAITING : 0;
}

/* What a wait of this end for @goal has come to: IPCCHAN_WAITING, or its result. */
static int verdict(struct ipcchan_ring_side *side, u32 goal)
	__must_hold(&side->lock)
{
	struct ipcchan_ring_side *other = ipcchan_ring_other(side);
	bool is_final;
	int result;

	lockdep_assert_held(&side->lock);
	if (side->life.dead)
		return -EIDRM;
	if (side->ended)
		return -EPIPE;
	/* Pairs with end_locked(): what was published before counts. */
	is_final = smp_load_acquire(&other->ended);
	result = progress(side, index_of(other), goal);
	return result == IPCCHAN_WAITING && is_final ? -EPIPE : result;
}

static u32 earlier(u32 a, u32 b)
{
	return (s32)(a - b) < 0 ? a : b;
}

/**
 * ipcchan_ring_notice() - tell the other end's program who sleeps here
 * @side: where something of that has changed
 */
void ipcchan_ring_notice(struct ipcchan_ring_side *side)
{
	bool awaits = side->waits.polled;
	u32 goal = side->waits.poll_goal;
	u32 notice = side->ended ? IPCCHAN_RING_ENDED : 0;
	struct sleeper *s;

	lockdep_assert_held(&side->lock);
	list_for_each_entry(s, &side->waits.sleepers, wait.node) {
		goal = awaits ? earlier(goal, s->goal) : s->goal;
		awaits = true;
	}
	if (awaits)
		notice |= (goal & IPCCHAN_RING_NOTICE_INDEX) | IPCCHAN_RING_AWAITS;
	WRITE_ONCE(side->page->notice, notice);
}

/*
 * The same, before a look at the index: who waits has told so before, and who
 * publishes looks for the notice after. Pairs with the barrier of the other end's
 * program in step 4 of the protocol.
 */
static void notice_before_look(struct ipcchan_ring_side *side)
	__must_hold(&side->lock)
{
	lockdep_assert_held(&side->lock);
	ipcchan_ring_notice(side);
	/* Pairs with the barrier of the other end's program, see above. */
	smp_mb();
}

/*
 * Finish who has waited enough; returns whether somebody may be left who has. The
 * index may go on meanwhile. Whoever lets it finds the old notice, or the new one,
 * and either leads here again; so only a sleeper has to look after its notice.
 */
static bool serve(struct ipcchan_ring_side *side, struct ipcchan_wake *wake)
	__must_hold(&side->lock)
{
	struct sleeper *next;
	struct sleeper *s;

	lockdep_assert_held(&side->lock);
	list_for_each_entry_safe(s, next, &side->waits.sleepers, wait.node) {
		int result = verdict(side, s->goal);

		if (result == IPCCHAN_WAITING)
			continue;
		if (ipcchan_wake_is_full(wake))
			return true;
		ipcchan_waiter_finish(&s->wait, result, wake);
	}
	ipcchan_ring_notice(side);
	return false;
}

/* Are pollers to be told? Then they are not any more. */
static bool take_polled(struct ipcchan_ring_side *side)
	__must_hold(&side->lock)
{
	lockdep_assert_held(&side->lock);
	if (!side->waits.polled ||
	    verdict(side, side->waits.poll_goal) == IPCCHAN_WAITING)
		return false;
	side->waits.polled = false;
	return true;
}

/**
 * ipcchan_ring_stir() - wake those of an end who have waited enough; no lock held
 * @side: for whom something has changed
 */
void ipcchan_ring_stir(struct ipcchan_ring_side *side)
{
	struct ipcchan_wake wake __uninitialized;
	bool is_polled;
	bool goes_on;

	wake.nr = 0;
	do {
		scoped_guard(spinlock, &side->lock) {
			is_polled = take_polled(side);
			goes_on = serve(side, &wake);
		}
		ipcchan_wake_flush(&wake);
		if (is_polled)
			wake_up_poll(&side->poll, EPOLLIN | EPOLLRDNORM |
				     EPOLLOUT | EPOLLWRNORM | EPOLLHUP |
				     EPOLLERR);
	} while (goes_on);
}

/* Returns IPCCHAN_WAITING if the sleeper is to sleep. */
static int begin_wait(struct ipcchan_ring_side *side, struct sleeper *s,
		      bool may_sleep)
	__must_hold(&side->lock)
{
	int result = verdict(side, s->goal);

	lockdep_assert_held(&side->lock);
	if (result != IPCCHAN_WAITING)
		return result;
	if (!may_sleep)
		return -EAGAIN;
	ipcchan_waiter_init(&s->wait);
	list_add_tail(&s->wait.node, &side->waits.sleepers);
	notice_before_look(side);
	result = verdict(side, s->goal);
	if (result == IPCCHAN_WAITING) {
		side->waits.slept++;
		return result;
	}
	list_del(&s->wait.node);
	ipcchan_ring_notice(side);
	return result;
}

static int give_up(struct ipcchan_ring_side *side, struct sleeper *s, int err)
	__must_hold(&side->lock)
{
	lockdep_assert_held(&side->lock);
	if (!ipcchan_waiter_cancel(&s->wait))
		return s->wait.result;
	ipcchan_ring_notice(side);
	return err;
}

/**
 * ipcchan_ring_wait() - sleep until the other end's index has reached a goal
 * @side: who waits
 * @goal: the index
 * @deadline: how long
 *
 * Return: 0 or -errno, as struct ipcchan_ring_wait documents.
 */
int ipcchan_ring_wait(struct ipcchan_ring_side *side, u32 goal,
		      const struct ipcchan_deadline *deadline)
{
	struct sleeper s = { .goal = goal };
	int err;

	if ((s32)(goal - index_of(side)) > (s32)side->ring->size)
		return -EINVAL;
	spin_lock(&side->lock);
	err = begin_wait(side, &s, !deadline->nonblock);
	spin_unlock(&side->lock);
	if (err != IPCCHAN_WAITING)
		return err;
	err = ipcchan_waiter_sleep(&s.wait, deadline);
	if (!err)
		return s.wait.result;
	spin_lock(&side->lock);
	err = give_up(side, &s, err);
	spin_unlock(&side->lock);
	return err;
}

/**
 * ipcchan_ring_wake() - wake those who wait for the index of an end
 * @side: the end, whose program has published
 *
 * Return: 0, -EPIPE if it has ended, -EIDRM if the ring was killed.
 */
int ipcchan_ring_wake(struct ipcchan_ring_side *side)
{
	scoped_guard(spinlock, &side->lock) {
		if (side->life.dead)
			return -EIDRM;
		if (side->ended)
			return -EPIPE;
		side->waits.woke++;
	}
	ipcchan_ring_stir(ipcchan_ring_other(side));
	return 0;
}

/*
 * Consumer: a record is there. Producer: half of the ring is free, so that any
 * record finds room.
 */
static u32 poll_goal(const struct ipcchan_ring_side *side)
{
	if (ipcchan_ring_is_producer(side))
		return index_of(side) - side->ring->size / 2;
	return index_of(side) + IPCCHAN_RING_ALIGN;
}

/* Whoever is told of edges only is told of the next one too. */
static u32 next_goal(struct ipcchan_ring_side *side)
{
	return index_of(ipcchan_ring_other(side)) + IPCCHAN_RING_ALIGN;
}

static int poll_verdict(struct ipcchan_ring_side *side,
			struct poll_table_struct *wait)
	__must_hold(&side->lock)
{
	u32 goal = poll_goal(side);
	int result = verdict(side, goal);
	bool is_ready = result != IPCCHAN_WAITING;

	lockdep_assert_held(&side->lock);
	/*
	 * Nobody is to be told where nobody listens. Who does, stands there before
	 * it asks: epoll from EPOLL_CTL_ADD on.
	 */
	if (!waitqueue_active(&side->poll) ||
	    (is_ready && !(poll_requested_events(wait) & EPOLLET)))
		return result;
	side->waits.polled = true;
	side->waits.poll_goal = is_ready ? next_goal(side) : goal;
	notice_before_look(side);
	return verdict(side, goal);
}

static __poll_t events_of(struct ipcchan_ring_side *side, int result)
{
	__poll_t mask = 0;

	if (result == -EIDRM)
		return EPOLLERR | EPOLLHUP;
	if (side->ended || READ_ONCE(ipcchan_ring_other(side)->ended))
		mask |= EPOLLHUP;
	if (result == -EPROTO)
		mask |= EPOLLERR;
	if (!result)
		mask |= ipcchan_ring_is_producer(side) ?
			EPOLLOUT | EPOLLWRNORM : EPOLLIN | EPOLLRDNORM;
	return mask;
}

/**
 * ipcchan_ring_poll() - file operation: what is ready for an end
 * @file: of a ring
 * @wait: who wants to be told
 *
 * Return: EPOLL* bits, as struct ipcchan_ring_open documents.
 */
__poll_t ipcchan_ring_poll(struct file *file, poll_table *wait)
{
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_ring_side *side = handle->endpoint;
	int result;

	if (!side)
		return EPOLLERR;
	poll_wait(file, &side->poll, wait);
	scoped_guard(spinlock, &side->lock)
		result = poll_verdict(side, wait);
	return events_of(side, result);
}
