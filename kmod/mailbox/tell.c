// SPDX-License-Identifier: GPL-2.0
/*
 * Telling: what happens in a flow, to who traces it.
 */
#include "mailbox/call.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"
#include "object/session.h"

static u64 client_of(const struct ipcchan_port *port)
{
	return port ? port->session->client : 0;
}

/**
 * ipcchan_tell_fill_message() - put together what is told of a message
 * @told: to fill
 * @flow: where it is
 * @port: of who does something with it, or NULL
 * @msg: the message
 */
void ipcchan_tell_fill_message(struct ipcchan_told_message *told,
			       const struct ipcchan_flow *flow,
			       const struct ipcchan_port *port,
			       const struct ipcchan_msg *msg)
{
	lockdep_assert_held(&flow->lock);
	*told = (struct ipcchan_told_message) {
		.mailbox = flow->id,
		.client = client_of(port),
		.sender = msg->entry.client,
		.sequence = msg->entry.sequence,
		.type = msg->entry.type,
		.priority = msg->entry.priority,
		.size = msg->entry.size,
		.nr_fds = ipcchan_msg_nr_fds(msg),
		.depth = ipcchan_flow_depth(flow),
		.held = flow->nr_held,
	};
}

/**
 * ipcchan_tell_fill_state() - put together what is told of a flow
 * @told: to fill
 * @flow: the flow
 * @port: of who came, waits or goes; or NULL
 */
void ipcchan_tell_fill_state(struct ipcchan_told_state *told,
			     const struct ipcchan_flow *flow,
			     const struct ipcchan_port *port)
{
	lockdep_assert_held(&flow->lock);
	*told = (struct ipcchan_told_state) {
		.mailbox = flow->id,
		.client = client_of(port),
		.rights = port ? port->rights : 0,
		.depth = ipcchan_flow_depth(flow),
		.held = flow->nr_held,
		.senders = flow->senders,
		.receivers = flow->receivers,
		.waiting_senders = flow->nr_waiting_senders,
		.waiting_receivers = flow->nr_waiting_receivers,
	};
}

/* Where the request is; where it was sent, once it is in no mailbox; 0: forgotten. */
static u64 mailbox_of(const struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (call->flow)
		return call->flow->id;
	return call->caller ? call->caller->flow->id : 0;
}

/**
 * ipcchan_tell_fill_request() - put together what is told of a call
 * @told: to fill
 * @call: the call
 */
void ipcchan_tell_fill_request(struct ipcchan_told_request *told,
			       const struct ipcchan_call *call)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	*told = (struct ipcchan_told_request) {
		.mailbox = mailbox_of(call),
		.client = call->request->entry.client,
		.sequence = call->request->entry.sequence,
		.since_ns = call->since_ns,
		.server = client_of(call->holder),
		.outcome = call->outcome,
	};
}
