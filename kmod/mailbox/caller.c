// SPDX-License-Identifier: GPL-2.0
/*
 * Callers: CALL, CALL_START and CALL_WAIT.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/policy.h"
#include "mailbox/port.h"
#include "mailbox/vector.h"
#include "object/deadlock.h"
#include "object/ioctl.h"
#include "object/session.h"
#include "wait/signals.h"

/**
 * struct calling - a CALL, CALL_START or CALL_WAIT in progress
 * @port: through which
 * @call: the call; NULL: none yet
 * @awaiting: this thread's wait for it
 * @request: the request, in user memory
 * @reply: where the reply goes
 * @deadline: until when to wait
 * @deadline_ns: the same on CLOCK_MONOTONIC, for the server
 * @truncate: take a reply even if it does not fit
 * @tells_cycle: a deadlock is to be written down
 * @cycle: where it is; NULL: there was none, or no memory for it
 */
struct calling {
	struct ipcchan_port *port;
	struct ipcchan_call *call;
	struct ipcchan_awaiting awaiting;
	struct ipcchan_vector request;
	struct ipcchan_vector reply;
	struct ipcchan_deadline deadline;
	u64 deadline_ns;
	bool truncate;
	bool tells_cycle;
	struct ipcchan_cycle *cycle;
};

/* Both structures are read and written up to where calls need them. */
static __always_inline int load_vector(struct ipcchan_vector *vec, u64 user, u32 size)
{
	return ipcchan_vector_load_one(vec, user, size,
				       IPCCHAN_CALL_MESSAGE_SIZE);
}

static int store_token(const struct calling *c, u64 token)
{
	struct ipcchan_message __user *to = u64_to_user_ptr(c->request.user);

	return put_user(token, &to->token);
}

static u64 to_monotonic(const struct ipcchan_deadline *deadline)
{
	ktime_t left;

	if (deadline->expires == KTIME_MAX)
		return IPCCHAN_DEADLINE_NEVER;
	if (deadline->clock != CLOCK_REALTIME)
		return deadline->expires;
	left = ktime_sub(deadline->expires, ktime_get_real());
	/* What is below zero would count as an overflow, and be for ever. */
	return ktime_add_safe(ktime_get(), max_t(s64, left, 0));
}

/* Copies the request in. */
static inline int make_call(struct calling *c)
{
	const struct ipcchan_message *slot = &c->request.slots[0];
	struct ipcchan_call *call;
	int err;

	err = ipcchan_mailbox_check_slot(c->port->flow, slot);
	if (err)
		return err;
	call = ipcchan_call_new(c->port, slot->size);
	if (IS_ERR(call))
		return PTR_ERR(call);
	err = ipcchan_mailbox_fill(call->request, slot);
	if (err) {
		ipcchan_call_put(call);
		return err;
	}
	call->request->deadline_ns = c->deadline_ns;
	c->call = call;
	return 0;
}

static struct ipcchan_waitgraph_resource *awaited(struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (call->state == IPCCHAN_CALL_IS_QUEUED)
		return &call->flow->serving;
	return &call->answer;
}

/* The wait begins; or -EDEADLK: it would not end. */
static int enter_graph(struct calling *c,
		       struct ipcchan_waitgraph_resource *resource)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_process *process = ipcchan_port_process(c->port, current);
	int err;

	lockdep_assert_held(&ipcchan_waits.lock);
	c->awaiting.blocked.client = c->port->session->client;
	c->awaiting.blocked.since_ns = c->call ? c->call->since_ns : ktime_get_ns();
	err = ipcchan_blocked_begin(&c->awaiting.blocked, process, resource,
				    c->cycle);
	if (!err)
		return 0;
	if (c->cycle)
		ipcchan_cycle_tell(c->cycle);
	ipcchan_blocked_end(&c->awaiting.blocked);
	return err;
}

/* A new call waits from before it is sent: so it is not if that would be for ever. */
static int begin_new(struct calling *c)
	__must_hold(&ipcchan_waits.lock)
{
	int err = enter_graph(c, &c->port->flow->serving);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!err)
		ipcchan_call_begin(c->call);
	return err;
}

