// SPDX-License-Identifier: GPL-2.0
/*
 * Holding: messages that were copied out and are not done with yet.
 */
#include <linux/fs.h>
#include <linux/rbtree.h>
#include <linux/uaccess.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/hold.h"
#include "mailbox/message.h"
#include "mailbox/peer.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"

/**
 * struct names - which held messages a call is about
 * @sequences: their numbers
 * @nr: how many
 */
struct names {
	u64 sequences[IPCCHAN_BATCH_MAX];
	u32 nr;
};

static struct ipcchan_msg *msg_at(const struct rb_node *node)
{
	return rb_entry(node, struct ipcchan_msg, holding);
}

static bool is_before(struct rb_node *a, const struct rb_node *b)
{
	return msg_at(a)->entry.sequence < msg_at(b)->entry.sequence;
}

static int compare(const void *sequence, const struct rb_node *node)
{
	u64 wanted = *(const u64 *)sequence;
	u64 found = msg_at(node)->entry.sequence;

	return wanted < found ? -1 : wanted > found;
}

/* Takes the message out of the tree; NULL if this port does not hold it. */
static struct ipcchan_msg *take_named(struct ipcchan_port *port, u64 sequence)
	__must_hold(&port->flow->lock)
{
	struct rb_node *node;

	lockdep_assert_held(&port->flow->lock);
	node = rb_find(&sequence, &port->holding, compare);
	if (!node)
		return NULL;
	rb_erase(node, &port->holding);
	return msg_at(node);
}

/**
 * ipcchan_hold_begin() - hold a message that was copied out
 * @flow: the flow
 * @port: that received it
 * @msg: the message, held to be copied out until now
 */
void ipcchan_hold_begin(struct ipcchan_flow *flow, struct ipcchan_port *port,
			struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	msg->holder = port;
	rb_add(&msg->holding, &port->holding, is_before);
	flow->nr_holding++;
	ipcchan_tell_message(hold, flow, port, msg);
}

static void forget_holder(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	msg->holder = NULL;
	flow->nr_holding--;
}

static void commit(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		   struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	forget_holder(flow, msg);
	ipcchan_flow_received(flow, r, msg);
	list_add_tail(&msg->entry.node, &flow->trash);
}

static void release(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		    struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	forget_holder(flow, msg);
	msg->flags |= IPCCHAN_MESSAGE_REDELIVERED;
	if (flow->dead && msg->sending)
		ipcchan_flow_withdraw(flow, msg->sending);
	if (!ipcchan_flow_put_back(flow, r, msg))
		list_add_tail(&msg->entry.node, &flow->trash);
}

/*
 * In the reverse order of their sequence: so a fair order gives them back their
 * turns, and a queue finds the place of each beside that of the one before.
 */
static void release_tree(struct ipcchan_port *port, struct rb_root *tree)
	__must_hold(&port->flow->lock)
{
	struct ipcchan_receiving r = { .port = port };
	struct rb_node *node;

	lockdep_assert_held(&port->flow->lock);
	while ((node = rb_last(tree))) {
		rb_erase(node, tree);
		release(port->flow, &r, msg_at(node));
	}
	port->flow->stirred = true;
}

/**
 * ipcchan_hold_drop() - its sender took a held message back
 * @flow: the flow
 * @msg: the message, withdrawn; it is freed once the lock is dropped
 */
void ipcchan_hold_drop(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	struct ipcchan_receiving r = { .port = msg->holder };

	lockdep_assert_held(&flow->lock);
	rb_erase(&msg->holding, &msg->holder->holding);
	release(flow, &r, msg);
	flow->stirred = true;
}

/**
 * ipcchan_hold_end_all() - release all that a port holds
 * @flow: the flow; if it is dead, the messages are dropped
 * @port: the port
 */
void ipcchan_hold_end_all(struct ipcchan_flow *flow, struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	/* A port is a port of this flow. */
	lockdep_assert_held(&port->flow->lock);
	release_tree(port, &port->holding);
}

/**
 * ipcchan_hold_end_of() - release what a process received through a port
 * @port: the port
 * @taker: the process, which has ended
 */
