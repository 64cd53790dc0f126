// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery "queue": each message to one receiver, by priority, oldest first.
 */
#include "mailbox/delivery.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/queued.h"

static bool queue_admits(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return (s->is_waiting || !flow->nr_waiting_senders) &&
	       ipcchan_flow_fits(flow, msg->entry.size);
}

static struct ipcchan_sending *queue_next_sender(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	struct ipcchan_sending *s;
	struct ipcchan_msg *msg;

	lockdep_assert_held(&flow->lock);
	s = list_first_entry(&flow->waiting_senders, struct ipcchan_sending,
			     wait.node);
	msg = list_first_entry(&s->messages, struct ipcchan_msg, entry.node);
	return ipcchan_flow_fits(flow, msg->entry.size) ? s : NULL;
}

static bool queue_may_exceed(struct ipcchan_flow *flow,
			     struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return true;
}

static bool queue_is_open(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !flow->nr_waiting_senders &&
	       ipcchan_flow_fits(flow, flow->max_message_size);
}

const struct ipcchan_delivery ipcchan_delivery_queue = {
	.number = IPCCHAN_DELIVERY_QUEUE,
	.name = "queue",
	.can_reserve = true,
	.ages = true,
	.can_hold = true,
	.can_snapshot = true,
	.admits = queue_admits,
	.put = ipcchan_queued_put,
	.next_sender = queue_next_sender,
	.next = ipcchan_queued_next,
	.take = ipcchan_queued_take,
	.done = ipcchan_queued_done,
	.back = ipcchan_queued_back,
	.may_exceed = queue_may_exceed,
	.victim = ipcchan_queued_victim,
	.outdated = ipcchan_queued_victim,
	.restore = ipcchan_queued_restore,
	.at = ipcchan_queued_at,
	.after = ipcchan_queued_after,
	.is_ready = ipcchan_queued_is_ready,
	.is_open = queue_is_open,
};
