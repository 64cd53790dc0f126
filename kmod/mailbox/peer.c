// SPDX-License-Identifier: GPL-2.0
/*
 * Peers: descriptions of which receivers are told that they came and went.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "mailbox/peer.h"
#include "mailbox/port.h"

/* Between two messages. */
#define NOTICES_IN_A_ROW 2

static struct ipcchan_msg *new_notice(struct ipcchan_session *session)
{
	struct ipcchan_msg *notice = ipcchan_msg_new(session, 0);

	if (!IS_ERR(notice))
		notice->flags = IPCCHAN_MESSAGE_NOTICE;
	return notice;
}

static int make_notices(struct ipcchan_peer *peer,
			struct ipcchan_session *session)
{
	peer->opened = new_notice(session);
	if (IS_ERR(peer->opened))
		return PTR_ERR(peer->opened);
	peer->ended = new_notice(session);
	if (!IS_ERR(peer->ended))
		return 0;
	ipcchan_msg_put(peer->opened);
	return PTR_ERR(peer->ended);
}

/**
 * ipcchan_peer_new() - make all that will be told of a description
 * @session: through which it was opened; its user is charged
 *
 * Return: the peer, or ERR_PTR(-EDQUOT or -ENOMEM).
 */
struct ipcchan_peer *ipcchan_peer_new(struct ipcchan_session *session)
{
	struct ipcchan_peer *peer = kzalloc(sizeof(*peer), GFP_KERNEL_ACCOUNT);
	int err;

	if (!peer)
		return ERR_PTR(-ENOMEM);
	err = make_notices(peer, session);
	if (!err)
		return peer;
	kfree(peer);
	return ERR_PTR(err);
}

/**
 * ipcchan_peer_free() - of a peer of which nothing was told
 * @peer: the peer, or NULL
 */
void ipcchan_peer_free(struct ipcchan_peer *peer)
{
	if (!peer)
		return;
	ipcchan_msg_put(peer->opened);
	ipcchan_msg_put(peer->ended);
	kfree(peer);
}

/* To be told from now on; after a kill there is nobody who could be told. */
static void tell(struct ipcchan_flow *flow, struct ipcchan_msg *notice)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (flow->dead) {
		list_add_tail(&notice->entry.node, &flow->trash);
		return;
	}
	list_add_tail(&notice->entry.node, &flow->notices);
	flow->nr_notices++;
	flow->pending |= EPOLLIN | EPOLLRDNORM;
	flow->stirred = true;
}

/*
 * Of a cancellation it is not known whether its one receiver ever takes it, so
 * nobody else waits for that.
 */
static void uncount(struct ipcchan_flow *flow, const struct ipcchan_msg *notice)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (notice->holder)
		flow->nr_cancellations--;
	else
		flow->nr_notices--;
}

static void forget_notice(struct ipcchan_flow *flow, struct ipcchan_msg *notice)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	uncount(flow, notice);
	list_move_tail(&notice->entry.node, &flow->trash);
}

/**
 * ipcchan_peer_begin() - a description came
 * @flow: the flow
 * @port: of the description; has a peer if it may be told of, and keeps it if it
 *	is: not if it is the first, which made the mailbox
 */
void ipcchan_peer_begin(struct ipcchan_flow *flow, struct ipcchan_port *port)
{
	struct ipcchan_peer *peer = port->peer;

	lockdep_assert_held(&flow->lock);
	if (!peer)
		return;
	if (flow->dead || !flow->has_begun) {
		list_add_tail(&peer->opened->entry.node, &flow->trash);
		list_add_tail(&peer->ended->entry.node, &flow->trash);
		kfree(peer);
		port->peer = NULL;
		return;
	}
	flow->peers++;
	peer->opened->entry.sequence = flow->peers;
	peer->ended->entry.sequence = flow->peers;
	peer->left = 1;
	peer->opened->peer = peer;
	peer->opened->entry.type = IPCCHAN_NOTICE_OPENED;
	tell(flow, peer->opened);
}

