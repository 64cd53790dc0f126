// SPDX-License-Identifier: GPL-2.0
/*
 * Flow, the receiving side: messages are taken, and then received or put back.
 */
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/events.h"
#include "mailbox/flow.h"
#include "mailbox/hold.h"
#include "mailbox/message.h"
#include "mailbox/peer.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"
#include "object/session.h"

/**
 * ipcchan_receiving_init_many() - ipcchan_receiving_init() for several messages
 * @r: as there
 *
 * Return: likewise.
 */
int ipcchan_receiving_init_many(struct ipcchan_receiving *r)
{
	r->taken = kmalloc_array(r->count, sizeof(*r->taken),
				 GFP_KERNEL_ACCOUNT);
	return r->taken ? 0 : -ENOMEM;
}

/* What is held may be put back, so the end is not reached before. */
static bool is_drained(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_flow_is_ended(flow) && !flow->nr_held &&
	       !flow->nr_notices;
}

static struct ipcchan_msg *next_for(struct ipcchan_flow *flow,
				    struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg = flow->delivery->next(flow, r);

	lockdep_assert_held(&flow->lock);
	return ipcchan_notice_before(flow, r, msg) ?: msg;
}

static void take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		 struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (ipcchan_msg_is_notice(msg)) {
		ipcchan_notice_take(flow, r, msg);
		return;
	}
	flow->delivery->take(flow, r, msg);
	ipcchan_tell_message(take, flow, r->port, msg);
	flow->notices_in_a_row = 0;
}

/**
 * ipcchan_flow_try_take() - take what a receive can have now
 * @flow: the flow
 * @r: the receive; what it takes it has
 *
 * Return: 0 with a message or more; -EAGAIN if it has none yet, or fewer than
 * it waits for; or why none: -EIDRM, -EPIPE, -EBADMSG, -EMSGSIZE, or what the
 * delivery says.
 */
int ipcchan_flow_try_take(struct ipcchan_flow *flow,
			  struct ipcchan_receiving *r)
{
	struct ipcchan_msg *msg;
	int err = 0;

	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return -EIDRM;
	if (flow->delivery->refusal)
		err = flow->delivery->refusal(flow, r);
	if (err)
		return err;
	while (r->nr < r->count && (msg = next_for(flow, r))) {
		err = ipcchan_flow_check_slot(r, msg);
		if (err)
			return r->nr ? 0 : err;
		take(flow, r, msg);
	}
	if (!r->nr)
		return is_drained(flow) ? -EPIPE : -EAGAIN;
	return r->nr < r->min ? -EAGAIN : 0;
}

/**
 * ipcchan_flow_linger() - a receiver waits for more than it has
 * @flow: the flow
 * @r: waits, and has taken its first message
 */
void ipcchan_flow_linger(struct ipcchan_flow *flow, struct ipcchan_receiving *r)
{
	ktime_t now = r->deadline->clock == CLOCK_REALTIME ? ktime_get_real() :
							     ktime_get();

	lockdep_assert_held(&flow->lock);
	r->lingers = true;
	flow->nr_lingering++;
	ipcchan_waiter_hasten(&r->wait,
			      ipcchan_deadline_within(r->deadline, now,
						      r->linger_ns));
}

static void join_receivers(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!r->since_ns)
		r->since_ns = ktime_get_ns();
	list_add_tail(&r->wait.node, &flow->waiting_receivers);
	flow->nr_waiting_receivers++;
	if (flow->unsettled)
		ipcchan_flow_offer_all(flow);
	if (r->nr)
		ipcchan_flow_linger(flow, r);
	ipcchan_tell_state(receive_wait, flow, r->port);
}

static noinline_for_stack void
tell_wake(const struct ipcchan_flow *flow, const struct ipcchan_receiving *r, int err)
{
	struct ipcchan_told_wake told = {
		.mailbox = flow->id,
		.client = r->port->session->client,
		.since_ns = r->since_ns,
		.nr = r->nr,
		.result = err,
	};

	trace_mailbox_receive_wake(&told);
}

static int sleep_for_message(struct ipcchan_flow *flow,
			     struct ipcchan_receiving *r,
			     const struct ipcchan_deadline *deadline)
{
	int err = ipcchan_waiter_sleep(&r->wait, deadline);

	if (!err)
		return r->wait.result;
	ipcchan_flow_lock(flow);
	if (ipcchan_waiter_cancel(&r->wait))
		ipcchan_flow_end_receive(flow, r);
	else
		err = r->wait.result;
	ipcchan_flow_unlock(flow);
	return err;
}

/*
 * What ends a wait for more is no error of what was taken before; only after a
 * kill, of the mailbox or of the receiver, there is nobody to give it to.
 */
