// SPDX-License-Identifier: GPL-2.0
/*
 * Calls: their life, from memory to memory.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "mailbox/call.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/token.h"
#include "object/quota.h"
#include "object/session.h"

/* What a call takes besides its request. */
static size_t memory_of_call(void)
{
	return sizeof(struct ipcchan_call) + ipcchan_msg_memory(0);
}

static void free_call(struct ipcchan_call *call)
{
	if (call->request)
		ipcchan_msg_put(call->request);
	if (call->spare)
		ipcchan_msg_put(call->spare);
	ipcchan_msg_free(call->notice);
	kfree(call);
}

/**
 * ipcchan_call_message() - make a request, or a reply, of the current task
 * @kept: an earlier one, with one reference, to be used if it has the room; or NULL
 * @session: through which it is sent; its user is charged
 * @size: bytes
 *
 * Return: as ipcchan_msg_renew(); @kept is used or gone in all cases.
 */
struct ipcchan_msg *ipcchan_call_message(struct ipcchan_msg *kept,
					 struct ipcchan_session *session,
					 u32 size)
{
	struct ipcchan_msg *spare = NULL;

	if (kept && kept->room >= size)
		return ipcchan_msg_reuse(kept, session, size);
	if (kept)
		ipcchan_msg_put(kept);
	if (size <= IPCCHAN_CALL_ROOM_MAX) {
		spare = ipcchan_msg_alloc(round_up(size ?: 1, IPCCHAN_CALL_ROOM));
		if (!spare)
			return ERR_PTR(-ENOMEM);
	}
	return ipcchan_msg_renew(spare, session, size);
}

static int fill(struct ipcchan_call *call, struct ipcchan_session *session,
		u32 size)
{
	struct ipcchan_msg *request = ipcchan_call_message(NULL, session, size);

	if (IS_ERR(request))
		return PTR_ERR(request);
	call->request = request;
	call->notice = ipcchan_msg_alloc(0);
	return call->notice ? 0 : -ENOMEM;
}

static struct ipcchan_call *alloc(struct ipcchan_session *session, u32 size)
{
	struct ipcchan_call *call = kzalloc(sizeof(*call), GFP_KERNEL_ACCOUNT);
	int err;

	if (!call)
		return ERR_PTR(-ENOMEM);
	err = fill(call, session, size);
	if (!err)
		err = ipcchan_user_charge_bytes(session->user, memory_of_call());
	if (err) {
		free_call(call);
		return ERR_PTR(err);
	}
	call->user = ipcchan_user_get(session->user);
	return call;
}

/* All of it that a call leaves as it was when it is over is not touched again. */
static void init_new(struct ipcchan_call *call)
	__context_unsafe(nobody knows it yet)
{
	INIT_HLIST_NODE(&call->of_caller);
	INIT_LIST_HEAD(&call->done);
	INIT_LIST_HEAD(&call->ended);
	ipcchan_waitgraph_resource_init(&call->answer, &ipcchan_call_answer_kind,
					IPCCHAN_WAITGRAPH_ANY);
	INIT_LIST_HEAD(&call->hold.node);
	ipcchan_boost_init(&call->boost);
}

static void init(struct ipcchan_call *call, struct ipcchan_port *port)
	__context_unsafe(nobody knows it yet)
{
	refcount_set(&call->usage, 1);
	call->token = ipcchan_token_new();
	call->nice = ipcchan_boost_nice_of_current();
	call->state = IPCCHAN_CALL_IS_NEW;
	call->caller = port;
	call->outcome = 0;
	call->was_received = false;
	call->is_restarting = false;
	call->is_given = false;
	call->since_ns = call->request->entry.time_ns;
	call->request->token = call->token;
	call->request->call = call;
}

/* What the port keeps, if it is of this user and there is room for the request. */
static struct ipcchan_call *take_kept(struct ipcchan_port *port, u32 size)
{
	struct ipcchan_call *call = xchg(&port->spare_call, NULL);
	struct ipcchan_msg *request;

	if (!call || size > IPCCHAN_CALL_ROOM_MAX) {
		ipcchan_call_free(xchg(&port->spare_call, call));
		return NULL;
	}
	request = ipcchan_call_message(call->request, port->session, size);
	if (!IS_ERR(request)) {
		call->request = request;
		return call;
	}
	call->request = NULL;
	ipcchan_call_free(call);
	return NULL;
}