/* Once it is gone: when nothing of it is left, or as if it had never been. */
static void try_end(struct ipcchan_flow *flow, struct ipcchan_peer *peer)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!peer->is_gone)
		return;
	if (peer->opened && !peer->sent) {
		forget_notice(flow, peer->opened);
		list_add_tail(&peer->ended->entry.node, &flow->trash);
	} else if (!peer->left) {
		tell(flow, peer->ended);
	} else {
		return;
	}
	kfree(peer);
}

/**
 * ipcchan_peer_end() - a description went
 * @flow: the flow
 * @port: of the description
 */
void ipcchan_peer_end(struct ipcchan_flow *flow, struct ipcchan_port *port)
{
	struct ipcchan_peer *peer = port->peer;

	lockdep_assert_held(&flow->lock);
	if (!peer)
		return;
	port->peer = NULL;
	peer->is_gone = true;
	peer->ended->entry.time_ns = ktime_get_ns();
	peer->ended->entry.type = READ_ONCE(port->has_died) ?
				  IPCCHAN_NOTICE_DIED : IPCCHAN_NOTICE_CLOSED;
	try_end(flow, peer);
}

/**
 * ipcchan_peer_count() - ipcchan_peer_sent() of one who is told of
 * @flow: the flow
 * @port: through which it was sent
 * @msg: the message
 */
void ipcchan_peer_count(struct ipcchan_flow *flow, struct ipcchan_port *port,
			struct ipcchan_msg *msg)
{
	struct ipcchan_peer *peer = port->peer;

	lockdep_assert_held(&flow->lock);
	msg->peer = peer;
	peer->left++;
	peer->sent++;
}

/**
 * ipcchan_peer_not_sent() - a message was withdrawn or dropped
 * @flow: the flow
 * @msg: the message
 */
void ipcchan_peer_not_sent(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	if (!msg->peer)
		return;
	msg->peer->sent--;
	ipcchan_peer_done(flow, msg);
}

/**
 * ipcchan_peer_uncount() - ipcchan_peer_done() of one who is told of
 * @flow: the flow
 * @msg: the message, or a notice that a peer opened
 */
void ipcchan_peer_uncount(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	struct ipcchan_peer *peer = msg->peer;

	lockdep_assert_held(&flow->lock);
	msg->peer = NULL;
	peer->left--;
	try_end(flow, peer);
}

/* Whoever asks for types or priorities asks for messages. */
static bool is_for(const struct ipcchan_filter *filter,
		   const struct ipcchan_msg *notice)
{
	struct ipcchan_filter of_anybody = *filter;

	of_anybody.client = 0;
	return ipcchan_filter_is_any(&of_anybody) &&
	       ipcchan_filter_matches(filter, &notice->entry);
}

/* @tgid: of who would receive it; NULL: whoever has the port. */
static bool is_for_holder(const struct ipcchan_msg *notice,
			  const struct ipcchan_port *port,
			  const struct pid *tgid)
{
	return notice->holder == port && (!tgid || notice->taker == tgid);
}

static struct ipcchan_msg *first_for(struct ipcchan_flow *flow,
				     const struct ipcchan_filter *filter,
				     const struct ipcchan_port *port,
				     const struct pid *tgid)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *notice;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry(notice, &flow->notices, entry.node)
		if (notice->holder ? is_for_holder(notice, port, tgid) :
				     is_for(filter, notice))
			return notice;
	return NULL;
}

/**
 * ipcchan_notice_before() - is a notice to be taken before a message
 * @flow: the flow
 * @r: the receiver
 * @msg: what it would take else, or NULL
 *
 * Return: the notice, or NULL.
 */
