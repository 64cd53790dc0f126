// SPDX-License-Identifier: GPL-2.0
/*
 * An index of queued messages: the first one of a range of types.
 */
#include <linux/rbtree_augmented.h>

#include "mailbox/filter.h"
#include "mailbox/index.h"
#include "mailbox/queue.h"

#define TYPE_LAST (~(u32)0)

static struct ipcchan_queue_entry *entry_of(struct rb_node *node)
{
	return rb_entry(node, struct ipcchan_queue_entry, by_type);
}

static bool comes_before(const struct ipcchan_queue_entry *a,
			 const struct ipcchan_queue_entry *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return a->sequence < b->sequence;
}

static bool sorts_before(const struct ipcchan_queue_entry *a,
			 const struct ipcchan_queue_entry *b)
{
	if (a->type != b->type)
		return a->type < b->type;
	return comes_before(a, b);
}

/* The one of two that comes out first; either may be missing. */
static struct ipcchan_queue_entry *better(struct ipcchan_queue_entry *a,
					  struct ipcchan_queue_entry *b)
{
	if (!a || !b)
		return a ?: b;
	return comes_before(b, a) ? b : a;
}

static struct ipcchan_queue_entry *best_below(struct rb_node *node)
{
	return node ? entry_of(node)->best : NULL;
}

/* As the tree's callbacks want it: true to stop, as nothing has changed. */
static bool update_best(struct ipcchan_queue_entry *e, bool may_stop)
{
	struct ipcchan_queue_entry *best = e;

	best = better(best, best_below(e->by_type.rb_left));
	best = better(best, best_below(e->by_type.rb_right));
	if (may_stop && e->best == best)
		return true;
	e->best = best;
	return false;
}

RB_DECLARE_CALLBACKS(static, keep_best, struct ipcchan_queue_entry, by_type,
		     best, update_best)

/**
 * ipcchan_index_init() - make an empty index
 * @index: the index
 * @few: so many unsorted entries are sorted by who asks, fewer are not
 */
void ipcchan_index_init(struct ipcchan_index *index, u32 few)
{
	INIT_HLIST_HEAD(&index->unsorted);
	index->root = RB_ROOT;
	index->nr_unsorted = 0;
	index->few = few;
	index->is_asked = false;
}

static void sort(struct ipcchan_index *index, struct ipcchan_queue_entry *e)
{
	struct rb_node **link = &index->root.rb_node;
	struct rb_node *parent = NULL;

	while (*link) {
		struct ipcchan_queue_entry *above = entry_of(*link);

		parent = *link;
		above->best = better(above->best, e);
		link = sorts_before(e, above) ? &parent->rb_left :
						&parent->rb_right;
	}
	e->best = e;
	rb_link_node(&e->by_type, parent, link);
	rb_insert_augmented(&e->by_type, &index->root, &keep_best);
}

/**
 * ipcchan_index_add() - take an entry in
 * @index: the index
 * @e: an entry of no index
 */
void ipcchan_index_add(struct ipcchan_index *index,
		       struct ipcchan_queue_entry *e)
{
	e->is_sorted = index->is_asked && index->nr_unsorted >= index->few;
	if (e->is_sorted) {
		sort(index, e);
		return;
	}
	hlist_add_head(&e->unsorted, &index->unsorted);
	index->nr_unsorted++;
}

static void take_unsorted(struct ipcchan_index *index,
			  struct ipcchan_queue_entry *e)
{
	hlist_del(&e->unsorted);
	index->nr_unsorted--;
}

/**
 * ipcchan_index_remove() - take an entry out
 * @index: the index
 * @e: an entry of it
 */
void ipcchan_index_remove(struct ipcchan_index *index,
			  struct ipcchan_queue_entry *e)
{
	if (e->is_sorted)
		rb_erase_augmented(&e->by_type, &index->root, &keep_best);
	else
		take_unsorted(index, e);
	if (!index->nr_unsorted && RB_EMPTY_ROOT(&index->root))
		index->is_asked = false;
}

/* So that who asks next has less to look through. */
static void sort_some(struct ipcchan_index *index)
{
	if (ipcchan_index_is_sorted(index))
		return;
	for (int i = 0; i < IPCCHAN_INDEX_SORTED && index->nr_unsorted; i++) {
		struct ipcchan_queue_entry *e;

		e = hlist_entry(index->unsorted.first,
				struct ipcchan_queue_entry, unsorted);
		index->is_asked = true;
		take_unsorted(index, e);
		e->is_sorted = true;
		sort(index, e);
	}
}

/* The best of types from @type_min on, of a subtree that ends in the range. */
static struct ipcchan_queue_entry *best_from(struct rb_node *node, u32 type_min)
{
	struct ipcchan_queue_entry *best = NULL;

	while (node) {
		struct ipcchan_queue_entry *e = entry_of(node);

		if (e->type < type_min) {
			node = node->rb_right;
			continue;
		}
		best = better(best, better(e, best_below(node->rb_right)));
		node = node->rb_left;
	}
	return best;
}

