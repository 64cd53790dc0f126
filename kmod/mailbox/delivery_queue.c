// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery "queue": each message to one receiver, by priority, oldest first.
 */
#include "mailbox/delivery.h"
#include "mailbox/fifo.h"
#include "mailbox/queued.h"

static bool queue_may_exceed(struct ipcchan_flow *flow,
			     struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return true;
}

const struct ipcchan_delivery ipcchan_delivery_queue = {
	.number = IPCCHAN_DELIVERY_QUEUE,
	.name = "queue",
	.can_reserve = true,
	.hands_over = true,
	.ages = true,
	.can_hold = true,
	.can_snapshot = true,
	.fits = ipcchan_flow_fits,
	.admits = ipcchan_fifo_admits,
	.put = ipcchan_queued_put,
	.next_sender = ipcchan_fifo_next_sender,
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
	.is_open = ipcchan_fifo_is_open,
};
