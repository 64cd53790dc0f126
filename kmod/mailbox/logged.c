// SPDX-License-Identifier: GPL-2.0
/*
 * Logged: what deliveries have in common that give each message to all readers.
 */
#include "mailbox/events.h"
#include "mailbox/logged.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"

static struct ipcchan_msg *msg_or_null(struct ipcchan_log_entry *e)
{
	return e ? ipcchan_msg_of_stored(e) : NULL;
}

/* A message is no longer stored. While it is copied its room stays taken. */
static void discard(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!msg->copies) {
		list_add_tail(&msg->entry.node, &flow->trash);
		return;
	}
	list_add_tail(&msg->entry.node, &flow->held);
	flow->nr_held++;
	flow->held_bytes += msg->entry.size;
}

static void discard_all(struct ipcchan_flow *flow, struct list_head *entries)
	__must_hold(&flow->lock)
{
	struct ipcchan_log_entry *e;
	struct ipcchan_log_entry *next;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry_safe(e, next, entries, node) {
		list_del_init(&e->node);
		discard(flow, ipcchan_msg_of_stored(e));
	}
}

static void trim(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	LIST_HEAD(trimmed);

	lockdep_assert_held(&flow->lock);
	ipcchan_log_trim(&flow->log, &trimmed);
	discard_all(flow, &trimmed);
}

/**
 * ipcchan_logged_put() - accept a message
 * @flow: the flow, with room for it
 * @s: its send
 * @msg: the message
 *
 * If nobody needs it, it is gone at once. What was dropped right before it is
 * told now: by its sequence, to all readers.
 */
void ipcchan_logged_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	msg->copies = 0;
	msg->stored.sequence = msg->entry.sequence;
	msg->stored.size = msg->entry.size;
	ipcchan_log_append(&flow->log, &msg->stored);
	flow->told += msg->lost;
	flow->pending |= IPCCHAN_IN_EVENTS;
	s->nr++;
	trim(flow);
}

/**
 * ipcchan_logged_drop() - drop the oldest message
 * @flow: the flow
 *
 * Return: false if there is none that may be dropped.
 */
bool ipcchan_logged_drop(struct ipcchan_flow *flow)
{
	struct ipcchan_log_entry *e = ipcchan_log_drop_oldest(&flow->log);
	struct ipcchan_msg *msg = msg_or_null(e);

	lockdep_assert_held(&flow->lock);
	if (!e)
		return false;
	if (e->standing.readers) {
		flow->dropped++;
		flow->told++;
		ipcchan_tell_drop(flow, NULL, msg, IPCCHAN_POLICY_DEFAULT,
				  true);
	}
	if (e->standing.evictable) {
		flow->subscribers -= e->standing.evictable;
		flow->pending |= EPOLLHUP;
		ipcchan_tell_evict(flow, msg, e->standing.evictable);
	}
	discard(flow, msg);
	return true;
}

/**
 * ipcchan_logged_clear() - drop all that is stored, whoever needs it
 * @flow: the flow
 */
void ipcchan_logged_clear(struct ipcchan_flow *flow)
{
	LIST_HEAD(cleared);

	lockdep_assert_held(&flow->lock);
	ipcchan_log_clear(&flow->log, &cleared);
	discard_all(flow, &cleared);
}

/**
 * ipcchan_logged_join() - let a description read
 * @flow: the flow
 * @port: of the description, which does not read
 * @policy: what becomes of it when it is too slow
 * @from: it begins with so many of the messages that are stored
 */
void ipcchan_logged_join(struct ipcchan_flow *flow, struct ipcchan_port *port,
			 enum ipcchan_log_policy policy, u32 from)
{
	struct ipcchan_log_entry *e;

	lockdep_assert_held(&flow->lock);
	ipcchan_log_join(&flow->log, &port->reader, policy, from);
	e = ipcchan_log_next(&flow->log, &port->reader);
	port->seen = e ? e->sequence - 1 : flow->sequence;
	port->is_reader = true;
	port->is_told = false;
	flow->subscribers++;
}

