// SPDX-License-Identifier: GPL-2.0
/*
 * Servers: REPLY, REPLY_RECEIVE, CALL_READ and CALL_FORWARD.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/policy.h"
#include "mailbox/port.h"
#include "mailbox/vector.h"
#include "limits.h"

/* As a request, but that the size is bounded by the machine's limit only. */
static int check_reply(const struct ipcchan_flow *flow,
		       const struct ipcchan_message *slot)
{
	if (slot->flags & ~IPCCHAN_MESSAGE_EXTENTS)
		return -EOPNOTSUPP;
	if (slot->nr_fds > IPCCHAN_FDS_MAX)
		return -EINVAL;
	if (slot->nr_fds && !flow->takes_fds)
		return -ENOPROTOOPT;
	return slot->size > ipcchan_limits.max_message_size ? -EMSGSIZE : 0;
}

static void keep_spare(struct ipcchan_port *port, struct ipcchan_msg *spare)
{
	spare = xchg(&port->spare_reply, spare);
	if (unlikely(spare))
		ipcchan_msg_put(spare);
}

/* Of a short one that the port has from the last exchange, if it has any. */
static struct ipcchan_msg *make_reply(struct ipcchan_port *port, u32 size,
				      bool *is_kept)
{
	struct ipcchan_msg *kept = NULL;

	if (size <= IPCCHAN_CALL_ROOM_MAX)
		kept = xchg(&port->spare_reply, NULL);
	*is_kept = kept;
	return ipcchan_call_message(kept, port->session, size);
}

/*
 * A failure leaves nothing charged that was not before. Also tells when it was, as a
 * receiver may wait from then on.
 */
static inline int answer(struct ipcchan_port *port,
			 const struct ipcchan_message *slot, u64 *time_ns)
{
	struct ipcchan_msg *reply;
	bool is_kept;
	int err = check_reply(port->flow, slot);

	if (err)
		return err;
	reply = make_reply(port, slot->size, &is_kept);
	if (IS_ERR(reply))
		return PTR_ERR(reply);
	*time_ns = reply->entry.time_ns;
	err = ipcchan_mailbox_fill(reply, slot) ?:
	      ipcchan_call_answer(port, slot->token, &reply);
	if (reply && (!err || (is_kept && !reply->attachments)))
		keep_spare(port, reply);
	else if (reply)
		ipcchan_msg_put(reply);
	return err;
}

static __always_inline int load_reply(struct ipcchan_vector *vec, u64 user, u32 size)
{
	return ipcchan_vector_load_one(vec, user, size,
				       IPCCHAN_CALL_MESSAGE_SIZE);
}

/**
 * ipcchan_mailbox_reply() - IPCCHAN_IOC_MAILBOX_REPLY
 * @file: of a mailbox, with the RECEIVE right
 * @arg: struct ipcchan_mailbox_reply
 *
 * Return: 0 or -errno.
 */
long ipcchan_mailbox_reply(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_reply *a = arg;
	struct ipcchan_vector vec;
	u64 time_ns;
	int err;

	if (a->flags)
		return -EOPNOTSUPP;
	err = load_reply(&vec, a->message, a->message_size);
	if (err)
		return err;
	if (!vec.slots[0].token)
		return -EINVAL;
	return answer(ipcchan_port_of(file), &vec.slots[0], &time_ns);
}

/* So that the same call again, as after a signal, does not answer again. */
static int note_answered(const struct ipcchan_vector *vec)
{
	struct ipcchan_message __user *to = u64_to_user_ptr(vec->user);

	return put_user((u64)0, &to->token);
}

/* Memory that cannot take the note is found out before anything is done. */
static int answer_first(struct ipcchan_receiving *r, struct ipcchan_vector *vec)
{
	struct ipcchan_message __user *to = u64_to_user_ptr(vec->user);

	if (!vec->slots[0].token)
		return 0;
	if (put_user(vec->slots[0].token, &to->token))
		return -EFAULT;
	return answer(r->port, &vec->slots[0], &r->since_ns);
}

/**
 * ipcchan_mailbox_reply_receive() - IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE
 * @file: of a mailbox, with the RECEIVE right
 * @arg: struct ipcchan_mailbox_reply_receive
 *
 * Return: 1 with a request or a message, or -errno.
 */
long ipcchan_mailbox_reply_receive(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_reply_receive *a = arg;
	struct ipcchan_receiving r __uninitialized;
	struct ipcchan_vector reply __uninitialized;
	struct ipcchan_vector vec __uninitialized;
	struct ipcchan_deadline deadline;
	int ret;

	if (a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME |
			 IPCCHAN_TRUNCATE | IPCCHAN_YIELD))
		return -EOPNOTSUPP;
	ipcchan_receiving_begin(&r, ipcchan_port_of(file));
	r.truncate = a->flags & IPCCHAN_TRUNCATE;
	vec.takes = true;
	if (!r.port->flow->delivery->can_hold)
		return -EOPNOTSUPP;
	ret = load_reply(&reply, a->reply, a->message_size) ?:
	      load_reply(&vec, a->message, a->message_size) ?:
	      answer_first(&r, &reply);
	if (ret)
		return ret;
	ipcchan_mailbox_deadline(file, a->flags, a->deadline_ns, &deadline);
	ret = ipcchan_mailbox_receive_into(&vec, &r, &deadline);
	if (ret < 0 && reply.slots[0].token)
		note_answered(&reply);
	return ret;
}

/* The bytes stay while they are copied, whatever becomes of the call. */
static struct ipcchan_msg *get_request(struct ipcchan_port *port, u64 token)
{
	struct ipcchan_msg *request = ERR_PTR(-ESRCH);
	struct ipcchan_call *call;

