// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery "fair": as "queue", but within a priority the senders take turns.
 */
#include <linux/ktime.h>
#include <linux/slab.h>

#include "mailbox/delivery.h"
#include "mailbox/fair.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/queued.h"
#include "object/session.h"

static struct ipcchan_account *account_of(const struct ipcchan_msg *msg)
{
	return container_of(msg->turn.sender, struct ipcchan_account, drr);
}

static struct ipcchan_msg *msg_of(struct ipcchan_drr_entry *e)
{
	return container_of(e, struct ipcchan_msg, turn);
}

static int fair_setup(struct ipcchan_flow *flow)
	__context_unsafe(not published yet)
{
	flow->fair = kzalloc(sizeof(*flow->fair), GFP_KERNEL_ACCOUNT);
	if (!flow->fair)
		return -ENOMEM;
	ipcchan_fair_init(flow->fair);
	ipcchan_drr_init(&flow->fair->drr, flow->capacity_messages,
			 flow->capacity_bytes, flow->max_message_size);
	return 0;
}

static void fair_teardown(struct ipcchan_flow *flow)
	__context_unsafe(nobody uses it)
{
	kfree(flow->fair);
}

static int fair_prepare(struct ipcchan_port *port)
{
	struct ipcchan_account *account;

	if (!(port->rights & IPCCHAN_RIGHT_SEND))
		return 0;
	account = kzalloc(sizeof(*account), GFP_KERNEL_ACCOUNT);
	if (!account)
		return -ENOMEM;
	ipcchan_account_init(account, port->session->client);
	port->spare = account;
	return 0;
}

static int fair_join(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	struct ipcchan_fair *fair = flow->fair;
	struct ipcchan_account *account;

	lockdep_assert_held(&flow->lock);
	if (!port->spare)
		return 0;
	account = ipcchan_fair_find(fair, port->session->client);
	if (!account) {
		if (fair->nr_accounts == IPCCHAN_SENDERS_MAX)
			return -ENOSPC;
		account = port->spare;
		port->spare = NULL;
		ipcchan_fair_add(fair, account);
	}
	account->ports++;
	port->account = account;
	return 0;
}

static void fair_leave(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!port->account)
		return;
	port->account->ports--;
	port->spare = ipcchan_fair_try_end(flow->fair, port->account);
}

static bool fair_admits(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	const struct ipcchan_account *account = s->port->account;

	lockdep_assert_held(&flow->lock);
	if (s->is_waiting)
		return ipcchan_drr_admits(&flow->fair->drr, &account->drr,
					  msg->entry.size);
	return ipcchan_fair_admits(flow->fair, account, msg->entry.size);
}

static void fair_put(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		     struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	msg->turn = (struct ipcchan_drr_entry) {
		.sequence = msg->entry.sequence,
		.priority = msg->entry.priority,
		.size = msg->entry.size,
		.sender = &s->port->account->drr,
	};
	ipcchan_drr_add(&flow->fair->drr, &msg->turn);
	s->port->account->sent++;
	ipcchan_queued_put(flow, s, msg);
}

static void fair_reserve(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_drr_reserve(&flow->fair->drr, &s->port->account->drr,
			    msg->entry.size);
}

static void fair_unreserve(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			   const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_drr_unreserve(&flow->fair->drr, &s->port->account->drr,
			      msg->entry.size);
	flow->vacated = true;
}

static void fair_wait(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_fair_wait(flow->fair, s->port->account, s);
}

static void fair_unwait(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_fair_unwait(flow->fair, s->port->account, s);
	flow->vacated = true;
}

static struct ipcchan_sending *fair_next_sender(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_fair_next(flow->fair);
}

/* What is overdue goes first, whose turn it may be. */
static struct ipcchan_msg *choose(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *overdue = ipcchan_queued_overdue(flow);
	struct ipcchan_drr_entry *e;

	lockdep_assert_held(&flow->lock);
	if (overdue)
		return overdue;
	e = ipcchan_drr_next(&flow->fair->drr);
	return e ? msg_of(e) : NULL;
}

static struct ipcchan_msg *fair_next(struct ipcchan_flow *flow,
				     struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!ipcchan_filter_is_any(&r->filter))
		return ipcchan_queued_next(flow, r);
	return choose(flow);
}

static void fair_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	struct ipcchan_account *account = account_of(msg);
	u64 waited = ktime_get_ns() - msg->entry.time_ns;

	lockdep_assert_held(&flow->lock);
	account->longest_wait_ns = max(account->longest_wait_ns, waited);
	ipcchan_drr_take(&flow->fair->drr, &msg->turn);
	ipcchan_queued_take(flow, r, msg);
}

