/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue of messages: by priority, first in first out within one.
 */
#ifndef IPCCHAN_QUEUE_H
#define IPCCHAN_QUEUE_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

/**
 * DOC: Queue
 *
 * One band per priority, a list, and a bitmap of those that are not empty. What
 * an operation costs does not depend on how much is queued, but for:
 *
 * ========================= ==================================================
 * operation                 steps
 * ========================= ==================================================
 * ipcchan_queue_at()        the index
 * ipcchan_queue_put_back(), entries of the band that are older
 * ipcchan_queue_successor()
 * ========================= ==================================================
 *
 * A pure data structure: no locking, no allocation, nothing of the kernel but
 * its list; the caller's lock guards it.
 */

/**
 * struct ipcchan_queue_entry - what a queue knows of a message
 * @node: in the list of its priority; linked to itself outside a queue
 * @sequence: number in the order of acceptance, rising
 * @client: client id of the sending session; never 0
 * @time_ns: CLOCK_MONOTONIC time of the send
 * @type: the sender's tag
 * @priority: 0 to IPCCHAN_PRIORITIES - 1
 * @size: bytes
 *
 * None of what it knows changes while the entry is in a queue.
 */
struct ipcchan_queue_entry {
	struct list_head node;
	u64 sequence;
	u64 client;
	u64 time_ns;
	u32 type;
	u32 priority;
	u32 size;
};

/**
 * struct ipcchan_queue - entries by priority, then by sequence
 * @bands: one list per priority
 * @occupied: bit n set while bands[n] is not empty
 * @depth: entries in all
 * @bytes: sum of their sizes
 */
struct ipcchan_queue {
	struct list_head bands[IPCCHAN_PRIORITIES];
	u32 occupied;
	u32 depth;
	u64 bytes;
};

void ipcchan_queue_init(struct ipcchan_queue *q);
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
struct ipcchan_queue_entry *ipcchan_queue_victim(const struct ipcchan_queue *q,
						 u32 priority);
struct ipcchan_queue_entry *
ipcchan_queue_overdue(const struct ipcchan_queue *q, u64 before_ns);
void ipcchan_queue_remove(struct ipcchan_queue *q,
			  struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *ipcchan_queue_pop(struct ipcchan_queue *q);

#endif /* IPCCHAN_QUEUE_H */
