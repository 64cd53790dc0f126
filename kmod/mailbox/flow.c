// SPDX-License-Identifier: GPL-2.0
/*
 * Flow: its life, its lock, and who is served when the lock is dropped.
 */
#include <linux/ktime.h>
#include <linux/slab.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/events.h"
#include "mailbox/flow.h"
#include "mailbox/logged.h"
#include "mailbox/hold.h"
#include "mailbox/message.h"
#include "mailbox/notify.h"
#include "mailbox/peer.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"
#include "object/session.h"

static void offer(struct ipcchan_flow *flow, const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (flow->nr_offered < IPCCHAN_ARRIVALS_KNOWN)
		flow->offered[flow->nr_offered] = (struct ipcchan_arrival) {
			.client = msg->entry.client,
			.type = msg->entry.type,
			.priority = msg->entry.priority,
		};
	if (flow->nr_offered <= IPCCHAN_ARRIVALS_KNOWN)
		flow->nr_offered++;
}

/**
 * ipcchan_flow_offer_all() - let waiting receivers look at all messages
 * @flow: the flow
 *
 * For one that begins to wait without a look, behind those that are not served
 * yet. There may be nothing left for them, but for it::
 *
 *   who settles                           receiver
 *   -----------                           --------
 *   puts messages of waiting senders;
 *   no receiver waits: stirred = false;
 *   wakes many of them: unlock
 *                                         lock; unsettled: waits; offers all
 *   lock; nobody more to serve            unlock: stirred, so it is served
 */
void ipcchan_flow_offer_all(struct ipcchan_flow *flow)
{
	lockdep_assert_held(&flow->lock);
	flow->nr_offered = IPCCHAN_ARRIVALS_KNOWN + 1;
	flow->stirred = true;
}

/**
 * ipcchan_flow_note_arrival() - a message is stored now that was not before
 * @flow: the flow
 * @msg: the message
 */
void ipcchan_flow_note_arrival(struct ipcchan_flow *flow,
			       const struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	flow->arrivals++;
	flow->arrived |= 1U << msg->entry.priority;
	flow->stirred = true;
	offer(flow, msg);
}

/*
 * Gives a waiting receiver what it can have now. Returns -EAGAIN if it waits
 * on; if that was the first message, it has begun to linger and must look at
 * its new deadline.
 */
static int serve_receiver(struct ipcchan_flow *flow,
			  struct ipcchan_receiving *r,
			  struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	u32 had = r->nr;
	int err = ipcchan_flow_try_take(flow, r);

	lockdep_assert_held(&flow->lock);
	flow->handoffs += r->nr - had;
	trace_mailbox_handoff(flow->id, r->port->session->client, r->nr - had);
	if (err != -EAGAIN) {
		ipcchan_flow_end_receive(flow, r);
		ipcchan_waiter_finish(&r->wait, err, wake);
	} else if (r->nr && !r->lingers) {
		ipcchan_flow_linger(flow, r);
		ipcchan_wake_add(wake, &r->wait);
	}
	return err;
}

/*
 * Is there anything for a receiver since it was served? What came before, it
 * could not take, so it need not search through that at each arrival of what it
 * does not want.
 */
static bool has_offer(const struct ipcchan_flow *flow,
		      const struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (flow->nr_offered > IPCCHAN_ARRIVALS_KNOWN || flow->dead ||
	    flow->delivery->per_port || !list_empty(&flow->notices) ||
	    ipcchan_flow_is_ended(flow))
		return true;
	for (u32 i = 0; i < flow->nr_offered; i++)
		if (ipcchan_filter_lets(&r->filter, flow->offered[i].client,
					flow->offered[i].type,
					flow->offered[i].priority))
			return true;
	return false;
}

/*
 * Serves the waiting receivers that can be, in the order of arrival. One that
 * takes any message and still waits has left none to those behind it, unless
 * each port has its own, or there are notices for some. Returns true if it stopped
 * because @wake is full.
 */
static bool serve_receivers(struct ipcchan_flow *flow,
			    struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	struct ipcchan_receiving *r;
	struct ipcchan_receiving *next;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry_safe(r, next, &flow->waiting_receivers, wait.node) {
		bool is_any = ipcchan_filter_is_any(&r->filter);

		if (ipcchan_wake_is_full(wake))
			return true;
		if (!has_offer(flow, r))
			continue;
		if (serve_receiver(flow, r, wake) == -EAGAIN && is_any &&
		    !flow->delivery->per_port && !flow->nr_cancellations)
			break;
	}
	flow->stirred = false;
	flow->nr_offered = 0;
	return false;
}

