// SPDX-License-Identifier: GPL-2.0
/*
 * Notifying: descriptions that are told of events, by a signal or an eventfd.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "mailbox/delivery.h"
#include "mailbox/notify.h"
#include "mailbox/port.h"

#define ALL_EVENTS (IPCCHAN_EVENT_READ | IPCCHAN_EVENT_WRITE | \
		    IPCCHAN_EVENT_PRIORITY | IPCCHAN_EVENT_END | \
		    IPCCHAN_EVENT_REPLY)

/**
 * struct ipcchan_bell - an eventfd that a description has attached; immutable
 *	but @usage
 * @usage: references: one of the port, one of each that rings it
 * @eventfd: with a reference
 */
struct ipcchan_bell {
	refcount_t usage;
	struct eventfd_ctx *eventfd;
};

/* Takes the reference to @eventfd, also where it fails. */
static struct ipcchan_bell *new_bell(struct eventfd_ctx *eventfd)
{
	struct ipcchan_bell *bell = kmalloc(sizeof(*bell), GFP_KERNEL_ACCOUNT);

	if (!bell) {
		eventfd_ctx_put(eventfd);
		return ERR_PTR(-ENOMEM);
	}
	refcount_set(&bell->usage, 1);
	bell->eventfd = eventfd;
	return bell;
}

/**
 * ipcchan_bell_put() - give a reference back; no lock held
 * @bell: the bell, or NULL
 */
void ipcchan_bell_put(struct ipcchan_bell *bell)
{
	if (!bell || !refcount_dec_and_test(&bell->usage))
		return;
	eventfd_ctx_put(bell->eventfd);
	kfree(bell);
}

/*
 * What of the news is for this description. One with a filter is told of other
 * messages too while one that matches is there, but not if none is.
 */
static u32 events_for(struct ipcchan_port *port,
		      const struct ipcchan_news *news)
	__must_hold(&port->flow->lock)
{
	struct ipcchan_flow *flow = port->flow;
	u32 events = 0;

	lockdep_assert_held(&port->flow->lock);
	if (port->rights & IPCCHAN_RIGHT_RECEIVE) {
		if ((news->arrivals || (news->risen & EPOLLIN)) &&
		    ipcchan_port_is_ready(port))
			events |= IPCCHAN_EVENT_READ;
		if (ipcchan_port_is_urgent(port) &&
		    news->priorities >> port->watermark)
			events |= IPCCHAN_EVENT_PRIORITY;
		if (news->risen & EPOLLHUP)
			events |= IPCCHAN_EVENT_END;
	}
	if (port->rights & IPCCHAN_RIGHT_SEND) {
		if ((news->risen & EPOLLOUT) &&
		    flow->delivery->is_open(flow, port))
			events |= IPCCHAN_EVENT_WRITE;
		if (news->risen & EPOLLERR)
			events |= IPCCHAN_EVENT_END;
	}
	return events;
}

/* Does anybody want to know? Signals are for all events, an eventfd for some. */
static u32 wanted_by(const struct ipcchan_port *port)
	__must_hold(&port->flow->lock)
{
	lockdep_assert_held(&port->flow->lock);
	return port->has_signals ? ALL_EVENTS : port->events;
}

/**
 * ipcchan_notify_hear() - listeners note what is new for them
 * @flow: the flow
 * @news: what is new
 */
void ipcchan_notify_hear(struct ipcchan_flow *flow,
			 const struct ipcchan_news *news)
{
	struct ipcchan_port *port;

	lockdep_assert_held(&flow->lock);
	list_for_each_entry(port, &flow->listeners, listening) {
		/* A port is a port of this flow. */
		lockdep_assert_held(&port->flow->lock);
		port->due |= events_for(port, news) & wanted_by(port);
	}
}

