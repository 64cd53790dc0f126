// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: messages from the flow into user memory.
 */
#include <linux/fs.h>
#include <linux/uio.h>

#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/vector.h"
#include "object/handle.h"

/*
 * Copies messages out until one fails; those before it are received, it and
 * the rest go back to their places. Returns how many, or -EFAULT for none.
 */
static int store_taken(struct ipcchan_flow *flow,
		       const struct ipcchan_vector *vec,
		       struct ipcchan_receiving *r)
{
	struct ipcchan_msg *msg;
	LIST_HEAD(done);
	int err = 0;
	u32 nr = 0;

	while (!err && !list_empty(&r->taken)) {
		msg = list_first_entry(&r->taken, struct ipcchan_msg,
				       entry.node);
		err = ipcchan_vector_store(vec, nr, msg);
		if (err)
			break;
		list_move_tail(&msg->entry.node, &done);
		nr++;
	}
	ipcchan_flow_finish(flow, &done, &r->taken);
	ipcchan_msgs_put(&done);
	ipcchan_msgs_put(&r->taken);
	return nr ?: err;
}

/**
 * ipcchan_mailbox_receive() - IPCCHAN_IOC_MAILBOX_RECEIVE
 * @file: of a mailbox, with the RECEIVE right
 * @arg: struct ipcchan_mailbox_receive
 *
 * Return: messages received, or -errno if none was.
 */
long ipcchan_mailbox_receive(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_receive *a = arg;
	struct ipcchan_flow *flow = ipcchan_flow_of(file);
	struct ipcchan_receiving r = {
		.truncate = a->flags & IPCCHAN_TRUNCATE,
	};
	struct ipcchan_deadline deadline;
	struct ipcchan_vector vec;
	int ret;

	if ((a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME |
			  IPCCHAN_TRUNCATE)) || a->reserved)
		return -EOPNOTSUPP;
	ret = ipcchan_vector_load(&vec, a->messages, a->count, a->message_size);
	if (ret)
		return ret;
	ipcchan_mailbox_deadline(file, a->flags, a->deadline_ns, &deadline);
	r.slots = vec.slots;
	r.count = vec.count;
	ret = ipcchan_flow_receive(flow, &r, &deadline);
	if (!ret)
		ret = store_taken(flow, &vec, &r);
	else if (ret == -EMSGSIZE)
		ret = ipcchan_vector_store_length(&vec, r.needed);
	ipcchan_vector_free(&vec);
	return ret;
}

/* Copies the one message that was taken out, all of it or none. */
static ssize_t store_iter(struct ipcchan_flow *flow,
			  struct ipcchan_receiving *r, struct iov_iter *to)
{
	struct ipcchan_msg *msg = list_first_entry(&r->taken,
						   struct ipcchan_msg,
						   entry.node);
	ssize_t ret = msg->entry.size;
	LIST_HEAD(done);

	if (copy_to_iter(msg->data, ret, to) == ret)
		list_move(&msg->entry.node, &done);
	else
		ret = -EFAULT;
	ipcchan_flow_finish(flow, &done, &r->taken);
	ipcchan_msgs_put(&done);
	ipcchan_msgs_put(&r->taken);
	return ret;
}

/**
 * ipcchan_mailbox_read_iter() - file operation: read(2) receives one message
 * @iocb: of a mailbox's file
 * @to: buffer
 *
 * Return: bytes of the message; 0 at the end, when nobody can send any more (or
 * for a buffer of no bytes); or -errno.
 */
ssize_t ipcchan_mailbox_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *file = iocb->ki_filp;
	struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_flow *flow = ipcchan_flow_of(file);
	struct ipcchan_message slot = {
		.size = min_t(size_t, iov_iter_count(to), U32_MAX),
	};
	struct ipcchan_receiving r = {
		.slots = &slot,
		.count = 1,
		.refuse_empty = true,
	};
	struct ipcchan_deadline deadline;
	int err;

	if (!(handle->rights & IPCCHAN_RIGHT_RECEIVE))
		return -EBADF;
	if (!slot.size)
		return 0;
	ipcchan_mailbox_deadline(file,
				 iocb->ki_flags & IOCB_NOWAIT ? IPCCHAN_NONBLOCK : 0,
				 IPCCHAN_DEADLINE_NEVER, &deadline);
	err = ipcchan_flow_receive(flow, &r, &deadline);
	if (err)
		return err == -EPIPE ? 0 : err;
	return store_iter(flow, &r, to);
}
