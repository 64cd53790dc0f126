// SPDX-License-Identifier: GPL-2.0
/*
 * Calls: what becomes of a request on its way through a flow.
 */
#include <linux/file.h>
#include <linux/fs.h>

#include "mailbox/call.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"
#include "object/session.h"

/*
 * What a queued request waits for are those who may receive it. Each description
 * with RECEIVE is one, of the process that uses it. One that nobody has used yet, or
 * several have, or that there are several descriptors of, may be anybody's.
 */
static bool may_be_received(const struct ipcchan_waitgraph_resource *serving)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_flow *flow =
		container_of(serving, struct ipcchan_flow, serving);
	const struct ipcchan_port *port;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(port, &flow->servers, serving)
		if (!port->process || port->is_shared ||
		    file_count(port->file) > 1)
			return true;
	return false;
}

static void describe(const struct ipcchan_flow *flow, struct ipcchan_step *step)
{
	const struct ipcchan_object *obj = ipcchan_mailbox_object(flow);

	step->kind = IPCCHAN_KIND_MAILBOX;
	step->object = obj->id;
	strscpy_pad(step->name, obj->name.text, sizeof(step->name));
}

static void describe_serving(const struct ipcchan_waitgraph_resource *serving,
			     struct ipcchan_step *step)
{
	step->state = IPCCHAN_CALL_QUEUED;
	describe(container_of(serving, struct ipcchan_flow, serving), step);
}

static void describe_answer(const struct ipcchan_waitgraph_resource *answer,
			    struct ipcchan_step *step)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	step->state = IPCCHAN_CALL_HELD;
	describe(container_of(answer, struct ipcchan_call, answer)->flow, step);
}

static const struct ipcchan_object *
object_of_serving(const struct ipcchan_waitgraph_resource *serving)
{
	return ipcchan_mailbox_object(container_of(serving, struct ipcchan_flow,
						   serving));
}

static const struct ipcchan_object *
object_of_answer(const struct ipcchan_waitgraph_resource *answer)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_flow *flow =
		container_of(answer, struct ipcchan_call, answer)->flow;

	lockdep_assert_held(&ipcchan_waits.lock);
	/* It may be on its way from one mailbox to another. */
	return flow ? ipcchan_mailbox_object(flow) : NULL;
}

static const struct ipcchan_waitgraph_kind serving = {
	.is_open = may_be_received,
	.describe = describe_serving,
	.object = object_of_serving,
};

const struct ipcchan_waitgraph_kind ipcchan_call_answer_kind = {
	.describe = describe_answer,
	.object = object_of_answer,
};

/**
 * ipcchan_calls_init() - a flow without calls
 * @flow: new
 */
void ipcchan_calls_init(struct ipcchan_flow *flow)
	__context_unsafe(not published yet)
{
	INIT_LIST_HEAD(&flow->calls);
	INIT_LIST_HEAD(&flow->servers);
	INIT_LIST_HEAD(&flow->ended);
	ipcchan_waitgraph_resource_init(&flow->serving, &serving,
					IPCCHAN_WAITGRAPH_ANY);
}

/**
 * ipcchan_calls_deinit() - nothing of calls is left in a flow
 * @flow: nobody uses it
 */
void ipcchan_calls_deinit(struct ipcchan_flow *flow)
	__context_unsafe(nobody uses it)
{
	ipcchan_waitgraph_resource_deinit(&flow->serving);
}

/* Back to what the caller waited for if the wait would never end there. */
static int move_wait(struct ipcchan_call *call, struct ipcchan_flow *flow)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_blocked *blocked;
	int err;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!call->awaiting || !call->was_received)
		return 0;
	blocked = &call->awaiting->blocked;
	ipcchan_blocked_move(blocked, &flow->serving);
	err = ipcchan_blocked_check(blocked, NULL);
	if (err)
		ipcchan_blocked_move(blocked, &call->answer);
	return err;
}

/* The caller did not have to wait before, so this is where its wait begins. */
static int begin_now(struct ipcchan_call *call, struct ipcchan_flow *flow)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_process *process = ipcchan_port_process(call->caller, current);
	struct ipcchan_blocked *blocked = &call->awaiting->blocked;
	int err;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!process)
		return -EAGAIN;
	blocked->client = call->caller->session->client;
	blocked->since_ns = call->since_ns;
	err = ipcchan_blocked_begin(blocked, process, &flow->serving, NULL);
	if (err)
		ipcchan_blocked_end(blocked);
	else
		ipcchan_call_begin(call);
	return err;
}

