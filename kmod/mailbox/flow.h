/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flow: how messages go from senders through a mailbox to receivers.
 */
#ifndef IPCCHAN_FLOW_H
#define IPCCHAN_FLOW_H

#include <linux/ktime.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "mailbox/filter.h"
#include "mailbox/log.h"
#include "mailbox/message.h"
#include "mailbox/queue.h"
#include "mailbox/receiving.h"
#include "mailbox/sending.h"
#include "wait/process.h"

struct ipcchan_delivery;
struct ipcchan_fair;
struct ipcchan_mailbox_info;
struct ipcchan_msg;
struct ipcchan_policy;
struct ipcchan_port;

/**
 * DOC: Flow
 *
 * One mechanism for all mailboxes: who waits, who is served next, what becomes
 * of a message when a copy fails. What is particular to a mailbox is in two
 * tables: its delivery (mailbox/delivery.h) says where messages stand and which
 * one a receiver gets; the policy (mailbox/policy.h) of a send says what to do
 * when there is no room.
 *
 * A message is always in exactly one of these places:
 *
 * ========= ================================ ===============================
 * place     entered by                       left by
 * ========= ================================ ===============================
 * sending   its sender                       acceptance (then it has a
 *                                            sequence number and takes room),
 *                                            dropped as the policy says, or
 *                                            back to the sender: not sent. Of
 *                                            a multicast, a place may be kept
 *                                            for it meanwhile
 * stored    acceptance, or put back          taken by a receiver, dropped to
 *                                            make room, withdrawn by a sender
 *                                            that waits for a receiver, or a
 *                                            kill
 * held      taken: a receiver copies it out; ipcchan_flow_finish(): done (the
 *           its room stays taken             room is free), or put back to
 *           until it is done, by COMMIT      its place; with HOLD it stays
 *           if it was taken with HOLD        held, see mailbox/hold.h
 * ========= ================================ ===============================
 *
 * A request for a receiver that waits is handed over: where nothing is stored, it is
 * received when it is sent, takes no room, and only has to be copied out. If that
 * fails it is stored where it would be, though there may be no room left.
 *
 * Whenever the lock is dropped, settle() has made these true, and they are why
 * nobody is overtaken, not even by a call that may not sleep:
 *
 * - no receiver waits while a message is stored that it can take;
 * - no sender waits while its next message is admitted;
 * - no receiver lingers, that is holds messages and waits for more, while none
 *   can come: nobody can send, or there is no room. Else those that linger and
 *   those that send would wait for each other.
 *
 * Where each message goes to many readers, it is stored until they have it, and
 * a receiver copies it from there: see mailbox/logged.h.
 *
 * Copies from and to user space and allocations happen without the lock.
 */

/* Arrivals that are told apart; of more it is only known that they came. */
#define IPCCHAN_ARRIVALS_KNOWN 4

/**
 * struct ipcchan_arrival - what a waiting receiver must know of a new message
 * @client: who sent it
 * @type: its type
 * @priority: its priority
 */
struct ipcchan_arrival {
	u64 client;
	u32 type;
	u32 priority;
};