static int end_linger(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      int err)
{
	if (!err || !r->nr)
		return err;
	if (err != -EIDRM && !fatal_signal_pending(current))
		return 0;
	ipcchan_flow_finish(flow, r, 0);
	r->nr = 0;
	return err;
}

/* What ipcchan_flow_try_take() would find out, where that is the shortest of ways. */
static bool is_idle(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return flow->delivery->hands_over && !flow->queue.depth &&
	       list_empty(&flow->notices) && !ipcchan_flow_is_ended(flow) &&
	       !flow->dead;
}

/**
 * ipcchan_flow_receive() - take messages, to copy them out
 * @flow: the flow
 * @r: all set but what is filled
 * @deadline: until when to wait
 *
 * What is stored now is nothing that a waiting receiver can take, see the DOC
 * block; only where the lock was dropped before all of them were served must
 * this one stand behind them.
 *
 * Return: 0 with @r->nr messages held in @r->taken, for which the caller must
 * call ipcchan_flow_finish(); else none and the cause: -EAGAIN, -ETIMEDOUT,
 * -ERESTARTSYS, -EMSGSIZE (@r->needs tells what did not fit), -EBADMSG, -EPIPE,
 * -EIDRM, or what the delivery says.
 */
int ipcchan_flow_receive(struct ipcchan_flow *flow,
			 struct ipcchan_receiving *r,
			 const struct ipcchan_deadline *deadline)
{
	bool waits;
	int err = -EAGAIN;

	ipcchan_waiter_init(&r->wait);
	r->nr = 0;
	r->lingers = false;
	r->deadline = deadline;
	if (deadline->nonblock)
		r->min = 1;
	ipcchan_flow_lock(flow);
	if (!r->has_filter)
		r->filter = r->port->filter;
	if (!is_idle(flow) && (!flow->unsettled || flow->dead))
		err = ipcchan_flow_try_take(flow, r);
	waits = err == -EAGAIN && !deadline->nonblock;
	if (waits)
		join_receivers(flow, r);
	ipcchan_flow_unlock(flow);
	if (waits) {
		err = end_linger(flow, r, sleep_for_message(flow, r, deadline));
		if (trace_mailbox_receive_wake_enabled())
			tell_wake(flow, r, err);
	}
	return err;
}

/*
 * Who receives to hold. The references change places with those of the messages
 * under the lock, and what was there before is given back after it.
 */
static void get_takers(struct ipcchan_receiving *r, u32 nr)
{
	for (u32 i = 0; r->holds && i < nr; i++)
		r->taken[i].taker = get_pid(task_tgid(current));
}

static void put_takers(struct ipcchan_receiving *r, u32 nr)
{
	for (u32 i = 0; r->holds && i < nr; i++)
		put_pid(r->taken[i].taker);
}

/**
 * ipcchan_flow_received() - a held message, or a notice, was received for good
 * @flow: the flow
 * @r: who received it
 * @msg: the message
 */
void ipcchan_flow_received(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	if (ipcchan_msg_is_notice(msg)) {
		ipcchan_tell_message(notice, flow, r->port, msg);
		ipcchan_notice_done(flow, msg);
		return;
	}
	flow->delivery->done(flow, r, msg);
	if (msg->call)
		ipcchan_call_received(flow, r->port, msg);
	flow->received++;
	ipcchan_tell_message(done, flow, r->port, msg);
	ipcchan_peer_done(flow, msg);
}

/**
 * ipcchan_flow_put_back() - a held message, or a notice, was not received
 * @flow: the flow
 * @r: who held it
 * @msg: the message
 *
 * Return: true if it is in its place again; false if it was withdrawn or the
 * flow is dead, then the caller has its reference.
 */
bool ipcchan_flow_put_back(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r, struct ipcchan_msg *msg)
{
	bool is_back;

	lockdep_assert_held(&flow->lock);
	if (ipcchan_msg_is_notice(msg))
		return ipcchan_notice_back(flow, msg);
	is_back = flow->delivery->back(flow, r, msg);
	ipcchan_tell_message(back, flow, r->port, msg);
	if (is_back)
		ipcchan_flow_note_arrival(flow, msg);
	else
		ipcchan_peer_done(flow, msg);
	return is_back;
}

/* A message was copied out: it is received, or held if that was asked for. */
static void finish_copied(struct ipcchan_flow *flow,
			  struct ipcchan_receiving *r,
			  struct ipcchan_taken *taken)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_tell_lost(flow, r->port, taken->msg, taken->lost);
	if (!r->holds || flow->dead || taken->msg->token ||
	    ipcchan_msg_is_notice(taken->msg)) {
		ipcchan_flow_received(flow, r, taken->msg);
		return;
	}
	swap(taken->msg->taker, taken->taker);
	ipcchan_hold_begin(flow, r->port, taken->msg);
	taken->msg = NULL;
}

