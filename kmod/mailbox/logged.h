/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Logged: what deliveries have in common that give each message to all readers.
 */
#ifndef IPCCHAN_LOGGED_H
#define IPCCHAN_LOGGED_H

#include "mailbox/flow.h"

/**
 * DOC: Logged
 *
 * Messages stand in the flow's log, one copy of each. A description that reads
 * has a position there (ipcchan_port.reader), and what it has missed is the gap
 * between the sequence of a message and that of the one before
 * (ipcchan_port.seen). So it is told of everything that used up a number: what
 * was dropped from the log, and what its sender's policy dropped before.
 *
 * Whoever copies messages out has the turn of the description: another call on
 * it waits, since it cannot know yet what is next. The position moves only when
 * a message was copied, so a failed copy leaves all as it was. SUBSCRIBE takes
 * the turn away: the copies go on, the position is another one.
 *
 * A RECEIVE with AFTER has a reader of its own for the time of its copies.
 *
 * ========= ================================ ==============================
 * a message is in place by                   leaves it by
 * ========= ================================ ==============================
 * stored    ipcchan_logged_put()             everybody has read it and it is
 *                                            no history; dropped for another;
 *                                            a kill
 * held      it is no longer stored, but      the last of its copies is done
 *           still being copied
 * ========= ================================ ==============================
 */

void ipcchan_logged_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_logged_drop(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);
void ipcchan_logged_clear(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);

void ipcchan_logged_join(struct ipcchan_flow *flow, struct ipcchan_port *port,
			 enum ipcchan_log_policy policy, u32 from)
	__must_hold(&flow->lock);
void ipcchan_logged_leave(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock);

int ipcchan_logged_refusal(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_logged_next(struct ipcchan_flow *flow,
					struct ipcchan_receiving *r)
	__must_hold(&flow->lock);
void ipcchan_logged_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_logged_done(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_logged_back(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_logged_finished(struct ipcchan_flow *flow,
			     struct ipcchan_receiving *r)
	__must_hold(&flow->lock);

struct ipcchan_msg *ipcchan_logged_at(struct ipcchan_flow *flow,
				      struct ipcchan_port *port, u32 index)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_logged_after(struct ipcchan_flow *flow,
					 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_logged_is_ready(struct ipcchan_flow *flow,
			     struct ipcchan_port *port)
	__must_hold(&flow->lock);
bool ipcchan_logged_is_out(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock);

#endif /* IPCCHAN_LOGGED_H */