static struct ipcchan_sending *pick_sender(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!flow->nr_waiting_senders)
		return NULL;
	if (!ipcchan_flow_check_send(flow))
		return flow->delivery->next_sender(flow);
	return list_first_entry(&flow->waiting_senders, struct ipcchan_sending,
				wait.node);
}

/*
 * Accepts one message of a waiting sender, or ends its wait, if there is one
 * with which this can be done.
 */
static bool serve_sender(struct ipcchan_flow *flow, struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	struct ipcchan_sending *s = pick_sender(flow);
	int err;

	lockdep_assert_held(&flow->lock);
	if (!s)
		return false;
	err = ipcchan_flow_check_send(flow);
	if (!err && !list_empty(&s->messages))
		err = ipcchan_flow_try_put(flow, s);
	if (err || (list_empty(&s->messages) && !s->offered)) {
		ipcchan_flow_end_send(flow, s);
		ipcchan_waiter_finish(&s->wait, err, wake);
	}
	return true;
}

/*
 * Lets a caller go that waits to send though nobody can receive: for a request
 * this is the end, also where a name leads to the mailbox. Returns false if there
 * is none.
 */
static bool serve_caller(struct ipcchan_flow *flow, struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	struct ipcchan_sending *s;

	lockdep_assert_held(&flow->lock);
	if (flow->receivers)
		return false;
	list_for_each_entry(s, &flow->waiting_senders, wait.node) {
		if (!s->is_call)
			continue;
		ipcchan_flow_end_send(flow, s);
		ipcchan_waiter_finish(&s->wait, -EPIPE, wake);
		return true;
	}
	return false;
}

static bool may_get_more(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !ipcchan_flow_is_ended(flow) && !flow->nr_waiting_senders &&
	       ipcchan_flow_fits(flow, flow->max_message_size);
}

/*
 * Lets those go that wait for more where none can come, once all are served.
 * Returns true if it stopped because @wake is full.
 */
static bool end_lingering(struct ipcchan_flow *flow, struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	struct ipcchan_receiving *r;
	struct ipcchan_receiving *next;

	lockdep_assert_held(&flow->lock);
	if (!flow->nr_lingering || may_get_more(flow))
		return false;
	list_for_each_entry_safe(r, next, &flow->waiting_receivers, wait.node) {
		if (!r->lingers)
			continue;
		if (ipcchan_wake_is_full(wake))
			return true;
		ipcchan_flow_end_receive(flow, r);
		ipcchan_waiter_finish(&r->wait, 0, wake);
	}
	return false;
}

/*
 * Makes the sentences of the DOC block true after any change. Receivers
 * first: what they take leaves its place but keeps its room. Returns true if
 * it stopped because @wake is full.
 */
static bool settle(struct ipcchan_flow *flow, struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	do {
		if (flow->stirred && serve_receivers(flow, wake))
			return true;
		if (ipcchan_wake_is_full(wake))
			return true;
	} while (serve_caller(flow, wake) || serve_sender(flow, wake));
	return end_lingering(flow, wake);
}

/*
 * Tells pollers and listeners, with the lock dropped meanwhile. Returns true if not
 * all listeners were rung at once.
 */
static noinline_for_stack bool tell(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	struct ipcchan_rings rings __uninitialized;
	struct ipcchan_news news;
	bool more;

	lockdep_assert_held(&flow->lock);
	news = ipcchan_news_take(flow);
	more = ipcchan_notify_take(flow, &rings);
	spin_unlock(&flow->lock);
	ipcchan_news_tell(flow, news);
	ipcchan_notify_ring(&rings);
	spin_lock(&flow->lock);
	return more;
}

/**
 * ipcchan_flow_settle_and_unlock() - ipcchan_flow_unlock() where there is work
 * @flow: locked
 */
