// SPDX-License-Identifier: GPL-2.0
/*
 * Flow, places for messages to come: so that a multicast is sent to all or none.
 *
 * A place is room that is taken, as a held message's is, by a message that is
 * not there yet. It is got as a message is sent: by the same rules, in the same
 * line of those who wait. What the policy drops if need be needs no place: it
 * never has to wait, and whether room is made is found out when it is sent.
 *
 * Nobody sleeps while he keeps a place, but for a lock that others hold for a
 * short time, so places do not last and nobody can wait for another's::
 *
 *   multicaster                           others
 *   -----------                           ------
 *   lock; takes a place; unlock
 *                                         find less room, and wait
 *   lock; gives it back, or puts its
 *   message there; unlock: settle()
 *                                         who waits is served
 *
 * What has a place is admitted, whatever the mailbox looks like by then. It may
 * well be full: who makes room by dropping leaves places alone, but does not count
 * what receivers hold (room_now() in policy.c). In a mailbox for two::
 *
 *   multicaster           receiver              one that drops the oldest
 *   -----------           --------              -------------------------
 *                         holds a message
 *   takes a place
 *                                               puts a message beside the place
 *   puts its message: with what is held there are three
 *
 * Likewise in a broadcast, when a subscriber comes that blocks what could have
 * been dropped. What is reserved is never more than the capacity, so what is there
 * is never more than twice that.
 */
#include "mailbox/delivery.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/policy.h"

static void keep_place(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		       const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	flow->nr_reserved++;
	flow->reserved_bytes += msg->entry.size;
	if (flow->delivery->reserve)
		flow->delivery->reserve(flow, s, msg);
	s->has_place = true;
}

static void give_back(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		      const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!s->has_place)
		return;
	flow->nr_reserved--;
	flow->reserved_bytes -= msg->entry.size;
	if (flow->delivery->unreserve)
		flow->delivery->unreserve(flow, s, msg);
}

/**
 * ipcchan_flow_try_reserve() - take a place for the message of a sending
 * @flow: the flow, which can be sent to
 * @s: that reserves
 * @msg: its message
 *
 * Return: 0, then the message is the caller's again; or -EAGAIN.
 */
int ipcchan_flow_try_reserve(struct ipcchan_flow *flow,
			     struct ipcchan_sending *s, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	if (!s->policy->drops_new) {
		if (!flow->delivery->admits(flow, s, msg))
			return -EAGAIN;
		keep_place(flow, s, msg);
	}
	list_del_init(&msg->entry.node);
	return 0;
}

/**
 * ipcchan_flow_reserve() - get a place for a message
 * @flow: the flow, of a delivery that can reserve
 * @s: with its port and policy set
 * @msg: the message; stays the caller's
 * @deadline: until when to wait for room
 *
 * Return: 0, then ipcchan_flow_unreserve() or ipcchan_flow_commit() is due; or
 * the cause: -EAGAIN, -ETIMEDOUT, -ERESTARTSYS, -EPIPE or -EIDRM.
 */
int ipcchan_flow_reserve(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct ipcchan_msg *msg,
			 const struct ipcchan_deadline *deadline)
{
	int err;

	s->reserves = true;
	s->has_place = false;
	s->is_waiting = false;
	INIT_LIST_HEAD(&s->messages);
	list_add_tail(&msg->entry.node, &s->messages);
	err = ipcchan_flow_send(flow, s, deadline);
	list_del_init(&msg->entry.node);
	return err;
}

/**
 * ipcchan_flow_unreserve() - do without the place
 * @flow: the flow
 * @s: that has it
 * @msg: for which it was
 */
void ipcchan_flow_unreserve(struct ipcchan_flow *flow,
			    struct ipcchan_sending *s, struct ipcchan_msg *msg)
{
	ipcchan_flow_lock(flow);
	give_back(flow, s, msg);
	s->has_place = false;
	ipcchan_flow_unlock(flow);
}

/**
 * ipcchan_flow_commit() - put a message into its place, or drop it by the policy
 * @flow: the flow
 * @s: that has reserved; @s->dropped says whether the message was dropped
 * @msg: the message; its reference goes to the flow
 *
 * Cannot fail. A flow that was killed or deserted since the place was taken has
 * nobody who could tell whether the message came before that or not at all; so
 * it came before::
 *
 *   multicaster                           others
 *   -----------                           ------
 *   takes a place in A, in B
 *   puts its message into A
 *                                         kill B
 *   B is dead: frees its message          the same as if it had been put into
 *                                         B, and B then killed
 */
void ipcchan_flow_commit(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct ipcchan_msg *msg)
{
	s->nr = 0;
	s->dropped = 0;
	s->reserves = false;
	s->is_waiting = false;
	list_add_tail(&msg->entry.node, &s->messages);
	ipcchan_flow_lock(flow);
	give_back(flow, s, msg);
	ipcchan_flow_try_put(flow, s);
	s->has_place = false;
	ipcchan_flow_unlock(flow);
	ipcchan_msgs_put(&s->messages);
}
