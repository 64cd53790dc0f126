// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: messages from the flow into user memory.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "mailbox/call.h"
#include "mailbox/delivery.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/vector.h"
#include "object/handle.h"

#define RECEIVE_FLAGS (IPCCHAN_NONBLOCK | IPCCHAN_REALTIME | \
		       IPCCHAN_TRUNCATE | IPCCHAN_HOLD | IPCCHAN_AFTER | \
		       IPCCHAN_FILTER | IPCCHAN_EXCEPT | IPCCHAN_YIELD)

/* Those of the first @nr messages are the receiver's; the others are closed. */
static void settle_fds(const struct ipcchan_vector *vec,
		       struct ipcchan_receiving *r, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		if (r->taken[i].opened)
			ipcchan_opened_keep(r->taken[i].opened);
	for (u32 i = nr; i < r->nr; i++)
		ipcchan_vector_take_fds_back(vec, i, &r->taken[i]);
}

/*
 * Copies messages out until one fails; those before it are received, it and
 * the rest go back to their places. Returns how many, or -errno for none.
 */
static int store_taken(struct ipcchan_flow *flow,
		       const struct ipcchan_vector *vec,
		       struct ipcchan_receiving *r)
{
	int err = 0;
	u32 nr;

	for (nr = 0; nr < r->nr; nr++) {
		err = ipcchan_vector_store(vec, nr, &r->taken[nr]);
		if (!err && r->taken[nr].msg->attachments)
			err = ipcchan_vector_store_fds(vec, nr, &r->taken[nr]);
		if (err)
			break;
	}
	nr = ipcchan_flow_finish(flow, r, nr);
	settle_fds(vec, r, nr);
	return nr ?: err;
}

static int receive(struct ipcchan_flow *flow, const struct ipcchan_vector *vec,
		   struct ipcchan_receiving *r,
		   const struct ipcchan_deadline *deadline)
{
	int ret;

	/* Again if all that was taken was withdrawn while it was copied out. */
	do {
		ret = ipcchan_flow_receive(flow, r, deadline) ?:
		      store_taken(flow, vec, r);
	} while (!ret);
	if (ret == -EMSGSIZE)
		return ipcchan_vector_store_needs(vec, &r->needs);
	return ret;
}

/**
 * ipcchan_mailbox_receive_into() - receive messages into an array
 * @vec: the array, loaded
 * @r: with its port and flags set
 * @deadline: until when to wait
 *
 * Return: messages received, or -errno if none was.
 */
int ipcchan_mailbox_receive_into(const struct ipcchan_vector *vec,
				 struct ipcchan_receiving *r,
				 const struct ipcchan_deadline *deadline)
{
	int ret;

	r->knows_calls = vec->stride >= IPCCHAN_CALL_MESSAGE_SIZE;
	ret = ipcchan_port_use(r->port) ?:
	      ipcchan_receiving_init(r, vec->slots, vec->count);
	if (ret)
		return ret;
	ret = receive(r->port->flow, vec, r, deadline);
	ipcchan_receiving_deinit(r);
	return ret;
}

/* Without FILTER, nothing may be said of one. */
static int parse_filter(const struct ipcchan_mailbox_receive *a,
			struct ipcchan_receiving *r)
{
	r->has_filter = a->flags & IPCCHAN_FILTER;
	r->filter = (struct ipcchan_filter) {
		.client = a->client,
		.type_min = a->type_min,
		.type_max = a->type_max,
		.min_priority = a->min_priority,
		.except = a->flags & IPCCHAN_EXCEPT,
	};
	if (r->has_filter)
		return ipcchan_filter_is_valid(&r->filter) ? 0 : -EINVAL;
	return a->client || a->type_min || a->type_max || a->min_priority ||
	       r->filter.except ? -EINVAL : 0;
}

/* Where each port has its own messages, it has no filter, but may say AFTER. */
static int parse_position(const struct ipcchan_mailbox_receive *a,
			  struct ipcchan_receiving *r)
{
	bool per_port = r->port->flow->delivery->per_port;

	r->is_after = a->flags & IPCCHAN_AFTER;
	r->after = a->after;
	if (per_port)
		return r->has_filter || r->min > 1 ||
		       (a->after && !r->is_after) ? -EINVAL : 0;
	return r->is_after || a->after ? -EINVAL : 0;
}

static int parse_receive(const struct ipcchan_mailbox_receive *a,
			 struct ipcchan_receiving *r)
{
	if ((a->flags & ~RECEIVE_FLAGS) || a->reserved)
		return -EOPNOTSUPP;
	if (a->min_count > a->count)
		return -EINVAL;
	if ((a->flags & IPCCHAN_HOLD) && !r->port->flow->delivery->can_hold)
		return -EINVAL;
	r->truncate = a->flags & IPCCHAN_TRUNCATE;
	r->holds = a->flags & IPCCHAN_HOLD;
	r->linger_ns = a->linger_ns;
	r->min = a->linger_ns ? a->min_count : 1;
	return parse_filter(a, r) ?: parse_position(a, r);
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
	struct ipcchan_receiving r __uninitialized;
	struct ipcchan_vector vec __uninitialized;
	struct ipcchan_deadline deadline;
	int ret;

	ipcchan_receiving_begin(&r, ipcchan_port_of(file));
	vec.takes = true;
	ret = parse_receive(a, &r) ?:
	      ipcchan_vector_load(&vec, a->messages, a->count, a->message_size);
	if (ret)
		return ret;
	ipcchan_mailbox_deadline(file, a->flags, a->deadline_ns, &deadline);
	ret = ipcchan_mailbox_receive_into(&vec, &r, &deadline);
	ipcchan_vector_free(&vec);
	return ret;
}

/*
 * Copies the one message that was taken out, all of it or none. Returns its
 * size, -EFAULT, or 0 if it was withdrawn meanwhile; it is not empty.
 */
static ssize_t store_iter(struct ipcchan_flow *flow,
			  struct ipcchan_receiving *r, struct iov_iter *to)
{
	const struct ipcchan_msg *msg = r->taken[0].msg;
	ssize_t size = msg->entry.size;
	bool is_copied = copy_to_iter(msg->data, size, to) == size;

	if (ipcchan_flow_finish(flow, r, is_copied))
		return size;
	if (!is_copied)
		return -EFAULT;
	iov_iter_revert(to, size);
	return 0;
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
	struct ipcchan_message slot = {
		.size = min_t(size_t, iov_iter_count(to), U32_MAX),
	};
	struct ipcchan_receiving r = {
		.port = ipcchan_port_of(file),
		.bytes_only = true,
	};
	struct ipcchan_deadline deadline;
	ssize_t ret;

	if (!(handle->rights & IPCCHAN_RIGHT_RECEIVE))
		return -EBADF;
	if (!slot.size)
		return 0;
	ipcchan_mailbox_deadline(file,
				 iocb->ki_flags & IOCB_NOWAIT ? IPCCHAN_NONBLOCK : 0,
				 IPCCHAN_DEADLINE_NEVER, &deadline);
	ret = ipcchan_port_use(r.port) ?: ipcchan_receiving_init(&r, &slot, 1);
	if (ret)
		return ret;
	do {
		ret = ipcchan_flow_receive(r.port->flow, &r, &deadline) ?:
		      store_iter(r.port->flow, &r, to);
	} while (!ret);
	return ret == -EPIPE ? 0 : ret;
}