void ipcchan_flow_settle_and_unlock(struct ipcchan_flow *flow)
	__releases(&flow->lock)
{
	struct ipcchan_wake wake __uninitialized;
	LIST_HEAD(trash);
	LIST_HEAD(ended);
	bool more;

	for (;;) {
		wake.nr = 0;
		more = settle(flow, &wake);
		flow->unsettled = more;
		list_splice_tail_init(&flow->trash, &trash);
		ipcchan_calls_take_ended(flow, &ended);
		if (ipcchan_news_are_heard(flow))
			more |= tell(flow);
		else
			ipcchan_news_skip(flow);
		spin_unlock(&flow->lock);
		ipcchan_wake_flush(&wake);
		if (!more)
			break;
		spin_lock(&flow->lock);
	}
	ipcchan_msgs_put(&trash);
	if (!list_empty(&ended))
		ipcchan_calls_tell(&ended);
}

/**
 * ipcchan_flow_init() - make an empty flow
 * @flow: zeroed, with all set that is immutable
 *
 * Return: 0 or -ENOMEM.
 */
int ipcchan_flow_init(struct ipcchan_flow *flow)
	__context_unsafe(not published yet)
{
	init_waitqueue_head(&flow->poll);
	spin_lock_init(&flow->lock);
	ipcchan_queue_init(&flow->queue);
	ipcchan_log_init(&flow->log, flow->history);
	INIT_LIST_HEAD(&flow->held);
	INIT_LIST_HEAD(&flow->notices);
	INIT_LIST_HEAD(&flow->ports);
	INIT_LIST_HEAD(&flow->listeners);
	INIT_LIST_HEAD(&flow->waiting_senders);
	INIT_LIST_HEAD(&flow->waiting_receivers);
	INIT_LIST_HEAD(&flow->trash);
	ipcchan_calls_init(flow);
	return flow->delivery->setup ? flow->delivery->setup(flow) : 0;
}

/**
 * ipcchan_flow_widen() - make room for messages of all priorities
 * @flow: the flow
 *
 * Most never have any but of the lowest: what the others need is had when the first
 * comes, before the message is.
 *
 * Return: 0 or -ENOMEM.
 */
int ipcchan_flow_widen(struct ipcchan_flow *flow)
	__context_unsafe(looks without the lock whether it is done already)
{
	struct ipcchan_queue_band *bands;

	if (ipcchan_queue_is_wide(&flow->queue))
		return 0;
	bands = kmalloc_array(IPCCHAN_PRIORITIES, sizeof(*bands), GFP_KERNEL_ACCOUNT);
	if (!bands)
		return -ENOMEM;
	spin_lock(&flow->lock);
	if (!ipcchan_queue_is_wide(&flow->queue)) {
		ipcchan_queue_widen(&flow->queue, bands);
		bands = NULL;
	}
	spin_unlock(&flow->lock);
	kfree(bands);
	return 0;
}

/* What is only offered goes back to its sender, who is told of the kill. */
static void trash_stored(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	while ((e = ipcchan_queue_first(&flow->queue))) {
		struct ipcchan_msg *msg = ipcchan_msg_of(e);

		if (msg->sending) {
			ipcchan_flow_withdraw(flow, msg->sending);
			continue;
		}
		ipcchan_queue_remove(&flow->queue, e);
		if (flow->delivery->discard)
			flow->delivery->discard(flow, msg);
		list_add_tail(&e->node, &flow->trash);
		ipcchan_peer_done(flow, msg);
	}
	ipcchan_logged_clear(flow);
	ipcchan_notices_trash(flow);
}

/**
 * ipcchan_flow_kill() - refuse everybody with EIDRM, drop what is there
 * @flow: the flow; what is being copied out is dropped when that is finished
 */
void ipcchan_flow_kill(struct ipcchan_flow *flow)
{
	struct ipcchan_port *port;

	ipcchan_flow_lock(flow);
	flow->dead = true;
	flow->stirred = true;
	ipcchan_tell_state(kill, flow, NULL);
	ipcchan_calls_lose_all(flow, -EIDRM);
	trash_stored(flow);
	list_for_each_entry(port, &flow->ports, node) {
		ipcchan_hold_end_all(flow, port);
		ipcchan_calls_end_held(flow, port, NULL);
	}
	ipcchan_flow_unlock(flow);
}

/**
 * ipcchan_flow_deinit() - end a flow
 * @flow: nobody uses it
 */
