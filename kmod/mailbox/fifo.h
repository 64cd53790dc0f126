/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Senders in one line: for deliveries in which room is room for anybody.
 */
#ifndef IPCCHAN_FIFO_H
#define IPCCHAN_FIFO_H

#include "mailbox/flow.h"

bool ipcchan_fifo_admits(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
struct ipcchan_sending *ipcchan_fifo_next_sender(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);
bool ipcchan_fifo_is_open(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock);

#endif /* IPCCHAN_FIFO_H */