static int begin_or_move(struct ipcchan_call *call, struct ipcchan_flow *flow)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (call->state == IPCCHAN_CALL_IS_NEW)
		return begin_now(call, flow);
	return call->state == IPCCHAN_CALL_IS_DONE ? -ECANCELED :
						     move_wait(call, flow);
}

static __always_inline void enter_flow(struct ipcchan_call *call,
				       struct ipcchan_flow *flow)
	__must_hold(&flow->lock) __must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&flow->lock);
	lockdep_assert_held(&ipcchan_waits.lock);
	refcount_inc(&call->usage);
	call->state = IPCCHAN_CALL_IS_QUEUED;
	call->flow = flow;
	list_add_tail(&call->in_flow, &flow->calls);
	flow->nr_calls++;
	/* As it will be when it is accepted, which nothing prevents now. */
	call->request->entry.sequence = flow->sequence + 1;
	ipcchan_tell_call(request_begin, call);
}

/**
 * ipcchan_call_queue() - a flow is about to accept a message
 * @flow: the flow
 * @msg: the message; nothing happens if it is no request
 *
 * Return: 0; or it must not: -EPIPE (nobody can receive it), -ECANCELED (it was
 * given up on its way), -EDEADLK, or -EAGAIN: it must be begun before.
 */
int ipcchan_call_queue(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	struct ipcchan_call *call = msg->call;
	int err;

	lockdep_assert_held(&flow->lock);
	if (!call)
		return 0;
	if (!flow->receivers)
		return -EPIPE;
	spin_lock(&ipcchan_waits.lock);
	err = begin_or_move(call, flow);
	if (!err)
		enter_flow(call, flow);
	spin_unlock(&ipcchan_waits.lock);
	return err;
}

/*
 * The caller waits for the answer from the first on. That is no deadlock: a thread
 * that holds the request waits for none.
 */
static void begin_handed_over(struct ipcchan_call *call,
			      struct ipcchan_process *caller)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_blocked *blocked = &call->awaiting->blocked;

	lockdep_assert_held(&ipcchan_waits.lock);
	blocked->client = call->caller->session->client;
	blocked->since_ns = call->since_ns;
	ipcchan_blocked_begin(blocked, caller, &call->answer, NULL);
}

/**
 * ipcchan_call_hand_over() - a flow is about to give a message to who waits for one
 * @flow: the flow
 * @r: who waits, and receives it by that
 * @msg: the message; nothing happens if it is no request
 *
 * So the thread that receives a request has the nice value of the caller before it
 * is woken.
 *
 * Return: 0; or it must not: -ECANCELED (it was given up on its way), or -EAGAIN: it
 * must be begun before, or queued, as another server had it before.
 */
int ipcchan_call_hand_over(struct ipcchan_flow *flow,
			   struct ipcchan_receiving *r, struct ipcchan_msg *msg)
{
	struct ipcchan_call *call = msg->call;
	struct ipcchan_process *caller = NULL;
	int err = 0;

	lockdep_assert_held(&flow->lock);
	if (!call)
		return 0;
	spin_lock(&ipcchan_waits.lock);
	if (call->state == IPCCHAN_CALL_IS_NEW) {
		caller = ipcchan_port_process(call->caller, current);
		if (caller)
			ipcchan_call_begin(call);
		else
			err = -EAGAIN;
	} else if (call->state == IPCCHAN_CALL_IS_DONE) {
		err = -ECANCELED;
	} else if (call->was_received) {
		err = -EAGAIN;
	}
	if (!err) {
		msg->call = NULL;
		enter_flow(call, flow);
		ipcchan_call_hold(call, r->port, r->wait.task);
		if (caller)
			begin_handed_over(call, caller);
	}
	spin_unlock(&ipcchan_waits.lock);
	return err;
}

/**
 * ipcchan_call_rejoin() - a call is held by the current process again
 * @call: was held through @port, and left
 * @port: the port
 */
