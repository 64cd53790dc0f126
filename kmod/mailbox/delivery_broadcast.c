// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery "broadcast": each message to all subscribers, from one stored copy.
 */
#include "mailbox/delivery.h"
#include "mailbox/fifo.h"
#include "mailbox/flow.h"
#include "mailbox/logged.h"
#include "mailbox/message.h"
#include "mailbox/port.h"

/**
 * struct use - room that messages take
 * @messages: places
 * @bytes: bytes
 */
struct use {
	u32 messages;
	u64 bytes;
};

static bool fits(const struct ipcchan_flow *flow, const struct use *use,
		 u32 size)
{
	return use->messages < flow->capacity_messages &&
	       use->bytes + size <= flow->capacity_bytes;
}

/*
 * May this entry go for another? What is being copied goes on taking memory, so
 * that is bounded as well: a mailbox has its capacity twice, and not more.
 */
static bool is_droppable(const struct ipcchan_flow *flow,
			 const struct ipcchan_log_entry *e,
			 const struct use *held)
{
	return !e->standing.blockers &&
	       (!ipcchan_msg_of_stored(e)->copies || fits(flow, held, e->size));
}

/* What is reserved cannot be dropped, so it is the last to go. */
static struct use stored_now(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return (struct use) {
		.messages = flow->log.depth + flow->nr_reserved,
		.bytes = flow->log.bytes + flow->reserved_bytes,
	};
}

static void add(struct use *use, u32 size)
{
	use->messages++;
	use->bytes += size;
}

static void subtract(struct use *use, u32 size)
{
	use->messages--;
	use->bytes -= size;
}

/*
 * Is there room, or can it be made from the oldest on? A step for each message
 * that would have to go, most often one.
 */
static bool has_room(const struct ipcchan_flow *flow, u32 size)
	__must_hold(&flow->lock)
{
	struct use stored = stored_now(flow);
	struct use held = { flow->nr_held, flow->held_bytes };
	const struct ipcchan_log_entry *e;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry(e, &flow->log.entries, node) {
		if (fits(flow, &stored, size))
			return true;
		if (!is_droppable(flow, e, &held))
			return false;
		if (ipcchan_msg_of_stored(e)->copies)
			add(&held, e->size);
		subtract(&stored, e->size);
	}
	return fits(flow, &stored, size);
}

static bool is_full(const struct ipcchan_flow *flow, u32 size)
	__must_hold(&flow->lock)
{
	struct use stored = stored_now(flow);

	lockdep_assert_held(&flow->lock);
	return !fits(flow, &stored, size);
}

static void broadcast_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			  struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	while (is_full(flow, msg->entry.size) && ipcchan_logged_drop(flow))
		;
	ipcchan_logged_put(flow, s, msg);
}

static int find_policy(u32 number)
{
	switch (number) {
	case IPCCHAN_POLICY_BLOCK:
		return IPCCHAN_LOG_BLOCK;
	case IPCCHAN_POLICY_DEFAULT:
	case IPCCHAN_POLICY_DROP_OLDEST:
		return IPCCHAN_LOG_DROP;
	case IPCCHAN_POLICY_EVICT:
		return IPCCHAN_LOG_EVICT;
	}
	return -EINVAL;
}

static int broadcast_subscribe(struct ipcchan_flow *flow,
			       struct ipcchan_port *port, u32 policy, u32 from)
	__must_hold(&flow->lock)
{
	int log_policy = find_policy(policy);

	lockdep_assert_held(&flow->lock);
	if (log_policy < 0)
		return log_policy;
	ipcchan_logged_leave(flow, port);
	ipcchan_logged_join(flow, port, log_policy, from);
	return 0;
}

const struct ipcchan_delivery ipcchan_delivery_broadcast = {
	.number = IPCCHAN_DELIVERY_BROADCAST,
	.name = "broadcast",
	.per_port = true,
	.can_reserve = true,
	.fits = has_room,
	.admits = ipcchan_fifo_admits,
	.put = broadcast_put,
	.next_sender = ipcchan_fifo_next_sender,
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
	.is_open = ipcchan_fifo_is_open,
	.subscribe = broadcast_subscribe,
	.leave = ipcchan_logged_leave,
};
