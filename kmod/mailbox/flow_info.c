// SPDX-License-Identifier: GPL-2.0
/*
 * Flow, what is told of it.
 */
#include "mailbox/delivery.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/policy.h"

static void fill_limits(const struct ipcchan_flow *flow,
			struct ipcchan_mailbox_info *info)
{
	info->capacity_messages = flow->capacity_messages;
	info->max_message_size = flow->max_message_size;
	info->capacity_bytes = flow->capacity_bytes;
	info->delivery = flow->delivery->number;
	info->policy = flow->policy->number;
	info->aging_ns = flow->aging_ns;
	info->history = flow->history;
	info->features = (flow->takes_fds ? IPCCHAN_FEATURE_FDS : 0) |
			 (flow->tells_peers ? IPCCHAN_FEATURE_NOTICES : 0);
}

static void fill_use(const struct ipcchan_flow *flow,
		     struct ipcchan_mailbox_info *info)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	info->messages = ipcchan_flow_depth(flow);
	info->held = flow->nr_held;
	info->holding = flow->nr_holding;
	info->bytes = ipcchan_flow_bytes(flow) + flow->held_bytes;
	info->waiting_senders = flow->nr_waiting_senders;
	info->waiting_receivers = flow->nr_waiting_receivers;
	info->senders = flow->senders;
	info->receivers = flow->receivers;
	info->subscribers = flow->subscribers;
	info->notices = flow->nr_notices + flow->nr_cancellations;
	spin_lock(&ipcchan_waits.lock);
	info->calls = flow->nr_calls;
	info->calls_held = flow->nr_calls_held;
	spin_unlock(&ipcchan_waits.lock);
}

static void fill_counters(const struct ipcchan_flow *flow,
			  struct ipcchan_mailbox_info *info)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	info->sent = flow->sent;
	info->received = flow->received;
	info->dropped = flow->dropped;
	info->lost = flow->dropped - flow->told;
	info->handoffs = flow->handoffs;
	info->high_water = flow->high_water;
	info->high_water_bytes = flow->high_water_bytes;
}

/* When the oldest message was sent; one of the two stores is empty. */
static u64 oldest_message_ns(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	const struct ipcchan_queue_entry *queued;
	const struct ipcchan_log_entry *stored;

	lockdep_assert_held(&flow->lock);
	queued = ipcchan_queue_overdue(&flow->queue, U64_MAX);
	if (queued)
		return queued->time_ns;
	stored = list_first_entry_or_null(&flow->log.entries,
					  struct ipcchan_log_entry, node);
	return stored ? ipcchan_msg_of_stored(stored)->entry.time_ns : 0;
}

static void fill_oldest(struct ipcchan_flow *flow,
			struct ipcchan_mailbox_info *info)
	__must_hold(&flow->lock)
{
	const struct ipcchan_receiving *r;
	const struct ipcchan_sending *s;

	lockdep_assert_held(&flow->lock);
	info->oldest_message_ns = oldest_message_ns(flow);
	s = list_first_entry_or_null(&flow->waiting_senders,
				     struct ipcchan_sending, wait.node);
	if (s)
		info->oldest_sender_ns = s->since_ns;
	r = list_first_entry_or_null(&flow->waiting_receivers,
				     struct ipcchan_receiving, wait.node);
	if (r)
		info->oldest_receiver_ns = r->since_ns;
}

/**
 * ipcchan_flow_info() - limits and state, all of one moment
 * @flow: the flow
 * @info: to fill
 *
 * Return: 0 or -EIDRM; @info is filled in both cases.
 */
int ipcchan_flow_info(struct ipcchan_flow *flow,
		      struct ipcchan_mailbox_info *info)
{
	bool dead;

	*info = (struct ipcchan_mailbox_info) {};
	fill_limits(flow, info);
	spin_lock(&flow->lock);
	fill_use(flow, info);
	fill_counters(flow, info);
	fill_oldest(flow, info);
	dead = flow->dead;
	spin_unlock(&flow->lock);
	return dead ? -EIDRM : 0;
}