void ipcchan_hold_end_of(struct ipcchan_port *port, const struct pid *taker)
{
	struct ipcchan_flow *flow = port->flow;
	struct rb_root ended = RB_ROOT;
	struct rb_node *node;
	struct rb_node *next;

	ipcchan_flow_lock(flow);
	for (node = rb_first(&port->holding); node; node = next) {
		next = rb_next(node);
		if (msg_at(node)->taker != taker)
			continue;
		rb_erase(node, &port->holding);
		rb_add(node, &ended, is_before);
	}
	release_tree(port, &ended);
	ipcchan_calls_end_held(flow, port, taker);
	ipcchan_flow_unlock(flow);
}

static noinline_for_stack int load_names(struct names *names, u64 user,
					 u32 count, u32 stride)
{
	if (!count || count > IPCCHAN_BATCH_MAX ||
	    stride < IPCCHAN_HELD_SIZE_VER0)
		return -EINVAL;
	if (stride > PAGE_SIZE)
		return -E2BIG;
	for (names->nr = 0; names->nr < count; names->nr++) {
		void __user *from = u64_to_user_ptr(user +
						    (u64)names->nr * stride);
		struct ipcchan_held held;
		int err = copy_struct_from_user(&held, sizeof(held), from,
						stride);

		if (err)
			return err;
		names->sequences[names->nr] = held.sequence;
	}
	return 0;
}

/* Both return how many, or why not even the first. */
static noinline_for_stack int commit_named(struct ipcchan_port *port,
					   const struct names *names)
	__must_hold(&port->flow->lock)
{
	struct ipcchan_receiving r = { .port = port };
	struct ipcchan_msg *msg;
	u32 nr = 0;

	lockdep_assert_held(&port->flow->lock);
	while (nr < names->nr &&
	       (msg = take_named(port, names->sequences[nr]))) {
		commit(port->flow, &r, msg);
		nr++;
	}
	port->flow->stirred = true;
	return nr ?: -ENOENT;
}

static noinline_for_stack int release_named(struct ipcchan_port *port,
					    const struct names *names)
	__must_hold(&port->flow->lock)
{
	struct rb_root named = RB_ROOT;
	struct ipcchan_msg *msg;
	u32 nr = 0;

	lockdep_assert_held(&port->flow->lock);
	while (nr < names->nr &&
	       (msg = take_named(port, names->sequences[nr]))) {
		rb_add(&msg->holding, &named, is_before);
		nr++;
	}
	release_tree(port, &named);
	return nr ?: -ENOENT;
}

/**
 * ipcchan_mailbox_commit() - IPCCHAN_IOC_MAILBOX_COMMIT
 * @file: of a mailbox, with the RECEIVE right
 * @arg: struct ipcchan_mailbox_commit
 *
 * Return: messages received for good, or -errno if none was.
 */
long ipcchan_mailbox_commit(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_commit *a = arg;
	struct ipcchan_port *port = ipcchan_port_of(file);
	struct names names;
	int ret;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	ret = load_names(&names, a->held, a->count, a->held_size);
	if (ret)
		return ret;
	ipcchan_flow_lock(port->flow);
	ret = port->flow->dead ? -EIDRM : commit_named(port, &names);
	ipcchan_flow_unlock(port->flow);
	return ret;
}

/**
 * ipcchan_mailbox_release() - IPCCHAN_IOC_MAILBOX_RELEASE
 * @file: of a mailbox, with the RECEIVE right
 * @arg: struct ipcchan_mailbox_release
 *
 * Return: messages put back, or -errno if none was.
 */
long ipcchan_mailbox_release(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_release *a = arg;
	struct ipcchan_port *port = ipcchan_port_of(file);
	struct names names;
	int ret;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	ret = load_names(&names, a->held, a->count, a->held_size);
	if (ret)
		return ret;
	ipcchan_flow_lock(port->flow);
	ret = port->flow->dead ? -EIDRM : release_named(port, &names);
	ipcchan_flow_unlock(port->flow);
	return ret;
}
