// SPDX-License-Identifier: GPL-2.0
/*
 * Flow: how messages go from senders through a queue to receivers.
 */
#include "mailbox/flow.h"
#include "mailbox/message.h"

#define IN_EVENTS (EPOLLIN | EPOLLRDNORM)
#define OUT_EVENTS (EPOLLOUT | EPOLLWRNORM)

/* Used messages and bytes: those queued and those held. */
static u32 used_messages(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return flow->queue.depth + flow->held;
}

static bool fits(const struct ipcchan_flow *flow, u32 size)
	__must_hold(&flow->lock)
{
	u64 used_bytes = flow->queue.bytes + flow->held_bytes;

	lockdep_assert_held(&flow->lock);
	return used_messages(flow) < flow->capacity_messages &&
	       size <= flow->capacity_bytes - used_bytes;
}

/* Nobody can receive any more, and nobody can come who could. */
static bool is_deserted(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !flow->receivers && !flow->linked;
}

/* Nobody can send any more, and nobody can come who could. */
static bool is_ended(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return !flow->senders && !flow->linked;
}

/* What is held may be put back, so the end is not reached before. */
static bool is_drained(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return is_ended(flow) && !used_messages(flow);
}

static void enqueue(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	msg->entry.sequence = ++flow->sent;
	ipcchan_queue_add(&flow->queue, &msg->entry);
	flow->arrivals++;
	flow->high_water = max(flow->high_water, used_messages(flow));
}

/* Returns 0, -EAGAIN if the next message has to wait, or why it never goes. */
static int try_put(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg = list_first_entry(&s->messages,
						   struct ipcchan_msg,
						   entry.node);

	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return -EIDRM;
	if (is_deserted(flow))
		return -EPIPE;
	if (!fits(flow, msg->entry.size))
		return -EAGAIN;
	list_del_init(&msg->entry.node);
	enqueue(flow, msg);
	s->nr++;
	return 0;
}

/* Why a receive cannot take this message into its next slot; 0 if it can. */
static int check_slot(struct ipcchan_receiving *r,
		      const struct ipcchan_queue_entry *e)
{
	if (r->refuse_empty && !e->size)
		return -EBADMSG;
	if (r->truncate || e->size <= r->slots[r->nr].size)
		return 0;
	r->needed = e->size;
	return -EMSGSIZE;
}

static void hold_first(struct ipcchan_flow *flow, struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e = ipcchan_queue_pop(&flow->queue);

	lockdep_assert_held(&flow->lock);
	flow->held++;
	flow->held_bytes += e->size;
	list_add_tail(&e->node, &r->taken);
	r->nr++;
}

/* Returns 0 with a message or more, -EAGAIN if there is none yet, or why not. */
static int try_take(struct ipcchan_flow *flow, struct ipcchan_receiving *r)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return -EIDRM;
	while (r->nr < r->count && (e = ipcchan_queue_first(&flow->queue))) {
		int err = check_slot(r, e);

		if (err)
			return r->nr ? 0 : err;
		hold_first(flow, r);
	}
	if (r->nr)
		return 0;
	return is_drained(flow) ? -EPIPE : -EAGAIN;
}

/* Serves the first waiting receiver, if that can be done now. */
static bool serve_receiver(struct ipcchan_flow *flow, struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	struct ipcchan_receiving *r;
	int err;

	lockdep_assert_held(&flow->lock);
	r = list_first_entry_or_null(&flow->waiting_receivers,
				     struct ipcchan_receiving, wait.node);
	if (!r)
		return false;
	err = try_take(flow, r);
	if (err == -EAGAIN)
		return false;
	flow->nr_waiting_receivers--;
	ipcchan_waiter_finish(&r->wait, err, wake);
	return true;
}

/* Accepts one message of the first waiting sender, if it fits now. */
static bool serve_sender(struct ipcchan_flow *flow, struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	struct ipcchan_sending *s;
	int err;

	lockdep_assert_held(&flow->lock);
	s = list_first_entry_or_null(&flow->waiting_senders,
				     struct ipcchan_sending, wait.node);
	if (!s)
		return false;
	err = try_put(flow, s);
	if (err == -EAGAIN)
		return false;
	if (err || list_empty(&s->messages)) {
		flow->nr_waiting_senders--;
		ipcchan_waiter_finish(&s->wait, err, wake);
	}
	return true;
}

/*
 * Makes the two sentences of the DOC block true after any change. Receivers
 * first: what they take leaves the queue but keeps its room. Returns true if
 * it stopped because @wake is full.
 */