static void pin(struct ipcchan_rings *rings, struct ipcchan_port *port)
	__must_hold(&port->flow->lock)
{
	bool rings_bell = port->bell && (port->due & port->events);

	lockdep_assert_held(&port->flow->lock);
	rings->at[rings->nr].port = ipcchan_port_get(port);
	rings->at[rings->nr].events = port->due;
	rings->at[rings->nr].bell = NULL;
	if (rings_bell) {
		refcount_inc(&port->bell->usage);
		rings->at[rings->nr].bell = port->bell;
	}
	rings->nr++;
	port->due = 0;
}

/**
 * ipcchan_notify_take() - listeners to be rung
 * @flow: the flow
 * @rings: filled; for ipcchan_notify_ring()
 *
 * Return: true if there are more than it takes.
 */
bool ipcchan_notify_take(struct ipcchan_flow *flow, struct ipcchan_rings *rings)
{
	struct ipcchan_port *port;

	lockdep_assert_held(&flow->lock);
	rings->nr = 0;
	list_for_each_entry(port, &flow->listeners, listening) {
		if (!port->due)
			continue;
		if (rings->nr == IPCCHAN_RINGS_MAX)
			return true;
		/* A port is a port of this flow. */
		lockdep_assert_held(&port->flow->lock);
		pin(rings, port);
	}
	return false;
}

static void send_signals(struct ipcchan_port *port, u32 events)
{
	if (events & IPCCHAN_EVENT_PRIORITY)
		kill_fasync(&port->fasync, SIGIO, POLL_PRI);
	if (events & IPCCHAN_EVENT_READ)
		kill_fasync(&port->fasync, SIGIO, POLL_IN);
	if (events & IPCCHAN_EVENT_WRITE)
		kill_fasync(&port->fasync, SIGIO, POLL_OUT);
	if (events & IPCCHAN_EVENT_REPLY)
		kill_fasync(&port->fasync, SIGIO, POLL_MSG);
	if (events & IPCCHAN_EVENT_END)
		kill_fasync(&port->fasync, SIGIO, POLL_HUP);
}

/**
 * ipcchan_notify_ring() - signal and count; no lock held
 * @rings: emptied
 */
void ipcchan_notify_ring(struct ipcchan_rings *rings)
{
	while (rings->nr) {
		struct ipcchan_port *port = rings->at[--rings->nr].port;
		struct ipcchan_bell *bell = rings->at[rings->nr].bell;

		send_signals(port, rings->at[rings->nr].events);
		if (bell)
			eventfd_signal(bell->eventfd);
		ipcchan_bell_put(bell);
		ipcchan_port_put(port);
	}
}

static void update_listening(struct ipcchan_port *port)
	__must_hold(&port->flow->lock)
{
	lockdep_assert_held(&port->flow->lock);
	list_del_init(&port->listening);
	if (port->has_signals || port->bell)
		list_add_tail(&port->listening, &port->flow->listeners);
	else
		port->due = 0;
}

/**
 * ipcchan_mailbox_fasync() - file operation: O_ASYNC is set or cleared
 * @fd: to be named in the signals
 * @file: of a mailbox
 * @on: which
 *
 * Two that do this at a time both read @fasync under the lock after they have
 * changed it, so the later of them sees what is true.
 *
 * Return: negative for an error.
 */
int ipcchan_mailbox_fasync(int fd, struct file *file, int on)
{
	struct ipcchan_port *port = ipcchan_port_of(file);
	int ret = fasync_helper(fd, file, on, &port->fasync);

	if (ret < 0)
		return ret;
	ipcchan_flow_lock(port->flow);
	port->has_signals = READ_ONCE(port->fasync);
	update_listening(port);
	ipcchan_flow_unlock(port->flow);
	return ret;
}

