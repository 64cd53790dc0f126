// SPDX-License-Identifier: GPL-2.0
/*
 * Policies: what becomes of a message for which there is no room.
 */
#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/message.h"
#include "mailbox/peer.h"
#include "mailbox/policy.h"
#include "mailbox/tell.h"

static const struct ipcchan_policy policies[] = {
	{
		.number = IPCCHAN_POLICY_BLOCK,
		.name = "block",
		.waits = true,
	}, {
		.number = IPCCHAN_POLICY_FAIL,
		.name = "fail",
	}, {
		.number = IPCCHAN_POLICY_DROP_OLDEST,
		.name = "drop-oldest",
		.makes_room = true,
		.drops_new = true,
	}, {
		.number = IPCCHAN_POLICY_DROP_NEW,
		.name = "drop-new",
		.drops_new = true,
	}, {
		.number = IPCCHAN_POLICY_LATEST,
		.name = "latest",
		.makes_room = true,
		.drops_all = true,
		.drops_new = true,
	},
};

/**
 * ipcchan_policy_find() - a policy by its number
 * @delivery: of the mailbox
 * @number: IPCCHAN_POLICY_*
 *
 * Return: the policy, or NULL if there is none, or none for a sender there.
 */
const struct ipcchan_policy *
ipcchan_policy_find(const struct ipcchan_delivery *delivery, u32 number)
{
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		if (policies[i].number == number &&
		    !(policies[i].makes_room && delivery->subscribe))
			return &policies[i];
	return NULL;
}

/**
 * struct room - what a message can have that makes room for itself
 * @messages: places for messages
 * @bytes: bytes
 */
struct room {
	u32 messages;
	u64 bytes;
};

static bool is_enough(const struct room *room, const struct ipcchan_msg *msg)
{
	return room->messages && room->bytes >= msg->entry.size;
}

/*
 * What receivers hold cannot be dropped, so it does not count here: else the
 * newest message would be lost to an older one that is just being copied out.
 * Thus a mailbox may hold twice its capacity, and not more: with all of it held
 * there is no room to be made. What is free belongs to those who wait, and what
 * is reserved will be taken.
 */
static struct room room_now(struct ipcchan_flow *flow,
			    struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	u32 used = flow->queue.depth + flow->nr_reserved;
	u64 used_bytes = flow->queue.bytes + flow->reserved_bytes;

	lockdep_assert_held(&flow->lock);
	if (!flow->delivery->may_exceed(flow, s) ||
	    flow->nr_waiting_senders || flow->nr_held > flow->capacity_messages ||
	    flow->held_bytes > flow->capacity_bytes)
		return (struct room) {};
	return (struct room) {
		.messages = flow->capacity_messages -
			    min(used, flow->capacity_messages),
		.bytes = flow->capacity_bytes -
			 min(used_bytes, flow->capacity_bytes),
	};
}

/* The message that is told of a loss: the next of its priority, if any. */
static void tell_loss(struct ipcchan_flow *flow, const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	e = ipcchan_queue_successor(&flow->queue, &msg->entry);
	if (e)
		ipcchan_msg_of(e)->lost += msg->lost + 1;
	else
		flow->lost += msg->lost + 1;
}

/**
 * ipcchan_policy_drop() - drop a message, and see to it that it is told
 * @flow: the flow
 * @msg: has a sequence number, and is in no list
 */
void ipcchan_policy_drop(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	tell_loss(flow, msg);
	flow->dropped++;
	ipcchan_call_lost(flow, msg, -EPIPE);
	list_add_tail(&msg->entry.node, &flow->trash);
	ipcchan_peer_not_sent(flow, msg);
}

static void drop_victims(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct list_head *victims)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg;
	struct ipcchan_msg *next;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry_safe(msg, next, victims, entry.node) {
		list_del_init(&msg->entry.node);
		if (flow->delivery->discard)
			flow->delivery->discard(flow, msg);
		ipcchan_policy_drop(flow, msg);
		ipcchan_tell_drop(flow, s->port, msg, s->policy->number, true);
	}
}

/* The youngest first: each comes before those of its priority that are there. */
static void restore_victims(struct ipcchan_flow *flow,
			    struct list_head *victims)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg;
	struct ipcchan_msg *next;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry_safe_reverse(msg, next, victims, entry.node) {
		list_del_init(&msg->entry.node);
		flow->delivery->restore(flow, msg);
	}
}

static void count_victim(struct room *room, struct list_head *victims,
			 struct ipcchan_msg *victim)
{
	room->messages++;
	room->bytes += victim->entry.size;
	list_add_tail(&victim->entry.node, victims);
}

/**
 * ipcchan_policy_make_room() - drop messages for a new one, if the policy does
 * @flow: the flow
 * @s: whose policy counts
 * @msg: the new message, which is not admitted
 *
 * Return: true if there is room for it now; false if not, and then nothing was
 * dropped.
 */
bool ipcchan_policy_make_room(struct ipcchan_flow *flow,
			      struct ipcchan_sending *s,
			      struct ipcchan_msg *msg)
{
	const struct ipcchan_delivery *delivery = flow->delivery;
	struct ipcchan_msg *victim;
	struct room room;
	LIST_HEAD(victims);

	lockdep_assert_held(&flow->lock);
	if (!s->policy->makes_room || !flow->delivery->victim)
		return false;
	room = room_now(flow, s);
	while (!is_enough(&room, msg) &&
	       (victim = delivery->victim(flow, s, msg)))
		count_victim(&room, &victims, victim);
	while (s->policy->drops_all &&
	       (victim = delivery->outdated(flow, s, msg)))
		count_victim(&room, &victims, victim);
	if (is_enough(&room, msg)) {
		drop_victims(flow, s, &victims);
		return true;
	}
	restore_victims(flow, &victims);
	return false;
}

/**
 * ipcchan_policy_no_room() - what becomes of a message that finds no room
 * @flow: the flow
 * @s: whose policy counts
 * @msg: the first of its messages
 *
 * Return: 0 if it was dropped, -EAGAIN if it has to wait.
 */
int ipcchan_policy_no_room(struct ipcchan_flow *flow,
			   struct ipcchan_sending *s, struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	if (!s->policy->drops_new)
		return -EAGAIN;
	list_del_init(&msg->entry.node);
	msg->entry.sequence = ++flow->sequence;
	flow->sent++;
	flow->lost++;
	flow->dropped++;
	list_add_tail(&msg->entry.node, &flow->trash);
	s->dropped |= BIT_ULL(s->nr++);
	ipcchan_tell_drop(flow, s->port, msg, s->policy->number, false);
	return 0;
}
