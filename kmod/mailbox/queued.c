// SPDX-License-Identifier: GPL-2.0
/*
 * Queued: what deliveries have in common that give each message to one receiver.
 */
#include "mailbox/message.h"
#include "mailbox/peer.h"
#include "mailbox/port.h"
#include "mailbox/queued.h"

static struct ipcchan_msg *msg_or_null(struct ipcchan_queue_entry *e)
{
	return e ? ipcchan_msg_of(e) : NULL;
}

/**
 * ipcchan_queued_put() - accept a message
 * @flow: the flow
 * @s: its send
 * @msg: the message, admitted
 */
void ipcchan_queued_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_queue_add(&flow->queue, &msg->entry);
	s->nr++;
}

/**
 * ipcchan_queued_overdue() - what goes before all priorities, for its age
 * @flow: the flow
 *
 * Return: the oldest message, if messages age and it is too old; or NULL.
 */
struct ipcchan_msg *ipcchan_queued_overdue(struct ipcchan_flow *flow)
{
	u64 before_ns = flow->now_ns - min(flow->now_ns, flow->aging_ns);

	lockdep_assert_held(&flow->lock);
	if (!flow->aging_ns)
		return NULL;
	return msg_or_null(ipcchan_queue_overdue(&flow->queue, before_ns));
}

/* A filter that the oldest overdue message does not match sees no ages. */
static struct ipcchan_msg *choose(struct ipcchan_flow *flow,
				  const struct ipcchan_filter *filter)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *overdue = ipcchan_queued_overdue(flow);

	lockdep_assert_held(&flow->lock);
	if (overdue && ipcchan_filter_matches(filter, &overdue->entry))
		return overdue;
	return msg_or_null(ipcchan_queue_match(&flow->queue, filter));
}

static struct ipcchan_msg *choose_any(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_queued_overdue(flow) ?:
	       msg_or_null(ipcchan_queue_first(&flow->queue));
}

/**
 * ipcchan_queued_next() - what a receiver would take now
 * @flow: the flow
 * @r: the receiver
 *
 * Return: of those that match its filter, what is overdue, else the oldest
 * message of the highest priority; or NULL.
 */
struct ipcchan_msg *ipcchan_queued_next(struct ipcchan_flow *flow,
					struct ipcchan_receiving *r)
{
	lockdep_assert_held(&flow->lock);
	return choose(flow, &r->filter);
}

/**
 * ipcchan_queued_hold() - let a receiver hold a message that is in no list
 * @flow: the flow
 * @r: the receiver
 * @msg: the message; the receiver has its reference now
 */
void ipcchan_queued_hold(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	list_add_tail(&msg->entry.node, &flow->held);
	msg->is_held = true;
	flow->nr_held++;
	flow->held_bytes += msg->entry.size;
	r->taken[r->nr++] = (struct ipcchan_taken) {
		.msg = msg,
		.lost = msg->lost,
		.flags = msg->flags,
	};
}

/**
 * ipcchan_queued_take() - let a receiver hold a message
 * @flow: the flow
 * @r: the receiver
 * @msg: a queued message; the receiver has its reference now
 */
void ipcchan_queued_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_queue_remove(&flow->queue, &msg->entry);
	ipcchan_queued_hold(flow, r, msg);
}

static void end_hold(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	list_del_init(&msg->entry.node);
	msg->is_held = false;
	flow->nr_held--;
	flow->held_bytes -= msg->entry.size;
}

/**
 * ipcchan_queued_done() - a held message was received
 * @flow: the flow
 * @r: who received it
 * @msg: the message
 */
void ipcchan_queued_done(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	end_hold(flow, msg);
	flow->told += msg->lost;
}

/**
 * ipcchan_queued_uncount() - a message was not sent after all
 * @flow: the flow
 * @msg: accepted, and not in the queue any more
 */
void ipcchan_queued_uncount(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	flow->sent--;
	flow->lost += msg->lost;
	msg->lost = 0;
	ipcchan_peer_not_sent(flow, msg);
}