/* From now on the outcome is this thread's, be it there or not. */
static void claim(struct calling *c, struct ipcchan_call *call)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	list_del_init(&call->done);
	call->is_restarting = false;
	call->awaiting = &c->awaiting;
	c->awaiting.call = call;
	c->call = call;
	if (call->state == IPCCHAN_CALL_IS_DONE)
		c->awaiting.wait.result = 0;
}

static int begin_known(struct calling *c, u64 token)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_call *call = ipcchan_call_find(c->port, token);
	int err = 0;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!call)
		return -ESRCH;
	if (call->awaiting)
		return -EBUSY;
	if (call->state != IPCCHAN_CALL_IS_DONE)
		err = enter_graph(c, awaited(call));
	if (!err || err == -EDEADLK)
		claim(c, call);
	return err;
}

/* @token: of a call that there is, which is claimed also where it is -EDEADLK. */
static int try_begin_wait(struct calling *c, u64 token)
{
	int err = ipcchan_port_use(c->port);

	if (err)
		return err;
	spin_lock(&ipcchan_waits.lock);
	err = token ? begin_known(c, token) : begin_new(c);
	spin_unlock(&ipcchan_waits.lock);
	return err;
}

/* The call is not this thread's any more, and goes on without it. */
static void unclaim(struct calling *c)
{
	struct ipcchan_call *call = c->call;
	LIST_HEAD(ended);

	spin_lock(&ipcchan_waits.lock);
	ipcchan_blocked_end(&c->awaiting.blocked);
	call->awaiting = NULL;
	if (call->is_given)
		hlist_add_head(&call->of_caller, &c->port->calls);
	call->is_given = false;
	if (call->state == IPCCHAN_CALL_IS_DONE)
		ipcchan_call_note_ended(call, &ended);
	spin_unlock(&ipcchan_waits.lock);
	ipcchan_calls_tell(&ended);
}

/* Only a deadlock needs this memory: then it is looked for once more. */
static bool has_new_memory(struct calling *c)
{
	if (!c->tells_cycle || c->cycle)
		return false;
	c->cycle = kvzalloc(sizeof(*c->cycle), GFP_KERNEL_ACCOUNT);
	return c->cycle;
}

static int begin_wait(struct calling *c, u64 token)
{
	int err = try_begin_wait(c, token);

	if (err != -EDEADLK || !has_new_memory(c))
		return err;
	if (token)
		unclaim(c);
	return try_begin_wait(c, token);
}

static int try_look_again(struct calling *c)
{
	int err = 0;

	spin_lock(&ipcchan_waits.lock);
	if (c->call->state != IPCCHAN_CALL_IS_DONE) {
		ipcchan_waiter_init(&c->awaiting.wait);
		err = ipcchan_blocked_check(&c->awaiting.blocked, c->cycle);
		if (err && c->cycle)
			ipcchan_cycle_tell(c->cycle);
		err = err ?: -EAGAIN;
	}
	spin_unlock(&ipcchan_waits.lock);
	return err;
}

/* Who might have answered is gone: would the wait still end? */
static int look_again(struct calling *c)
{
	int err = try_look_again(c);

	if (err == -EDEADLK && has_new_memory(c))
		err = try_look_again(c);
	return err;
}

/* Returns 0 when the call has its outcome, or why it is not waited for any more. */
static inline int sleep_for_outcome(struct calling *c)
{
	struct ipcchan_waiter *wait = &c->awaiting.wait;
	int err;

	do {
		err = ipcchan_waiter_sleep(wait, &c->deadline) ?: wait->result;
		if (err == -EAGAIN)
			err = look_again(c);
	} while (err == -EAGAIN);
	return err;
}

/* Also a call that was never sent. */
static void forget(struct calling *c)
{
	ipcchan_call_forget(c->call, c->port);
	c->call = NULL;
}

/* The rule of every receive: all of it, or nothing but what it needs. */
static bool has_room(const struct calling *c, const struct ipcchan_msg *reply)
{
	const struct ipcchan_message *slot = &c->reply.slots[0];

	return c->truncate || (reply->entry.size <= slot->size &&
			       ipcchan_msg_nr_fds(reply) <= slot->nr_fds);
}