/**
 * ipcchan_call_new() - make a call of the current task
 * @port: through which it is begun; its user is charged
 * @size: bytes of the request; the caller fills it in, as a new message
 *
 * Return: the call with one reference, or ERR_PTR(-EDQUOT or -ENOMEM).
 */
struct ipcchan_call *ipcchan_call_new(struct ipcchan_port *port, u32 size)
{
	struct ipcchan_call *call = take_kept(port, size);

	if (!call) {
		call = alloc(port->session, size);
		if (IS_ERR(call))
			return call;
		init_new(call);
	} else {
		call->was_kept = true;
	}
	init(call, port);
	return call;
}

/**
 * ipcchan_call_free() - end a call that nobody else has
 * @call: the call, or NULL
 */
void ipcchan_call_free(struct ipcchan_call *call)
	__context_unsafe(nobody has it any more)
{
	size_t charged = memory_of_call();

	if (!call)
		return;
	ipcchan_waitgraph_resource_deinit(&call->answer);
	/* The notice takes its part of the charge along. */
	if (!call->notice)
		charged -= ipcchan_msg_memory(0);
	if (call->reply)
		ipcchan_msg_put(call->reply);
	put_pid(call->server_tgid);
	put_pid(call->server_tid);
	ipcchan_user_uncharge_bytes(call->user, charged);
	ipcchan_user_put(call->user);
	free_call(call);
}

/**
 * ipcchan_call_put() - give a reference back; no lock held
 * @call: the call
 */
void ipcchan_call_put(struct ipcchan_call *call)
{
	if (refcount_dec_and_test(&call->usage))
		ipcchan_call_free(call);
}

/* Not if a PEEK still looks at it, and only what is short and has no files. */
static bool may_keep_message(const struct ipcchan_msg *msg)
{
	return refcount_read(&msg->usage) == 1 && !msg->attachments &&
	       !msg->spare && msg->room <= IPCCHAN_CALL_ROOM_MAX;
}

/*
 * Nobody else has the call or a part of it. One that failed is kept only if it was
 * before, so that no failure leaves anything charged that was not.
 */
static bool may_keep(const struct ipcchan_call *call)
{
	return refcount_read(&call->usage) == 1 && !call->has_timeout &&
	       call->notice && (call->reply || call->was_kept) &&
	       may_keep_message(call->request);
}

/* The next server to answer gets it in exchange for its own. */
static void keep_reply(struct ipcchan_call *call)
{
	struct ipcchan_msg *reply = call->reply;

	call->reply = NULL;
	if (!reply)
		return;
	if (!call->spare && may_keep_message(reply))
		call->spare = reply;
	else
		ipcchan_msg_put(reply);
}

static void put_or_keep(struct ipcchan_call *call, struct ipcchan_port *port)
{
	if (!may_keep(call)) {
		ipcchan_call_put(call);
		return;
	}
	keep_reply(call);
	call = xchg(&port->spare_call, call);
	if (unlikely(call))
		ipcchan_call_free(call);
}

static void stop_timeout(struct ipcchan_call *call)
{
	if (cancel_delayed_work_sync(&call->timeout))
		ipcchan_call_put(call);
}

static u64 time_left_ns(const struct ipcchan_call *call)
{
	u64 deadline_ns = call->request->deadline_ns;
	u64 now = ktime_get_ns();

	return deadline_ns > now ? deadline_ns - now : 0;
}

/* @left is no whole number of jiffies, and one has begun. */
static void schedule_timeout_in(struct ipcchan_call *call, u64 left)
{
	schedule_delayed_work(&call->timeout, nsecs_to_jiffies(left) + 2);
}

/* Early if jiffies were behind the clock when it was scheduled: then once more. */
static void time_out(struct work_struct *work)
{
	struct ipcchan_call *call = container_of(to_delayed_work(work),
						 struct ipcchan_call, timeout);
	u64 left = time_left_ns(call);

	if (left) {
		schedule_timeout_in(call, left);
		return;
	}
	ipcchan_call_give_up(call, -ETIMEDOUT);
	ipcchan_call_put(call);
}

/**
 * ipcchan_call_arm() - give a call up at its deadline, though nobody waits for it
 * @call: the caller's; nothing happens if it was done before
 */
