/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what pollers of a mailbox see and are told.
 */
#ifndef IPCCHAN_EVENTS_H
#define IPCCHAN_EVENTS_H

#include <linux/poll.h>

#include "mailbox/flow.h"

#define IPCCHAN_IN_EVENTS (EPOLLIN | EPOLLRDNORM)

/**
 * struct ipcchan_news - what pollers are told once the lock is dropped
 * @arrivals: so many messages came and are still there
 * @risen: other events that were not ready before
 */
struct ipcchan_news {
	u32 arrivals;
	__poll_t risen;
};

struct ipcchan_news ipcchan_news_take(struct ipcchan_flow *flow)
	__must_hold(&flow->lock);
void ipcchan_news_tell(struct ipcchan_flow *flow, struct ipcchan_news news);

__poll_t ipcchan_port_poll(struct ipcchan_port *port);

#endif /* IPCCHAN_EVENTS_H */
