// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery "rendezvous": nothing is kept; a sender waits until it is received.
 *
 * A sender that may wait offers its messages one after the other: an offer
 * stands in the queue, so that receivers take it by priority and age, but is
 * the sender's until the receiver has copied it out. The sender's wait ends
 * with that, and its deadline covers all of it. Giving up withdraws the offer,
 * also from a receiver that is copying it::
 *
 *   sender                                receiver
 *   ------                                --------
 *   lock; offers; unlock; sleeps
 *                                         lock; takes; unlock
 *                                         copies ... (may stall in a fault)
 *   deadline: lock; withdraws; unlock
 *   returns ETIMEDOUT
 *                                         lock; sees that; unlock
 *                                         looks for another message
 *
 * What is received with HOLD is the sender's until it is committed.
 *
 * A sender that may not wait sends to a receiver that waits already, and what
 * it sends is then the mailbox's: should the copy fail, it stays there for the
 * next receiver, since there is nobody to give it back to.
 */
#include "mailbox/delivery.h"
#include "mailbox/hold.h"
#include "mailbox/message.h"
#include "mailbox/queued.h"

/* One for each that waits for such; those sent just now are not served yet. */
static bool is_awaited(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	struct ipcchan_receiving *r;
	u32 sent = flow->arrivals;

	lockdep_assert_held(&flow->lock);
	if (flow->unsettled)
		return false;
	list_for_each_entry(r, &flow->waiting_receivers, wait.node)
		if (ipcchan_filter_matches(&r->filter, &msg->entry) && !sent--)
			return true;
	return false;
}

static bool rendezvous_admits(struct ipcchan_flow *flow,
			      struct ipcchan_sending *s,
			      struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (s->waits)
		return s->is_waiting && !s->offered;
	return is_awaited(flow, msg);
}

static void rendezvous_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			   struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!s->waits) {
		ipcchan_queued_put(flow, s, msg);
		return;
	}
	ipcchan_queue_add(&flow->queue, &msg->entry);
	msg->sending = s;
	s->offered = msg;
	list_move_tail(&s->wait.node, &flow->waiting_senders);
}

/*
 * Senders without an offer are at the ends of the list: those that have just
 * joined at its tail, and those whose message was received at its head.
 */
static struct ipcchan_sending *
rendezvous_next_sender(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	struct ipcchan_sending *s;

	lockdep_assert_held(&flow->lock);
	s = list_first_entry(&flow->waiting_senders, struct ipcchan_sending,
			     wait.node);
	if (s->offered)
		s = list_last_entry(&flow->waiting_senders,
				    struct ipcchan_sending, wait.node);
	return s->offered ? NULL : s;
}

static void rendezvous_done(struct ipcchan_flow *flow,
			    struct ipcchan_receiving *r,
			    struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	struct ipcchan_sending *s = msg->sending;

	lockdep_assert_held(&flow->lock);
	ipcchan_queued_done(flow, r, msg);
	if (!s)
		return;
	msg->sending = NULL;
	s->offered = NULL;
	s->nr++;
	list_move(&s->wait.node, &flow->waiting_senders);
}

static void take_offer_back(struct ipcchan_flow *flow,
			    struct ipcchan_sending *s, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_queue_remove(&flow->queue, &msg->entry);
	ipcchan_queued_uncount(flow, msg);
	list_add(&msg->entry.node, &s->messages);
}

/*
 * A receiver that is just copying it out finds that out by itself; one that has
 * received it with HOLD holds it no longer.
 */
static void rendezvous_withdraw(struct ipcchan_flow *flow,
				struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg = s->offered;

	lockdep_assert_held(&flow->lock);
	s->offered = NULL;
	msg->sending = NULL;
	msg->is_withdrawn = true;
	if (msg->holder)
		ipcchan_hold_drop(flow, msg);
	else if (!msg->is_held)
		take_offer_back(flow, s, msg);
}

/* Any message can be sent now to a receiver that takes any. */
static bool rendezvous_is_open(struct ipcchan_flow *flow,
			       struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	struct ipcchan_receiving *r;

	lockdep_assert_held(&flow->lock);
	if (flow->queue.depth)
		return false;
	list_for_each_entry(r, &flow->waiting_receivers, wait.node)
		if (ipcchan_filter_is_any(&r->filter))
			return true;
	return false;
}

const struct ipcchan_delivery ipcchan_delivery_rendezvous = {
	.number = IPCCHAN_DELIVERY_RENDEZVOUS,
	.name = "rendezvous",
	.keeps_nothing = true,
	.ages = true,
	.can_hold = true,
	.admits = rendezvous_admits,
	.put = rendezvous_put,
	.next_sender = rendezvous_next_sender,
	.withdraw = rendezvous_withdraw,
	.next = ipcchan_queued_next,
	.take = ipcchan_queued_take,
	.done = rendezvous_done,
	.back = ipcchan_queued_back,
	.at = ipcchan_queued_at,
	.after = ipcchan_queued_after,
	.is_ready = ipcchan_queued_is_ready,
	.is_open = rendezvous_is_open,
};
