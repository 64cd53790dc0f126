/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events: ipcchan:NOUN_VERB for each ioctl, and what happens in mailboxes.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ipcchan

#if !defined(IPCCHAN_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IPCCHAN_TRACE_H

#include <linux/ktime.h>
#include <linux/tracepoint.h>
#include <linux/ipcchan.h>

#include "observe/told.h"

/*
 * For people with trace-cmd, perf and bpftrace: docs/tracing.md says when each
 * event happens and what its fields are. A field has one name and one meaning in
 * all events.
 *
 * Events of a mailbox are told under its lock, but for the ends of waits; so
 * their order is that in which it happened.
 */

/* Ioctls: told by the dispatcher, for each as its row in the table says. */

DECLARE_EVENT_CLASS(ipcchan_call,
	TP_PROTO(const struct ipcchan_told_call *told),
	TP_ARGS(told),
	TP_STRUCT__entry(
		__field(u64, object)
		__field(u64, client)
		__field(u64, duration_ns)
		__field(long, result)
		__field(u32, kind)
		__field(u32, argument_size)
	),
	TP_fast_assign(
		__entry->object = told->object;
		__entry->client = told->client;
		__entry->duration_ns = ktime_get_ns() - told->begun_ns;
		__entry->result = told->result;
		__entry->kind = told->kind;
		__entry->argument_size = told->size;
	),
	TP_printk("object=%llu kind=%s client=%llu argument_size=%u result=%ld duration_ns=%llu",
		  __entry->object,
		  __print_symbolic(__entry->kind,
				   { 0, "device" },
				   { IPCCHAN_KIND_MAILBOX, "mailbox" },
				   { IPCCHAN_KIND_REGION, "region" },
				   { IPCCHAN_KIND_RING, "ring" },
				   { IPCCHAN_KIND_MUTEX, "mutex" },
				   { IPCCHAN_KIND_SEMAPHORE, "semaphore" },
				   { IPCCHAN_KIND_EVENT, "event" },
				   { IPCCHAN_KIND_CONDVAR, "condvar" },
				   { IPCCHAN_KIND_BARRIER, "barrier" },
				   { IPCCHAN_KIND_RWLOCK, "rwlock" }),
		  __entry->client, __entry->argument_size,
		  __entry->result, __entry->duration_ns)
);

#define DEFINE_CALL_EVENT(name)						\
	DEFINE_EVENT_FN(ipcchan_call, name,				\
			TP_PROTO(const struct ipcchan_told_call *told),	\
			TP_ARGS(told),					\
			ipcchan_calls_trace, ipcchan_calls_untrace)

