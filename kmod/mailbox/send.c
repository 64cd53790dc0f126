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
#include "mailbox/vector.h"
#include "object/handle.h"

static int check_slot(const struct ipcchan_flow *flow,
		      const struct ipcchan_message *slot)
{
	if (slot->flags || slot->reserved)
		return -EOPNOTSUPP;
	if (slot->priority >= IPCCHAN_PRIORITIES)
		return -EINVAL;
	return slot->size > flow->max_message_size ? -EMSGSIZE : 0;
}

static struct ipcchan_msg *load_message(struct ipcchan_handle *handle,
					const struct ipcchan_message *slot)
{
	struct ipcchan_msg *msg = ipcchan_msg_new(handle->session, slot->size);

	if (IS_ERR(msg))
		return msg;
	msg->type = slot->type;
	msg->entry.priority = slot->priority;
	if (copy_from_user(msg->data, u64_to_user_ptr(slot->data),
			   slot->size)) {
		ipcchan_msg_put(msg);
		return ERR_PTR(-EFAULT);
	}
	return msg;
}

/*
 * Copies messages in, from element @first on, until the array ends, they are
 * many bytes, or one cannot be taken; that one is told about only if it is the
 * first, for else those before it are sent. Returns how many, or -errno.
 */
static int load_portion(struct file *file, const struct ipcchan_vector *vec,
			u32 first, struct list_head *messages)
{
	struct ipcchan_flow *flow = ipcchan_flow_of(file);
	size_t bytes = 0;
	u32 i;

	for (i = first; i < vec->count && bytes < IPCCHAN_SEND_PORTION; i++) {
		const struct ipcchan_message *slot = &vec->slots[i];
		int err = check_slot(flow, slot);
		struct ipcchan_msg *msg = ERR_PTR(err);

		if (!err)
			msg = load_message(file->private_data, slot);
		if (IS_ERR(msg))
			return i > first ? i - first : PTR_ERR(msg);
		list_add_tail(&msg->entry.node, messages);
		bytes += slot->size;
	}
	return i - first;
}

static int send_portion(struct file *file, const struct ipcchan_vector *vec,
			u32 *done, const struct ipcchan_deadline *deadline)
{
	struct ipcchan_sending s;
	int err;

	INIT_LIST_HEAD(&s.messages);
	err = load_portion(file, vec, *done, &s.messages);
	if (err < 0)
		return err;
	err = ipcchan_flow_send(ipcchan_flow_of(file), &s, deadline);
	ipcchan_msgs_put(&s.messages);
	*done += s.nr;
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
	struct ipcchan_deadline deadline;
	struct ipcchan_vector vec;
	u32 done = 0;
	int err;

	if ((a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME)) || a->reserved)
		return -EOPNOTSUPP;
	err = ipcchan_vector_load(&vec, a->messages, a->count, a->message_size);
	if (err)
		return err;
	ipcchan_mailbox_deadline(file, a->flags, a->deadline_ns, &deadline);
	while (!err && done < vec.count)
		err = send_portion(file, &vec, &done, &deadline);
	ipcchan_vector_free(&vec);
	return done ?: err;
}

static struct ipcchan_msg *load_iter(struct ipcchan_handle *handle, size_t size,
				     struct iov_iter *from)
{
	struct ipcchan_msg *msg = ipcchan_msg_new(handle->session, size);

	if (!IS_ERR(msg) && !copy_from_iter_full(msg->data, size, from)) {
		ipcchan_msg_put(msg);
		return ERR_PTR(-EFAULT);
	}
	return msg;
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
	struct file *file = iocb->ki_filp;
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_flow *flow = ipcchan_flow_of(file);
	size_t size = iov_iter_count(from);
	struct ipcchan_deadline deadline;
	struct ipcchan_sending s;
	struct ipcchan_msg *msg;
	int err;

	if (!(handle->rights & IPCCHAN_RIGHT_SEND))
		return -EBADF;
	if (!size)
		return -EINVAL;
	if (size > flow->max_message_size)
		return -EMSGSIZE;
	msg = load_iter(handle, size, from);
	if (IS_ERR(msg))
		return PTR_ERR(msg);
	INIT_LIST_HEAD(&s.messages);
	list_add_tail(&msg->entry.node, &s.messages);
	ipcchan_mailbox_deadline(file,
				 iocb->ki_flags & IOCB_NOWAIT ? IPCCHAN_NONBLOCK : 0,
				 IPCCHAN_DEADLINE_NEVER, &deadline);
	err = ipcchan_flow_send(flow, &s, &deadline);
	ipcchan_msgs_put(&s.messages);
	return err ?: size;
}
