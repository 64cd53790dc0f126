// SPDX-License-Identifier: GPL-2.0
/*
 * Calls: their outcome, and how it reaches the caller.
 */
#include <linux/fs.h>
#include <linux/pid.h>

#include "mailbox/call.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/notify.h"
#include "mailbox/peer.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"

/**
 * ipcchan_call_note_ended() - the caller is to be told of a call
 * @call: the call; nothing happens if the caller has forgotten it
 * @ended: for ipcchan_calls_tell(), once no lock is held
 */
void ipcchan_call_note_ended(struct ipcchan_call *call, struct list_head *ended)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!call->caller || !list_empty(&call->ended))
		return;
	refcount_inc(&call->usage);
	list_add_tail(&call->ended, ended);
}

/**
 * ipcchan_call_end() - a call has its outcome
 * @call: not done yet; it is in no flow, and nobody holds it but who is told that
 *	it was cancelled
 * @outcome: 0, then @call->reply is the reply; or -errno
 * @ended: for ipcchan_calls_tell()
 */
void ipcchan_call_end(struct ipcchan_call *call, int outcome,
		      struct list_head *ended)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	call->state = IPCCHAN_CALL_IS_DONE;
	call->outcome = outcome;
	if (call->awaiting)
		ipcchan_blocked_end(&call->awaiting->blocked);
	ipcchan_call_note_ended(call, ended);
	ipcchan_tell_call(request_end, call);
}

/**
 * ipcchan_call_drop() - give a reference back that may be the last
 * @call: the call
 * @ended: for ipcchan_calls_tell(), which does that
 */
void ipcchan_call_drop(struct ipcchan_call *call, struct list_head *ended)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (list_empty(&call->ended))
		list_add_tail(&call->ended, ended);
	else
		refcount_dec(&call->usage);
}

/**
 * ipcchan_call_look_again() - who waits for a call may be stuck now
 * @call: the call
 * @ended: for ipcchan_calls_tell()
 */
void ipcchan_call_look_again(struct ipcchan_call *call, struct list_head *ended)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (call->awaiting && call->awaiting->blocked.process)
		ipcchan_call_note_ended(call, ended);
}

/**
 * struct telling - what is to be done for an ended call without a lock
 * @wake: who waited for it
 * @port: whose listeners are told; with a reference, as has its mailbox; or NULL
 */
struct telling {
	struct ipcchan_wake wake;
	struct ipcchan_port *port;
};

/*
 * Not if it is there already: a call comes here again when its holder drops it, who
 * was left with it when it was given up.
 */
static bool is_for_any(const struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return call->state == IPCCHAN_CALL_IS_DONE && list_empty(&call->done) &&
	       ipcchan_call_is_for_any(call);
}

/* Who waits for any outcome, and has none yet, gets this one. */
static struct ipcchan_awaiting *first_of_any(struct ipcchan_port *port,
					     struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_awaiting *awaiting;

	lockdep_assert_held(&ipcchan_waits.lock);
	awaiting = list_first_entry_or_null(&port->awaiting,
					    struct ipcchan_awaiting, wait.node);
	if (awaiting)
		awaiting->call = call;
	return awaiting;
}

static struct ipcchan_awaiting *who_waits(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (is_for_any(call))
		call->awaiting = first_of_any(call->caller, call);
	return call->awaiting;
}

/* Who waits may look already, or be about to: then there is nothing to do. */
static void end_sleep(struct ipcchan_call *call, struct ipcchan_awaiting *a,
		      struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock)
{
	bool is_done = call->state == IPCCHAN_CALL_IS_DONE;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (ipcchan_waiter_is_waiting(&a->wait))
		ipcchan_waiter_finish(&a->wait, is_done ? 0 : -EAGAIN, wake);
}

static void prepare_telling(struct ipcchan_call *call, struct telling *t)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_awaiting *awaiting;

	lockdep_assert_held(&ipcchan_waits.lock);
	t->wake.nr = 0;
	t->port = NULL;
	list_del_init(&call->ended);
	if (!call->caller)
		return;
	awaiting = who_waits(call);
	if (awaiting) {
		end_sleep(call, awaiting, &t->wake);
	} else if (is_for_any(call)) {
		list_add_tail(&call->done, &call->caller->done);
		t->port = ipcchan_port_get(call->caller);
		ipcchan_mailbox_get(t->port->flow);
	}
}

static void finish_telling(struct telling *t)
{
	struct ipcchan_port *port = t->port;

	ipcchan_wake_flush(&t->wake);
	if (!port)
		return;
	ipcchan_notify_reply(port);
	ipcchan_mailbox_put(port->flow);
	ipcchan_port_put(port);
}

/**
 * ipcchan_calls_tell() - let callers know of outcomes; no lock held, may sleep
 * @ended: the calls; empty afterwards
 */
void ipcchan_calls_tell(struct list_head *ended)
{
	struct ipcchan_call *call;
	struct telling telling;

	while (!list_empty(ended)) {
		call = list_first_entry(ended, struct ipcchan_call, ended);
		spin_lock(&ipcchan_waits.lock);
		prepare_telling(call, &telling);
		spin_unlock(&ipcchan_waits.lock);
		finish_telling(&telling);
		ipcchan_call_put(call);
	}
}