static int check_rights(const struct ipcchan_port *port,
			const struct ipcchan_mailbox_notify *a)
{
	u32 either = IPCCHAN_RIGHT_SEND | IPCCHAN_RIGHT_RECEIVE;
	u32 needed = 0;

	if ((a->events & (IPCCHAN_EVENT_READ | IPCCHAN_EVENT_PRIORITY)) ||
	    a->watermark < IPCCHAN_PRIORITIES)
		needed |= IPCCHAN_RIGHT_RECEIVE;
	if (a->events & (IPCCHAN_EVENT_WRITE | IPCCHAN_EVENT_REPLY))
		needed |= IPCCHAN_RIGHT_SEND;
	if ((needed & ~port->rights) || (a->events && !(port->rights & either)))
		return -EPERM;
	return 0;
}

static int check_notify(const struct ipcchan_port *port,
			const struct ipcchan_mailbox_notify *a)
{
	bool has_eventfd = a->fd != IPCCHAN_NO_FD;

	if (a->flags || (a->events & ~ALL_EVENTS))
		return -EOPNOTSUPP;
	if (a->watermark > IPCCHAN_PRIORITIES || has_eventfd != !!a->events)
		return -EINVAL;
	if ((a->events & IPCCHAN_EVENT_PRIORITY) &&
	    a->watermark == IPCCHAN_PRIORITIES)
		return -EINVAL;
	return check_rights(port, a);
}

static struct ipcchan_bell *bell_of(u32 fd)
{
	struct eventfd_ctx *eventfd;

	if (fd == IPCCHAN_NO_FD)
		return NULL;
	eventfd = eventfd_ctx_fdget(fd);
	if (IS_ERR(eventfd))
		return ERR_CAST(eventfd);
	return new_bell(eventfd);
}

/*
 * What is there already is told at once, or the caller would have to look after
 * attaching.
 */
static void attach(struct ipcchan_port *port, struct ipcchan_bell **bell,
		   const struct ipcchan_mailbox_notify *a)
	__must_hold(&port->flow->lock)
{
	struct ipcchan_flow *flow = port->flow;
	struct ipcchan_news now;

	lockdep_assert_held(&port->flow->lock);
	swap(port->bell, *bell);
	port->events = a->events;
	port->watermark = a->watermark;
	if (a->watermark < IPCCHAN_PRIORITIES)
		flow->is_watched = true;
	now = ipcchan_news_now(port);
	update_listening(port);
	port->due |= events_for(port, &now) & port->events;
	if (ipcchan_port_has_outcome(port))
		port->due |= IPCCHAN_EVENT_REPLY & port->events;
}

/**
 * ipcchan_notify_reply() - a call of a description has its outcome; no lock held
 * @port: of the description, which may be gone, but not its mailbox
 */
void ipcchan_notify_reply(struct ipcchan_port *port)
{
	struct ipcchan_flow *flow = port->flow;

	ipcchan_flow_lock(flow);
	flow->pending |= EPOLLRDBAND;
	/* Who is gone is no listener. */
	port->due |= IPCCHAN_EVENT_REPLY & wanted_by(port);
	ipcchan_flow_unlock(flow);
}

/**
 * ipcchan_mailbox_notify() - IPCCHAN_IOC_MAILBOX_NOTIFY
 * @file: of a mailbox
 * @arg: struct ipcchan_mailbox_notify
 *
 * Return: 0 or -errno.
 */
long ipcchan_mailbox_notify(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_notify *a = arg;
	struct ipcchan_port *port = ipcchan_port_of(file);
	struct ipcchan_bell *bell;
	int err = check_notify(port, a);

	if (err)
		return err;
	bell = bell_of(a->fd);
	if (IS_ERR(bell))
		return PTR_ERR(bell);
	ipcchan_flow_lock(port->flow);
	err = port->flow->dead ? -EIDRM : 0;
	if (!err)
		attach(port, &bell, a);
	ipcchan_flow_unlock(port->flow);
	ipcchan_bell_put(bell);
	/* Who polls may be one of those for whom this is reached now. */
	ipcchan_news_tell(port->flow, (struct ipcchan_news) {
		.risen = EPOLLPRI,
	});
	return err;
}
