// SPDX-License-Identifier: GPL-2.0
/*
 * Flow, the sending side: a message is accepted, dropped, or waits for room.
 */
#include <linux/ktime.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/peer.h"
#include "mailbox/policy.h"
#include "mailbox/port.h"
#include "mailbox/queued.h"
#include "mailbox/tell.h"
#include "object/session.h"

static void count_sent(struct ipcchan_flow *flow, struct ipcchan_port *port,
		       struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	msg->entry.sequence = ++flow->sequence;
	flow->sent++;
	msg->lost += flow->lost;
	flow->lost = 0;
	ipcchan_peer_sent(flow, port, msg);
}

static void accept(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		   struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	list_del_init(&msg->entry.node);
	count_sent(flow, s->port, msg);
	flow->delivery->put(flow, s, msg);
	ipcchan_flow_note_arrival(flow, msg);
	ipcchan_flow_count_stored(flow);
	ipcchan_tell_message(accept, flow, s->port, msg);
}

/* Who waits first, if that one would get this message, and nobody is before it. */
static struct ipcchan_receiving *pick_receiver(struct ipcchan_flow *flow,
					       struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	struct ipcchan_receiving *r;

	lockdep_assert_held(&flow->lock);
	if (!flow->nr_waiting_receivers || flow->queue.depth ||
	    flow->nr_waiting_senders || flow->stirred || flow->unsettled ||
	    flow->dead || !list_empty(&flow->notices) ||
	    !ipcchan_flow_fits(flow, msg->entry.size))
		return NULL;
	r = list_first_entry(&flow->waiting_receivers, struct ipcchan_receiving,
			     wait.node);
	if (r->nr || r->min > 1 || !ipcchan_filter_is_any(&r->filter) ||
	    ipcchan_flow_check_slot(r, msg))
		return NULL;
	return r;
}

/*
 * As if it had been stored, taken by the receiver and copied out. It is the port's of
 * the receiver already, so nothing is left to do for it but to copy it.
 */
static inline void receive_request(struct ipcchan_flow *flow,
				   struct ipcchan_receiving *r,
				   struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	r->taken[0] = (struct ipcchan_taken) {
		.msg = msg,
		.lost = msg->lost,
		.flags = msg->flags,
		.is_received = true,
	};
	r->nr = 1;
	flow->told += msg->lost;
	flow->received++;
	ipcchan_flow_count_high_water(flow, flow->nr_held + 1,
				      flow->held_bytes + msg->entry.size);
	ipcchan_tell_message(take, flow, r->port, msg);
	ipcchan_tell_lost(flow, r->port, msg, msg->lost);
	ipcchan_tell_message(done, flow, r->port, msg);
}

/* As if it had been stored, and then taken by the receiver. */
static void hand_over(struct ipcchan_flow *flow, struct ipcchan_port *port,
		      struct ipcchan_receiving *r, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	count_sent(flow, port, msg);
	ipcchan_tell_message(accept, flow, port, msg);
	if (msg->token && !port->peer) {
		receive_request(flow, r, msg);
	} else {
		ipcchan_queued_hold(flow, r, msg);
		ipcchan_flow_count_stored(flow);
		ipcchan_tell_message(take, flow, r->port, msg);
	}
	flow->notices_in_a_row = 0;
	flow->handoffs++;
	trace_mailbox_handoff(flow->id, r->port->session->client, 1);
	ipcchan_flow_end_receive(flow, r);
}

static int begin_call(struct ipcchan_flow *flow, struct ipcchan_port *port,
		      struct ipcchan_receiving *r, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return port->peer ? ipcchan_call_queue(flow, msg) :
			    ipcchan_call_hand_over(flow, r, msg);
}

/**
 * ipcchan_flow_try_hand_over() - give a message to a receiver that waits for it
 * @flow: the flow, of a delivery that hands over
 * @port: through which it is sent
 * @msg: the message, in no list; the receiver gets a reference of its own
 *
 * What storing it and settling would come to, where that is the shortest of ways:
 * a mailbox in which nothing is, and whose first waiting receiver takes anything.
 *
 * Return: true if it was; false if it has to be sent.
 */
bool ipcchan_flow_try_hand_over(struct ipcchan_flow *flow,
				struct ipcchan_port *port,
				struct ipcchan_msg *msg)
{
	struct task_struct *task = NULL;
	struct ipcchan_receiving *r;

	ipcchan_flow_lock(flow);
	r = pick_receiver(flow, msg);
	if (r && begin_call(flow, port, r, msg))
		r = NULL;
	if (r) {
		hand_over(flow, port, r, ipcchan_msg_get(msg));
		task = ipcchan_waiter_end(&r->wait, 0);
	}
	spin_unlock(&flow->lock);
	if (task)
		ipcchan_wake_one(task);
	return task;
}

/**
 * ipcchan_flow_check_send() - can anything still be sent
 * @flow: the flow
 *
 * Return: 0, or why not: -EIDRM, -EPIPE.
 */
int ipcchan_flow_check_send(const struct ipcchan_flow *flow)
{
	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return -EIDRM;
	return ipcchan_flow_is_deserted(flow) ? -EPIPE : 0;
}

/**
 * ipcchan_flow_try_put() - accept the next message of a send
 * @flow: the flow
 * @s: with a message at least
 *
 * Return: 0 if it was accepted, has its place, or was dropped as the policy says;
 * -EAGAIN if it has to wait; or why it never goes: -EIDRM, -EPIPE.
 */