/* Where a call is, and that mailbox pinned; NULL: in none, or it is done. */
static struct ipcchan_flow *pin_flow(struct ipcchan_call *call)
{
	struct ipcchan_flow *flow = NULL;

	spin_lock(&ipcchan_waits.lock);
	if (call->state != IPCCHAN_CALL_IS_DONE)
		flow = call->flow;
	if (flow)
		ipcchan_mailbox_get(flow);
	spin_unlock(&ipcchan_waits.lock);
	return flow;
}

/* Who holds it is told; it stays there. */
static void cancel_held(struct ipcchan_flow *flow, struct ipcchan_call *call)
	__must_hold(&flow->lock) __must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_msg *notice = ipcchan_msg_adopt(call->notice, call->user);

	lockdep_assert_held(&flow->lock);
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_tell_call(request_cancel, call);
	call->notice = NULL;
	call->is_cancelled = true;
	ipcchan_call_unserve(call);
	ipcchan_call_leave_flow(call);
	ipcchan_msg_identify(notice, call->request);
	notice->flags = IPCCHAN_MESSAGE_NOTICE;
	notice->entry.type = IPCCHAN_NOTICE_CANCELLED;
	notice->entry.sequence = call->request->entry.sequence;
	notice->token = call->token;
	notice->holder = call->holder;
	notice->taker = get_pid(call->server_tgid);
	ipcchan_notice_tell_holder(flow, notice);
}

/* Returns false if it is no longer there. */
static bool try_give_up(struct ipcchan_flow *flow, struct ipcchan_call *call,
			int outcome)
{
	struct ipcchan_msg *request = NULL;
	bool is_there;

	ipcchan_flow_lock(flow);
	spin_lock(&ipcchan_waits.lock);
	is_there = call->state != IPCCHAN_CALL_IS_DONE && call->flow == flow;
	if (is_there && call->state == IPCCHAN_CALL_IS_QUEUED) {
		request = ipcchan_msg_get(call->request);
		ipcchan_call_leave_flow(call);
		ipcchan_call_drop(call, &flow->ended);
	} else if (is_there) {
		cancel_held(flow, call);
	}
	if (is_there)
		ipcchan_call_end(call, outcome, &flow->ended);
	spin_unlock(&ipcchan_waits.lock);
	if (request)
		ipcchan_flow_take_out(flow, request);
	ipcchan_flow_unlock(flow);
	if (request)
		ipcchan_msg_put(request);
	return is_there;
}

/* One that is on its way from one flow to another: it arrives nowhere. */
static bool try_give_up_outside(struct ipcchan_call *call, int outcome)
{
	LIST_HEAD(ended);
	bool is_there;

	spin_lock(&ipcchan_waits.lock);
	is_there = call->state != IPCCHAN_CALL_IS_DONE && call->flow;
	if (call->state == IPCCHAN_CALL_IS_SENDING)
		ipcchan_call_end(call, outcome, &ended);
	spin_unlock(&ipcchan_waits.lock);
	ipcchan_calls_tell(&ended);
	return !is_there;
}

/**
 * ipcchan_call_give_up() - nobody wants the answer; no lock held, may sleep
 * @call: the caller has a reference
 * @outcome: what the caller is told, -errno; unless there is an outcome already,
 *	which then counts
 *
 * The call may be moved on while its flow is looked for, until one of its states
 * is the last.
 */
void ipcchan_call_give_up(struct ipcchan_call *call, int outcome)
{
	struct ipcchan_flow *flow;
	bool is_done = false;

	while (!is_done) {
		flow = pin_flow(call);
		if (!flow) {
			is_done = try_give_up_outside(call, outcome);
			continue;
		}
		is_done = try_give_up(flow, call, outcome);
		ipcchan_mailbox_put(flow);
	}
}

/**
 * ipcchan_call_detach() - nobody else is to receive the outcome of a call
 * @call: which nobody waits for; the caller's reference is for who does this
 */
void ipcchan_call_detach(struct ipcchan_call *call)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	hlist_del_init(&call->of_caller);
	if (!list_empty(&call->done))
		list_del_init(&call->done);
	call->caller = NULL;
}

/* One that this process began, or any; with a reference. */
static struct ipcchan_call *next_of(struct ipcchan_port *port,
				    const struct pid *tgid)
{
	struct ipcchan_call *found = NULL;
	struct ipcchan_call *call;

	spin_lock(&ipcchan_waits.lock);
	hlist_for_each_entry(call, &port->calls, of_caller) {
		if (call->awaiting || (tgid && call->request->tgid != tgid))
			continue;
		ipcchan_call_detach(call);
		found = call;
		break;
	}
	spin_unlock(&ipcchan_waits.lock);
	return found;
}

/**
 * ipcchan_calls_forget_of() - the calls of a port that ends, or of a process
 * @port: the port
 * @tgid: of the process, which has ended; NULL: all that were begun through @port
 */
void ipcchan_calls_forget_of(struct ipcchan_port *port, const struct pid *tgid)
{
	struct ipcchan_call *call;

	while ((call = next_of(port, tgid))) {
		ipcchan_call_give_up(call, -ECANCELED);
		ipcchan_call_forget(call, port);
	}
}
