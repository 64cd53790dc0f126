/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rings: a stream of records through shared pages; the kernel's part of it.
 */
#ifndef IPCCHAN_RING_H
#define IPCCHAN_RING_H

#include <linux/init.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/ipcchan_ring.h>

#include "object/object.h"
#include "region/tenant.h"
#include "wait/deadline.h"

struct file;
struct pid;
struct vm_area_struct;

/**
 * DOC: Rings
 *
 * The records and the indices are the business of the two programs, by the protocol
 * of linux/ipcchan_ring.h. The kernel gives each end its pages, lets who has nothing
 * to do sleep until the other end's index has come far enough, and sees who is gone.
 * Of what is in the pages it reads the two indices, each once, and only to compare:
 * a wrong one lets somebody sleep too long or too short, who then is the one who
 * wrote it, or is told EPROTO.
 *
 * An end belongs to one process at a time, as its mappings do:
 *
 * ======== ================================ ==================================
 * state    entered by                       left by
 * ======== ================================ ==================================
 * NEW      creation of the ring             OPEN, RING_CREATE: it has the one
 *                                           description that it ever gets
 * OPEN     that; the process unmapped it    mmap(2); the last reference of the
 *                                           description
 * MAPPED   the first mapping                the last munmap(2): OPEN again; the
 *                                           end of the process, or its exec(2)
 * ENDED    the last reference of the        never
 *          description; the end of the
 *          process that had it mapped
 * ======== ================================ ==================================
 *
 * A mapping keeps the description. An end is its tenant's (tenant.h): no other process
 * can write its pages, and the end of that address space ends it, however many have
 * the descriptor.
 */

/**
 * struct ipcchan_ring_side - an end of a ring, as the kernel keeps it
 * @ring: of which it is; immutable
 * @page: its page, for the kernel; immutable. The kernel reads the index there and
 *	writes the notice
 * @poll: who polls this end
 * @ended: it is; written once under the lock, read without it by the other end
 * @lock: innermost
 * @life: whether and for whom it is there
 * @life.is_open: it has, or had, a description
 * @life.dead: the ring was killed
 * @life.tenant: who maps it
 * @life.pid: whose process that is, with a reference
 * @waits: who waits for the other end's index
 * @waits.sleepers: of struct sleeper
 * @waits.polled: somebody polls who is to be told when @poll_goal is reached
 * @waits.poll_goal: an index
 * @waits.slept: statistics: RING_WAITs that slept
 * @waits.woke: statistics: RING_WAKEs of this end
 */
struct ipcchan_ring_side {
	struct ipcchan_ring *ring;
	struct ipcchan_ring_end *page;
	wait_queue_head_t poll;
	bool ended;
	spinlock_t lock;
	struct {
		bool is_open;
		bool dead;
		struct ipcchan_tenant tenant;
		struct pid *pid;
	} life __guarded_by(&lock);
	struct {
		struct list_head sleepers;
		bool polled;
		u32 poll_goal;
		u64 slept;
		u64 woke;
	} waits __guarded_by(&lock);
};

/* The sides of a ring, and the order of their pages. */
#define IPCCHAN_RING_SIDE_PRODUCER	0
#define IPCCHAN_RING_SIDE_CONSUMER	1

/**
 * struct ipcchan_ring - a ring
 * @object: the common part
 * @size: bytes of data, a power of two; immutable
 * @memory: the producer's page, the consumer's page, the data; immutable
 * @sides: of producer and consumer
 */
struct ipcchan_ring {
	struct ipcchan_object object;
	u32 size;
	void *memory;
	struct ipcchan_ring_side sides[2];
};

/* Bytes of memory of a ring, all charged to its creator. */
static inline u64 ipcchan_ring_bytes(const struct ipcchan_ring *ring)
{
	return (u64)ring->size + 2 * PAGE_SIZE;
}

static inline bool ipcchan_ring_is_producer(const struct ipcchan_ring_side *side)
{
	return side == &side->ring->sides[IPCCHAN_RING_SIDE_PRODUCER];
}

static inline struct ipcchan_ring_side *
ipcchan_ring_other(struct ipcchan_ring_side *side)
{
	return &side->ring->sides[ipcchan_ring_is_producer(side)];
}

void __init ipcchan_ring_init(void);

int ipcchan_ring_mmap(struct file *file, struct vm_area_struct *vma);

void ipcchan_ring_side_init(struct ipcchan_ring *ring, u32 which);
int ipcchan_ring_side_open(struct ipcchan_ring_side *side);
int ipcchan_ring_side_map(struct ipcchan_ring_side *side,
			  const struct mm_struct *mm);
bool ipcchan_ring_side_map_more(struct ipcchan_ring_side *side,
				const struct mm_struct *mm);
void ipcchan_ring_side_unmap(struct ipcchan_ring_side *side, bool is_ending);
void ipcchan_ring_side_end(struct ipcchan_ring_side *side);
void ipcchan_ring_side_kill(struct ipcchan_ring_side *side);

void ipcchan_ring_notice(struct ipcchan_ring_side *side)
	__must_hold(&side->lock);
int ipcchan_ring_wait(struct ipcchan_ring_side *side, u32 goal,
		      const struct ipcchan_deadline *deadline);
int ipcchan_ring_wake(struct ipcchan_ring_side *side);
void ipcchan_ring_stir(struct ipcchan_ring_side *side);
__poll_t ipcchan_ring_poll(struct file *file, poll_table *wait);

#endif /* IPCCHAN_RING_H */
