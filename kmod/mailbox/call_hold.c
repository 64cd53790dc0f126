// SPDX-License-Identifier: GPL-2.0
/*
 * Calls: who holds a request, and answers it.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/rbtree.h>
#include <linux/sched/signal.h>

#include "mailbox/call.h"
#include "mailbox/message.h"
#include "mailbox/peer.h"
#include "mailbox/port.h"
#include "mailbox/tell.h"

static struct ipcchan_call *call_at(const struct rb_node *node)
{
	return rb_entry(node, struct ipcchan_call, holding);
}

static bool is_before(struct rb_node *a, const struct rb_node *b)
{
	return call_at(a)->token < call_at(b)->token;
}

static int compare(const void *token, const struct rb_node *node)
{
	u64 wanted = *(const u64 *)token;
	u64 found = call_at(node)->token;

	return wanted < found ? -1 : wanted > found;
}

static inline void begin_serving(struct ipcchan_call *call,
				 struct ipcchan_process *process,
				 struct task_struct *task)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	call->server = ipcchan_process_get(process);
	hlist_add_head(&call->of_server, &process->held);
	ipcchan_waitgraph_hold_by_crew(&call->answer, &call->hold, &process->crew);
	ipcchan_boost_begin(&call->boost, process, task, call->nice);
}

/**
 * ipcchan_call_unserve() - nobody works for a call any more
 * @call: the call; if nobody did, nothing happens
 */
void ipcchan_call_unserve(struct ipcchan_call *call)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (list_empty(&call->hold.node))
		return;
	ipcchan_boost_end(&call->boost, call->server);
	ipcchan_waitgraph_release(&call->hold);
}

static inline void note_server(struct ipcchan_call *call,
			       struct task_struct *task)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	/* Most often it is the one of the call before that had this memory. */
	if (call->server_tid == task_pid(task) &&
	    call->server_tgid == task_tgid(task))
		return;
	put_pid(call->server_tgid);
	put_pid(call->server_tid);
	call->server_tgid = get_pid(task_tgid(task));
	call->server_tid = get_pid(task_pid(task));
}

/**
 * ipcchan_call_hold() - a thread is to answer a request
 * @call: of the request; in a flow
 * @port: through which it is received
 * @task: the thread: the current one, or one that waits to receive, and so keeps
 *	its pids until the lock of the flow is dropped
 */
void ipcchan_call_hold(struct ipcchan_call *call, struct ipcchan_port *port,
		       struct task_struct *task)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	note_server(call, task);
	call->state = IPCCHAN_CALL_IS_HELD;
	call->was_received = true;
	call->holder = port;
	call->flow->nr_calls_held++;
	rb_add(&call->holding, &port->requests, is_before);
	begin_serving(call, ipcchan_port_process(port, task), task);
	if (call->awaiting)
		ipcchan_blocked_move(&call->awaiting->blocked, &call->answer);
	ipcchan_tell_call(request_receive, call);
}

/**
 * ipcchan_call_received() - a request was copied out to the current task
 * @flow: the flow
 * @port: through which
 * @msg: the message, a request
 */
void ipcchan_call_received(struct ipcchan_flow *flow, struct ipcchan_port *port,
			   struct ipcchan_msg *msg)
{
	struct ipcchan_call *call = msg->call;

	lockdep_assert_held(&flow->lock);
	msg->call = NULL;
	spin_lock(&ipcchan_waits.lock);
	ipcchan_call_hold(call, port, current);
	spin_unlock(&ipcchan_waits.lock);
}

/**
 * ipcchan_call_unhold() - nobody is to answer a request any more
 * @call: in the tree of its holder, which has no reference to it any more
 */
void ipcchan_call_unhold(struct ipcchan_call *call)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_call_unserve(call);
	hlist_del(&call->of_server);
	ipcchan_process_put(call->server);
	call->server = NULL;
	rb_erase(&call->holding, &call->holder->requests);
	call->holder = NULL;
}

/**
 * ipcchan_call_held() - a request that the current process holds
 * @port: through which it received it
 * @token: of the request
 *
 * Return: the call, which may be cancelled; or NULL.
 */
struct ipcchan_call *ipcchan_call_held(struct ipcchan_port *port, u64 token)
{
	struct rb_node *node = rb_find(&token, &port->requests, compare);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!node || call_at(node)->server_tgid != task_tgid(current))
		return NULL;
	return call_at(node);
}

/* As if it had never been received; whoever waits for it may wait for ever now. */
static void queue_again(struct ipcchan_flow *flow, struct ipcchan_call *call)
	__must_hold(&flow->lock) __must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&flow->lock);
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_call_unhold(call);
	flow->nr_calls_held--;
	call->state = IPCCHAN_CALL_IS_QUEUED;
	call->was_received = false;
	call->request->call = call;
	if (call->awaiting)
		ipcchan_blocked_move(&call->awaiting->blocked, &flow->serving);
	ipcchan_call_look_again(call, &flow->ended);
}

/**
 * ipcchan_call_give_back() - a request that was handed over cannot be copied out
 * @flow: the flow
 * @port: through which the current process holds it
 * @token: of the request
 *
 * Return: true if it is to be queued again; false if nobody waits for an answer any
 * more, or another thread gave it already.
 */
bool ipcchan_call_give_back(struct ipcchan_flow *flow, struct ipcchan_port *port,
			    u64 token)
{
	struct ipcchan_call *call;
	bool is_wanted;

	lockdep_assert_held(&flow->lock);
	spin_lock(&ipcchan_waits.lock);
	call = ipcchan_call_held(port, token);
	is_wanted = call && !call->is_cancelled;
	if (is_wanted) {
		queue_again(flow, call);
	} else if (call) {
		ipcchan_call_unhold(call);
		ipcchan_notice_drop(flow, port, token);
		ipcchan_call_drop(call, &flow->ended);
	}
	spin_unlock(&ipcchan_waits.lock);
	return is_wanted;
}

