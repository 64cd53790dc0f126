// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery "latest": one value, which a send replaces and nobody takes away.
 */
#include "mailbox/delivery.h"
#include "mailbox/flow.h"
#include "mailbox/logged.h"
#include "mailbox/message.h"
#include "mailbox/port.h"

static bool latest_admits(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			  struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return true;
}

static void latest_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		       struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_logged_drop(flow);
	ipcchan_logged_put(flow, s, msg);
}

static struct ipcchan_sending *latest_next_sender(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return list_first_entry(&flow->waiting_senders, struct ipcchan_sending,
				wait.node);
}

/* Whoever may read, reads: the value that is there comes first. */
static int latest_join(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (port->rights & IPCCHAN_RIGHT_RECEIVE)
		ipcchan_logged_join(flow, port, IPCCHAN_LOG_DROP, 1);
	return 0;
}

static bool latest_is_open(struct ipcchan_flow *flow,
			   struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return true;
}

const struct ipcchan_delivery ipcchan_delivery_latest = {
	.number = IPCCHAN_DELIVERY_LATEST,
	.name = "latest",
	.capacity = 1,
	.per_port = true,
	.can_reserve = true,
	.admits = latest_admits,
	.put = latest_put,
	.next_sender = latest_next_sender,
	.refusal = ipcchan_logged_refusal,
	.next = ipcchan_logged_next,
	.take = ipcchan_logged_take,
	.done = ipcchan_logged_done,
	.back = ipcchan_logged_back,
	.finished = ipcchan_logged_finished,
	.at = ipcchan_logged_at,
	.after = ipcchan_logged_after,
	.is_ready = ipcchan_logged_is_ready,
	.is_out = ipcchan_logged_is_out,
	.is_open = latest_is_open,
	.join = latest_join,
	.leave = ipcchan_logged_leave,
};
