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
 * else until then: what is told is put together behind it. Where and when: what
 * docs/tracing.md says.
 */

void ipcchan_tell_fill_message(struct ipcchan_told_message *told,
			       const struct ipcchan_flow *flow,
			       const struct ipcchan_port *port,
			       const struct ipcchan_msg *msg)
	__must_hold(&flow->lock);
void ipcchan_tell_fill_state(struct ipcchan_told_state *told,
			     const struct ipcchan_flow *flow,
			     const struct ipcchan_port *port)
	__must_hold(&flow->lock);
void ipcchan_tell_fill_request(struct ipcchan_told_request *told,
			       const struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock);

/*
 * An event of a message, with further arguments if it has any; @port is of who
 * does it, or NULL. The lock of the flow is held.
 */
#define ipcchan_tell_message(event, flow, port, msg, ...)		\
	do {								\
		struct ipcchan_told_message told __uninitialized;	\
									\
		if (!trace_mailbox_##event##_enabled())			\
			break;						\
		ipcchan_tell_fill_message(&told, flow, port, msg);	\
		trace_mailbox_##event(&told, ##__VA_ARGS__);		\
	} while (0)

/* An event of the flow as it stands; likewise. */
#define ipcchan_tell_state(event, flow, port)				\
	do {								\
		struct ipcchan_told_state told __uninitialized;		\
									\
		if (!trace_mailbox_##event##_enabled())			\
			break;						\
		ipcchan_tell_fill_state(&told, flow, port);		\
		trace_mailbox_##event(&told);				\
	} while (0)

/* An event of a call. The lock of the waits is held. */
#define ipcchan_tell_call(event, call)					\
	do {								\
		struct ipcchan_told_request told __uninitialized;	\
									\
		if (!trace_mailbox_##event##_enabled())			\
			break;						\
		ipcchan_tell_fill_request(&told, call);			\
		trace_mailbox_##event(&told);				\
	} while (0)

#endif /* IPCCHAN_TELL_H */