/**
 * struct ipcchan_flow - messages, waiters and peers of a mailbox
 * @id: of the mailbox; immutable
 * @delivery: where messages stand and who gets them; immutable
 * @policy: of sends that name none; immutable
 * @capacity_messages: messages it holds; immutable
 * @history: messages kept though every reader has them; immutable
 * @max_message_size: bytes of its longest message; immutable
 * @capacity_bytes: bytes it holds; immutable
 * @aging_ns: age from which a message goes before higher priorities, or 0;
 *	immutable
 * @takes_fds: messages may have descriptors; immutable
 * @tells_peers: receivers are told of peers, see mailbox/peer.h; immutable
 * @poll: who polls; self-locking
 * @lock: guards all below
 * @now_ns: where messages age: the time in this section of the lock
 * @queue: accepted messages that no receiver holds, each for one of them
 * @log: accepted messages, each for all readers; one of the two is empty
 * @held: messages that receivers hold, in the order in which they took them; of
 *	a log: that are no longer stored, but still being copied
 * @nr_held: how many
 * @held_bytes: their bytes
 * @nr_holding: of them, those that were copied out, with HOLD
 * @nr_reserved: places kept for messages of multicasts, see flow_reserve.c
 * @reserved_bytes: their bytes
 * @notices: of peers, to be told next
 * @nr_notices: how many these are, and those that are being copied out
 * @peers: descriptions that were told of, ever
 * @notices_in_a_row: taken since the last message was
 * @ports: open descriptions
 * @listeners: of these, those that are told of events, see mailbox/notify.h
 * @waiting_senders: struct ipcchan_sending, in the order of arrival
 * @waiting_receivers: struct ipcchan_receiving, in the order of arrival
 * @nr_waiting_senders: how many
 * @nr_waiting_receivers: how many
 * @nr_lingering: how many of them hold messages and wait for more
 * @trash: messages to free once the lock is dropped
 * @sequence: the last sequence number
 * @sent: messages accepted or dropped, and not withdrawn
 * @received: messages handed out for good
 * @dropped: messages dropped to make room, or for want of it
 * @told: of these, told to receivers so far
 * @lost: dropped, and to be told with the next message that is accepted
 * @handoffs: messages, and notices, given to a receiver that waited for one
 * @high_water: the most messages stored and held at a time
 * @high_water_bytes: the most bytes stored and held at a time
 * @senders: open descriptions with SEND
 * @receivers: open descriptions with RECEIVE
 * @filtered: open descriptions that are not for all messages
 * @subscribers: descriptions that have a position in @log and are not evicted
 * @arrivals: messages queued since the pollers were last told
 * @arrived: bit n set: one of them has priority n
 * @pending: to be told to all pollers besides
 * @ready: what the pollers were last told
 * @is_unheard: nobody was told since: @ready is of no use
 * @refiltered: what a description is for changed since pollers were last told
 * @ended: calls to be told once the lock is dropped
 * @nr_cancellations: notices that requests were cancelled, to be told or being
 *	copied out
 * @fair: what a fair delivery keeps, else NULL
 * @vacated: room, or its share of it, came free for some sender since the
 *	pollers were last told
 * @is_watched: a description has, or had, a watermark
 * @stirred: a waiting receiver may have to be served
 * @offered: what came since all of these were served, as far as it has room
 * @nr_offered: how many did; more than there is room for: look at all messages
 * @unsettled: the lock was dropped for wake-ups before all was settled
 * @has_begun: there was a description
 * @linked: a name leads here, so new peers may come
 * @dead: killed
 * @calls: requests that are queued here, or held through a port, in the order in
 *	which they were accepted; under the lock of the waits, as all below
 * @nr_calls: how many
 * @nr_calls_held: of these, held
 * @serving: what queued requests wait for: those who may receive them
 * @servers: ports with RECEIVE
 */
struct ipcchan_flow {
	u64 id;
	const struct ipcchan_delivery *delivery;
	const struct ipcchan_policy *policy;
	u32 capacity_messages;
	u32 history;
	u32 max_message_size;
	u64 capacity_bytes;
	u64 aging_ns;
	bool takes_fds;
	bool tells_peers;
	wait_queue_head_t poll;
	spinlock_t lock;
	u64 now_ns __guarded_by(&lock);
	struct ipcchan_queue queue __guarded_by(&lock);
	struct ipcchan_log log __guarded_by(&lock);
	struct list_head held __guarded_by(&lock);
	u32 nr_held __guarded_by(&lock);
	u64 held_bytes __guarded_by(&lock);
	u32 nr_holding __guarded_by(&lock);
	u32 nr_reserved __guarded_by(&lock);
	u64 reserved_bytes __guarded_by(&lock);
	struct list_head notices __guarded_by(&lock);
	u32 nr_notices __guarded_by(&lock);
	u64 peers __guarded_by(&lock);
	u32 notices_in_a_row __guarded_by(&lock);
	struct list_head ports __guarded_by(&lock);
	struct list_head listeners __guarded_by(&lock);
	struct list_head waiting_senders __guarded_by(&lock);
	struct list_head waiting_receivers __guarded_by(&lock);
	u32 nr_waiting_senders __guarded_by(&lock);
	u32 nr_waiting_receivers __guarded_by(&lock);
	u32 nr_lingering __guarded_by(&lock);
	struct list_head trash __guarded_by(&lock);
	u64 sequence __guarded_by(&lock);
	u64 sent __guarded_by(&lock);
	u64 received __guarded_by(&lock);
	u64 dropped __guarded_by(&lock);
	u64 told __guarded_by(&lock);
	u64 lost __guarded_by(&lock);
	u64 handoffs __guarded_by(&lock);
	u32 high_water __guarded_by(&lock);
	u64 high_water_bytes __guarded_by(&lock);
	u32 senders __guarded_by(&lock);
	u32 receivers __guarded_by(&lock);
	u32 filtered __guarded_by(&lock);
	u32 subscribers __guarded_by(&lock);
	u32 arrivals __guarded_by(&lock);
	__poll_t pending __guarded_by(&lock);
	u32 arrived __guarded_by(&lock);
	__poll_t ready __guarded_by(&lock);
	bool is_unheard __guarded_by(&lock);
	bool refiltered __guarded_by(&lock);
	struct list_head ended __guarded_by(&lock);
	u32 nr_cancellations __guarded_by(&lock);
	struct ipcchan_fair *fair __guarded_by(&lock);
	bool vacated __guarded_by(&lock);
	bool is_watched __guarded_by(&lock);
	bool stirred __guarded_by(&lock);
	struct ipcchan_arrival offered[IPCCHAN_ARRIVALS_KNOWN]
		__guarded_by(&lock);
	u32 nr_offered __guarded_by(&lock);
	bool unsettled __guarded_by(&lock);
	bool has_begun __guarded_by(&lock);
	bool linked __guarded_by(&lock);
	bool dead __guarded_by(&lock);
	struct list_head calls __guarded_by(&ipcchan_waits.lock);
	u32 nr_calls __guarded_by(&ipcchan_waits.lock);
	u32 nr_calls_held __guarded_by(&ipcchan_waits.lock);
	struct ipcchan_waitgraph_resource serving
		__guarded_by(&ipcchan_waits.lock);
	struct list_head servers __guarded_by(&ipcchan_waits.lock);
};