DEFINE_CALL_EVENT(device_info);
DEFINE_CALL_EVENT(object_info);
DEFINE_CALL_EVENT(object_list);
DEFINE_CALL_EVENT(object_unlink);
DEFINE_CALL_EVENT(object_restrict);
DEFINE_CALL_EVENT(object_set_access);
DEFINE_CALL_EVENT(object_kill);
DEFINE_CALL_EVENT(mailbox_open);
DEFINE_CALL_EVENT(mailbox_send);
DEFINE_CALL_EVENT(mailbox_receive);
DEFINE_CALL_EVENT(mailbox_filter);
DEFINE_CALL_EVENT(mailbox_peek);
DEFINE_CALL_EVENT(mailbox_info);
DEFINE_CALL_EVENT(mailbox_senders);
DEFINE_CALL_EVENT(mailbox_subscribe);
DEFINE_CALL_EVENT(mailbox_commit);
DEFINE_CALL_EVENT(mailbox_release);
DEFINE_CALL_EVENT(mailbox_notify);
DEFINE_CALL_EVENT(mailbox_multicast);
DEFINE_CALL_EVENT(mailbox_call);
DEFINE_CALL_EVENT(mailbox_call_start);
DEFINE_CALL_EVENT(mailbox_call_wait);
DEFINE_CALL_EVENT(mailbox_call_cancel);
DEFINE_CALL_EVENT(mailbox_call_read);
DEFINE_CALL_EVENT(mailbox_call_forward);
DEFINE_CALL_EVENT(mailbox_call_list);
DEFINE_CALL_EVENT(mailbox_reply);
DEFINE_CALL_EVENT(mailbox_reply_receive);
DEFINE_CALL_EVENT(mailbox_snapshot);
DEFINE_CALL_EVENT(mailbox_restore);
DEFINE_CALL_EVENT(region_open);
DEFINE_CALL_EVENT(region_info);
DEFINE_CALL_EVENT(region_release);
DEFINE_CALL_EVENT(region_extents);
DEFINE_CALL_EVENT(region_freeze);
DEFINE_CALL_EVENT(region_thaw);
DEFINE_CALL_EVENT(ring_create);
DEFINE_CALL_EVENT(ring_open);
DEFINE_CALL_EVENT(ring_wait);
DEFINE_CALL_EVENT(ring_wake);
DEFINE_CALL_EVENT(ring_info);
DEFINE_CALL_EVENT(mutex_open);
DEFINE_CALL_EVENT(mutex_lock);
DEFINE_CALL_EVENT(mutex_unlock);
DEFINE_CALL_EVENT(mutex_consistent);
DEFINE_CALL_EVENT(mutex_info);
DEFINE_CALL_EVENT(semaphore_open);
DEFINE_CALL_EVENT(semaphore_acquire);
DEFINE_CALL_EVENT(semaphore_release);
DEFINE_CALL_EVENT(semaphore_info);
DEFINE_CALL_EVENT(event_open);
DEFINE_CALL_EVENT(event_wait);
DEFINE_CALL_EVENT(event_set);
DEFINE_CALL_EVENT(event_reset);
DEFINE_CALL_EVENT(event_pulse);
DEFINE_CALL_EVENT(event_info);
DEFINE_CALL_EVENT(condvar_open);
DEFINE_CALL_EVENT(condvar_wait);
DEFINE_CALL_EVENT(condvar_signal);
DEFINE_CALL_EVENT(condvar_info);
DEFINE_CALL_EVENT(barrier_open);
DEFINE_CALL_EVENT(barrier_wait);
DEFINE_CALL_EVENT(barrier_reset);
DEFINE_CALL_EVENT(barrier_info);
DEFINE_CALL_EVENT(rwlock_open);
DEFINE_CALL_EVENT(rwlock_lock);
DEFINE_CALL_EVENT(rwlock_unlock);
DEFINE_CALL_EVENT(rwlock_upgrade);
DEFINE_CALL_EVENT(rwlock_downgrade);
DEFINE_CALL_EVENT(rwlock_consistent);
DEFINE_CALL_EVENT(rwlock_info);
DEFINE_CALL_EVENT(wait_any);
DEFINE_CALL_EVENT(wait_all);
DEFINE_CALL_EVENT(wait_list);

/* Locks. */

TRACE_EVENT(wait_rank,
	TP_PROTO(u64 object, u32 rank, u64 client),
	TP_ARGS(object, rank, client),
	TP_STRUCT__entry(
		__field(u64, object)
		__field(u64, client)
		__field(u32, rank)
	),
	TP_fast_assign(
		__entry->object = object;
		__entry->client = client;
		__entry->rank = rank;
	),
	TP_printk("object=%llu client=%llu rank=%u",
		  __entry->object, __entry->client, __entry->rank)
);

/* Messages: from one place of the DOC block of mailbox/flow.h to the next. */

DECLARE_EVENT_CLASS(ipcchan_message,
	TP_PROTO(const struct ipcchan_told_message *told),
	TP_ARGS(told),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u64, sender)
		__field(u64, sequence)
		__field(u32, type)
		__field(u32, priority)
		__field(u32, size)
		__field(u32, nr_fds)
		__field(u32, depth)
		__field(u32, held)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->client = told->client;
		__entry->sender = told->sender;
		__entry->sequence = told->sequence;
		__entry->type = told->type;
		__entry->priority = told->priority;
		__entry->size = told->size;
		__entry->nr_fds = told->nr_fds;
		__entry->depth = told->depth;
		__entry->held = told->held;
	),
	TP_printk("mailbox=%llu client=%llu sender=%llu sequence=%llu type=%u priority=%u size=%u nr_fds=%u depth=%u held=%u",
		  __entry->mailbox, __entry->client, __entry->sender,
		  __entry->sequence, __entry->type, __entry->priority,
		  __entry->size, __entry->nr_fds, __entry->depth,
		  __entry->held)
);

