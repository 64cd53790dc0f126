/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queued: what deliveries have in common that give each message to one receiver.
 */
#ifndef IPCCHAN_QUEUED_H
#define IPCCHAN_QUEUED_H

#include "mailbox/flow.h"

void ipcchan_queued_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_queued_overdue(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_queued_next(struct ipcchan_flow *flow,
					struct ipcchan_receiving *r)
	__must_hold(&flow->lock);
void ipcchan_queued_hold(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_queued_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_queued_done(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_queued_uncount(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_queued_back(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_queued_victim(struct ipcchan_flow *flow,
					  struct ipcchan_sending *s,
					  struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_queued_restore(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_queued_behind(struct ipcchan_flow *flow,
					  struct ipcchan_msg *first, u32 index)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_queued_next_but(struct ipcchan_flow *flow,
					    struct ipcchan_msg *first,
					    struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_queued_at(struct ipcchan_flow *flow,
				      struct ipcchan_port *port, u32 index)
	__must_hold(&flow->lock);
struct ipcchan_msg *ipcchan_queued_after(struct ipcchan_flow *flow,
					 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
bool ipcchan_queued_is_ready(struct ipcchan_flow *flow,
			     struct ipcchan_port *port)
	__must_hold(&flow->lock);

#endif /* IPCCHAN_QUEUED_H */