/**
 * ipcchan_flow_is_deserted() - nobody can receive any more
 * @flow: the flow
 *
 * Return: true if there is no receiver and nobody can come who could be one.
 */
static inline bool ipcchan_flow_is_deserted(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !(flow->receivers || flow->linked);
}

/**
 * ipcchan_flow_is_ended() - nobody can send any more
 * @flow: the flow
 *
 * Return: true if there is no sender and nobody can come who could be one.
 */
static inline bool ipcchan_flow_is_ended(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !(flow->senders || flow->linked);
}

/**
 * ipcchan_flow_fits() - is there room for a message
 * @flow: the flow
 * @size: bytes of the message
 *
 * Return: true if there is, whoever waits for it.
 */
static inline bool ipcchan_flow_fits(const struct ipcchan_flow *flow, u32 size)
	__must_hold(&flow->lock)
{
	u32 used = flow->queue.depth + flow->nr_held + flow->nr_reserved;
	u64 used_bytes = flow->queue.bytes + flow->held_bytes +
			 flow->reserved_bytes;

	lockdep_assert_held(&flow->lock);
	if (used >= flow->capacity_messages)
		return false;
	return used_bytes + size <= flow->capacity_bytes;
}

/**
 * ipcchan_flow_note_time() - let one time be now until the lock is dropped
 * @flow: the flow
 *
 * So that a message does not become overdue between two looks at it.
 */
static inline void ipcchan_flow_note_time(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (flow->aging_ns)
		flow->now_ns = ktime_get_ns();
}

/**
 * ipcchan_flow_lock() - begin a change
 * @flow: the flow
 */
static inline void ipcchan_flow_lock(struct ipcchan_flow *flow) __acquires(&flow->lock)
{
	spin_lock(&flow->lock);
	ipcchan_flow_note_time(flow);
}

int ipcchan_flow_init(struct ipcchan_flow *flow);
void ipcchan_flow_deinit(struct ipcchan_flow *flow);
void ipcchan_flow_kill(struct ipcchan_flow *flow);
int ipcchan_flow_widen(struct ipcchan_flow *flow);

/**
 * ipcchan_flow_take_priority() - let a flow have messages of a priority
 * @flow: the flow, not locked
 * @priority: of a message, before it is sent there
 *
 * Return: 0 or -ENOMEM.
 */
static inline int ipcchan_flow_take_priority(struct ipcchan_flow *flow, u32 priority)
{
	return priority ? ipcchan_flow_widen(flow) : 0;
}