#define DEFINE_MESSAGE_EVENT(name)					\
	DEFINE_EVENT(ipcchan_message, name,				\
		     TP_PROTO(const struct ipcchan_told_message *told),	\
		     TP_ARGS(told))

DEFINE_MESSAGE_EVENT(mailbox_accept);
DEFINE_MESSAGE_EVENT(mailbox_take);
DEFINE_MESSAGE_EVENT(mailbox_hold);
DEFINE_MESSAGE_EVENT(mailbox_done);
DEFINE_MESSAGE_EVENT(mailbox_back);
DEFINE_MESSAGE_EVENT(mailbox_withdraw);
DEFINE_MESSAGE_EVENT(mailbox_notice);

/* Losses: a message is dropped, and whoever has to know is told. */

TRACE_EVENT(mailbox_drop,
	TP_PROTO(const struct ipcchan_told_message *told, u32 policy,
		 bool stored),
	TP_ARGS(told, policy, stored),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u64, sender)
		__field(u64, sequence)
		__field(u32, type)
		__field(u32, priority)
		__field(u32, size)
		__field(u32, policy)
		__field(bool, stored)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->client = told->client;
		__entry->sender = told->sender;
		__entry->sequence = told->sequence;
		__entry->type = told->type;
		__entry->priority = told->priority;
		__entry->size = told->size;
		__entry->policy = policy;
		__entry->stored = stored;
	),
	TP_printk("mailbox=%llu client=%llu sender=%llu sequence=%llu type=%u priority=%u size=%u policy=%s stored=%d",
		  __entry->mailbox, __entry->client, __entry->sender,
		  __entry->sequence, __entry->type, __entry->priority,
		  __entry->size,
		  __print_symbolic(__entry->policy,
				   { IPCCHAN_POLICY_DEFAULT, "reader" },
				   { IPCCHAN_POLICY_DROP_OLDEST, "drop-oldest" },
				   { IPCCHAN_POLICY_DROP_NEW, "drop-new" },
				   { IPCCHAN_POLICY_LATEST, "latest" }),
		  __entry->stored)
);

TRACE_EVENT_CONDITION(mailbox_lost,
	TP_PROTO(const struct ipcchan_told_message *told, u64 lost),
	TP_ARGS(told, lost),
	TP_CONDITION(lost),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u64, sequence)
		__field(u64, lost)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->client = told->client;
		__entry->sequence = told->sequence;
		__entry->lost = lost;
	),
	TP_printk("mailbox=%llu client=%llu sequence=%llu lost=%llu",
		  __entry->mailbox, __entry->client, __entry->sequence,
		  __entry->lost)
);

TRACE_EVENT(mailbox_evict,
	TP_PROTO(const struct ipcchan_told_message *told,
		 u32 subscribers),
	TP_ARGS(told, subscribers),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, sequence)
		__field(u32, subscribers)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->sequence = told->sequence;
		__entry->subscribers = subscribers;
	),
	TP_printk("mailbox=%llu sequence=%llu subscribers=%u", __entry->mailbox,
		  __entry->sequence, __entry->subscribers)
);

/* Waits: they begin, are served, and end; the last at the end of all. */

DECLARE_EVENT_CLASS(ipcchan_wait,
	TP_PROTO(const struct ipcchan_told_state *told),
	TP_ARGS(told),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u32, depth)
		__field(u32, held)
		__field(u32, waiting_senders)
		__field(u32, waiting_receivers)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->client = told->client;
		__entry->depth = told->depth;
		__entry->held = told->held;
		__entry->waiting_senders = told->waiting_senders;
		__entry->waiting_receivers = told->waiting_receivers;
	),
	TP_printk("mailbox=%llu client=%llu depth=%u held=%u waiting_senders=%u waiting_receivers=%u",
		  __entry->mailbox, __entry->client, __entry->depth,
		  __entry->held, __entry->waiting_senders,
		  __entry->waiting_receivers)
);

#define DEFINE_WAIT_EVENT(name)						\
	DEFINE_EVENT(ipcchan_wait, name,				\
		     TP_PROTO(const struct ipcchan_told_state *told),	\
		     TP_ARGS(told))

DEFINE_WAIT_EVENT(mailbox_send_wait);
DEFINE_WAIT_EVENT(mailbox_receive_wait);
DEFINE_WAIT_EVENT(mailbox_kill);
DEFINE_WAIT_EVENT(mailbox_free);