static bool settle(struct ipcchan_flow *flow, struct ipcchan_wake *wake)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	while (!ipcchan_wake_is_full(wake))
		if (!serve_receiver(flow, wake) && !serve_sender(flow, wake))
			return false;
	return true;
}

static __poll_t receiver_events(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return (flow->queue.depth ? IN_EVENTS : 0) |
	       (is_ended(flow) ? EPOLLHUP : 0);
}

/*
 * Room for the longest message and nobody waiting: then any send succeeds at
 * once, and a poller never spins on a message that does not fit.
 */
static __poll_t sender_events(const struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	bool is_open = !flow->nr_waiting_senders &&
		       fits(flow, flow->max_message_size);

	lockdep_assert_held(&flow->lock);
	return (is_open ? OUT_EVENTS : 0) | (is_deserted(flow) ? EPOLLERR : 0);
}

static __poll_t events(const struct ipcchan_flow *flow, u32 rights)
	__must_hold(&flow->lock)
{
	__poll_t mask = 0;

	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return EPOLLERR | EPOLLHUP;
	if (rights & IPCCHAN_RIGHT_RECEIVE)
		mask |= receiver_events(flow);
	if (rights & IPCCHAN_RIGHT_SEND)
		mask |= sender_events(flow);
	return mask;
}

/**
 * struct poll_news - what pollers are told once the lock is dropped
 * @arrivals: so many messages came and are still there
 * @risen: other events that were not ready before
 */
struct poll_news {
	u32 arrivals;
	__poll_t risen;
};

/*
 * Whether anybody polls is read under the lock, so no barrier is needed::
 *
 *   poller                                sender
 *   ------                                ------
 *   poll_wait(): joins flow->poll
 *   lock; reads events; unlock
 *                                         lock; queues; sees the poller; unlock
 *                                         wakes it
 *
 * and if the sender's section comes first, the poller's section sees the
 * message.
 */
static struct poll_news take_news(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	__poll_t now = events(flow, IPCCHAN_RIGHTS_MAILBOX);
	struct poll_news news = {
		.arrivals = min(flow->arrivals, flow->queue.depth),
		.risen = now & ~flow->ready & ~IN_EVENTS,
	};

	lockdep_assert_held(&flow->lock);
	flow->arrivals = 0;
	flow->ready = now;
	/* Ordered by the lock, see above. */
	if (!waitqueue_active(&flow->poll))
		return (struct poll_news) {};
	return news;
}

/*
 * One exclusive poller (EPOLLEXCLUSIVE) per message; all of them for the rest,
 * since what one makes of it says nothing about the others.
 */
static void tell_pollers(struct ipcchan_flow *flow, struct poll_news news)
{
	if (news.arrivals)
		__wake_up(&flow->poll, TASK_NORMAL, news.arrivals,
			  poll_to_key(IN_EVENTS));
	if (news.risen)
		__wake_up(&flow->poll, TASK_NORMAL, 0, poll_to_key(news.risen));
}

static void flow_lock(struct ipcchan_flow *flow) __acquires(&flow->lock)
{
	spin_lock(&flow->lock);
}

/* Settles, and wakes whoever that concerns with the lock dropped. */
static void flow_unlock(struct ipcchan_flow *flow) __releases(&flow->lock)
{
	struct ipcchan_wake wake;
	struct poll_news news;
	bool more;

	for (;;) {
		wake.nr = 0;
		more = settle(flow, &wake);
		news = take_news(flow);
		spin_unlock(&flow->lock);
		ipcchan_wake_flush(&wake);
		tell_pollers(flow, news);
		if (!more)
			return;
		spin_lock(&flow->lock);
	}
}

/**
 * ipcchan_flow_init() - make an empty flow
 * @flow: zeroed, with its three limits set
 */
void ipcchan_flow_init(struct ipcchan_flow *flow)
	__context_unsafe(not published yet)
{
	init_waitqueue_head(&flow->poll);
	spin_lock_init(&flow->lock);
	ipcchan_queue_init(&flow->queue);
	INIT_LIST_HEAD(&flow->waiting_senders);
	INIT_LIST_HEAD(&flow->waiting_receivers);
}

static void take_all(struct ipcchan_flow *flow, struct list_head *messages)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e;

	lockdep_assert_held(&flow->lock);
	while ((e = ipcchan_queue_pop(&flow->queue)))
		list_add_tail(&e->node, messages);
}

