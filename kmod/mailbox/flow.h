/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flow: how messages go from senders through a queue to receivers.
 */
#ifndef IPCCHAN_FLOW_H
#define IPCCHAN_FLOW_H

#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "mailbox/queue.h"
#include "wait/wait.h"

struct ipcchan_mailbox_info;
struct ipcchan_msg;

/**
 * DOC: Flow
 *
 * A message is always in exactly one of these places:
 *
 * ========= ================================ ===============================
 * place     entered by                       left by
 * ========= ================================ ===============================
 * sending   its sender                       acceptance (then it has a
 *                                            sequence number and takes room),
 *                                            or back to the sender: not sent
 * queued    acceptance, or put back          taken by a receiver, or a kill
 * held      taken: a receiver copies it out; ipcchan_flow_finish(): done (the
 *           its room stays taken             room is free), or put back to
 *                                            its place in the queue
 * ========= ================================ ===============================
 *
 * Whenever the lock is dropped, settle() has made these true, and they are why
 * nobody is overtaken, not even by a call that may not sleep:
 *
 * - no receiver waits while a message is queued that it can take;
 * - no sender waits while its next message fits.
 *
 * Copies from and to user space and allocations happen without the lock.
 */

/**
 * struct ipcchan_flow - queue, waiters and peers of a mailbox
 * @capacity_messages: messages it holds; immutable
 * @max_message_size: bytes of its longest message; immutable
 * @capacity_bytes: bytes it holds; immutable
 * @poll: who polls; self-locking
 * @lock: guards all below
 * @queue: accepted messages that no receiver holds
 * @waiting_senders: struct ipcchan_sending, in the order of arrival
 * @waiting_receivers: struct ipcchan_receiving, in the order of arrival
 * @nr_waiting_senders: how many
 * @nr_waiting_receivers: how many
 * @held: messages being copied out
 * @held_bytes: their bytes
 * @sent: messages accepted; the last sequence number
 * @received: messages handed out for good
 * @high_water: the most messages queued and held at a time
 * @senders: open descriptions with SEND
 * @receivers: open descriptions with RECEIVE
 * @arrivals: messages queued since the pollers were last told
 * @ready: what the pollers were last told
 * @linked: a name leads here, so new peers may come
 * @dead: killed
 */
struct ipcchan_flow {
	u32 capacity_messages;
	u32 max_message_size;
	u64 capacity_bytes;
	wait_queue_head_t poll;
	spinlock_t lock;
	struct ipcchan_queue queue __guarded_by(&lock);
	struct list_head waiting_senders __guarded_by(&lock);
	struct list_head waiting_receivers __guarded_by(&lock);
	u32 nr_waiting_senders __guarded_by(&lock);
	u32 nr_waiting_receivers __guarded_by(&lock);
	u32 held __guarded_by(&lock);
	u64 held_bytes __guarded_by(&lock);
	u64 sent __guarded_by(&lock);
	u64 received __guarded_by(&lock);
	u32 high_water __guarded_by(&lock);
	u32 senders __guarded_by(&lock);
	u32 receivers __guarded_by(&lock);
	u32 arrivals __guarded_by(&lock);
	__poll_t ready __guarded_by(&lock);
	bool linked __guarded_by(&lock);
	bool dead __guarded_by(&lock);
};

/**
 * struct ipcchan_sending - a send in progress, on the stack of its task
 * @wait: in @waiting_senders while it waits
 * @messages: not yet accepted, in order; under the lock while it waits
 * @nr: accepted; under the lock while it waits
 */
struct ipcchan_sending {
	struct ipcchan_waiter wait;
	struct list_head messages;
	u32 nr;
};

/**
 * struct ipcchan_receiving - a receive in progress, on the stack of its task
 * @wait: in @waiting_receivers while it waits
 * @slots: buffers; only their sizes are looked at
 * @count: how many
 * @truncate: take a message even if it is longer than its buffer
 * @refuse_empty: an empty message gives EBADMSG
 * @taken: messages held for it, in order; under the lock while it waits
 * @nr: how many; under the lock while it waits
 * @needed: length of the message that gave EMSGSIZE
 */
struct ipcchan_receiving {
	struct ipcchan_waiter wait;
	const struct ipcchan_message *slots;
	u32 count;
	bool truncate;
	bool refuse_empty;
	struct list_head taken;
	u32 nr;
	u32 needed;
};

void ipcchan_flow_init(struct ipcchan_flow *flow);
void ipcchan_flow_deinit(struct ipcchan_flow *flow);
void ipcchan_flow_kill(struct ipcchan_flow *flow);

int ipcchan_flow_send(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		      const struct ipcchan_deadline *deadline);
int ipcchan_flow_receive(struct ipcchan_flow *flow,
			 struct ipcchan_receiving *r,
			 const struct ipcchan_deadline *deadline);
void ipcchan_flow_finish(struct ipcchan_flow *flow, struct list_head *done,
			 struct list_head *undone);
int ipcchan_flow_peek(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      u32 index, struct ipcchan_msg **found);

void ipcchan_flow_add_peers(struct ipcchan_flow *flow, int senders,
			    int receivers);
void ipcchan_flow_set_linked(struct ipcchan_flow *flow, bool linked);

__poll_t ipcchan_flow_poll(struct ipcchan_flow *flow, u32 rights);
int ipcchan_flow_info(struct ipcchan_flow *flow,
		      struct ipcchan_mailbox_info *info);

#endif /* IPCCHAN_FLOW_H */