void ipcchan_call_arm(struct ipcchan_call *call)
{
	if (call->has_timeout ||
	    call->request->deadline_ns == IPCCHAN_DEADLINE_NEVER)
		return;
	call->has_timeout = true;
	refcount_inc(&call->usage);
	INIT_DELAYED_WORK(&call->timeout, time_out);
	schedule_timeout_in(call, time_left_ns(call));
}

/**
 * ipcchan_call_count() - is one more call allowed
 * @port: through which it is to begin
 *
 * Return: 0, then it is counted, and after ipcchan_call_begin() its
 * ipcchan_call_forget() is due; or -ENOSPC.
 */
int ipcchan_call_count(struct ipcchan_port *port)
{
	atomic_t *calls = &port->session->calls;

	if (likely(atomic_inc_return(calls) <= IPCCHAN_CALLS_MAX))
		return 0;
	atomic_dec(calls);
	return -ENOSPC;
}

/**
 * ipcchan_call_find() - a call that was begun through a port
 * @port: the port
 * @token: of the call
 *
 * Return: the call, or NULL; NULL as long as it is not sent.
 */
struct ipcchan_call *ipcchan_call_find(struct ipcchan_port *port, u64 token)
{
	struct ipcchan_call *call;

	lockdep_assert_held(&ipcchan_waits.lock);
	hlist_for_each_entry(call, &port->calls, of_caller)
		if (call->token == token)
			return call->state == IPCCHAN_CALL_IS_SENDING &&
			       !call->was_received ? NULL : call;
	return NULL;
}

/**
 * ipcchan_call_is_for_any() - may who waits for any call have this one
 * @call: the call
 *
 * Return: true if nobody else wants its outcome; one that is cancelled has none
 * that anybody wants but who waited for it.
 */
bool ipcchan_call_is_for_any(const struct ipcchan_call *call)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return !call->awaiting && !call->is_restarting &&
	       call->outcome != -ECANCELED;
}

/**
 * ipcchan_calls_are_left() - is there a call for who waits for any
 * @port: through which they were begun
 *
 * Return: true if there is.
 */
bool ipcchan_calls_are_left(const struct ipcchan_port *port)
{
	const struct ipcchan_call *call;

	lockdep_assert_held(&ipcchan_waits.lock);
	hlist_for_each_entry(call, &port->calls, of_caller)
		if (ipcchan_call_is_for_any(call))
			return true;
	return false;
}

/*
 * Who waits for any call would do so for ever if none is left. Returns true if it
 * stopped because @wake is full.
 */
static bool end_vain_waits(struct ipcchan_port *port, struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_awaiting *awaiting;
	struct ipcchan_awaiting *next;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (ipcchan_calls_are_left(port))
		return false;
	list_for_each_entry_safe(awaiting, next, &port->awaiting, wait.node) {
		if (ipcchan_wake_is_full(wake))
			return true;
		ipcchan_waiter_finish(&awaiting->wait, -ECHILD, wake);
	}
	return false;
}

static void wake_vain(struct ipcchan_port *port)
{
	struct ipcchan_wake wake;
	bool more;

	do {
		wake.nr = 0;
		spin_lock(&ipcchan_waits.lock);
		more = end_vain_waits(port, &wake);
		spin_unlock(&ipcchan_waits.lock);
		ipcchan_wake_flush(&wake);
	} while (more);
}

static void leave_port(struct ipcchan_call *call, struct ipcchan_port *port)
{
	bool is_awaited;

	spin_lock(&ipcchan_waits.lock);
	if (call->awaiting)
		ipcchan_blocked_end(&call->awaiting->blocked);
	ipcchan_call_detach(call);
	call->awaiting = NULL;
	is_awaited = !list_empty(&port->awaiting);
	spin_unlock(&ipcchan_waits.lock);
	if (unlikely(is_awaited))
		wake_vain(port);
}

/**
 * ipcchan_call_forget() - the caller wants nothing of a call any more
 * @call: done, or never sent; the caller's reference goes with it
 * @port: through which it was begun
 */
void ipcchan_call_forget(struct ipcchan_call *call, struct ipcchan_port *port)
{
	/* That was written before the caller's wait was ended. */
	if (!call->is_given)
		leave_port(call, port);
	atomic_dec(&port->session->calls);
	if (unlikely(call->has_timeout))
		stop_timeout(call);
	put_or_keep(call, port);
}
