/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Peers: descriptions of which receivers are told that they came and went.
 */
#ifndef IPCCHAN_PEER_H
#define IPCCHAN_PEER_H

#include <linux/types.h>

#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/port.h"

/**
 * DOC: Peer
 *
 * A notice is a message without bytes that the mailbox itself gives to one
 * receiver, among the messages and in an order with them:
 *
 * - that a peer opened comes before its first message: when it is due, or at the
 *   latest when the next message is one of that peer;
 * - that it closed, or died, comes when nothing of it is left in the mailbox,
 *   neither stored nor held, so that none of its messages can come after it.
 *
 * Both are made when the peer opens, so that they cannot fail later, and are
 * charged to it until they are received. They take no room and are in no
 * statistics of messages; no policy drops them. They are told in the order in
 * which they came due, with the number of the peer as their sequence.
 *
 * A crowd that comes and goes starves nobody who sends: between two messages
 * there are at most two notices, unless the second message would come before
 * its sender. Nor does that let the notices pile up, if receivers take them at
 * all: a peer that comes and goes before anybody was told of it, and of which no
 * message was received or is left, leaves nothing. Of any other there are two
 * notices and a message, which lets two of them pass, or the first of the two
 * was told already.
 */

/**
 * struct ipcchan_peer - what there is to tell of a description that may send
 * @opened: the notice that it opened, while nobody has taken it; else NULL
 * @ended: the notice that it went
 * @left: messages of it, and the notice that it opened, which are not done with
 * @sent: messages of it that are there or were received: not those that were
 *	withdrawn or dropped
 * @is_gone: it is closed
 *
 * All under the lock of its flow.
 */
struct ipcchan_peer {
	struct ipcchan_msg *opened;
	struct ipcchan_msg *ended;
	u64 left;
	u64 sent;
	bool is_gone;
};

struct ipcchan_peer *ipcchan_peer_new(struct ipcchan_session *session);
void ipcchan_peer_free(struct ipcchan_peer *peer);
void ipcchan_peer_begin(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock);
void ipcchan_peer_end(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock);
void ipcchan_peer_count(struct ipcchan_flow *flow, struct ipcchan_port *port,
			struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_peer_not_sent(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_peer_uncount(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);

/**
 * ipcchan_peer_sent() - a message was accepted
 * @flow: the flow
 * @port: through which it was sent
 * @msg: the message
 */
static inline void ipcchan_peer_sent(struct ipcchan_flow *flow,
				     struct ipcchan_port *port,
				     struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (port->peer)
		ipcchan_peer_count(flow, port, msg);
}

/**
 * ipcchan_peer_done() - a message will never be there again
 * @flow: the flow
 * @msg: the message, or a notice that a peer opened
 */
static inline void ipcchan_peer_done(struct ipcchan_flow *flow,
				     struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (msg->peer)
		ipcchan_peer_uncount(flow, msg);
}

struct ipcchan_msg *ipcchan_notice_before(struct ipcchan_flow *flow,
					  const struct ipcchan_receiving *r,
					  struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_notice_is_ready(struct ipcchan_flow *flow,
			     const struct ipcchan_port *port)
	__must_hold(&flow->lock);
void ipcchan_notice_tell_holder(struct ipcchan_flow *flow,
				struct ipcchan_msg *notice)
	__must_hold(&flow->lock);
void ipcchan_notice_drop(struct ipcchan_flow *flow,
			 const struct ipcchan_port *port, u64 token)
	__must_hold(&flow->lock);
void ipcchan_notice_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *notice)
	__must_hold(&flow->lock);
void ipcchan_notice_done(struct ipcchan_flow *flow, struct ipcchan_msg *notice)
	__must_hold(&flow->lock);
bool ipcchan_notice_back(struct ipcchan_flow *flow, struct ipcchan_msg *notice)
	__must_hold(&flow->lock);
void ipcchan_notices_trash(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);

/* Is it a notice, and not a message that somebody sent? */
static inline bool ipcchan_msg_is_notice(const struct ipcchan_msg *msg)
{
	return msg->flags & IPCCHAN_MESSAGE_NOTICE;
}

#endif /* IPCCHAN_PEER_H */