/**
 * ipcchan_news_are_heard() - is there anybody to be told of events
 * @flow: the flow
 *
 * Whether anybody polls is read under the lock, so no barrier is needed::
 *
 *   poller                                sender
 *   ------                                ------
 *   poll_wait(): joins flow->poll
 *   lock; reads events; unlock
 *                                         lock; stores; sees the poller; unlock
 *                                         wakes it
 *
 * and if the sender's section comes first, the poller's section sees the
 * message.
 *
 * Return: true if so.
 */
static inline bool ipcchan_news_are_heard(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	/* Ordered by the lock, see above. */
	return waitqueue_active(&flow->poll) || !list_empty(&flow->listeners);
}

/**
 * ipcchan_news_forget() - what was new is told, or nobody is to be told
 * @flow: the flow
 */
static inline void ipcchan_news_forget(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	flow->refiltered = false;
	flow->arrivals = 0;
	flow->vacated = false;
	flow->arrived = 0;
	flow->pending = 0;
}

/**
 * ipcchan_news_skip() - there is nobody to be told
 * @flow: the flow
 *
 * Who polls next looks at all there is, and who listens next is told of it: so
 * nothing is to be kept for them, not even what was ready.
 */
static inline void ipcchan_news_skip(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_news_forget(flow);
	flow->is_unheard = true;
}

/**
 * ipcchan_flow_is_quiet() - is there nothing to do when the lock is dropped
 * @flow: the flow
 *
 * Return: true if nobody can be served, and nobody is to be told of anything.
 */
static inline bool ipcchan_flow_is_quiet(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !(flow->stirred || flow->nr_waiting_senders ||
		 flow->nr_lingering || !list_empty(&flow->trash) ||
		 !list_empty(&flow->ended) || ipcchan_news_are_heard(flow));
}

void ipcchan_flow_settle_and_unlock(struct ipcchan_flow *flow)
	__releases(&flow->lock);

/**
 * ipcchan_flow_unlock() - end a change
 * @flow: locked
 *
 * Serves who can be served now, and with the lock dropped wakes them, tells the
 * pollers and who listens, and frees what was dropped. May sleep.
 */
static inline void ipcchan_flow_unlock(struct ipcchan_flow *flow)
	__releases(&flow->lock)
{
	if (!ipcchan_flow_is_quiet(flow)) {
		ipcchan_flow_settle_and_unlock(flow);
		return;
	}
	ipcchan_news_skip(flow);
	spin_unlock(&flow->lock);
}

int ipcchan_flow_send(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		      const struct ipcchan_deadline *deadline);
bool ipcchan_flow_try_hand_over(struct ipcchan_flow *flow,
				struct ipcchan_port *port,
				struct ipcchan_msg *msg);
int ipcchan_flow_check_send(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock);
int ipcchan_flow_try_put(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock);

int ipcchan_flow_reserve(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct ipcchan_msg *msg,
			 const struct ipcchan_deadline *deadline);
