// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: messages from user memory into the flow.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/policy.h"
#include "mailbox/port.h"
#include "mailbox/segments.h"
#include "mailbox/vector.h"
#include "object/handle.h"

/**
 * ipcchan_mailbox_attach() - the descriptors of a message
 * @msg: new, of the size of the slot
 * @slot: as user space gave it; checked
 *
 * Return: 0 or -errno.
 */
int ipcchan_mailbox_attach(struct ipcchan_msg *msg,
			   const struct ipcchan_message *slot)
{
	struct ipcchan_attachments *attachments;

	attachments = ipcchan_attachments_new(msg->user, slot);
	if (IS_ERR(attachments))
		return PTR_ERR(attachments);
	msg->attachments = attachments;
	return 0;
}

/**
 * ipcchan_mailbox_load_slot() - copy a message in
 * @port: through which it is sent
 * @slot: as user space gave it; checked
 *
 * Return: the message, or ERR_PTR(-errno).
 */
struct ipcchan_msg *
ipcchan_mailbox_load_slot(struct ipcchan_port *port,
			  const struct ipcchan_message *slot)
{
	struct ipcchan_msg *msg = ipcchan_msg_new(port->session, slot->size);
	int err;

	if (IS_ERR(msg))
		return msg;
	err = ipcchan_mailbox_fill(msg, slot);
	if (!err)
		return msg;
	ipcchan_msg_put(msg);
	return ERR_PTR(err);
}

/*
 * Copies messages in, from element @first on, until the array ends, they are
 * many bytes, or one cannot be taken; that one is told about only if it is the
 * first, for else those before it are sent. Returns how many, or -errno.
 */
static int load_portion(const struct ipcchan_vector *vec, u32 first,
			struct ipcchan_sending *s)
{
	size_t bytes = 0;
	u32 i;

	for (i = first; i < vec->count && bytes < IPCCHAN_SEND_PORTION; i++) {
		const struct ipcchan_message *slot = &vec->slots[i];
		int err = ipcchan_mailbox_check_slot(s->port->flow, slot);
		struct ipcchan_msg *msg = ERR_PTR(err);

		if (!err)
			msg = ipcchan_mailbox_load_slot(s->port, slot);
		if (IS_ERR(msg))
			return i > first ? i - first : PTR_ERR(msg);
		list_add_tail(&msg->entry.node, &s->messages);
		bytes += slot->size;
	}
	return i - first;
}

/*
 * A drop must not be told to memory that cannot be written, so that is tried
 * before anything is sent. A call that is interrupted reads the flags again.
 */
static int prepare_flags(const struct ipcchan_vector *vec,
			 const struct ipcchan_policy *policy)
{
	int err = 0;

	for (u32 i = 0; policy->drops_new && !err && i < vec->count; i++)
		err = ipcchan_vector_store_flags(vec, i, vec->slots[i].flags);
	return err;
}

/* The caller may have unmapped the array by now: then it is not told. */
static void tell_dropped(const struct ipcchan_vector *vec, u32 first,
			 const struct ipcchan_sending *s)
{
	u64 dropped = s->dropped;

	for (; dropped; dropped &= dropped - 1) {
		u32 i = first + __ffs64(dropped);

		ipcchan_vector_store_flags(vec, i, vec->slots[i].flags |
						   IPCCHAN_MESSAGE_DROPPED);
	}
}

static int send_portion(const struct ipcchan_vector *vec, u32 *done,
			struct ipcchan_sending *s,
			const struct ipcchan_deadline *deadline)
{
	int err;

	s->nr = 0;
	s->dropped = 0;
	INIT_LIST_HEAD(&s->messages);
	err = load_portion(vec, *done, s);
	if (err < 0)
		return err;
	err = ipcchan_flow_send(s->port->flow, s, deadline);
	ipcchan_msgs_put(&s->messages);
	tell_dropped(vec, *done, s);
	*done += s->nr;
	return err;
}

static int send_all(const struct ipcchan_vector *vec, u32 *done,
		    struct ipcchan_sending *s,
		    const struct ipcchan_deadline *deadline)
{
	int err = prepare_flags(vec, s->policy);

	while (!err && *done < vec->count)
		err = send_portion(vec, done, s, deadline);
	return err;
}

/**
 * ipcchan_mailbox_send() - IPCCHAN_IOC_MAILBOX_SEND
 * @file: of a mailbox, with the SEND right
 * @arg: struct ipcchan_mailbox_send
 *
 * Return: messages sent, or -errno if none was.
 */
long ipcchan_mailbox_send(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_send *a = arg;
	struct ipcchan_port *port = ipcchan_port_of(file);
	const struct ipcchan_policy *policy = port->flow->policy;
	struct ipcchan_sending s __uninitialized;
	struct ipcchan_vector vec __uninitialized;
	struct ipcchan_deadline deadline;
	u32 done = 0;
	int err;

	if (a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME))
		return -EOPNOTSUPP;
	if (a->policy)
		policy = ipcchan_policy_find(port->flow->delivery, a->policy);
	if (!policy)
		return -EINVAL;
	ipcchan_sending_begin(&s, port, policy);
	err = ipcchan_vector_load(&vec, a->messages, a->count, a->message_size);
	if (err)
		return err;
	ipcchan_mailbox_deadline(file, a->flags, a->deadline_ns, &deadline);
	err = send_all(&vec, &done, &s, &deadline);
	ipcchan_vector_free(&vec);
	return done ?: (long)err;
}

static struct ipcchan_msg *load_iter(struct ipcchan_port *port, size_t size,
				     struct iov_iter *from)
{
	struct ipcchan_msg *msg = ipcchan_msg_new(port->session, size);

	if (!IS_ERR(msg) && !copy_from_iter_full(msg->data, size, from)) {
		ipcchan_msg_put(msg);
		return ERR_PTR(-EFAULT);
	}
	return msg;
}

static int send_one(struct kiocb *iocb, struct ipcchan_port *port,
		    struct ipcchan_msg *msg)
{
	u32 flags = iocb->ki_flags & IOCB_NOWAIT ? IPCCHAN_NONBLOCK : 0;
	struct ipcchan_deadline deadline;
	struct ipcchan_sending s;
	int err;

	ipcchan_sending_begin(&s, port, port->flow->policy);
	INIT_LIST_HEAD(&s.messages);
	list_add_tail(&msg->entry.node, &s.messages);
	ipcchan_mailbox_deadline(iocb->ki_filp, flags, IPCCHAN_DEADLINE_NEVER,
				 &deadline);
	err = ipcchan_flow_send(port->flow, &s, &deadline);
	ipcchan_msgs_put(&s.messages);
	return err;
}

/**
 * ipcchan_mailbox_write_iter() - file operation: write(2) sends one message
 * @iocb: of a mailbox's file
 * @from: its bytes, all of them or none
 *
 * Return: the bytes, or -errno: -EINVAL for none, as read(2) could not tell an
 * empty message from the end.
 */
ssize_t ipcchan_mailbox_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct ipcchan_port *port = ipcchan_port_of(iocb->ki_filp);
	size_t size = iov_iter_count(from);
	struct ipcchan_msg *msg;

	if (!(port->rights & IPCCHAN_RIGHT_SEND))
		return -EBADF;
	if (!size)
		return -EINVAL;
	if (size > port->flow->max_message_size)
		return -EMSGSIZE;
	msg = load_iter(port, size, from);
	if (IS_ERR(msg))
		return PTR_ERR(msg);
	return send_one(iocb, port, msg) ?: size;
}
