// SPDX-License-Identifier: GPL-2.0
/*
 * A queue of messages: by priority, first in first out within one.
 */
#include <linux/bitops.h>

#include "mailbox/filter.h"
#include "mailbox/queue.h"

static void init_band(struct ipcchan_queue_band *band)
{
	INIT_LIST_HEAD(&band->entries);
	band->recent = NULL;
}

/**
 * ipcchan_queue_init() - make an empty queue, for the lowest priority
 * @q: the queue; it cannot be moved
 */
void ipcchan_queue_init(struct ipcchan_queue *q)
{
	init_band(&q->lowest);
	q->bands = &q->lowest;
	ipcchan_index_init(&q->index, IPCCHAN_INDEX_FEW);
	q->occupied = 0;
	q->depth = 0;
	q->bytes = 0;
}

/**
 * ipcchan_queue_widen() - let a queue have entries of all priorities
 * @q: the queue, not wide; what is in it stays there
 * @bands: memory for them, for as long as the queue is used
 */
void ipcchan_queue_widen(struct ipcchan_queue *q,
			 struct ipcchan_queue_band bands[IPCCHAN_PRIORITIES])
{
	for (unsigned int i = 0; i < IPCCHAN_PRIORITIES; i++)
		init_band(&bands[i]);
	list_splice_init(&q->lowest.entries, &bands[0].entries);
	bands[0].recent = q->lowest.recent;
	WRITE_ONCE(q->bands, bands);
}

/* Links an entry in front of @place, of the list of its priority. */
static void link_before(struct ipcchan_queue *q, struct ipcchan_queue_entry *e,
			struct list_head *place)
{
	list_add_tail(&e->node, place);
	ipcchan_index_add(&q->index, e);
	q->occupied |= 1U << e->priority;
	q->depth++;
	q->bytes += e->size;
}

/**
 * ipcchan_queue_add() - put an entry behind all of its priority
 * @q: the queue
 * @e: an entry of no queue; its sequence is higher than theirs
 */
void ipcchan_queue_add(struct ipcchan_queue *q, struct ipcchan_queue_entry *e)
{
	link_before(q, e, &q->bands[e->priority].entries);
}

static u64 sequence_of(const struct list_head *node)
{
	return list_entry(node, struct ipcchan_queue_entry, node)->sequence;
}

/**
 * ipcchan_queue_successor() - the entry that an absent one would stand before
 * @q: the queue
 * @e: an entry that was taken out of this queue
 *
 * Mostly it was the first when it was taken, or follows the one that was put
 * back last: the search begins there.
 *
 * Return: the next entry of its priority by sequence, or NULL.
 */
struct ipcchan_queue_entry *
ipcchan_queue_successor(const struct ipcchan_queue *q,
			const struct ipcchan_queue_entry *e)
{
	const struct list_head *band = &q->bands[e->priority].entries;
	const struct ipcchan_queue_entry *recent = q->bands[e->priority].recent;
	struct list_head *next = band->next;

	if (recent && sequence_of(next) < e->sequence)
		next = recent->node.next;
	while (next != band && sequence_of(next) < e->sequence)
		next = next->next;
	while (next->prev != band && sequence_of(next->prev) > e->sequence)
		next = next->prev;
	return next == band ? NULL :
			      list_entry(next, struct ipcchan_queue_entry,
					 node);
}

/**
 * ipcchan_queue_put_back() - put an entry to the place its sequence gives it
 * @q: the queue
 * @e: an entry that was taken out of this queue
 */
void ipcchan_queue_put_back(struct ipcchan_queue *q,
			    struct ipcchan_queue_entry *e)
{
	struct ipcchan_queue_band *band = &q->bands[e->priority];
	struct ipcchan_queue_entry *next = ipcchan_queue_successor(q, e);

	link_before(q, e, next ? &next->node : &band->entries);
	band->recent = e;
}

static struct ipcchan_queue_entry *first_in(const struct ipcchan_queue_band *band)
{
	return list_first_entry(&band->entries, struct ipcchan_queue_entry, node);
}

static struct ipcchan_queue_entry *first_of(const struct ipcchan_queue *q,
					    u32 bands)
{
	if (!bands)
		return NULL;
	return first_in(&q->bands[fls(bands) - 1]);
}

/**
 * ipcchan_queue_first() - the oldest entry of the highest priority
 * @q: the queue
 *
 * Return: the entry, still queued, or NULL if there is none.
 */
struct ipcchan_queue_entry *ipcchan_queue_first(const struct ipcchan_queue *q)
{
	return first_of(q, q->occupied);
}

/**
 * ipcchan_queue_next() - the entry that comes out after another
 * @q: the queue
 * @e: an entry of it
 *
 * Return: the entry, still queued, or NULL if @e is the last.
 */
