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

static struct ipcchan_told_message
told_of(const struct ipcchan_flow *flow, const struct ipcchan_port *port,
	const struct ipcchan_msg *msg)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	return (struct ipcchan_told_message) {
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
 * ipcchan_tell_of_message() - ipcchan_tell_message() while that is traced
 * @event: to tell
 * @flow: where the message is
 * @port: of who does something with it, or NULL
 * @msg: the message
 */
void ipcchan_tell_of_message(ipcchan_tell_message_t *event,
			     const struct ipcchan_flow *flow,
			     const struct ipcchan_port *port,
			     const struct ipcchan_msg *msg)
{
	struct ipcchan_told_message told = told_of(flow, port, msg);

	lockdep_assert_held(&flow->lock);
	event(&told);
}

/**
 * ipcchan_tell_of_drop() - ipcchan_tell_drop() while that is traced
 * @flow: as there
 * @port: likewise
 * @msg: likewise
 * @policy: likewise
 * @stored: likewise
 */
void ipcchan_tell_of_drop(const struct ipcchan_flow *flow,
			  const struct ipcchan_port *port,
			  const struct ipcchan_msg *msg, u32 policy, bool stored)
{
	struct ipcchan_told_message told = told_of(flow, port, msg);

	lockdep_assert_held(&flow->lock);
	trace_mailbox_drop(&told, policy, stored);
}

/**
 * ipcchan_tell_of_lost() - ipcchan_tell_lost() while that is traced
 * @flow: as there
 * @port: likewise
 * @msg: likewise
 * @lost: likewise
 */
void ipcchan_tell_of_lost(const struct ipcchan_flow *flow,
			  const struct ipcchan_port *port,
			  const struct ipcchan_msg *msg, u64 lost)
{
	struct ipcchan_told_message told = told_of(flow, port, msg);

	lockdep_assert_held(&flow->lock);
	trace_mailbox_lost(&told, lost);
}

/**
 * ipcchan_tell_of_evict() - ipcchan_tell_evict() while that is traced
 * @flow: as there
 * @msg: likewise
 * @subscribers: likewise
 */
void ipcchan_tell_of_evict(const struct ipcchan_flow *flow,
			   const struct ipcchan_msg *msg, u32 subscribers)
{
	struct ipcchan_told_message told = told_of(flow, NULL, msg);

	lockdep_assert_held(&flow->lock);
	trace_mailbox_evict(&told, subscribers);
}

/**
 * ipcchan_tell_of_state() - ipcchan_tell_state() while that is traced
 * @event: to tell
 * @flow: the flow
 * @port: of who came, waits or goes; or NULL
 */
void ipcchan_tell_of_state(ipcchan_tell_state_t *event,
			   const struct ipcchan_flow *flow,
			   const struct ipcchan_port *port)
{
	struct ipcchan_told_state told = {
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

	lockdep_assert_held(&flow->lock);
	event(&told);
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
 * ipcchan_tell_of_call() - ipcchan_tell_call() while that is traced
 * @event: to tell
 * @call: the call
 */
void ipcchan_tell_of_call(ipcchan_tell_request_t *event,
			  const struct ipcchan_call *call)
{
	struct ipcchan_told_request told = {
		.mailbox = mailbox_of(call),
		.client = call->request->entry.client,
		.sequence = call->request->entry.sequence,
		.since_ns = call->since_ns,
		.server = client_of(call->holder),
		.outcome = call->outcome,
	};

	lockdep_assert_held(&ipcchan_waits.lock);
	event(&told);
}