/**
 * ipcchan_flow_kill() - refuse everybody with EIDRM, drop what is queued
 * @flow: the flow; messages that are held are dropped when they are finished
 */
void ipcchan_flow_kill(struct ipcchan_flow *flow)
{
	LIST_HEAD(dropped);

	flow_lock(flow);
	flow->dead = true;
	take_all(flow, &dropped);
	flow_unlock(flow);
	ipcchan_msgs_put(&dropped);
}

/**
 * ipcchan_flow_deinit() - end a flow
 * @flow: nobody uses it
 */
void ipcchan_flow_deinit(struct ipcchan_flow *flow)
{
	LIST_HEAD(dropped);
	bool is_used;

	spin_lock(&flow->lock);
	is_used = flow->held || flow->nr_waiting_senders ||
		  flow->nr_waiting_receivers;
	take_all(flow, &dropped);
	spin_unlock(&flow->lock);
	WARN_ON_ONCE(is_used);
	ipcchan_msgs_put(&dropped);
}

/* Sleeps in one of the two lists; the caller joined it and counted itself. */
static int sleep_in_list(struct ipcchan_flow *flow, struct ipcchan_waiter *w,
			 const struct ipcchan_deadline *deadline, bool sends)
{
	int err = ipcchan_waiter_sleep(w, deadline);

	if (!err)
		return w->result;
	flow_lock(flow);
	if (!ipcchan_waiter_cancel(w))
		err = w->result;
	else if (sends)
		flow->nr_waiting_senders--;
	else
		flow->nr_waiting_receivers--;
	flow_unlock(flow);
	return err;
}

/* Puts what fits, unless others wait: nobody overtakes them. */
static int put_now(struct ipcchan_flow *flow, struct ipcchan_sending *s)
	__must_hold(&flow->lock)
{
	int err = flow->nr_waiting_senders && !flow->dead ? -EAGAIN : 0;

	lockdep_assert_held(&flow->lock);
	while (!err && !list_empty(&s->messages))
		err = try_put(flow, s);
	return err;
}

/**
 * ipcchan_flow_send() - send messages, in order
 * @flow: the flow
 * @s: @s->messages are to be sent, each no longer than max_message_size
 * @deadline: until when to wait for room
 *
 * Return: 0 if all were accepted; else the cause: @s->nr were, and the rest
 * are in @s->messages, the caller's again. -EAGAIN, -ETIMEDOUT, -ERESTARTSYS,
 * -EPIPE or -EIDRM.
 */
int ipcchan_flow_send(struct ipcchan_flow *flow, struct ipcchan_sending *s,
		      const struct ipcchan_deadline *deadline)
{
	bool waits;
	int err;

	ipcchan_waiter_init(&s->wait);
	s->nr = 0;
	flow_lock(flow);
	err = put_now(flow, s);
	waits = err == -EAGAIN && !deadline->nonblock;
	if (waits) {
		list_add_tail(&s->wait.node, &flow->waiting_senders);
		flow->nr_waiting_senders++;
	}
	flow_unlock(flow);
	if (!waits)
		return err;
	return sleep_in_list(flow, &s->wait, deadline, true);
}

/**
 * ipcchan_flow_receive() - take messages, to copy them out
 * @flow: the flow
 * @r: slots, count and flags set
 * @deadline: until when to wait for the first message
 *
 * Return: 0 with @r->nr messages held in @r->taken, for which the caller must
 * call ipcchan_flow_finish(); else none and the cause: -EAGAIN, -ETIMEDOUT,
 * -ERESTARTSYS, -EMSGSIZE (@r->needed tells the length), -EBADMSG, -EPIPE or
 * -EIDRM.
 */
int ipcchan_flow_receive(struct ipcchan_flow *flow,
			 struct ipcchan_receiving *r,
			 const struct ipcchan_deadline *deadline)
{
	bool waits;
	int err = -EAGAIN;

	ipcchan_waiter_init(&r->wait);
	INIT_LIST_HEAD(&r->taken);
	r->nr = 0;
	flow_lock(flow);
	if (!flow->nr_waiting_receivers || flow->dead)
		err = try_take(flow, r);
	waits = err == -EAGAIN && !deadline->nonblock;
	if (waits) {
		list_add_tail(&r->wait.node, &flow->waiting_receivers);
		flow->nr_waiting_receivers++;
	}
	flow_unlock(flow);
	if (!waits)
		return err;
	return sleep_in_list(flow, &r->wait, deadline, false);
}