int ipcchan_flow_try_put(struct ipcchan_flow *flow, struct ipcchan_sending *s)
{
	struct ipcchan_msg *msg = list_first_entry(&s->messages,
						   struct ipcchan_msg,
						   entry.node);
	int err = ipcchan_flow_check_send(flow);

	lockdep_assert_held(&flow->lock);
	if (err)
		return err;
	if (s->reserves)
		return ipcchan_flow_try_reserve(flow, s, msg);
	if (s->has_place || flow->delivery->admits(flow, s, msg) ||
	    ipcchan_policy_make_room(flow, s, msg)) {
		err = ipcchan_call_queue(flow, msg);
		if (!err)
			accept(flow, s, msg);
		return err;
	}
	return ipcchan_policy_no_room(flow, s, msg);
}

/* Puts what is admitted now. */
static int put_now(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	int err = 0;

	lockdep_assert_held(&flow->lock);
	while (!err && !list_empty(&s->messages))
		err = ipcchan_flow_try_put(flow, s);
	return err;
}

static void begin_wait(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	s->since_ns = ktime_get_ns();
	list_add_tail(&s->wait.node, &flow->waiting_senders);
	flow->nr_waiting_senders++;
	if (flow->delivery->wait)
		flow->delivery->wait(flow, s);
	ipcchan_tell_state(send_wait, flow, s->port);
}

/**
 * ipcchan_flow_withdraw() - take the offer of a sender back
 * @flow: the flow, of a delivery that lets senders offer
 * @s: the sender, with an offer
 */
void ipcchan_flow_withdraw(struct ipcchan_flow *flow, struct ipcchan_sending *s)
{
	struct ipcchan_msg *msg = s->offered;

	lockdep_assert_held(&flow->lock);
	flow->delivery->withdraw(flow, s);
	ipcchan_call_unqueue(flow, msg);
	ipcchan_tell_message(withdraw, flow, s->port, msg);
}

/**
 * ipcchan_flow_take_out() - take a message back that nobody has received
 * @flow: the flow, of a delivery that gives each message to one receiver
 * @msg: a message that was accepted, and is no offer; the caller has a reference
 */
void ipcchan_flow_take_out(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	msg->call = NULL;
	ipcchan_tell_message(withdraw, flow, NULL, msg);
	/* Who copies it out finds out when that is finished. */
	if (msg->is_held) {
		msg->is_withdrawn = true;
		return;
	}
	ipcchan_queue_remove(&flow->queue, &msg->entry);
	if (flow->delivery->discard)
		flow->delivery->discard(flow, msg);
	ipcchan_queued_uncount(flow, msg);
	list_add_tail(&msg->entry.node, &flow->trash);
}

/**
 * ipcchan_flow_end_send() - a waiting sender does not wait any more
 * @flow: the flow
 * @s: the sender; what it still offers is not sent
 */
void ipcchan_flow_end_send(struct ipcchan_flow *flow, struct ipcchan_sending *s)
{
	lockdep_assert_held(&flow->lock);
	flow->nr_waiting_senders--;
	if (s->offered)
		ipcchan_flow_withdraw(flow, s);
	if (flow->delivery->unwait)
		flow->delivery->unwait(flow, s);
}

/* One message, where a receiver may wait for it. */
static bool try_hand_over_only(struct ipcchan_flow *flow,
			       struct ipcchan_sending *s)
{
	struct ipcchan_msg *msg;

	if (!flow->delivery->hands_over || s->reserves ||
	    !list_is_singular(&s->messages))
		return false;
	msg = list_first_entry(&s->messages, struct ipcchan_msg, entry.node);
	list_del_init(&msg->entry.node);
	if (!ipcchan_flow_try_hand_over(flow, s->port, msg)) {
		list_add_tail(&msg->entry.node, &s->messages);
		return false;
	}
	ipcchan_msg_put(msg);
	s->nr++;
	return true;
}

static noinline_for_stack void
tell_wake(const struct ipcchan_flow *flow, const struct ipcchan_sending *s, int err)
{
	struct ipcchan_told_wake told = {
		.mailbox = flow->id,
		.client = s->port->session->client,
		.since_ns = s->since_ns,
		.nr = s->nr,
		.result = err,
	};

	trace_mailbox_send_wake(&told);
}

static int sleep_for_room(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			  const struct ipcchan_deadline *deadline)
{
	int err = ipcchan_waiter_sleep(&s->wait, deadline);

	if (!err)
		return s->wait.result;
	ipcchan_flow_lock(flow);
	if (ipcchan_waiter_cancel(&s->wait))
		ipcchan_flow_end_send(flow, s);
	else
		err = s->wait.result;
	ipcchan_flow_unlock(flow);
	return err;
}

/**
 * ipcchan_flow_send() - send messages, in order
 * @flow: the flow
 * @s: @s->messages are to be sent, each no longer than max_message_size,
 *	through @s->port as @s->policy says
 * @deadline: until when to wait for room
 *
 * Return: 0 if all were accepted or dropped; else the cause: @s->nr were, and
 * the rest are in @s->messages, the caller's again. -EAGAIN, -ETIMEDOUT,
 * -ERESTARTSYS, -EPIPE or -EIDRM.
 */
int ipcchan_flow_send(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		      const struct ipcchan_deadline *deadline)
{
	int err;

	if (try_hand_over_only(flow, s))
		return 0;
	ipcchan_waiter_init(&s->wait);
	/* It may have waited with an earlier portion. */
	s->is_waiting = false;
	s->waits = s->policy->waits && !deadline->nonblock;
	ipcchan_flow_lock(flow);
	err = put_now(flow, s);
	s->is_waiting = err == -EAGAIN && s->waits;
	if (s->is_waiting)
		begin_wait(flow, s);
	ipcchan_flow_unlock(flow);
	if (err == -EAGAIN && s->waits) {
		err = sleep_for_room(flow, s, deadline);
		if (trace_mailbox_send_wake_enabled())
			tell_wake(flow, s, err);
	}
	return err;
}