int ipcchan_flow_try_reserve(struct ipcchan_flow *flow,
			     struct ipcchan_sending *s, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_flow_unreserve(struct ipcchan_flow *flow,
			    struct ipcchan_sending *s, struct ipcchan_msg *msg);
void ipcchan_flow_commit(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct ipcchan_msg *msg);

/**
 * ipcchan_flow_check_slot() - can a receive take a message into its next slot
 * @r: the receive
 * @msg: the message
 *
 * Return: 0, -EBADMSG or -EMSGSIZE; then @r->needs says what it needs.
 */
static inline int ipcchan_flow_check_slot(struct ipcchan_receiving *r,
					  const struct ipcchan_msg *msg)
{
	const struct ipcchan_message *slot = &r->slots[r->nr];
	u32 nr_fds = ipcchan_msg_nr_fds(msg);

	if (r->bytes_only && (!msg->entry.size || nr_fds))
		return -EBADMSG;
	if (msg->token && !r->knows_calls)
		return -EBADMSG;
	if (r->truncate || (msg->entry.size <= slot->size &&
			    (r->leaves_fds || nr_fds <= slot->nr_fds)))
		return 0;
	r->needs = (struct ipcchan_needs) {
		.length = msg->entry.size,
		.nr_fds = nr_fds,
	};
	return -EMSGSIZE;
}

/**
 * ipcchan_flow_end_receive() - a waiting receiver does not wait any more
 * @flow: the flow
 * @r: the receiver
 */
static inline void ipcchan_flow_end_receive(struct ipcchan_flow *flow,
					    struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	flow->nr_waiting_receivers--;
	flow->nr_lingering -= r->lingers;
}

void ipcchan_flow_end_send(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock);
void ipcchan_flow_withdraw(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock);
void ipcchan_flow_take_out(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);

int ipcchan_flow_receive(struct ipcchan_flow *flow,
			 struct ipcchan_receiving *r,
			 const struct ipcchan_deadline *deadline);
int ipcchan_flow_try_take(struct ipcchan_flow *flow,
			  struct ipcchan_receiving *r)
	__must_hold(&flow->lock);
void ipcchan_flow_linger(struct ipcchan_flow *flow, struct ipcchan_receiving *r)
	__must_hold(&flow->lock);
void ipcchan_flow_received(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_flow_put_back(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
u32 ipcchan_flow_settle_taken(struct ipcchan_flow *flow,
			      struct ipcchan_receiving *r, u32 nr);
void ipcchan_flow_give_back(struct ipcchan_flow *flow,
			    struct ipcchan_receiving *r);

/**
 * ipcchan_flow_finish() - say what became of messages that were taken
 * @flow: the flow
 * @r: a receive that took messages
 * @nr: so many of them, from the first on, were copied out; each of the others
 *	goes back to its place, the last that was taken first
 *
 * Return: how many were received, or are held: fewer than @nr, even none, if a
 * sender had withdrawn one in the meantime.
 */
static inline u32 ipcchan_flow_finish(struct ipcchan_flow *flow,
				      struct ipcchan_receiving *r, u32 nr)
{
	if (!r->nr || !r->taken[0].is_received)
		return ipcchan_flow_settle_taken(flow, r, nr);
	if (likely(nr))
		ipcchan_msg_put(r->taken[0].msg);
	else
		ipcchan_flow_give_back(flow, r);
	return nr;
}

int ipcchan_flow_subscribe(struct ipcchan_flow *flow, struct ipcchan_port *port,
			   u32 policy, u32 history);
int ipcchan_flow_peek(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      u32 index);

int ipcchan_flow_add_port(struct ipcchan_flow *flow,
			  struct ipcchan_port *port);
void ipcchan_flow_remove_port(struct ipcchan_flow *flow,
			      struct ipcchan_port *port);
void ipcchan_flow_set_linked(struct ipcchan_flow *flow, bool linked);
int ipcchan_flow_set_filter(struct ipcchan_flow *flow,
			    struct ipcchan_port *port,
			    const struct ipcchan_filter *filter);

void ipcchan_flow_note_arrival(struct ipcchan_flow *flow,
			       const struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_flow_offer_all(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);

/**
 * struct ipcchan_content - all that is in a flow, of one moment
 * @taken: its messages, each with a reference
 * @room: elements that there is memory for
 * @nr: how many are filled
 * @sequence: the last sequence number
 * @lost: dropped, and to be told with the next message that is accepted
 */
struct ipcchan_content {
	struct ipcchan_taken *taken;
	u32 room;
	u32 nr;
	u64 sequence;
	u64 lost;
};

int ipcchan_flow_collect(struct ipcchan_flow *flow,
			 struct ipcchan_content *content);
void ipcchan_content_free(struct ipcchan_content *content);
int ipcchan_flow_restore(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 u64 sequence, u64 lost);

/* Messages that are stored, and their bytes. */
static inline u32 ipcchan_flow_depth(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return flow->queue.depth + flow->log.depth;
}

static inline u64 ipcchan_flow_bytes(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return flow->queue.bytes + flow->log.bytes;
}

/**
 * ipcchan_flow_count_high_water() - so much is, or was, in a flow
 * @flow: the flow
 * @messages: how many
 * @bytes: their bytes
 */
static inline void ipcchan_flow_count_high_water(struct ipcchan_flow *flow,
						 u32 messages, u64 bytes)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	flow->high_water = max(flow->high_water, messages);
	flow->high_water_bytes = max(flow->high_water_bytes, bytes);
}

/* What is stored and held now. */
static inline void ipcchan_flow_count_stored(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_flow_count_high_water(flow,
				      ipcchan_flow_depth(flow) + flow->nr_held,
				      ipcchan_flow_bytes(flow) +
				      flow->held_bytes);
}

int ipcchan_flow_info(struct ipcchan_flow *flow,
		      struct ipcchan_mailbox_info *info);

#endif /* IPCCHAN_FLOW_H */