static noinline_for_stack int store_needs(const struct calling *c,
					  const struct ipcchan_msg *reply)
{
	struct ipcchan_needs needs = {
		.length = reply->entry.size,
		.nr_fds = ipcchan_msg_nr_fds(reply),
	};

	return ipcchan_vector_store_needs(&c->reply, &needs);
}

static int store_reply(struct calling *c)
{
	struct ipcchan_taken taken = { .msg = c->call->reply };
	int err;

	if (unlikely(!has_room(c, taken.msg)))
		return store_needs(c, taken.msg);
	err = ipcchan_vector_store(&c->reply, 0, &taken);
	if (err || !taken.msg->attachments)
		return err;
	err = ipcchan_vector_store_fds(&c->reply, 0, &taken);
	if (!err)
		ipcchan_opened_keep(taken.opened);
	return err;
}

static int send_request(struct calling *c)
{
	struct ipcchan_flow *flow = c->port->flow;
	struct ipcchan_sending s = {
		.port = c->port,
		.policy = ipcchan_policy_find(flow->delivery,
					      IPCCHAN_POLICY_BLOCK),
		.is_call = true,
	};
	int err;

	INIT_LIST_HEAD(&s.messages);
	list_add_tail(&ipcchan_msg_get(c->call->request)->entry.node,
		      &s.messages);
	err = ipcchan_flow_send(flow, &s, &c->deadline);
	ipcchan_msgs_put(&s.messages);
	return err;
}

/* To a receiver that waits for it. */
static bool try_hand_over(struct calling *c)
{
	struct ipcchan_flow *flow = c->port->flow;

	return flow->delivery->hands_over &&
	       ipcchan_flow_try_hand_over(flow, c->port, c->call->request);
}

/* All of it that is not always written before it is read. */
static void begin_calling(struct calling *c, struct ipcchan_port *port)
{
	c->port = port;
	c->call = NULL;
	ipcchan_waiter_init(&c->awaiting.wait);
	c->awaiting.blocked.process = NULL;
	c->awaiting.call = NULL;
	c->reply.takes = true;
	c->truncate = false;
	c->tells_cycle = false;
	c->cycle = NULL;
}

/* What CALL and CALL_START have in common. */
static inline int parse_request(struct calling *c, struct file *file, u32 flags,
				u64 deadline_ns)
{
	begin_calling(c, ipcchan_port_of(file));
	ipcchan_mailbox_deadline(file, flags, deadline_ns, &c->deadline);
	c->deadline_ns = to_monotonic(&c->deadline);
	return c->port->flow->delivery->can_hold ? 0 : -EOPNOTSUPP;
}

static inline int begin_request(struct calling *c)
{
	int err = make_call(c);

	if (err)
		return err;
	err = ipcchan_call_count(c->port);
	if (err)
		ipcchan_call_put(c->call);
	return err;
}

/* Sends it, with this thread waiting; or the call is as if it had never been. */
static int call_anew(struct calling *c)
{
	int err = begin_request(c);

	if (err)
		return err;
	/* Nobody else knows the call yet. */
	c->call->awaiting = &c->awaiting;
	if (!try_hand_over(c))
		err = begin_wait(c, 0) ?: send_request(c);
	if (err)
		forget(c);
	return err;
}

/* A call that the kernel restarts, or whose outcome could not be received. */
static int call_again(struct calling *c)
{
	int err = begin_wait(c, c->request.slots[0].token);

	if (err != -EDEADLK)
		return err;
	/* It is there, so this is its outcome, unless there was one just now. */
	ipcchan_call_give_up(c->call, -EDEADLK);
	return 0;
}

/* What this thread gets; else the outcome stays, under a token that it is told. */
static inline int take_outcome(struct calling *c)
{
	u64 token = c->call->token;
	int err = c->call->outcome;
	bool is_taken = err || !(err = store_reply(c));

	if (is_taken) {
		forget(c);
		if (c->request.slots[0].token)
			store_token(c, 0);
		return err;
	}
	if (store_token(c, token))
		forget(c);
	else
		unclaim(c);
	return err;
}

