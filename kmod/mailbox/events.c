// SPDX-License-Identifier: GPL-2.0
/*
 * Events: what pollers of a mailbox see and are told.
 */
#include "mailbox/delivery.h"
#include "mailbox/events.h"
#include "mailbox/notify.h"
#include "mailbox/peer.h"

#define OUT_EVENTS (EPOLLOUT | EPOLLWRNORM)

/*
 * Nobody waiting, and room for the longest message: then any send through this
 * port succeeds at once, and a poller never spins on a message that does not
 * fit.
 */
static __poll_t sender_events(struct ipcchan_flow *flow,
			      struct ipcchan_port *port)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return (flow->delivery->is_open(flow, port) ? OUT_EVENTS : 0) |
	       (ipcchan_flow_is_deserted(flow) ? EPOLLERR : 0);
}

static __poll_t end_events(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return ipcchan_flow_is_ended(flow) ? EPOLLHUP : 0;
}

/**
 * ipcchan_port_is_ready() - can something be received at once
 * @port: through which
 *
 * Return: true if there is a message, or a notice, for its filter.
 */
bool ipcchan_port_is_ready(struct ipcchan_port *port)
{
	struct ipcchan_flow *flow = port->flow;

	lockdep_assert_held(&port->flow->lock);
	return flow->delivery->is_ready(flow, port) ||
	       ipcchan_notice_is_ready(flow, port);
}

/* What all ports see alike: all but the arrival of messages. */
static __poll_t shared_events(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (flow->dead)
		return EPOLLERR | EPOLLHUP;
	return sender_events(flow, NULL) | end_events(flow);
}

/**
 * ipcchan_news_take() - what is new since the pollers were last told
 * @flow: the flow
 *
 * After a time in which nobody was told, a listener that begins hears of no event
 * that is not new, and a poller that has begun looks once too often.
 *
 * Return: the news, for ipcchan_news_tell().
 */
struct ipcchan_news ipcchan_news_take(struct ipcchan_flow *flow)
{
	__poll_t now = shared_events(flow);
	__poll_t before = flow->is_unheard ? now : flow->ready;
	struct ipcchan_news news = {
		.arrivals = min(flow->arrivals, flow->queue.depth),
		.priorities = (flow->refiltered ? ~0U : flow->arrived) &
			      flow->queue.occupied,
		.risen = (now & ~before) | flow->pending,
	};

	lockdep_assert_held(&flow->lock);
	/* Which of the pollers a message is for, only they find out. */
	if (flow->refiltered || (flow->filtered && news.arrivals)) {
		news.risen |= IPCCHAN_IN_EVENTS;
		news.arrivals = 0;
	}
	/* Whose port is open now, only its poller can tell. */
	if (flow->vacated)
		news.risen |= now & OUT_EVENTS;
	ipcchan_news_forget(flow);
	flow->ready = now;
	ipcchan_notify_hear(flow, &news);
	if (flow->is_unheard)
		news.risen |= now;
	flow->is_unheard = false;
	if (flow->is_watched && news.priorities)
		news.risen |= EPOLLPRI;
	return news;
}

/**
 * ipcchan_news_now() - all that a port would have been told, had it listened
 * @port: the port
 *
 * Return: what is there now, as news.
 */
struct ipcchan_news ipcchan_news_now(struct ipcchan_port *port)
{
	struct ipcchan_flow *flow = port->flow;

	lockdep_assert_held(&port->flow->lock);
	return (struct ipcchan_news) {
		.arrivals = ipcchan_port_is_ready(port),
		.priorities = flow->queue.occupied,
		.risen = shared_events(flow),
	};
}

/**
 * ipcchan_news_tell() - wake pollers; no lock held
 * @flow: the flow
 * @news: what ipcchan_news_take() gave
 *
 * One exclusive poller (EPOLLEXCLUSIVE) per message, if any will do; all of
 * them for the rest, since what one makes of it says nothing about the others.
 */
void ipcchan_news_tell(struct ipcchan_flow *flow, struct ipcchan_news news)
{
	if (news.arrivals)
		__wake_up(&flow->poll, TASK_NORMAL, news.arrivals,
			  poll_to_key(IPCCHAN_IN_EVENTS));
	if (news.risen)
		__wake_up(&flow->poll, TASK_NORMAL, 0, poll_to_key(news.risen));
}

/**
 * ipcchan_port_is_urgent() - is a message as high as the watermark there
 * @port: for which it is
 *
 * Return: true if there is one that its filter lets through.
 */
bool ipcchan_port_is_urgent(struct ipcchan_port *port)
{
	struct ipcchan_filter filter = port->filter;
	struct ipcchan_queue *queue = &port->flow->queue;

	lockdep_assert_held(&port->flow->lock);
	if (port->watermark >= IPCCHAN_PRIORITIES ||
	    !(queue->occupied >> port->watermark))
		return false;
	filter.min_priority = max(filter.min_priority, port->watermark);
	return ipcchan_queue_match(queue, &filter);
}

static __poll_t port_events(struct ipcchan_port *port)
	__must_hold(&port->flow->lock)
{
	struct ipcchan_flow *flow = port->flow;
	__poll_t mask = 0;

	lockdep_assert_held(&port->flow->lock);
	if (ipcchan_port_has_outcome(port))
		mask |= EPOLLRDBAND;
	if (flow->dead)
		return mask | EPOLLERR | EPOLLHUP;
	if (port->rights & IPCCHAN_RIGHT_RECEIVE) {
		mask |= end_events(flow);
		if (ipcchan_port_is_ready(port))
			mask |= IPCCHAN_IN_EVENTS;
		if (flow->delivery->is_out && flow->delivery->is_out(flow, port))
			mask |= EPOLLHUP;
		if (ipcchan_port_is_urgent(port))
			mask |= EPOLLPRI;
	}
	if (port->rights & IPCCHAN_RIGHT_SEND)
		mask |= sender_events(flow, port);
	return mask;
}

/**
 * ipcchan_port_poll() - what is ready for a description
 * @port: of the description, which has joined the flow's pollers
 *
 * Return: EPOLL* bits.
 */
__poll_t ipcchan_port_poll(struct ipcchan_port *port)
{
	__poll_t mask;

	spin_lock(&port->flow->lock);
	mask = port_events(port);
	spin_unlock(&port->flow->lock);
	return mask;
}