/**
 * ipcchan_flow_give_back() - a request that was handed over cannot be copied out
 * @flow: the flow
 * @r: to whom it was; it goes where it would be, if anybody still wants it answered
 */
void ipcchan_flow_give_back(struct ipcchan_flow *flow, struct ipcchan_receiving *r)
{
	struct ipcchan_msg *msg = r->taken[0].msg;
	bool is_back;

	ipcchan_flow_lock(flow);
	is_back = ipcchan_call_give_back(flow, r->port, msg->token);
	if (is_back) {
		flow->received--;
		flow->told -= msg->lost;
		ipcchan_queue_put_back(&flow->queue, &msg->entry);
		ipcchan_flow_count_stored(flow);
		ipcchan_tell_message(back, flow, r->port, msg);
		ipcchan_flow_note_arrival(flow, msg);
	}
	ipcchan_flow_unlock(flow);
	if (!is_back)
		ipcchan_msg_put(msg);
}

/**
 * ipcchan_flow_settle_taken() - ipcchan_flow_finish() of what is not received yet
 * @flow: as there
 * @r: likewise
 * @nr: likewise
 *
 * Return: likewise.
 */
u32 ipcchan_flow_settle_taken(struct ipcchan_flow *flow,
			      struct ipcchan_receiving *r, u32 nr)
{
	u32 done;
	u32 i;

	get_takers(r, nr);
	ipcchan_flow_lock(flow);
	for (i = 0; i < nr && !r->taken[i].msg->is_withdrawn; i++)
		finish_copied(flow, r, &r->taken[i]);
	done = i;
	for (i = r->nr; i-- > done;)
		if (ipcchan_flow_put_back(flow, r, r->taken[i].msg))
			r->taken[i].msg = NULL;
	if (flow->delivery->finished)
		flow->delivery->finished(flow, r);
	/*
	 * What came back is there to take; with the last may be the end; and who
	 * shares the position may go on.
	 */
	if (done < r->nr || flow->delivery->finished ||
	    ipcchan_flow_is_ended(flow))
		flow->stirred = true;
	ipcchan_flow_unlock(flow);
	put_takers(r, nr);
	for (i = 0; i < r->nr; i++)
		if (r->taken[i].msg)
			ipcchan_msg_put(r->taken[i].msg);
	return done;
}

static int find_stored(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		       u32 index)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg;

	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return -EIDRM;
	msg = flow->delivery->at(flow, r->port, index);
	if (!msg)
		return -ENOMSG;
	for (; msg && r->nr < r->count; msg = flow->delivery->after(flow, msg)) {
		int err = ipcchan_flow_check_slot(r, msg);

		if (err)
			return r->nr ? 0 : err;
		r->taken[r->nr++] = (struct ipcchan_taken) {
			.msg = ipcchan_msg_get(msg),
			.lost = msg->lost,
			.flags = msg->flags,
		};
	}
	return 0;
}

/**
 * ipcchan_flow_peek() - look at stored messages
 * @flow: the flow
 * @r: all set but what is filled
 * @index: of the first, 0 being the next to be received
 *
 * Return: 0 with @r->nr messages in @r->taken, each with a reference; or none
 * and -ENOMSG, -EMSGSIZE or -EIDRM.
 */
int ipcchan_flow_peek(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      u32 index)
{
	int err;

	spin_lock(&flow->lock);
	ipcchan_flow_note_time(flow);
	err = find_stored(flow, r, index);
	spin_unlock(&flow->lock);
	return err;
}

/**
 * ipcchan_flow_subscribe() - give a description a position
 * @flow: the flow
 * @port: of the description; if it has a position, it gets another
 * @policy: IPCCHAN_POLICY_* number: what becomes of it when it is too slow
 * @history: it begins with so many of the messages that are stored
 *
 * Return: 0, -EINVAL (the policy, or the delivery has no subscribers) or
 * -EIDRM.
 */
int ipcchan_flow_subscribe(struct ipcchan_flow *flow, struct ipcchan_port *port,
			   u32 policy, u32 history)
{
	int err = -EINVAL;

	ipcchan_flow_lock(flow);
	if (flow->dead)
		err = -EIDRM;
	else if (flow->delivery->subscribe)
		err = flow->delivery->subscribe(flow, port, policy, history);
	/* Calls that wait on it may have something now. */
	flow->stirred = true;
	flow->pending |= IPCCHAN_IN_EVENTS;
	ipcchan_flow_unlock(flow);
	return err;
}
