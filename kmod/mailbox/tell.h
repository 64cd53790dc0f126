/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Telling: what happens in a flow, to who traces it.
 */
#ifndef IPCCHAN_TELL_H
#define IPCCHAN_TELL_H

#include "mailbox/flow.h"
#include "observe/trace.h"

struct ipcchan_call;
struct ipcchan_msg;
struct ipcchan_port;

/**
 * DOC: Telling
 *
 * What knows both a flow and the events of observe/trace.h. Each place that
 * tells is a branch that is patched in while its event is traced, and nothing
 * else until then: what is told is put together behind it, out of line. Where and when: what
 * docs/tracing.md says.
 */

typedef void ipcchan_tell_message_t(const struct ipcchan_told_message *told);
typedef void ipcchan_tell_state_t(const struct ipcchan_told_state *told);
typedef void ipcchan_tell_request_t(const struct ipcchan_told_request *told);

void ipcchan_tell_of_message(ipcchan_tell_message_t *event,
			     const struct ipcchan_flow *flow,
			     const struct ipcchan_port *port,
			     const struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_tell_of_state(ipcchan_tell_state_t *event,
			   const struct ipcchan_flow *flow,
			   const struct ipcchan_port *port)
	__must_hold(&flow->lock);
void ipcchan_tell_of_call(ipcchan_tell_request_t *event,
			  const struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_tell_of_drop(const struct ipcchan_flow *flow,
			  const struct ipcchan_port *port,
			  const struct ipcchan_msg *msg, u32 policy, bool stored)
	__must_hold(&flow->lock);
void ipcchan_tell_of_lost(const struct ipcchan_flow *flow,
			  const struct ipcchan_port *port,
			  const struct ipcchan_msg *msg, u64 lost)
	__must_hold(&flow->lock);
void ipcchan_tell_of_evict(const struct ipcchan_flow *flow,
			   const struct ipcchan_msg *msg, u32 subscribers)
	__must_hold(&flow->lock);

/* An event of a message; @port is of who does it, or NULL. The flow is locked. */
#define ipcchan_tell_message(event, flow, port, msg)			\
	do {								\
		if (trace_mailbox_##event##_enabled())			\
			ipcchan_tell_of_message(trace_mailbox_##event,	\
						flow, port, msg);	\
	} while (0)

/* An event of the flow as it stands; likewise. */
#define ipcchan_tell_state(event, flow, port)				\
	do {								\
		if (trace_mailbox_##event##_enabled())			\
			ipcchan_tell_of_state(trace_mailbox_##event,	\
					      flow, port);		\
	} while (0)

/* An event of a call. The lock of the waits is held. */
#define ipcchan_tell_call(event, call)					\
	do {								\
		if (trace_mailbox_##event##_enabled())			\
			ipcchan_tell_of_call(trace_mailbox_##event,	\
					     call);			\
	} while (0)

/**
 * ipcchan_tell_drop() - a message is dropped
 * @flow: where
 * @port: through which room was wanted, or NULL
 * @msg: the message
 * @policy: IPCCHAN_POLICY_* number: why
 * @stored: it was stored
 */
static inline void ipcchan_tell_drop(const struct ipcchan_flow *flow,
				     const struct ipcchan_port *port,
				     const struct ipcchan_msg *msg, u32 policy,
				     bool stored)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (trace_mailbox_drop_enabled())
		ipcchan_tell_of_drop(flow, port, msg, policy, stored);
}

/**
 * ipcchan_tell_lost() - a receiver learns of messages that were dropped
 * @flow: where
 * @port: of the receiver
 * @msg: the message with which it does
 * @lost: how many; 0: nothing happens
 */
static inline void ipcchan_tell_lost(const struct ipcchan_flow *flow,
				     const struct ipcchan_port *port,
				     const struct ipcchan_msg *msg, u64 lost)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (trace_mailbox_lost_enabled())
		ipcchan_tell_of_lost(flow, port, msg, lost);
}

/**
 * ipcchan_tell_evict() - subscribers lose their positions
 * @flow: where
 * @msg: the first message that they have not received
 * @subscribers: how many there are
 */
static inline void ipcchan_tell_evict(const struct ipcchan_flow *flow,
				      const struct ipcchan_msg *msg,
				      u32 subscribers)
	__must_hold(&flow->lock)
{
	lockdep_assert_held(&flow->lock);
	if (trace_mailbox_evict_enabled())
		ipcchan_tell_of_evict(flow, msg, subscribers);
}

#endif /* IPCCHAN_TELL_H */