TRACE_EVENT_CONDITION(mailbox_handoff,
	TP_PROTO(u64 mailbox, u64 client, u32 nr),
	TP_ARGS(mailbox, client, nr),
	TP_CONDITION(nr),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u32, nr)
	),
	TP_fast_assign(
		__entry->mailbox = mailbox;
		__entry->client = client;
		__entry->nr = nr;
	),
	TP_printk("mailbox=%llu client=%llu nr=%u", __entry->mailbox,
		  __entry->client, __entry->nr)
);

DECLARE_EVENT_CLASS(ipcchan_wake,
	TP_PROTO(const struct ipcchan_told_wake *told),
	TP_ARGS(told),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u64, waited_ns)
		__field(long, result)
		__field(u32, nr)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->client = told->client;
		__entry->waited_ns = ktime_get_ns() - told->since_ns;
		__entry->result = told->result;
		__entry->nr = told->nr;
	),
	TP_printk("mailbox=%llu client=%llu nr=%u result=%ld waited_ns=%llu",
		  __entry->mailbox, __entry->client, __entry->nr,
		  __entry->result, __entry->waited_ns)
);

#define DEFINE_WAKE_EVENT(name)						\
	DEFINE_EVENT(ipcchan_wake, name,				\
		     TP_PROTO(const struct ipcchan_told_wake *told),	\
		     TP_ARGS(told))

DEFINE_WAKE_EVENT(mailbox_send_wake);
DEFINE_WAKE_EVENT(mailbox_receive_wake);

/* Calls: from one state of the DOC block of mailbox/call.h to the next. */

DECLARE_EVENT_CLASS(ipcchan_request,
	TP_PROTO(const struct ipcchan_told_request *told),
	TP_ARGS(told),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u64, sequence)
		__field(u64, age_ns)
		__field(u64, server)
		__field(long, outcome)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->client = told->client;
		__entry->sequence = told->sequence;
		__entry->age_ns = ktime_get_ns() - told->since_ns;
		__entry->server = told->server;
		__entry->outcome = told->outcome;
	),
	TP_printk("mailbox=%llu client=%llu sequence=%llu server=%llu outcome=%ld age_ns=%llu",
		  __entry->mailbox, __entry->client, __entry->sequence,
		  __entry->server, __entry->outcome, __entry->age_ns)
);

#define DEFINE_REQUEST_EVENT(name)					\
	DEFINE_EVENT(ipcchan_request, name,				\
		     TP_PROTO(const struct ipcchan_told_request *told),	\
		     TP_ARGS(told))

DEFINE_REQUEST_EVENT(mailbox_request_begin);
DEFINE_REQUEST_EVENT(mailbox_request_receive);
DEFINE_REQUEST_EVENT(mailbox_request_reply);
DEFINE_REQUEST_EVENT(mailbox_request_cancel);
DEFINE_REQUEST_EVENT(mailbox_request_die);
DEFINE_REQUEST_EVENT(mailbox_request_end);

/* Ports: the open file descriptions of mailboxes. */

DECLARE_EVENT_CLASS(ipcchan_port,
	TP_PROTO(const struct ipcchan_told_state *told),
	TP_ARGS(told),
	TP_STRUCT__entry(
		__field(u64, mailbox)
		__field(u64, client)
		__field(u32, rights)
		__field(u32, senders)
		__field(u32, receivers)
	),
	TP_fast_assign(
		__entry->mailbox = told->mailbox;
		__entry->client = told->client;
		__entry->rights = told->rights;
		__entry->senders = told->senders;
		__entry->receivers = told->receivers;
	),
	TP_printk("mailbox=%llu client=%llu rights=0x%x senders=%u receivers=%u",
		  __entry->mailbox, __entry->client, __entry->rights,
		  __entry->senders, __entry->receivers)
);

#define DEFINE_PORT_EVENT(name)						\
	DEFINE_EVENT(ipcchan_port, name,				\
		     TP_PROTO(const struct ipcchan_told_state *told),	\
		     TP_ARGS(told))

DEFINE_PORT_EVENT(mailbox_port_open);
DEFINE_PORT_EVENT(mailbox_port_close);

#endif /* IPCCHAN_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH observe
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