struct ipcchan_msg *ipcchan_notice_before(struct ipcchan_flow *flow,
					  const struct ipcchan_receiving *r,
					  struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	if (list_empty(&flow->notices))
		return NULL;
	if (msg && flow->notices_in_a_row >= NOTICES_IN_A_ROW &&
	    !(msg->peer && msg->peer->opened))
		return NULL;
	return first_for(flow, &r->filter, r->port, task_tgid(r->wait.task));
}

/**
 * ipcchan_notice_is_ready() - is there a notice to take
 * @flow: the flow
 * @port: of the receiver
 *
 * Return: true if there is.
 */
bool ipcchan_notice_is_ready(struct ipcchan_flow *flow,
			     const struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	return first_for(flow, &port->filter, port, NULL);
}

/**
 * ipcchan_notice_take() - let a receiver have a notice, to copy it out
 * @flow: the flow
 * @r: the receiver
 * @notice: the notice; the receiver has its reference now
 */
void ipcchan_notice_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *notice)
{
	lockdep_assert_held(&flow->lock);
	list_del_init(&notice->entry.node);
	flow->notices_in_a_row++;
	if (notice->peer)
		notice->peer->opened = NULL;
	r->taken[r->nr++] = (struct ipcchan_taken) {
		.msg = notice,
		.flags = notice->flags,
	};
}

/**
 * ipcchan_notice_done() - a notice was received
 * @flow: the flow
 * @notice: the notice
 */
void ipcchan_notice_done(struct ipcchan_flow *flow, struct ipcchan_msg *notice)
{
	lockdep_assert_held(&flow->lock);
	uncount(flow, notice);
	ipcchan_peer_done(flow, notice);
}

/**
 * ipcchan_notice_tell_holder() - tell who holds a request that it is cancelled
 * @flow: the flow
 * @notice: says who that is, in @holder and @taker; its reference goes with it
 */
void ipcchan_notice_tell_holder(struct ipcchan_flow *flow,
				struct ipcchan_msg *notice)
{
	lockdep_assert_held(&flow->lock);
	if (flow->dead) {
		list_add_tail(&notice->entry.node, &flow->trash);
		return;
	}
	list_add_tail(&notice->entry.node, &flow->notices);
	flow->nr_cancellations++;
	flow->pending |= EPOLLIN | EPOLLRDNORM;
	flow->stirred = true;
}

/**
 * ipcchan_notice_drop() - who holds a request need not be told any more
 * @flow: the flow
 * @port: through which it is held
 * @token: of the request; nothing happens if no notice of it waits
 */
void ipcchan_notice_drop(struct ipcchan_flow *flow,
			 const struct ipcchan_port *port, u64 token)
{
	struct ipcchan_msg *notice;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry(notice, &flow->notices, entry.node) {
		if (notice->holder != port || notice->token != token)
			continue;
		forget_notice(flow, notice);
		return;
	}
}

/**
 * ipcchan_notice_back() - a notice was not received
 * @flow: the flow
 * @notice: the notice
 *
 * Return: true if it will be told again; false if the flow is dead.
 */
bool ipcchan_notice_back(struct ipcchan_flow *flow, struct ipcchan_msg *notice)
{
	lockdep_assert_held(&flow->lock);
	if (flow->dead) {
		ipcchan_notice_done(flow, notice);
		return false;
	}
	list_add(&notice->entry.node, &flow->notices);
	if (notice->peer)
		notice->peer->opened = notice;
	flow->pending |= EPOLLIN | EPOLLRDNORM;
	return true;
}

/**
 * ipcchan_notices_trash() - nobody will be told any more
 * @flow: the flow, which ends
 */
void ipcchan_notices_trash(struct ipcchan_flow *flow)
{
	struct ipcchan_msg *notice;

	lockdep_assert_held(&flow->lock);
	while ((notice = list_first_entry_or_null(&flow->notices,
						  struct ipcchan_msg,
						  entry.node))) {
		if (notice->peer)
			notice->peer->opened = NULL;
		forget_notice(flow, notice);
		ipcchan_peer_done(flow, notice);
	}
}