	spin_lock(&ipcchan_waits.lock);
	call = ipcchan_call_held(port, token);
	if (call)
		request = call->is_cancelled ? ERR_PTR(-ECANCELED) :
					       ipcchan_msg_get(call->request);
	spin_unlock(&ipcchan_waits.lock);
	return request;
}

static long read_part(const struct ipcchan_msg *request,
		      const struct ipcchan_mailbox_call_read *a)
{
	u32 size;

	if (a->offset >= request->entry.size)
		return 0;
	size = min(a->size, request->entry.size - a->offset);
	if (copy_to_user(u64_to_user_ptr(a->buffer), request->data + a->offset,
			 size))
		return -EFAULT;
	return size;
}

/**
 * ipcchan_mailbox_call_read() - IPCCHAN_IOC_MAILBOX_CALL_READ
 * @file: of a mailbox, with the RECEIVE right
 * @arg: struct ipcchan_mailbox_call_read
 *
 * Return: bytes written, or -errno.
 */
long ipcchan_mailbox_call_read(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_call_read *a = arg;
	struct ipcchan_msg *request;
	long ret;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	request = get_request(ipcchan_port_of(file), a->token);
	if (IS_ERR(request))
		return PTR_ERR(request);
	ret = read_part(request, a);
	ipcchan_msg_put(request);
	return ret;
}

static int check_target(const struct ipcchan_port *to,
			const struct ipcchan_msg *request)
{
	if (!to->flow->delivery->can_hold)
		return -EOPNOTSUPP;
	if (request->attachments && !to->flow->takes_fds)
		return -ENOPROTOOPT;
	return request->entry.size > to->flow->max_message_size ? -EMSGSIZE : 0;
}

/* The process holds it no more; nobody does, until it is in the other flow. */
static struct ipcchan_call *take_held(struct ipcchan_port *port, u64 token,
				      const struct ipcchan_port *to)
{
	struct ipcchan_call *call;
	int err;

	spin_lock(&ipcchan_waits.lock);
	call = ipcchan_call_held(port, token);
	err = !call ? -ESRCH :
	      call->is_cancelled ? -ECANCELED : check_target(to, call->request);
	if (!err) {
		ipcchan_call_unhold(call);
		ipcchan_call_leave_flow(call);
		call->state = IPCCHAN_CALL_IS_SENDING;
		call->request->call = call;
		call->request->lost = 0;
	}
	spin_unlock(&ipcchan_waits.lock);
	return err ? ERR_PTR(err) : call;
}

/*
 * As if it had never been taken; unless nobody wants it any more, or the mailbox was
 * killed when the request was in none::
 *
 *   who forwards                          who kills
 *   ------------                          ---------
 *   take_held()
 *                                         ends all that is held here
 *   send_on() fails
 *   hold_again(): the flow is dead, so
 *   this ends as well
 */
static int hold_again(struct ipcchan_port *port, struct ipcchan_call *call,
		      int err)
{
	struct ipcchan_flow *flow = port->flow;

	ipcchan_flow_lock(flow);
	call->request->call = NULL;
	spin_lock(&ipcchan_waits.lock);
	if (call->state == IPCCHAN_CALL_IS_DONE) {
		err = -ECANCELED;
		ipcchan_call_drop(call, &flow->ended);
	} else if (flow->dead) {
		ipcchan_call_drop(call, &flow->ended);
		ipcchan_call_end(call, -EOWNERDEAD, &flow->ended);
	} else {
		ipcchan_call_rejoin(call, port);
	}
	spin_unlock(&ipcchan_waits.lock);
	ipcchan_flow_unlock(flow);
	return err;
}

static int send_on(struct ipcchan_port *to, struct ipcchan_call *call)
{
	const struct ipcchan_deadline now = { .nonblock = true };
	struct ipcchan_sending s = {
		.port = to,
		.policy = ipcchan_policy_find(to->flow->delivery,
					      IPCCHAN_POLICY_FAIL),
		.is_call = true,
	};
	int err;

	INIT_LIST_HEAD(&s.messages);
	list_add_tail(&ipcchan_msg_get(call->request)->entry.node, &s.messages);
	err = ipcchan_flow_take_priority(to->flow, call->request->entry.priority) ?:
	      ipcchan_flow_send(to->flow, &s, &now);
	ipcchan_msgs_put(&s.messages);
	return err;
}

static int forward(struct ipcchan_port *port, u64 token,
		   struct ipcchan_port *to)
{
	struct ipcchan_call *call = take_held(port, token, to);
	int err;

	if (IS_ERR(call))
		return PTR_ERR(call);
	err = send_on(to, call);
	if (err)
		return hold_again(port, call, err);
	ipcchan_call_put(call);
	return 0;
}

/**
 * ipcchan_mailbox_call_forward() - IPCCHAN_IOC_MAILBOX_CALL_FORWARD
 * @file: of a mailbox, with the RECEIVE right
 * @arg: struct ipcchan_mailbox_call_forward
 *
 * Return: 0 or -errno.
 */
long ipcchan_mailbox_call_forward(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_call_forward *a = arg;
	struct ipcchan_port *to;
	struct file *target;
	int err = -EBADF;

	if (a->flags)
		return -EOPNOTSUPP;
	target = fget(a->fd);
	if (!target)
		return -EBADF;
	to = ipcchan_mailbox_port(target);
	if (to)
		err = to->rights & IPCCHAN_RIGHT_SEND ?
		      forward(ipcchan_port_of(file), a->token, to) : -EPERM;
	fput(target);
	return err;
}