void ipcchan_call_rejoin(struct ipcchan_call *call, struct ipcchan_port *port)
{
	struct ipcchan_flow *flow = port->flow;
	struct ipcchan_call *before;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry_reverse(before, &flow->calls, in_flow)
		if (before->request->entry.sequence <
		    call->request->entry.sequence)
			break;
	list_add(&call->in_flow, &before->in_flow);
	call->flow = flow;
	flow->nr_calls++;
	ipcchan_call_hold(call, port, current);
}

/**
 * ipcchan_call_unqueue() - a request was not accepted after all
 * @flow: the flow
 * @msg: the message, which is its sender's again; nothing happens if it is no
 *	request
 */
void ipcchan_call_unqueue(struct ipcchan_flow *flow, struct ipcchan_msg *msg)
{
	struct ipcchan_call *call = msg->call;

	lockdep_assert_held(&flow->lock);
	if (!call)
		return;
	spin_lock(&ipcchan_waits.lock);
	ipcchan_call_leave_flow(call);
	call->state = IPCCHAN_CALL_IS_SENDING;
	/* The sender has one as well. */
	refcount_dec(&call->usage);
	spin_unlock(&ipcchan_waits.lock);
}

/**
 * ipcchan_call_lost() - nobody will receive a message
 * @flow: the flow
 * @msg: the message, which was accepted; nothing happens if it is no request
 * @outcome: what its caller is told, if nobody ever did receive it
 */
void ipcchan_call_lost(struct ipcchan_flow *flow, struct ipcchan_msg *msg,
		       int outcome)
{
	struct ipcchan_call *call = msg->call;

	lockdep_assert_held(&flow->lock);
	if (!call)
		return;
	msg->call = NULL;
	spin_lock(&ipcchan_waits.lock);
	ipcchan_call_leave_flow(call);
	ipcchan_call_end(call, call->was_received ? -EOWNERDEAD : outcome,
			 &flow->ended);
	/* Its caller has one as well: a queued call that is forgotten is not. */
	refcount_dec(&call->usage);
	spin_unlock(&ipcchan_waits.lock);
}

static struct ipcchan_msg *first_queued(struct ipcchan_flow *flow)
	__must_hold(&flow->lock)
{
	struct ipcchan_msg *request = NULL;
	struct ipcchan_call *call;

	lockdep_assert_held(&flow->lock);
	spin_lock(&ipcchan_waits.lock);
	list_for_each_entry(call, &flow->calls, in_flow) {
		if (call->state != IPCCHAN_CALL_IS_QUEUED)
			continue;
		request = call->request;
		break;
	}
	spin_unlock(&ipcchan_waits.lock);
	return request;
}

/**
 * ipcchan_calls_lose_all() - nobody will receive any request that is queued
 * @flow: the flow; callers that wait to send are told by the flow
 * @outcome: as for ipcchan_call_lost()
 *
 * Who copies one out just now will not have received it.
 */
void ipcchan_calls_lose_all(struct ipcchan_flow *flow, int outcome)
{
	struct ipcchan_msg *request;

	lockdep_assert_held(&flow->lock);
	while ((request = first_queued(flow))) {
		if (request->sending) {
			ipcchan_flow_withdraw(flow, request->sending);
			continue;
		}
		ipcchan_call_lost(flow, request, outcome);
		ipcchan_flow_take_out(flow, request);
	}
}

/**
 * ipcchan_calls_recheck() - one who might have received requests is gone
 * @flow: the flow; those whose callers wait for ever now are told so
 */
void ipcchan_calls_recheck(struct ipcchan_flow *flow)
{
	struct ipcchan_call *call;

	lockdep_assert_held(&flow->lock);
	spin_lock(&ipcchan_waits.lock);
	list_for_each_entry(call, &flow->calls, in_flow)
		if (call->state == IPCCHAN_CALL_IS_QUEUED)
			ipcchan_call_look_again(call, &flow->ended);
	spin_unlock(&ipcchan_waits.lock);
}

/**
 * ipcchan_calls_take_ended() - calls to be told once the lock is dropped
 * @flow: the flow
 * @ended: takes them
 */
void ipcchan_calls_take_ended(struct ipcchan_flow *flow,
			      struct list_head *ended)
{
	lockdep_assert_held(&flow->lock);
	if (likely(list_empty(&flow->ended)))
		return;
	spin_lock(&ipcchan_waits.lock);
	list_splice_tail_init(&flow->ended, ended);
	spin_unlock(&ipcchan_waits.lock);
}
