// SPDX-License-Identifier: GPL-2.0
/*
 * Deficit round robin: senders take turns within a priority.
 */
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "mailbox/drr.h"

/**
 * ipcchan_drr_init() - make an empty order
 * @drr: the order
 * @capacity_messages: messages it holds
 * @capacity_bytes: bytes it holds
 * @max_message_size: bytes of its longest message, at most
 *	IPCCHAN_MESSAGE_SIZE_CEILING, so that deficits fit in 32 bits
 */
void ipcchan_drr_init(struct ipcchan_drr *drr, u32 capacity_messages,
		      u64 capacity_bytes, u32 max_message_size)
{
	*drr = (struct ipcchan_drr){
		.capacity_messages = capacity_messages,
		.capacity_bytes = capacity_bytes,
		.quantum = max(DIV_ROUND_UP(max_message_size,
					    IPCCHAN_DRR_ROUNDS), 1U),
	};
	for (unsigned int i = 0; i < IPCCHAN_PRIORITIES; i++)
		INIT_LIST_HEAD(&drr->rings[i]);
}

/**
 * ipcchan_drr_sender_init() - make a sender that has sent nothing
 * @sender: the sender
 */
void ipcchan_drr_sender_init(struct ipcchan_drr_sender *sender)
{
	*sender = (struct ipcchan_drr_sender){};
	for (unsigned int i = 0; i < IPCCHAN_PRIORITIES; i++) {
		INIT_LIST_HEAD(&sender->lanes[i].entries);
		INIT_LIST_HEAD(&sender->lanes[i].node);
	}
}

/**
 * ipcchan_drr_sender_deinit() - end a sender
 * @sender: it uses no room: all that it has sent was released
 */
void ipcchan_drr_sender_deinit(const struct ipcchan_drr_sender *sender)
{
	WARN_ON_ONCE(sender->used);
}

/**
 * ipcchan_drr_admits() - may a sender put a message in now?
 * @drr: the order; what was put in without asking may use more than there is
 * @sender: the sender
 * @size: bytes of the message
 *
 * Return: true if it fits and leaves to others what is theirs.
 */
bool ipcchan_drr_admits(const struct ipcchan_drr *drr,
			const struct ipcchan_drr_sender *sender, u32 size)
{
	u32 free = drr->capacity_messages -
		   min(drr->used, drr->capacity_messages);
	u64 free_bytes = drr->capacity_bytes -
			 min(drr->used_bytes, drr->capacity_bytes);

	if (!free || size > free_bytes)
		return false;
	if (!sender->used)
		return true;
	return sender->used < (sender->used + free) / 2 &&
	       sender->used_bytes + size <=
	       (sender->used_bytes + free_bytes) / 2;
}

static struct ipcchan_drr_lane *lane_of(const struct ipcchan_drr_entry *e)
{
	return &e->sender->lanes[e->priority];
}

static struct ipcchan_drr_entry *head_of(const struct ipcchan_drr_lane *lane)
{
	return list_first_entry(&lane->entries, struct ipcchan_drr_entry, node);
}

static struct ipcchan_drr_lane *first_of(const struct list_head *ring)
{
	return list_first_entry(ring, struct ipcchan_drr_lane, node);
}

static s32 cost_of(const struct ipcchan_drr *drr,
		   const struct ipcchan_drr_entry *e)
{
	return max(e->size, drr->quantum);
}

/* The most that a lane can have, and that it can owe. */
static s32 limit_of(const struct ipcchan_drr *drr)
{
	return IPCCHAN_DRR_ROUNDS * drr->quantum;
}

static void set_deficit(const struct ipcchan_drr *drr,
			struct ipcchan_drr_lane *lane, s32 deficit)
{
	lane->deficit = clamp(deficit, -limit_of(drr), limit_of(drr));
}

/* Of the lane that is first: can it send, in this visit? */
static bool is_ready(const struct ipcchan_drr *drr,
		     const struct ipcchan_drr_lane *lane)
{
	return lane->granted && lane->deficit >= cost_of(drr, head_of(lane));
}

static void end_visit(struct list_head *ring, struct ipcchan_drr_lane *lane)
{
	lane->granted = false;
	list_move_tail(&lane->node, ring);
}

static void enter_ring(struct ipcchan_drr *drr, struct ipcchan_drr_lane *lane,
		       u32 band)
{
	list_add_tail(&lane->node, &drr->rings[band]);
	drr->occupied |= 1U << band;
}

static void leave_ring(struct ipcchan_drr *drr, struct ipcchan_drr_lane *lane,
		       u32 band)
{
	lane->deficit = 0;
	lane->granted = false;
	list_del_init(&lane->node);
	if (list_empty(&drr->rings[band]))
		drr->occupied &= ~(1U << band);
}

