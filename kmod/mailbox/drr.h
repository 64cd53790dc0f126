/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deficit round robin: senders take turns within a priority.
 */
#ifndef IPCCHAN_DRR_H
#define IPCCHAN_DRR_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/ipcchan.h>

/**
 * DOC: Deficit round robin
 *
 * The order of a mailbox that is fair to its senders. A higher band goes
 * first. Within a band each sender has a lane, first in first out, and the
 * lanes that are not empty stand in a ring. A lane is visited when it is first
 * in the ring: it gets one quantum, and if its deficit then covers the cost of
 * its oldest message, that is the next one; if not, the lane goes behind all
 * others and keeps what it has. The lane pays when the message is taken, and
 * goes behind all others. What costs how much makes it fair twice over:
 *
 * - No message costs less than the quantum, so a lane sends at most one in a
 *   round: a message no longer than the quantum, alone in its lane, waits for
 *   one message of each other sender at most, but for those that are put back
 *   or taken out of turn.
 * - A longer message costs its bytes, so senders of long messages get the same
 *   bytes as each other, and no more than those who fill the quantum.
 *
 * The quantum is an eighth of the longest message, so no message waits for more
 * than 8 rounds once it is the oldest of its lane. A message that is taken out
 * of turn is paid for, too. That may put its lane in debt, but by 8 quanta at
 * most, which are 8 rounds more. ipcchan_drr_next() does not go these rounds
 * one by one: it credits those in which nobody could send at once, and so goes
 * round the ring four times at most, whatever the sizes.
 *
 * ========= ============================= ==================================
 * lane      entered by                    left by
 * ========= ============================= ==================================
 * empty     its last message is taken:    a message: it goes behind all
 *           deficit and debt are gone     others of the ring
 * waiting   that, or the end of a visit   it is first when a message is
 *                                         looked for: it gets a quantum
 * granted   that, or a message that was   its message is taken, or costs more
 *           taken in turn is put back     than it has: the end of the visit
 * ========= ============================= ==================================
 *
 * When a message is put back, its lane gets back what the take took from it,
 * and is first again if it was its turn. A message that is dropped is picked
 * first and dropped then, or left where it was: a sender that fails to make
 * room must not cost others their turn.
 *
 * Room is shared by admission. A sender that has none may have one message if
 * it fits. One that has some may have half of what all others leave: the more
 * they use the less it gets, and a flooder never has all.
 *
 * A pure data structure: no locking, no allocation; the caller's lock guards
 * it. Nothing depends on how much is queued but ipcchan_drr_put_back(), which
 * takes one step if the entry is the oldest of its lane, and else searches from
 * the one that was put back last. ipcchan_drr_next() and ipcchan_drr_take()
 * take a few steps for each sender in the band.
 */

/* Rounds that the longest message takes to be paid for. */
#define IPCCHAN_DRR_ROUNDS 8

/**
 * struct ipcchan_drr_entry - what a fair order knows of a message
 * @node: in its lane; linked to itself outside
 * @sequence: number in the order of acceptance, rising
 * @priority: its band, 0 to IPCCHAN_PRIORITIES - 1
 * @size: bytes
 * @sender: whose it is
 * @served_before: entries that had been taken when it was added
 * @paid: what its lane lost when it was taken; less than nothing if the lane
 *	became empty and so lost a debt
 * @in_turn: it was the next of its band when it was taken
 *
 * The caller sets @sequence to @sender, the order the others.
 */
struct ipcchan_drr_entry {
	struct list_head node;
	u64 sequence;
	u32 priority;
	u32 size;
	struct ipcchan_drr_sender *sender;
	u64 served_before;
	s32 paid;
	bool in_turn;
};

/**
 * struct ipcchan_drr_lane - what one sender has queued in one band
 * @entries: by sequence
 * @recent: of these, the one that was put back last; or NULL
 * @node: in the ring of the band; linked to itself while @entries is empty
 * @deficit: bytes it may send; less than nothing: a debt
 * @granted: it has had the quantum of this visit
 */
struct ipcchan_drr_lane {
	struct list_head entries;
	struct ipcchan_drr_entry *recent;
	struct list_head node;
	s32 deficit;
	bool granted;
};

/**
 * struct ipcchan_drr_sender - a sender to one mailbox
 * @lanes: by band
 * @used: messages whose room it uses: reserved, queued, or taken and not released
 * @used_bytes: their bytes
 * @queued: messages queued
 * @bytes: their bytes
 * @longest_wait: the most entries taken between the add and the take of one
 * @bypasses: younger messages of others taken before its oldest of their band
 */
struct ipcchan_drr_sender {
	struct ipcchan_drr_lane lanes[IPCCHAN_PRIORITIES];
	u32 used;
	u64 used_bytes;
	u32 queued;
	u64 bytes;
	u64 longest_wait;
	u64 bypasses;
};

/**
 * struct ipcchan_drr - the fair order of a mailbox
 * @capacity_messages: messages it holds; immutable
 * @quantum: bytes a lane gets at each visit; immutable
 * @capacity_bytes: bytes it holds; immutable
 * @rings: per band the lanes that are not empty, the one visited first
 * @occupied: bit n set while rings[n] is not empty
 * @used: messages of all senders that use room
 * @used_bytes: their bytes
 * @served: entries taken so far, for whatever reason
 */
struct ipcchan_drr {
	u32 capacity_messages;
	u32 quantum;
	u64 capacity_bytes;
	struct list_head rings[IPCCHAN_PRIORITIES];
	u32 occupied;
	u32 used;
	u64 used_bytes;
	u64 served;
};

void ipcchan_drr_init(struct ipcchan_drr *drr, u32 capacity_messages,
		      u64 capacity_bytes, u32 max_message_size);
void ipcchan_drr_sender_init(struct ipcchan_drr_sender *sender);
void ipcchan_drr_sender_deinit(const struct ipcchan_drr_sender *sender);

bool ipcchan_drr_admits(const struct ipcchan_drr *drr,
			const struct ipcchan_drr_sender *sender, u32 size);
void ipcchan_drr_add(struct ipcchan_drr *drr, struct ipcchan_drr_entry *e);
struct ipcchan_drr_entry *ipcchan_drr_next(struct ipcchan_drr *drr);
void ipcchan_drr_take(struct ipcchan_drr *drr, struct ipcchan_drr_entry *e);
void ipcchan_drr_put_back(struct ipcchan_drr *drr,
			  struct ipcchan_drr_entry *e);
void ipcchan_drr_reserve(struct ipcchan_drr *drr,
			 struct ipcchan_drr_sender *sender, u32 size);
void ipcchan_drr_unreserve(struct ipcchan_drr *drr,
			   struct ipcchan_drr_sender *sender, u32 size);
void ipcchan_drr_release(struct ipcchan_drr *drr,
			 const struct ipcchan_drr_entry *e);
struct ipcchan_drr_entry *
ipcchan_drr_victim(const struct ipcchan_drr_sender *sender, u32 priority);
void ipcchan_drr_pick(struct ipcchan_drr_entry *e);
void ipcchan_drr_unpick(struct ipcchan_drr_entry *e);
void ipcchan_drr_drop(struct ipcchan_drr *drr, struct ipcchan_drr_entry *e);

#endif /* IPCCHAN_DRR_H */