/**
 * ipcchan_logged_leave() - let a description read no more
 * @flow: the flow
 * @port: of the description, whether it reads or not
 */
void ipcchan_logged_leave(struct ipcchan_flow *flow, struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	if (!port->is_reader)
		return;
	if (!ipcchan_log_is_evicted(&flow->log, &port->reader))
		flow->subscribers--;
	ipcchan_log_leave(&flow->log, &port->reader);
	port->is_reader = false;
	port->turn = NULL;
	trim(flow);
}

static int tell_eviction(struct ipcchan_port *port)
	__must_hold(&port->flow->lock)
{
	lockdep_assert_held(&port->flow->lock);
	if (port->is_told)
		return -EPIPE;
	port->is_told = true;
	return -EOVERFLOW;
}

/* Nothing is there for this receiver, and nothing can come any more. */
static bool is_over(struct ipcchan_flow *flow, struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_flow_is_ended(flow) && !ipcchan_logged_next(flow, r);
}

/**
 * ipcchan_logged_refusal() - why a receiver cannot take anything now
 * @flow: the flow
 * @r: the receiver
 *
 * Return: 0 if it may; -ENOTCONN: the description does not read; -EOVERFLOW:
 * it is evicted and was not told yet; -EPIPE: it is and was, or nothing can come
 * any more; -EAGAIN: another call has the turn.
 */
int ipcchan_logged_refusal(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r)
{
	struct ipcchan_port *port = r->port;

	lockdep_assert_held(&flow->lock);
	/* A port is a port of this flow. */
	lockdep_assert_held(&port->flow->lock);
	if (r->is_after)
		return is_over(flow, r) ? -EPIPE : 0;
	if (!port->is_reader)
		return -ENOTCONN;
	if (ipcchan_log_is_evicted(&flow->log, &port->reader))
		return tell_eviction(port);
	if (port->turn && port->turn != r)
		return -EAGAIN;
	return is_over(flow, r) ? -EPIPE : 0;
}