static void count_queued(struct ipcchan_drr_entry *e)
{
	e->sender->queued++;
	e->sender->bytes += e->size;
}

/**
 * ipcchan_drr_add() - put an entry behind all of its sender and priority
 * @drr: the order
 * @e: a new entry, admitted
 */
void ipcchan_drr_add(struct ipcchan_drr *drr, struct ipcchan_drr_entry *e)
{
	struct ipcchan_drr_lane *lane = lane_of(e);

	if (list_empty(&lane->entries))
		enter_ring(drr, lane, e->priority);
	list_add_tail(&e->node, &lane->entries);
	e->served_before = drr->served;
	count_queued(e);
	e->sender->used++;
	e->sender->used_bytes += e->size;
	drr->used++;
	drr->used_bytes += e->size;
}

/* Visits each lane once at most. Returns whether the first can send, then. */
static bool go_round(const struct ipcchan_drr *drr, struct list_head *ring)
{
	struct ipcchan_drr_lane *last = list_last_entry(ring,
							struct ipcchan_drr_lane,
							node);
	struct ipcchan_drr_lane *lane;

	do {
		lane = first_of(ring);
		if (!lane->granted)
			set_deficit(drr, lane, lane->deficit + drr->quantum);
		lane->granted = true;
		if (is_ready(drr, lane))
			return true;
		end_visit(ring, lane);
	} while (lane != last);
	return false;
}

/*
 * After a round in which no lane could send: leaves one more round to go until
 * a lane can. As each round gives each lane the same, the order is as if they
 * had been gone.
 */
static void skip_rounds(const struct ipcchan_drr *drr, struct list_head *ring)
{
	struct ipcchan_drr_lane *lane;
	u32 rounds = 2 * IPCCHAN_DRR_ROUNDS;

	list_for_each_entry(lane, ring, node) {
		u32 missing = cost_of(drr, head_of(lane)) - lane->deficit;

		rounds = min(rounds, DIV_ROUND_UP(missing, drr->quantum));
	}
	list_for_each_entry(lane, ring, node)
		lane->deficit += (rounds - 1) * drr->quantum;
}

/**
 * ipcchan_drr_next() - whose turn it is
 * @drr: the order
 *
 * Again the same as long as nothing is added, taken or put back.
 *
 * Return: the entry, still queued, or NULL if there is none.
 */
struct ipcchan_drr_entry *ipcchan_drr_next(struct ipcchan_drr *drr)
{
	struct list_head *ring;

	if (!drr->occupied)
		return NULL;
	ring = &drr->rings[fls(drr->occupied) - 1];
	if (!go_round(drr, ring)) {
		skip_rounds(drr, ring);
		go_round(drr, ring);
	}
	return head_of(first_of(ring));
}

/* Is it what ipcchan_drr_next() has found in its band? */
static bool is_next(const struct ipcchan_drr *drr,
		    const struct ipcchan_drr_entry *e)
{
	const struct ipcchan_drr_lane *lane = lane_of(e);

	return first_of(&drr->rings[e->priority]) == lane &&
	       head_of(lane) == e && is_ready(drr, lane);
}

static void count_bypasses(const struct ipcchan_drr *drr,
			   const struct ipcchan_drr_entry *e)
{
	const struct ipcchan_drr_lane *lane;

	list_for_each_entry(lane, &drr->rings[e->priority], node) {
		struct ipcchan_drr_entry *head = head_of(lane);

		if (head->sender != e->sender && head->sequence < e->sequence)
			head->sender->bypasses++;
	}
}

static void count_taken(struct ipcchan_drr *drr,
			const struct ipcchan_drr_entry *e)
{
	struct ipcchan_drr_sender *sender = e->sender;

	sender->longest_wait = max(sender->longest_wait,
				   drr->served - e->served_before);
	sender->queued--;
	sender->bytes -= e->size;
	drr->served++;
}

static void unlink(struct ipcchan_drr_entry *e)
{
	struct ipcchan_drr_lane *lane = lane_of(e);

	list_del_init(&e->node);
	if (lane->recent == e)
		lane->recent = NULL;
}

/**
 * ipcchan_drr_take() - take an entry out; it keeps its room
 * @drr: the order
 * @e: what ipcchan_drr_next() gave, or any other that is queued
 *
 * All count alike: as served, as paid by its sender, and as overtaking the
 * older ones of others.
 */
void ipcchan_drr_take(struct ipcchan_drr *drr, struct ipcchan_drr_entry *e)
{
	struct ipcchan_drr_lane *lane = lane_of(e);
	s32 before = lane->deficit;

	count_bypasses(drr, e);
	count_taken(drr, e);
	e->in_turn = is_next(drr, e);
	unlink(e);
	if (list_empty(&lane->entries)) {
		leave_ring(drr, lane, e->priority);
	} else {
		set_deficit(drr, lane, before - cost_of(drr, e));
		if (e->in_turn)
			end_visit(&drr->rings[e->priority], lane);
	}
	e->paid = before - lane->deficit;
}