/* The best of types up to @type_max, of a subtree that begins in the range. */
static struct ipcchan_queue_entry *best_to(struct rb_node *node, u32 type_max)
{
	struct ipcchan_queue_entry *best = NULL;

	while (node) {
		struct ipcchan_queue_entry *e = entry_of(node);

		if (e->type > type_max) {
			node = node->rb_left;
			continue;
		}
		best = better(best, better(e, best_below(node->rb_left)));
		node = node->rb_right;
	}
	return best;
}

static struct ipcchan_queue_entry *
first_unsorted(const struct ipcchan_index *index, u32 type_min, u32 type_max)
{
	struct ipcchan_queue_entry *first = NULL;
	struct ipcchan_queue_entry *e;

	hlist_for_each_entry(e, &index->unsorted, unsorted)
		if (e->type >= type_min && e->type <= type_max)
			first = better(first, e);
	return first;
}

/* The topmost entry in the range has the whole range in its subtree. */
static struct ipcchan_queue_entry *
first_sorted(const struct ipcchan_index *index, u32 type_min, u32 type_max)
{
	struct rb_node *node = index->root.rb_node;

	while (node) {
		struct ipcchan_queue_entry *e = entry_of(node);

		if (e->type < type_min)
			node = node->rb_right;
		else if (e->type > type_max)
			node = node->rb_left;
		else
			return better(e, better(best_from(node->rb_left,
							  type_min),
						best_to(node->rb_right,
							type_max)));
	}
	return NULL;
}

/**
 * ipcchan_index_first() - the first entry to come out of those of some types
 * @index: the index, of which some entries are sorted
 * @type_min: begin of the range of types
 * @type_max: end of it, in it
 *
 * Return: the entry, or NULL if there is none.
 */
struct ipcchan_queue_entry *
ipcchan_index_first(struct ipcchan_index *index, u32 type_min, u32 type_max)
{
	sort_some(index);
	return better(first_unsorted(index, type_min, type_max),
		      first_sorted(index, type_min, type_max));
}

static struct ipcchan_queue_entry *
next_unsorted(const struct ipcchan_index *index,
	      const struct ipcchan_queue_entry *after)
{
	struct ipcchan_queue_entry *next = NULL;
	struct ipcchan_queue_entry *e;

	hlist_for_each_entry(e, &index->unsorted, unsorted)
		if (e->type == after->type && comes_before(after, e))
			next = better(next, e);
	return next;
}

static struct ipcchan_queue_entry *
next_sorted(const struct ipcchan_index *index,
	    const struct ipcchan_queue_entry *after)
{
	struct rb_node *node = index->root.rb_node;
	struct ipcchan_queue_entry *next = NULL;

	while (node) {
		struct ipcchan_queue_entry *e = entry_of(node);

		if (sorts_before(after, e)) {
			next = e;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return next && next->type == after->type ? next : NULL;
}

/**
 * ipcchan_index_is_sorted() - has ipcchan_index_next() little to look through
 * @index: the index, just asked
 *
 * Return: true if few entries are unsorted, or none.
 */
bool ipcchan_index_is_sorted(const struct ipcchan_index *index)
{
	return index->nr_unsorted < index->few || !index->nr_unsorted;
}

/**
 * ipcchan_index_next() - the entry that comes out after another of its type
 * @index: the index; looks through all that is unsorted
 * @e: an entry of it
 *
 * Return: the entry, or NULL if @e is the last of its type.
 */
struct ipcchan_queue_entry *
ipcchan_index_next(const struct ipcchan_index *index,
		   const struct ipcchan_queue_entry *e)
{
	return better(next_unsorted(index, e), next_sorted(index, e));
}

static struct ipcchan_queue_entry *
first_except(struct ipcchan_index *index, u32 type_min, u32 type_max)
{
	struct ipcchan_queue_entry *below = NULL;
	struct ipcchan_queue_entry *above = NULL;

	if (type_min > 0)
		below = ipcchan_index_first(index, 0, type_min - 1);
	if (type_max < TYPE_LAST)
		above = ipcchan_index_first(index, type_max + 1, TYPE_LAST);
	return better(below, above);
}

/**
 * ipcchan_index_match() - the first entry to come out of those that match
 * @index: the index
 * @filter: which do; of any client
 *
 * The first one of the types has their highest priority: if that one's is too
 * low, so are all others'.
 *
 * Return: the entry, or NULL if there is none.
 */
struct ipcchan_queue_entry *
ipcchan_index_match(struct ipcchan_index *index,
		    const struct ipcchan_filter *filter)
{
	struct ipcchan_queue_entry *e;

	if (filter->except)
		e = first_except(index, filter->type_min, filter->type_max);
	else
		e = ipcchan_index_first(index, filter->type_min,
					filter->type_max);
	return e && e->priority >= filter->min_priority ? e : NULL;
}
