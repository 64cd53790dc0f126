/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what pollers of a mailbox see and are told.
 */
#ifndef IPCCHAN_EVENTS_H
#define IPCCHAN_EVENTS_H

#include <linux/poll.h>

#include "mailbox/flow.h"
#include "mailbox/port.h"

#define IPCCHAN_IN_EVENTS (EPOLLIN | EPOLLRDNORM)

/**
 * struct ipcchan_news - what pollers are told once the lock is dropped
 * @arrivals: so many messages came and are still there
 * @priorities: bit n set: one of priority n came, and one is still there; all
 *	that are there when filters changed
 * @risen: other events that were not ready before
 */
struct ipcchan_news {
	u32 arrivals;
	u32 priorities;
	__poll_t risen;
};

struct ipcchan_news ipcchan_news_take(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);
struct ipcchan_news ipcchan_news_now(struct ipcchan_port *port)
	__must_hold(&port->flow->lock);
void ipcchan_news_tell(struct ipcchan_flow *flow, struct ipcchan_news news);

bool ipcchan_port_is_ready(struct ipcchan_port *port)
	__must_hold(&port->flow->lock);
bool ipcchan_port_is_urgent(struct ipcchan_port *port)
	__must_hold(&port->flow->lock);
__poll_t ipcchan_port_poll(struct ipcchan_port *port);

#endif /* IPCCHAN_EVENTS_H */
