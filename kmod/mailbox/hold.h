/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holding: messages that were copied out and are not done with yet.
 */
#ifndef IPCCHAN_HOLD_H
#define IPCCHAN_HOLD_H

#include "mailbox/flow.h"

/**
 * DOC: Holding
 *
 * A message that was received with HOLD stays in the state "held" of the flow
 * after it was copied out, and is in the tree of the port through which it was
 * received, by its sequence number:
 *
 * ======================================= ===================================
 * ended by                                what becomes of the message
 * ======================================= ===================================
 * COMMIT                                  received; the room is free
 * RELEASE                                 back to its place, redelivered
 * end of the process that received it     the same
 * end of the description                  the same
 * kill of the mailbox                     dropped
 * end of the sender's wait (rendezvous)   withdrawn: it was not sent
 * ======================================= ===================================
 *
 * The description holds, not the process: whoever has it may commit. But a
 * process that dies cannot, and whoever shares the description with it need not
 * know what it had in hand, so its end releases what it received itself.
 *
 * How much can be held is bounded by the capacity, since it keeps its room. All
 * that ends together goes back in one lock section, the newest first, which
 * queues do in a walk through what is stored, however much it is.
 */

struct file;
struct pid;

void ipcchan_hold_begin(struct ipcchan_flow *flow, struct ipcchan_port *port,
			struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_hold_drop(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_hold_end_all(struct ipcchan_flow *flow, struct ipcchan_port *port)
	__must_hold(&flow->lock);
void ipcchan_hold_end_of(struct ipcchan_port *port, const struct pid *taker);

long ipcchan_mailbox_commit(struct file *file, void *arg);
long ipcchan_mailbox_release(struct file *file, void *arg);

#endif /* IPCCHAN_HOLD_H */