static u64 sequence_of(const struct list_head *node)
{
	return list_entry(node, struct ipcchan_drr_entry, node)->sequence;
}

/* What a port releases goes back one after the other, so beside the last one. */
static void insert(struct ipcchan_drr_lane *lane, struct ipcchan_drr_entry *e)
{
	struct list_head *entries = &lane->entries;
	struct list_head *next = entries->next;

	if (lane->recent && sequence_of(next) < e->sequence)
		next = lane->recent->node.next;
	while (next != entries && sequence_of(next) < e->sequence)
		next = next->next;
	while (next->prev != entries && sequence_of(next->prev) > e->sequence)
		next = next->prev;
	list_add_tail(&e->node, next);
	lane->recent = e;
}

/**
 * ipcchan_drr_put_back() - put an entry to the place its sequence gives it
 * @drr: the order
 * @e: an entry that was taken and not released
 *
 * If it was its turn when it was taken, it is its turn again: of several, that
 * of the one put back last, so they go back in the reverse order of the takes.
 * It is still counted as having been served.
 */
void ipcchan_drr_put_back(struct ipcchan_drr *drr,
			  struct ipcchan_drr_entry *e)
{
	struct ipcchan_drr_lane *lane = lane_of(e);

	if (list_empty(&lane->entries))
		enter_ring(drr, lane, e->priority);
	insert(lane, e);
	set_deficit(drr, lane, lane->deficit + e->paid);
	if (e->in_turn) {
		lane->granted = true;
		list_move(&lane->node, &drr->rings[e->priority]);
	}
	count_queued(e);
}

/**
 * ipcchan_drr_reserve() - use room for an entry to come
 * @drr: the order
 * @sender: the sender, admitted
 * @size: bytes
 */
void ipcchan_drr_reserve(struct ipcchan_drr *drr,
			 struct ipcchan_drr_sender *sender, u32 size)
{
	sender->used++;
	sender->used_bytes += size;
	drr->used++;
	drr->used_bytes += size;
}

/**
 * ipcchan_drr_unreserve() - free room
 * @drr: the order
 * @sender: the sender
 * @size: bytes
 */
void ipcchan_drr_unreserve(struct ipcchan_drr *drr,
			   struct ipcchan_drr_sender *sender, u32 size)
{
	sender->used--;
	sender->used_bytes -= size;
	drr->used--;
	drr->used_bytes -= size;
}

/**
 * ipcchan_drr_release() - free the room of an entry
 * @drr: the order
 * @e: an entry that was taken and does not come back
 */
void ipcchan_drr_release(struct ipcchan_drr *drr,
			 const struct ipcchan_drr_entry *e)
{
	ipcchan_drr_unreserve(drr, e->sender, e->size);
}

/**
 * ipcchan_drr_victim() - what a sender would drop first of its own
 * @sender: the sender
 * @priority: that it may have at most
 *
 * Return: the oldest entry of its lowest priority, still queued, or NULL if
 * there is none that low.
 */
struct ipcchan_drr_entry *
ipcchan_drr_victim(const struct ipcchan_drr_sender *sender, u32 priority)
{
	for (u32 band = 0; band <= priority; band++)
		if (!list_empty(&sender->lanes[band].entries))
			return head_of(&sender->lanes[band]);
	return NULL;
}

/**
 * ipcchan_drr_pick() - take an entry out that may have to be dropped
 * @e: an entry that is queued
 *
 * Nobody is served by that, so nothing is counted or paid, and the lane keeps
 * its turn even if it is empty now. Before anything else is asked of the order,
 * ipcchan_drr_unpick() or ipcchan_drr_drop() must say what becomes of it.
 */
void ipcchan_drr_pick(struct ipcchan_drr_entry *e)
{
	e->sender->queued--;
	e->sender->bytes -= e->size;
	unlink(e);
}

/**
 * ipcchan_drr_unpick() - leave an entry where it was after all
 * @e: a picked entry
 */
void ipcchan_drr_unpick(struct ipcchan_drr_entry *e)
{
	insert(lane_of(e), e);
	count_queued(e);
}

/**
 * ipcchan_drr_drop() - free the room of an entry that nobody gets
 * @drr: the order
 * @e: a picked entry
 */
void ipcchan_drr_drop(struct ipcchan_drr *drr, struct ipcchan_drr_entry *e)
{
	struct ipcchan_drr_lane *lane = lane_of(e);

	if (list_empty(&lane->entries) && !list_empty(&lane->node))
		leave_ring(drr, lane, e->priority);
	ipcchan_drr_release(drr, e);
}
