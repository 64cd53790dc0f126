// SPDX-License-Identifier: GPL-2.0
/*
 * Flow, all that is in it: taken down in one moment, and put into another.
 */
#include <linux/slab.h>
#include <linux/sort.h>

#include "mailbox/delivery.h"
#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/tell.h"

/* A request is its caller's, who waits: it is nothing to keep. */
static void add(struct ipcchan_content *content, struct ipcchan_msg *msg)
{
	if (msg->token)
		return;
	content->taken[content->nr++] = (struct ipcchan_taken) {
		.msg = ipcchan_msg_get(msg),
		.lost = msg->lost,
	};
}

static void collect(struct ipcchan_flow *flow, struct ipcchan_content *content)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e;
	struct ipcchan_msg *msg;

	lockdep_assert_held(&flow->lock);
	content->sequence = flow->sequence;
	content->lost = flow->lost;
	list_for_each_entry(msg, &flow->held, entry.node)
		add(content, msg);
	for (e = ipcchan_queue_first(&flow->queue); e;
	     e = ipcchan_queue_next(&flow->queue, e))
		add(content, ipcchan_msg_of(e));
}

static int by_place(const void *one, const void *other)
{
	const struct ipcchan_taken *a = one;
	const struct ipcchan_taken *b = other;
	const struct ipcchan_queue_entry *x = &a->msg->entry;
	const struct ipcchan_queue_entry *y = &b->msg->entry;

	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	return x->sequence < y->sequence ? -1 : 1;
}

/* Room for what is there now; more may come before the lock is taken again. */
static int make_room(struct ipcchan_content *content, u32 room)
{
	kvfree(content->taken);
	content->room = room;
	content->taken = kvmalloc_array(room, sizeof(*content->taken),
					GFP_KERNEL_ACCOUNT);
	return content->taken ? 0 : -ENOMEM;
}

/**
 * ipcchan_flow_collect() - take down what is in a flow
 * @flow: the flow, of a delivery that has snapshots
 * @content: to fill; ipcchan_content_free() is due in all cases
 *
 * The walk under the lock is as long as the longest of a PEEK, or twice that
 * where dropping has let the mailbox hold twice its capacity.
 *
 * Return: 0, with the messages in the order of receipt, those that are held in
 * the places that they would go back to; or -EIDRM or -ENOMEM.
 */
int ipcchan_flow_collect(struct ipcchan_flow *flow,
			 struct ipcchan_content *content)
{
	u32 needed = 0;
	int err = 0;

	*content = (struct ipcchan_content) {};
	do {
		if (needed)
			err = make_room(content, needed);
		if (err)
			return err;
		spin_lock(&flow->lock);
		needed = flow->queue.depth + flow->nr_held;
		if (flow->dead)
			err = -EIDRM;
		else if (needed <= content->room)
			collect(flow, content);
		spin_unlock(&flow->lock);
	} while (!err && needed > content->room);
	sort(content->taken, content->nr, sizeof(*content->taken), by_place,
	     NULL);
	return err;
}

/**
 * ipcchan_content_free() - give back what was taken down
 * @content: of ipcchan_flow_collect()
 */
void ipcchan_content_free(struct ipcchan_content *content)
{
	while (content->nr)
		ipcchan_msg_put(content->taken[--content->nr].msg);
	kvfree(content->taken);
}

/* What a mailbox knows before it has taken or dropped the first message. */
static int check_new(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return -EIDRM;
	return flow->sequence || flow->nr_reserved ? -ENOTEMPTY : 0;
}

static void put_all(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg;
	struct ipcchan_msg *next;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry_safe(msg, next, &s->messages, entry.node) {
		list_del_init(&msg->entry.node);
		flow->dropped += msg->lost;
		flow->delivery->put(flow, s, msg);
		ipcchan_flow_note_arrival(flow, msg);
		ipcchan_tell_message(accept, flow, s->port, msg);
	}
}

/**
 * ipcchan_flow_restore() - put what was taken down into a new flow
 * @flow: the flow, of a delivery that has snapshots
 * @s: @s->messages are no more than it takes, in the order of receipt
 * @sequence: the last number that was given
 * @lost: dropped, and to be told with the next message that is accepted
 *
 * Return: 0; or -EIDRM, or -ENOTEMPTY, and the messages are the caller's.
 */
int ipcchan_flow_restore(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 u64 sequence, u64 lost)
{
	int err;

	ipcchan_flow_lock(flow);
	err = check_new(flow);
	if (!err) {
		put_all(flow, s);
		flow->sequence = sequence;
		flow->lost = lost;
		flow->dropped += lost;
		flow->sent = flow->dropped + s->nr;
		flow->stirred = true;
		flow->high_water = flow->queue.depth;
		flow->high_water_bytes = flow->queue.bytes;
	}
	ipcchan_flow_unlock(flow);
	return err;
}