/* The first with a higher sequence; a reader for a moment finds it. */
static struct ipcchan_log_entry *find_after(struct ipcchan_flow *flow,
					    u64 sequence)
	__must_hold(&flow->lock)
{
	struct ipcchan_log_reader finder;
	struct ipcchan_log_entry *e;

	lockdep_assert_held(&flow->lock);
	ipcchan_log_join(&flow->log, &finder, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_seek(&flow->log, &finder, sequence);
	e = ipcchan_log_next(&flow->log, &finder);
	ipcchan_log_leave(&flow->log, &finder);
	return e;
}

/**
 * ipcchan_logged_next() - what a receiver would take now
 * @flow: the flow
 * @r: the receiver; it has the turn, or may have it
 *
 * Return: the message at its position, or behind those that it has taken; or
 * NULL.
 */
struct ipcchan_msg *ipcchan_logged_next(struct ipcchan_flow *flow,
					struct ipcchan_receiving *r)
{
	lockdep_assert_held(&flow->lock);
	if (r->nr)
		return ipcchan_logged_after(flow, r->taken[r->nr - 1].msg);
	if (r->is_after)
		return msg_or_null(find_after(flow, r->after));
	return msg_or_null(ipcchan_log_next(&flow->log, &r->port->reader));
}

/* Begins to copy: until the end nobody else moves the position. */
static void begin(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		  const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!r->is_after) {
		r->port->turn = r;
		return;
	}
	ipcchan_log_join(&flow->log, &r->reader, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_seek(&flow->log, &r->reader, msg->entry.sequence - 1);
}

static u64 last_seen(const struct ipcchan_receiving *r)
	__must_hold(&r->port->flow->lock)
{
	lockdep_assert_held(&r->port->flow->lock);
	if (r->nr)
		return r->taken[r->nr - 1].msg->entry.sequence;
	return r->is_after ? r->after : r->port->seen;
}

/**
 * ipcchan_logged_take() - let a receiver copy a message
 * @flow: the flow
 * @r: the receiver; it gets a reference
 * @msg: what ipcchan_logged_next() gave
 */
void ipcchan_logged_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
{
	u64 lost;

	lockdep_assert_held(&flow->lock);
	/* A port is a port of this flow. */
	lockdep_assert_held(&r->port->flow->lock);
	lost = msg->entry.sequence - last_seen(r) - 1;
	if (!r->nr)
		begin(flow, r, msg);
	msg->copies++;
	r->taken[r->nr++] = (struct ipcchan_taken) {
		.msg = ipcchan_msg_get(msg),
		.lost = lost,
	};
}

/* A message that is neither copied nor stored is held for nobody. */
static void end_copy(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	msg->copies--;
	if (msg->copies || !list_empty(&msg->stored.node))
		return;
	flow->nr_held--;
	flow->held_bytes -= msg->entry.size;
	list_move_tail(&msg->entry.node, &flow->trash);
}

/**
 * ipcchan_logged_done() - a message was copied out
 * @flow: the flow
 * @r: who received it
 * @msg: the message
 */
void ipcchan_logged_done(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	if (r->port->turn == r) {
		ipcchan_log_advance(&flow->log, &r->port->reader);
		r->port->seen = msg->entry.sequence;
	}
	end_copy(flow, msg);
}

/**
 * ipcchan_logged_back() - a message was not copied out
 * @flow: the flow
 * @r: who tried; its position is still before the message
 * @msg: the message
 *
 * Return: false: the receiver has its reference.
 */
bool ipcchan_logged_back(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	end_copy(flow, msg);
	return false;
}

/**
 * ipcchan_logged_finished() - a receiver has copied all that it took, or failed
 * @flow: the flow
 * @r: the receiver
 */
void ipcchan_logged_finished(struct ipcchan_flow *flow,
			     struct ipcchan_receiving *r)
{
	struct ipcchan_port *port = r->port;

	lockdep_assert_held(&flow->lock);
	if (r->is_after)
		ipcchan_log_leave(&flow->log, &r->reader);
	if (port->turn == r) {
		port->turn = NULL;
		if (ipcchan_log_unread(&flow->log, &port->reader))
			flow->pending |= IPCCHAN_IN_EVENTS;
	}
	trim(flow);
}

/**
 * ipcchan_logged_at() - the message at an index
 * @flow: the flow
 * @port: who peeks
 * @index: 0 is the oldest
 *
 * Return: the message, still stored, or NULL if there are not so many.
 */
struct ipcchan_msg *ipcchan_logged_at(struct ipcchan_flow *flow,
				      struct ipcchan_port *port, u32 index)
{
	struct ipcchan_log_entry *e;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry(e, &flow->log.entries, node)
		if (!index--)
			return ipcchan_msg_of_stored(e);
	return NULL;
}

/**
 * ipcchan_logged_after() - the message behind another
 * @flow: the flow
 * @msg: a message that is, or was, stored
 *
 * Return: the message, still stored; or NULL if @msg is the last, or was dropped
 * in the meantime.
 */
struct ipcchan_msg *ipcchan_logged_after(struct ipcchan_flow *flow,
					 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	if (list_empty(&msg->stored.node) ||
	    list_is_last(&msg->stored.node, &flow->log.entries))
		return NULL;
	return list_next_entry(msg, stored.node);
}

/**
 * ipcchan_logged_is_ready() - is there a message for a port
 * @flow: the flow
 * @port: the port
 *
 * Return: true if there is, and no other call is about to take it.
 */
bool ipcchan_logged_is_ready(struct ipcchan_flow *flow,
			     struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	return port->is_reader && !port->turn &&
	       ipcchan_log_unread(&flow->log, &port->reader);
}

/**
 * ipcchan_logged_is_out() - is a port evicted
 * @flow: the flow
 * @port: the port
 *
 * Return: true if it is.
 */
bool ipcchan_logged_is_out(struct ipcchan_flow *flow, struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	return port->is_reader &&
	       ipcchan_log_is_evicted(&flow->log, &port->reader);
}