/* Its room is free again; what may have been the last to keep its account. */
static void leave_account(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	msg->spare = ipcchan_fair_try_end(flow->fair, account_of(msg));
	flow->vacated = true;
}

static void fair_done(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_queued_done(flow, r, msg);
	ipcchan_drr_release(&flow->fair->drr, &msg->turn);
	leave_account(flow, msg);
}

static bool fair_back(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	bool is_back = ipcchan_queued_back(flow, r, msg);

	lockdep_assert_held(&flow->lock);
	if (is_back) {
		ipcchan_drr_put_back(&flow->fair->drr, &msg->turn);
	} else {
		ipcchan_drr_release(&flow->fair->drr, &msg->turn);
		leave_account(flow, msg);
	}
	return is_back;
}

/*
 * Who has messages there has had its share, or may get it: it has no claim to
 * what others have not used up. Who has none may have one.
 */
static bool fair_may_exceed(struct ipcchan_flow *flow,
			    struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !s->port->account->drr.queued;
}

static struct ipcchan_msg *pick(struct ipcchan_flow *flow,
				struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_queue_remove(&flow->queue, &msg->entry);
	ipcchan_drr_pick(&msg->turn);
	return msg;
}

static struct ipcchan_msg *fair_outdated(struct ipcchan_flow *flow,
					 struct ipcchan_sending *s,
					 struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	struct ipcchan_drr_entry *e;

	lockdep_assert_held(&flow->lock);
	e = ipcchan_drr_victim(&s->port->account->drr, msg->entry.priority);
	return e ? pick(flow, msg_of(e)) : NULL;
}

static struct ipcchan_msg *fair_victim(struct ipcchan_flow *flow,
				       struct ipcchan_sending *s,
				       struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	if (s->port->account->drr.queued)
		return fair_outdated(flow, s, msg);
	e = ipcchan_queue_victim(&flow->queue, msg->entry.priority);
	return e ? pick(flow, ipcchan_msg_of(e)) : NULL;
}

static void fair_restore(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	ipcchan_queued_restore(flow, msg);
	ipcchan_drr_unpick(&msg->turn);
}

static void fair_discard(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (!list_empty(&msg->turn.node))
		ipcchan_drr_pick(&msg->turn);
	ipcchan_drr_drop(&flow->fair->drr, &msg->turn);
	leave_account(flow, msg);
}

static struct ipcchan_msg *fair_at(struct ipcchan_flow *flow,
				   struct ipcchan_port *port, u32 index)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_queued_behind(flow, choose(flow), index);
}

static struct ipcchan_msg *fair_after(struct ipcchan_flow *flow,
				      struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_queued_next_but(flow, choose(flow), msg);
}

/* All ports together have room while any client could have some. */
static bool fair_is_open(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	const struct ipcchan_drr *drr = &flow->fair->drr;

	lockdep_assert_held(&flow->lock);
	if (!port)
		return drr->used < drr->capacity_messages;
	return ipcchan_fair_admits(flow->fair, port->account,
				   flow->max_message_size);
}

static u32 fair_senders(struct ipcchan_flow *flow, u64 after,
			struct ipcchan_mailbox_sender *entries, u32 max)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_fair_list(flow->fair, after, entries, max);
}

const struct ipcchan_delivery ipcchan_delivery_fair = {
	.number = IPCCHAN_DELIVERY_FAIR,
	.name = "fair",
	.can_hold = true,
	.can_reserve = true,
	.ages = true,
	.setup = fair_setup,
	.teardown = fair_teardown,
	.prepare = fair_prepare,
	.join = fair_join,
	.leave = fair_leave,
	.admits = fair_admits,
	.put = fair_put,
	.reserve = fair_reserve,
	.unreserve = fair_unreserve,
	.wait = fair_wait,
	.unwait = fair_unwait,
	.next_sender = fair_next_sender,
	.next = fair_next,
	.take = fair_take,
	.done = fair_done,
	.back = fair_back,
	.may_exceed = fair_may_exceed,
	.victim = fair_victim,
	.outdated = fair_outdated,
	.restore = fair_restore,
	.discard = fair_discard,
	.at = fair_at,
	.after = fair_after,
	.is_ready = ipcchan_queued_is_ready,
	.is_open = fair_is_open,
	.senders = fair_senders,
};
