/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue of messages: by priority, first in first out within one.
 */
#ifndef IPCCHAN_QUEUE_H
#define IPCCHAN_QUEUE_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

#include "mailbox/index.h"

/**
 * DOC: Queue
 *
 * One band per priority, a list, and a bitmap of those that are not empty; and
 * all entries in an index by type. A new queue has the lowest band only: who wants to
 * add to a higher one widens it first. What an operation costs does not depend on
 * how much is queued, but for:
 *
 * ========================= ==================================================
 * operation                 steps
 * ========================= ==================================================
 * all that add or take out  1; the height of the index while types are asked for
 * ipcchan_queue_match():    1 if the first entry matches; else
 * - of any client           the height of the index, four times at most
 * - of one client and type  entries of that type that come out before it
 * - of one client           entries that come out before it
 * ipcchan_queue_at()        the index
 * ipcchan_queue_put_back(), 1 if it is the oldest of its band; else from the
 * ipcchan_queue_successor() one that was put back last to its place
 * ========================= ==================================================
 *
 * The height is at most twice the logarithm of the depth; see there for what is not
 * sorted. To find that a client
 * has no entry takes a look at all that the filter lets through otherwise.
 *
 * A pure data structure: no locking, no allocation, nothing of the kernel but
 * its list and its tree; the caller's lock guards it, and the caller has the memory
 * that makes it wide.
 */

/**
 * struct ipcchan_queue_entry - what a queue knows of a message
 * @node: in the list of its priority; linked to itself outside a queue
 * @by_type: in the tree of the index; means nothing outside a queue
 * @unsorted: in its list instead, unless @is_sorted
 * @best: the first to come out of those in the subtree of @by_type
 * @sequence: number in the order of acceptance, rising
 * @client: client id of the sending session; never 0
 * @time_ns: CLOCK_MONOTONIC time of the send
 * @type: the sender's tag
 * @priority: 0 to IPCCHAN_PRIORITIES - 1
 * @size: bytes
 * @is_sorted: the index has it in its tree
 *
 * None of what it knows changes while the entry is in a queue.
 */
struct ipcchan_queue_entry {
	struct list_head node;
	union {
		struct rb_node by_type;
		struct hlist_node unsorted;
	};
	struct ipcchan_queue_entry *best;
	u64 sequence;
	u64 client;
	u64 time_ns;
	u32 type;
	u32 priority;
	u32 size;
	bool is_sorted;
};

/**
 * struct ipcchan_queue_band - the entries of one priority
 * @entries: by sequence
 * @recent: the one put back last, if it is still there
 */
struct ipcchan_queue_band {
	struct list_head entries;
	struct ipcchan_queue_entry *recent;
};

/**
 * struct ipcchan_queue - entries by priority, then by sequence
 * @bands: one per priority; @lowest while that is the only one
 * @lowest: priority 0 of a queue that is not wide
 * @index: all of them by type
 * @occupied: bit n set while bands[n] is not empty
 * @depth: entries in all
 * @bytes: sum of their sizes
 */
struct ipcchan_queue {
	struct ipcchan_queue_band *bands;
	struct ipcchan_queue_band lowest;
	struct ipcchan_index index;
	u32 occupied;
	u32 depth;
	u64 bytes;
};

void ipcchan_queue_init(struct ipcchan_queue *q);
void ipcchan_queue_widen(struct ipcchan_queue *q,
			 struct ipcchan_queue_band bands[IPCCHAN_PRIORITIES]);

/**
 * ipcchan_queue_is_wide() - does it take all priorities, or only the lowest
 * @q: the queue
 *
 * Once it is wide it stays so. May be asked without the caller's lock: what is
 * seen then holds once the lock is had.
 *
 * Return: true if it takes all.
 */
static inline bool ipcchan_queue_is_wide(const struct ipcchan_queue *q)
{
	return READ_ONCE(q->bands) != &q->lowest;
}

void ipcchan_queue_add(struct ipcchan_queue *q, struct ipcchan_queue_entry *e);
void ipcchan_queue_put_back(struct ipcchan_queue *q,
			    struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *ipcchan_queue_first(const struct ipcchan_queue *q);
struct ipcchan_queue_entry *
ipcchan_queue_next(const struct ipcchan_queue *q,
		   const struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *ipcchan_queue_at(const struct ipcchan_queue *q,
					     u32 index);
struct ipcchan_queue_entry *
ipcchan_queue_successor(const struct ipcchan_queue *q,
			const struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *
ipcchan_queue_match(struct ipcchan_queue *q,
		    const struct ipcchan_filter *filter);
struct ipcchan_queue_entry *ipcchan_queue_victim(const struct ipcchan_queue *q,
						 u32 priority);
struct ipcchan_queue_entry *
ipcchan_queue_overdue(const struct ipcchan_queue *q, u64 before_ns);
void ipcchan_queue_remove(struct ipcchan_queue *q,
			  struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *ipcchan_queue_pop(struct ipcchan_queue *q);

#endif /* IPCCHAN_QUEUE_H */