/**
 * ipcchan_queued_back() - a held message was not received
 * @flow: the flow
 * @r: who held it
 * @msg: the message
 *
 * Return: true if it is in its place again; false if the flow is dead, or the
 * message was withdrawn.
 */
bool ipcchan_queued_back(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	end_hold(flow, msg);
	if (msg->is_withdrawn)
		ipcchan_queued_uncount(flow, msg);
	if (flow->dead || msg->is_withdrawn)
		return false;
	ipcchan_queue_put_back(&flow->queue, &msg->entry);
	return true;
}

/**
 * ipcchan_queued_victim() - take out what is to be dropped for a message
 * @flow: the flow
 * @s: its send
 * @msg: for which room is to be made
 *
 * Return: the oldest message of the lowest priority, not above that of @msg; or
 * NULL if there is none.
 */
struct ipcchan_msg *ipcchan_queued_victim(struct ipcchan_flow *flow,
					  struct ipcchan_sending *s,
					  struct ipcchan_msg *msg)
{
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	e = ipcchan_queue_victim(&flow->queue, msg->entry.priority);
	if (e)
		ipcchan_queue_remove(&flow->queue, e);
	return msg_or_null(e);
}

/**
 * ipcchan_queued_restore() - put a victim back
 * @flow: the flow
 * @msg: the victim
 */
void ipcchan_queued_restore(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_queue_put_back(&flow->queue, &msg->entry);
}

/* The entry, or the next one if it is @but. */
static struct ipcchan_queue_entry *skip(const struct ipcchan_queue *q,
					struct ipcchan_queue_entry *e,
					const struct ipcchan_msg *but)
{
	return e == &but->entry ? ipcchan_queue_next(q, e) : e;
}

/**
 * ipcchan_queued_behind() - the message at an index, if a certain one is first
 * @flow: the flow
 * @first: what is at index 0, wherever it is queued; NULL if there is none
 * @index: of the others, in the order in which they are queued
 *
 * Return: the message, or NULL if there are not so many.
 */
struct ipcchan_msg *ipcchan_queued_behind(struct ipcchan_flow *flow,
					  struct ipcchan_msg *first, u32 index)
{
	const struct ipcchan_queue *q = &flow->queue;
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	if (!index || index >= q->depth)
		return index ? NULL : first;
	e = skip(q, ipcchan_queue_first(q), first);
	while (--index)
		e = skip(q, ipcchan_queue_next(q, e), first);
	return ipcchan_msg_of(e);
}

/**
 * ipcchan_queued_next_but() - the message behind another, if one was first
 * @flow: the flow
 * @first: what is at index 0
 * @msg: a queued message
 *
 * Return: the message, or NULL if @msg is the last.
 */
struct ipcchan_msg *ipcchan_queued_next_but(struct ipcchan_flow *flow,
					    struct ipcchan_msg *first,
					    struct ipcchan_msg *msg)
{
	const struct ipcchan_queue *q = &flow->queue;
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	e = msg == first ? ipcchan_queue_first(q) :
			   ipcchan_queue_next(q, &msg->entry);
	return msg_or_null(skip(q, e, first));
}

/**
 * ipcchan_queued_at() - the message at an index
 * @flow: the flow
 * @port: who peeks
 * @index: 0 is the first
 *
 * Return: the message, still queued, or NULL if there are not so many.
 */
struct ipcchan_msg *ipcchan_queued_at(struct ipcchan_flow *flow,
				      struct ipcchan_port *port, u32 index)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_queued_behind(flow, choose_any(flow), index);
}

/**
 * ipcchan_queued_after() - the message behind another
 * @flow: the flow
 * @msg: a queued message
 *
 * Return: the message, still queued, or NULL if @msg is the last.
 */
struct ipcchan_msg *ipcchan_queued_after(struct ipcchan_flow *flow,
					 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_queued_next_but(flow, choose_any(flow), msg);
}

/**
 * ipcchan_queued_is_ready() - is there a message for a port
 * @flow: the flow
 * @port: the port
 *
 * Return: true if there is.
 */
bool ipcchan_queued_is_ready(struct ipcchan_flow *flow,
			     struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_queue_match(&flow->queue, &port->filter);
}