/* The call goes on, and is for the restart of this one, not for who waits for any. */
static void leave(struct calling *c)
{
	spin_lock(&ipcchan_waits.lock);
	c->call->is_restarting = true;
	spin_unlock(&ipcchan_waits.lock);
	ipcchan_call_arm(c->call);
	unclaim(c);
}

/* The call is left as it is for the restart, or it is over. */
static int interrupt_call(struct calling *c)
{
	u64 token = c->call->token;
	int err = ipcchan_signals_restart() ? store_token(c, token) : -EINTR;

	if (!err) {
		c->request.slots[0].token = token;
		leave(c);
		return -ERESTARTSYS;
	}
	ipcchan_call_give_up(c->call, err);
	return take_outcome(c);
}

static int finish_call(struct calling *c)
{
	int err = sleep_for_outcome(c);

	if (err == -ERESTARTSYS)
		return interrupt_call(c);
	if (err)
		ipcchan_call_give_up(c->call, err);
	return take_outcome(c);
}

static struct ipcchan_deadlock deadlock_of(const struct ipcchan_mailbox_call *a)
{
	return (struct ipcchan_deadlock){
		.user = a->cycle,
		.count = a->cycle_count,
		.step_size = a->step_size,
	};
}

static int check_call(const struct ipcchan_mailbox_call *a)
{
	struct ipcchan_deadlock deadlock = deadlock_of(a);

	if ((a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME |
			  IPCCHAN_TRUNCATE | IPCCHAN_YIELD)) || a->reserved)
		return -EOPNOTSUPP;
	return ipcchan_deadlock_check(&deadlock);
}

static int store_cycle(struct ipcchan_mailbox_call *a,
		       const struct ipcchan_cycle *cycle)
{
	struct ipcchan_deadlock deadlock = deadlock_of(a);

	return ipcchan_deadlock_store(&deadlock, cycle, &a->cycle_length);
}

static int run_call(struct calling *c)
{
	int err = c->request.slots[0].token ? call_again(c) : call_anew(c);

	return err ?: finish_call(c);
}

/**
 * ipcchan_mailbox_call() - IPCCHAN_IOC_MAILBOX_CALL
 * @file: of a mailbox, with the SEND right
 * @arg: struct ipcchan_mailbox_call
 *
 * Return: 0 with the reply, or -errno.
 */
long ipcchan_mailbox_call(struct file *file, void *arg)
{
	struct ipcchan_mailbox_call *a = arg;
	struct calling c __uninitialized;
	int err;

	err = check_call(a) ?:
	      parse_request(&c, file, a->flags, a->deadline_ns) ?:
	      load_vector(&c.request, a->request, a->message_size);
	if (err)
		return err;
	c.truncate = a->flags & IPCCHAN_TRUNCATE;
	c.tells_cycle = true;
	err = load_vector(&c.reply, a->reply, a->message_size) ?:
	      run_call(&c);
	if (unlikely(c.cycle)) {
		if (err == -EDEADLK)
			err = store_cycle(a, c.cycle);
		kvfree(c.cycle);
	}
	return err;
}

/* The thread has the call until all is done: so nobody else can forget it. */
static int start_call(struct calling *c)
{
	int err;

	spin_lock(&ipcchan_waits.lock);
	c->call->awaiting = &c->awaiting;
	ipcchan_call_begin(c->call);
	spin_unlock(&ipcchan_waits.lock);
	err = store_token(c, c->call->token);
	if (!err && !try_hand_over(c))
		err = send_request(c);
	if (err) {
		store_token(c, 0);
		forget(c);
		return err;
	}
	ipcchan_call_arm(c->call);
	unclaim(c);
	return 0;
}

/**
 * ipcchan_mailbox_call_start() - IPCCHAN_IOC_MAILBOX_CALL_START
 * @file: of a mailbox, with the SEND right
 * @arg: struct ipcchan_mailbox_call_start
 *
 * Return: 0 with the token in the request, or -errno.
 */
