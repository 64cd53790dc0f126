/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notifying: descriptions that are told of events, by a signal or an eventfd.
 */
#ifndef IPCCHAN_NOTIFY_H
#define IPCCHAN_NOTIFY_H

#include "limits.h"
#include "mailbox/events.h"
#include "mailbox/flow.h"

/**
 * DOC: Notifying
 *
 * A port that has asked for signals (O_ASYNC) or has an eventfd stands in the
 * flow's list of listeners. Where pollers are told what is new, each of these
 * notes what of it is for its description; the lock is dropped, and each is rung
 * once, whatever came together:
 *
 * ========= ========================= ======= ================================
 * event     when it rises             band    right
 * ========= ========================= ======= ================================
 * READ      a message came            IN      RECEIVE
 * PRIORITY  one as high as its        PRI     RECEIVE
 *           watermark came
 * WRITE     there is room again       OUT     SEND
 * END       the other side is gone    HUP     RECEIVE or SEND
 * ========= ========================= ======= ================================
 *
 * Nothing of this happens under the lock: a listener is pinned there (the port,
 * and its bell, which may be exchanged meanwhile) and rung after it. Where more
 * ring than IPCCHAN_RINGS_MAX, the lock is taken again for the next of them.
 */

struct eventfd_ctx;
struct ipcchan_bell;

/**
 * struct ipcchan_rings - listeners to be rung once the lock is dropped
 * @nr: how many
 * @at: these
 * @at.port: whose signals are sent; with a reference
 * @at.bell: its eventfd, if that is to be told; with a reference; or NULL
 * @at.events: IPCCHAN_EVENT_* for the signals
 */
struct ipcchan_rings {
	u32 nr;
	struct {
		struct ipcchan_port *port;
		struct ipcchan_bell *bell;
		u32 events;
	} at[IPCCHAN_RINGS_MAX];
};

void ipcchan_notify_hear(struct ipcchan_flow *flow,
			 const struct ipcchan_news *news)
	__must_hold(&flow->lock);
bool ipcchan_notify_take(struct ipcchan_flow *flow, struct ipcchan_rings *rings)
	__must_hold(&flow->lock);
void ipcchan_notify_ring(struct ipcchan_rings *rings);

void ipcchan_bell_put(struct ipcchan_bell *bell);

int ipcchan_mailbox_fasync(int fd, struct file *file, int on);
void ipcchan_notify_reply(struct ipcchan_port *port);
long ipcchan_mailbox_notify(struct file *file, void *arg);

#endif /* IPCCHAN_NOTIFY_H */