static void release_hold(struct ipcchan_flow *flow,
			 const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	flow->held--;
	flow->held_bytes -= msg->entry.size;
}

static void put_back(struct ipcchan_flow *flow, struct list_head *undone)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *msg;
	struct ipcchan_msg *next;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry_safe(msg, next, undone, entry.node) {
		release_hold(flow, msg);
		if (flow->dead)
			continue;
		list_del_init(&msg->entry.node);
		ipcchan_queue_put_back(&flow->queue, &msg->entry);
		flow->arrivals++;
	}
}

/**
 * ipcchan_flow_finish() - say what became of messages that were taken
 * @flow: the flow
 * @done: copied out; the room is free now; the caller's from here on
 * @undone: not copied out; each goes back to its place, and stays in the list,
 *	the caller's, only if the flow is dead
 */
void ipcchan_flow_finish(struct ipcchan_flow *flow, struct list_head *done,
			 struct list_head *undone)
{
	struct ipcchan_msg *msg;

	flow_lock(flow);
	list_for_each_entry(msg, done, entry.node) {
		release_hold(flow, msg);
		flow->received++;
	}
	put_back(flow, undone);
	flow_unlock(flow);
}

static int find_queued(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		       u32 index, struct ipcchan_msg **found)
	__must_hold(&flow->lock)
{
	struct ipcchan_queue_entry *e = ipcchan_queue_at(&flow->queue, index);

	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return -EIDRM;
	if (!e)
		return -ENOMSG;
	for (; e && r->nr < r->count; e = ipcchan_queue_next(&flow->queue, e)) {
		int err = check_slot(r, e);

		if (err)
			return r->nr ? 0 : err;
		found[r->nr++] = ipcchan_msg_get(ipcchan_msg_of(e));
	}
	return 0;
}

/**
 * ipcchan_flow_peek() - look at queued messages
 * @flow: the flow
 * @r: slots, count and flags set
 * @index: of the first, 0 being the next to be received
 * @found: filled with up to @r->count messages, each with a reference
 *
 * Return: 0 with @r->nr messages, or none and -ENOMSG, -EMSGSIZE or -EIDRM.
 */
int ipcchan_flow_peek(struct ipcchan_flow *flow, struct ipcchan_receiving *r,
		      u32 index, struct ipcchan_msg **found)
{
	int err;

	r->nr = 0;
	spin_lock(&flow->lock);
	err = find_queued(flow, r, index, found);
	spin_unlock(&flow->lock);
	return err;
}

/**
 * ipcchan_flow_add_peers() - descriptions came or went
 * @flow: the flow
 * @senders: so many more with SEND
 * @receivers: so many more with RECEIVE
 */
void ipcchan_flow_add_peers(struct ipcchan_flow *flow, int senders,
			    int receivers)
{
	flow_lock(flow);
	flow->senders += senders;
	flow->receivers += receivers;
	flow_unlock(flow);
}

/**
 * ipcchan_flow_set_linked() - a name leads here, or none any more
 * @flow: the flow
 * @linked: which
 */
void ipcchan_flow_set_linked(struct ipcchan_flow *flow, bool linked)
{
	flow_lock(flow);
	flow->linked = linked;
	flow_unlock(flow);
}

/**
 * ipcchan_flow_poll() - what is ready
 * @flow: the flow; the caller has joined @flow->poll
 * @rights: of the descriptor that polls
 *
 * Return: EPOLL* bits.
 */
__poll_t ipcchan_flow_poll(struct ipcchan_flow *flow, u32 rights)
{
	__poll_t mask;

	spin_lock(&flow->lock);
	mask = events(flow, rights);
	spin_unlock(&flow->lock);
	return mask;
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

	spin_lock(&flow->lock);
	*info = (struct ipcchan_mailbox_info) {
		.capacity_messages = flow->capacity_messages,
		.max_message_size = flow->max_message_size,
		.capacity_bytes = flow->capacity_bytes,
		.messages = flow->queue.depth,
		.held = flow->held,
		.bytes = flow->queue.bytes + flow->held_bytes,
		.sent = flow->sent,
		.received = flow->received,
		.high_water = flow->high_water,
		.waiting_senders = flow->nr_waiting_senders,
		.waiting_receivers = flow->nr_waiting_receivers,
		.senders = flow->senders,
		.receivers = flow->receivers,
	};
	dead = flow->dead;
	spin_unlock(&flow->lock);
	return dead ? -EIDRM : 0;
}