long ipcchan_mailbox_call_start(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_call_start *a = arg;
	struct calling c __uninitialized;
	int err;

	if (a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME))
		return -EOPNOTSUPP;
	err = parse_request(&c, file, a->flags, a->deadline_ns) ?:
	      load_vector(&c.request, a->request, a->message_size);
	if (err)
		return err;
	if (c.request.slots[0].token)
		return -EINVAL;
	return begin_request(&c) ?: start_call(&c);
}

static int begin_any(struct calling *c)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_call *call;

	lockdep_assert_held(&ipcchan_waits.lock);
	call = list_first_entry_or_null(&c->port->done, struct ipcchan_call,
					done);
	if (call) {
		claim(c, call);
		return 0;
	}
	if (!ipcchan_calls_are_left(c->port))
		return -ECHILD;
	if (c->deadline.nonblock)
		return -EAGAIN;
	list_add_tail(&c->awaiting.wait.node, &c->port->awaiting);
	return 0;
}

static int wait_for_any(struct calling *c)
{
	struct ipcchan_waiter *wait = &c->awaiting.wait;
	int err;

	spin_lock(&ipcchan_waits.lock);
	err = begin_any(c);
	spin_unlock(&ipcchan_waits.lock);
	if (err || c->call)
		return err;
	err = ipcchan_waiter_sleep(wait, &c->deadline) ?: wait->result;
	spin_lock(&ipcchan_waits.lock);
	if (ipcchan_waiter_is_waiting(wait))
		list_del_init(&wait->node);
	else
		err = wait->result;
	c->call = c->awaiting.call;
	spin_unlock(&ipcchan_waits.lock);
	return err;
}

/* Who does not wait is stuck nowhere: so it takes what there is, or nothing. */
static int take_now(struct calling *c, u64 token)
{
	struct ipcchan_call *call;
	int err = 0;

	spin_lock(&ipcchan_waits.lock);
	call = ipcchan_call_find(c->port, token);
	if (!call)
		err = -ESRCH;
	else if (call->awaiting)
		err = -EBUSY;
	else if (call->state != IPCCHAN_CALL_IS_DONE)
		err = -EAGAIN;
	else
		claim(c, call);
	spin_unlock(&ipcchan_waits.lock);
	return err;
}

static bool is_done(const struct calling *c)
{
	bool is_done;

	spin_lock(&ipcchan_waits.lock);
	is_done = c->call->state == IPCCHAN_CALL_IS_DONE;
	spin_unlock(&ipcchan_waits.lock);
	return is_done;
}

/* The call is not given up when the wait ends: it was begun for longer. */
static int wait_for_one(struct calling *c, u64 token)
{
	int err;

	if (c->deadline.nonblock)
		return take_now(c, token);
	err = begin_wait(c, token);
	if (err == -EDEADLK)
		unclaim(c);
	if (err)
		return err;
	err = sleep_for_outcome(c);
	if (!err || is_done(c))
		return 0;
	unclaim(c);
	return err;
}

static int store_outcome(struct calling *c)
{
	if (!c->call->outcome)
		return store_reply(c);
	return ipcchan_vector_store_error(&c->reply, c->call->token,
					  -c->call->outcome);
}

/**
 * ipcchan_mailbox_call_wait() - IPCCHAN_IOC_MAILBOX_CALL_WAIT
 * @file: of a mailbox, with the SEND right
 * @arg: struct ipcchan_mailbox_call_wait
 *
 * Return: 0 with an outcome, or -errno.
 */
long ipcchan_mailbox_call_wait(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_call_wait *a = arg;
	struct calling c __uninitialized;
	int err;

	if (a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME |
			 IPCCHAN_TRUNCATE | IPCCHAN_YIELD))
		return -EOPNOTSUPP;
	begin_calling(&c, ipcchan_port_of(file));
	c.truncate = a->flags & IPCCHAN_TRUNCATE;
	err = load_vector(&c.reply, a->reply, a->message_size);
	if (err)
		return err;
	ipcchan_mailbox_deadline(file, a->flags, a->deadline_ns, &c.deadline);
	err = a->token ? wait_for_one(&c, a->token) : wait_for_any(&c);
	if (err)
		return err;
	err = store_outcome(&c);
	if (err)
		unclaim(&c);
	else
		forget(&c);
	return err;
}