/* A late answer: the request is forgotten, and its notice if it is still there. */
static int drop_cancelled(struct ipcchan_port *port, u64 token)
{
	struct ipcchan_call *call;

	ipcchan_flow_lock(port->flow);
	spin_lock(&ipcchan_waits.lock);
	call = ipcchan_call_held(port, token);
	if (call)
		ipcchan_call_unhold(call);
	spin_unlock(&ipcchan_waits.lock);
	if (call)
		ipcchan_notice_drop(port->flow, port, token);
	ipcchan_flow_unlock(port->flow);
	if (call)
		ipcchan_call_put(call);
	return call ? -ECANCELED : -ESRCH;
}

/* A reply that may be kept for an earlier one, so that neither side has to allocate any. */
static void exchange(struct ipcchan_call *call, struct ipcchan_msg **reply)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_msg *spare = NULL;

	lockdep_assert_held(&ipcchan_waits.lock);
	call->reply = *reply;
	call->reply->token = call->token;
	if (call->reply->room <= IPCCHAN_CALL_ROOM_MAX)
		swap(spare, call->spare);
	*reply = spare;
}

/*
 * What ipcchan_call_end() and ipcchan_calls_tell() do for a caller that sleeps for
 * this call: its task, to be woken. NULL: there is none, and they are to be used.
 */
static __always_inline struct task_struct *end_awaited(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_awaiting *awaiting = call->awaiting;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!awaiting || !ipcchan_waiter_is_waiting(&awaiting->wait) ||
	    !list_empty(&call->ended) || !list_empty(&call->caller->awaiting))
		return NULL;
	call->state = IPCCHAN_CALL_IS_DONE;
	call->outcome = 0;
	hlist_del(&call->of_caller);
	call->is_given = true;
	ipcchan_blocked_end(&awaiting->blocked);
	ipcchan_tell_call(request_end, call);
	return ipcchan_waiter_end_unlisted(&awaiting->wait, 0);
}

/* The same where nobody sleeps for this call; the lock is dropped meanwhile. */
static noinline_for_stack void end_and_tell(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	LIST_HEAD(ended);

	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_call_end(call, 0, &ended);
	spin_unlock(&ipcchan_waits.lock);
	ipcchan_calls_tell(&ended);
	spin_lock(&ipcchan_waits.lock);
}

/**
 * ipcchan_call_answer() - a request is answered
 * @port: through which it was received
 * @token: of the request
 * @reply: the answer; in exchange memory for another, or NULL
 *
 * Return: 0, or the reply is still the caller's: -ESRCH or -ECANCELED.
 */
int ipcchan_call_answer(struct ipcchan_port *port, u64 token,
			struct ipcchan_msg **reply)
{
	struct task_struct *task;
	struct ipcchan_call *call;

	spin_lock(&ipcchan_waits.lock);
	call = ipcchan_call_held(port, token);
	if (!call || call->is_cancelled) {
		spin_unlock(&ipcchan_waits.lock);
		return call ? drop_cancelled(port, token) : -ESRCH;
	}
	exchange(call, reply);
	ipcchan_tell_call(request_reply, call);
	ipcchan_call_unhold(call);
	ipcchan_call_leave_flow(call);
	/* The caller has not forgotten it: it is not cancelled. */
	refcount_dec(&call->usage);
	task = end_awaited(call);
	if (unlikely(!task))
		end_and_tell(call);
	spin_unlock(&ipcchan_waits.lock);
	if (likely(task))
		ipcchan_wake_one(task);
	return 0;
}

/* The next that the process holds, or anybody through this port. */
static struct ipcchan_call *next_held(struct ipcchan_port *port,
				      const struct pid *tgid)
	__must_hold(&ipcchan_waits.lock)
{
	struct rb_node *node;

	lockdep_assert_held(&ipcchan_waits.lock);
	for (node = rb_first(&port->requests); node; node = rb_next(node))
		if (!tgid || call_at(node)->server_tgid == tgid)
			return call_at(node);
	return NULL;
}

static bool end_next_held(struct ipcchan_flow *flow, struct ipcchan_port *port,
			  const struct pid *tgid)
	__must_hold(&flow->lock) __must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_call *call;

	lockdep_assert_held(&flow->lock);
	lockdep_assert_held(&ipcchan_waits.lock);
	call = next_held(port, tgid);
	if (!call)
		return false;
	ipcchan_call_unhold(call);
	if (!call->is_cancelled) {
		ipcchan_tell_call(request_die, call);
		ipcchan_call_leave_flow(call);
		ipcchan_call_end(call, -EOWNERDEAD, &flow->ended);
	} else {
		ipcchan_notice_drop(flow, port, call->token);
	}
	ipcchan_call_drop(call, &flow->ended);
	return true;
}

/**
 * ipcchan_calls_end_held() - who holds requests can answer no more
 * @flow: the flow
 * @port: through which they were received
 * @tgid: of the process, which has ended; NULL: all that @port has
 */
void ipcchan_calls_end_held(struct ipcchan_flow *flow,
			    struct ipcchan_port *port, const struct pid *tgid)
{
	lockdep_assert_held(&flow->lock);
	spin_lock(&ipcchan_waits.lock);
	while (end_next_held(flow, port, tgid))
		continue;
	spin_unlock(&ipcchan_waits.lock);
}