void ipcchan_flow_deinit(struct ipcchan_flow *flow)
	__context_unsafe(nobody uses it)
{
	LIST_HEAD(trash);
	LIST_HEAD(ended);
	bool is_used;

	spin_lock(&flow->lock);
	is_used = flow->nr_held || flow->nr_reserved ||
		  flow->nr_waiting_senders ||
		  flow->nr_waiting_receivers || !list_empty(&flow->ports);
	ipcchan_tell_state(free, flow, NULL);
	trash_stored(flow);
	list_splice_init(&flow->trash, &trash);
	ipcchan_calls_take_ended(flow, &ended);
	spin_unlock(&flow->lock);
	WARN_ON_ONCE(is_used);
	ipcchan_msgs_put(&trash);
	ipcchan_calls_tell(&ended);
	ipcchan_calls_deinit(flow);
	if (flow->delivery->teardown)
		flow->delivery->teardown(flow);
	if (ipcchan_queue_is_wide(&flow->queue))
		kfree(flow->queue.bands);
}

static bool is_filtered(const struct ipcchan_filter *filter)
{
	return !ipcchan_filter_is_any(filter);
}

static void count_peer(struct ipcchan_flow *flow, u32 rights, int change)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (rights & IPCCHAN_RIGHT_SEND)
		flow->senders += change;
	if (rights & IPCCHAN_RIGHT_RECEIVE)
		flow->receivers += change;
	flow->stirred = true;
}

/**
 * ipcchan_flow_add_port() - a description came
 * @flow: the flow
 * @port: of the description
 *
 * Return: 0, or -errno if the delivery does not take it.
 */
int ipcchan_flow_add_port(struct ipcchan_flow *flow,
			  struct ipcchan_port *port)
{
	int err = 0;

	ipcchan_flow_lock(flow);
	if (flow->delivery->join)
		err = flow->delivery->join(flow, port);
	if (!err) {
		list_add_tail(&port->node, &flow->ports);
		count_peer(flow, port->rights, 1);
		ipcchan_port_join_servers(port);
		ipcchan_peer_begin(flow, port);
		flow->has_begun = true;
		ipcchan_tell_state(port_open, flow, port);
	}
	ipcchan_flow_unlock(flow);
	return err;
}

/**
 * ipcchan_flow_remove_port() - a description went
 * @flow: the flow
 * @port: of the description
 */
void ipcchan_flow_remove_port(struct ipcchan_flow *flow,
			      struct ipcchan_port *port)
{
	ipcchan_flow_lock(flow);
	ipcchan_hold_end_all(flow, port);
	ipcchan_calls_end_held(flow, port, NULL);
	if (flow->delivery->leave)
		flow->delivery->leave(flow, port);
	list_del(&port->node);
	flow->filtered -= is_filtered(&port->filter);
	list_del_init(&port->listening);
	count_peer(flow, port->rights, -1);
	/* A port is a port of this flow. */
	lockdep_assert_held(&port->flow->lock);
	ipcchan_port_leave_servers(port);
	if (!flow->receivers)
		ipcchan_calls_lose_all(flow, -EPIPE);
	ipcchan_tell_state(port_close, flow, port);
	ipcchan_peer_end(flow, port);
	ipcchan_flow_unlock(flow);
}

/**
 * ipcchan_flow_set_linked() - a name leads here, or none any more
 * @flow: the flow
 * @linked: which
 */
void ipcchan_flow_set_linked(struct ipcchan_flow *flow, bool linked)
{
	ipcchan_flow_lock(flow);
	flow->linked = linked;
	flow->stirred = true;
	ipcchan_flow_unlock(flow);
}

/**
 * ipcchan_flow_set_filter() - say which messages a description is for
 * @flow: the flow
 * @port: of the description; calls that wait through it go on as they began
 * @filter: which
 *
 * Return: 0 or -EIDRM.
 */
int ipcchan_flow_set_filter(struct ipcchan_flow *flow,
			    struct ipcchan_port *port,
			    const struct ipcchan_filter *filter)
{
	bool dead;

	ipcchan_flow_lock(flow);
	dead = flow->dead;
	flow->filtered -= is_filtered(&port->filter);
	flow->filtered += is_filtered(filter);
	port->filter = *filter;
	flow->refiltered = true;
	ipcchan_flow_unlock(flow);
	return dead ? -EIDRM : 0;
}