struct ipcchan_queue_entry *
ipcchan_queue_next(const struct ipcchan_queue *q,
		   const struct ipcchan_queue_entry *e)
{
	if (!list_is_last(&e->node, &q->bands[e->priority].entries))
		return list_entry(e->node.next, struct ipcchan_queue_entry,
				  node);
	return first_of(q, q->occupied & ((1U << e->priority) - 1));
}

/**
 * ipcchan_queue_at() - the entry that comes out after @index others
 * @q: the queue
 * @index: 0 is the first
 *
 * Return: the entry, still queued, or NULL if there are not so many. Takes
 * @index steps.
 */
struct ipcchan_queue_entry *ipcchan_queue_at(const struct ipcchan_queue *q,
					     u32 index)
{
	struct ipcchan_queue_entry *e;

	if (index >= q->depth)
		return NULL;
	for (e = ipcchan_queue_first(q); e && index; index--)
		e = ipcchan_queue_next(q, e);
	return e;
}

/*
 * Clients have no index: all entries that come out before are looked at, or,
 * for a single type, those of that type. But not while many are unsorted: to look
 * through them at each step would take the square of their number.
 */
static struct ipcchan_queue_entry *
match_client(struct ipcchan_queue *q, const struct ipcchan_filter *filter)
{
	bool one_type = filter->type_min == filter->type_max && !filter->except;
	struct ipcchan_queue_entry *e;

	if (one_type)
		e = ipcchan_index_first(&q->index, filter->type_min,
					filter->type_max);
	one_type = one_type && ipcchan_index_is_sorted(&q->index);
	if (!one_type)
		e = ipcchan_queue_first(q);
	while (e && e->priority >= filter->min_priority) {
		if (ipcchan_filter_matches(filter, e))
			return e;
		e = one_type ? ipcchan_index_next(&q->index, e) :
			       ipcchan_queue_next(q, e);
	}
	return NULL;
}

/**
 * ipcchan_queue_match() - the first entry of those that match
 * @q: the queue
 * @filter: which do
 *
 * Return: the entry that would come out first if all others were not there,
 * still queued, or NULL if there is none.
 */
struct ipcchan_queue_entry *
ipcchan_queue_match(struct ipcchan_queue *q,
		    const struct ipcchan_filter *filter)
{
	struct ipcchan_queue_entry *first = ipcchan_queue_first(q);

	if (!first || ipcchan_filter_matches(filter, first))
		return first;
	if (filter->client)
		return match_client(q, filter);
	return ipcchan_index_match(&q->index, filter);
}

/**
 * ipcchan_queue_victim() - the oldest entry of the lowest priority
 * @q: the queue
 * @priority: that it may have at most
 *
 * Return: the entry, still queued, or NULL if the lowest priority is higher.
 */
struct ipcchan_queue_entry *ipcchan_queue_victim(const struct ipcchan_queue *q,
						 u32 priority)
{
	if (!q->occupied || __ffs(q->occupied) > priority)
		return NULL;
	return first_in(&q->bands[__ffs(q->occupied)]);
}

/**
 * ipcchan_queue_overdue() - the oldest of the first entries of each priority
 * @q: the queue
 * @before_ns: among those sent before this time
 *
 * Return: the entry, still queued, or NULL if there is none.
 */
struct ipcchan_queue_entry *
ipcchan_queue_overdue(const struct ipcchan_queue *q, u64 before_ns)
{
	struct ipcchan_queue_entry *oldest = NULL;

	for (u32 rest = q->occupied; rest; rest &= rest - 1) {
		struct ipcchan_queue_entry *e =
			first_in(&q->bands[__ffs(rest)]);

		if (e->time_ns < before_ns &&
		    (!oldest || e->sequence < oldest->sequence))
			oldest = e;
	}
	return oldest;
}

/**
 * ipcchan_queue_remove() - take an entry out
 * @q: the queue
 * @e: an entry of it
 */
void ipcchan_queue_remove(struct ipcchan_queue *q,
			  struct ipcchan_queue_entry *e)
{
	struct ipcchan_queue_band *band = &q->bands[e->priority];

	list_del_init(&e->node);
	ipcchan_index_remove(&q->index, e);
	if (band->recent == e)
		band->recent = NULL;
	if (list_empty(&band->entries))
		q->occupied &= ~(1U << e->priority);
	q->depth--;
	q->bytes -= e->size;
}

/**
 * ipcchan_queue_pop() - take the first entry out
 * @q: the queue
 *
 * Return: the entry, now of no queue, or NULL if there is none.
 */
struct ipcchan_queue_entry *ipcchan_queue_pop(struct ipcchan_queue *q)
{
	struct ipcchan_queue_entry *e = ipcchan_queue_first(q);

	if (e)
		ipcchan_queue_remove(q, e);
	return e;
}
