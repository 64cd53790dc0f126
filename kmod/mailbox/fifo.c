// SPDX-License-Identifier: GPL-2.0
/*
 * Senders in one line: for deliveries in which room is room for anybody.
 */
#include "mailbox/delivery.h"
#include "mailbox/fifo.h"
#include "mailbox/message.h"

/**
 * ipcchan_fifo_admits() - may this message be accepted now
 * @flow: the flow
 * @s: its send
 * @msg: the message
 *
 * Return: true if it fits and nobody waits before it.
 */
bool ipcchan_fifo_admits(struct ipcchan_flow *flow, struct ipcchan_sending *s,
			 struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	return (s->is_waiting || !flow->nr_waiting_senders) &&
	       flow->delivery->fits(flow, msg->entry.size);
}

/**
 * ipcchan_fifo_next_sender() - the waiting sender whose turn it is
 * @flow: the flow, with such
 *
 * Return: the first of them if its next message fits, else NULL.
 */
struct ipcchan_sending *ipcchan_fifo_next_sender(struct ipcchan_flow *flow)
{
	struct ipcchan_sending *s;
	struct ipcchan_msg *msg;

	lockdep_assert_held(&flow->lock);
	s = list_first_entry(&flow->waiting_senders, struct ipcchan_sending,
			     wait.node);
	msg = list_first_entry(&s->messages, struct ipcchan_msg, entry.node);
	return flow->delivery->fits(flow, msg->entry.size) ? s : NULL;
}

/**
 * ipcchan_fifo_is_open() - would any send be admitted now
 * @flow: the flow
 * @port: through which; all are alike
 *
 * Return: true if the longest message fits and nobody waits.
 */
bool ipcchan_fifo_is_open(struct ipcchan_flow *flow, struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	return !flow->nr_waiting_senders &&
	       flow->delivery->fits(flow, flow->max_message_size);
}
