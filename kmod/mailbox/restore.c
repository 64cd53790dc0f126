// SPDX-License-Identifier: GPL-2.0
/*
 * Restoring: a snapshot out of user memory into a new mailbox.
 *
 * Whatever stands there was written by the caller, so nothing is believed of it:
 * each number is checked when it has been copied in, and is not read again.
 */
#include <linux/align.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "mailbox/delivery.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/port.h"

/**
 * struct reading - a snapshot being read
 * @at: what comes next
 * @left: bytes from there to its end
 * @header: what it says of itself
 * @s: its messages so far
 * @bytes: of these
 * @used: sequence numbers that were used up by these, and by what was lost
 * @before: what the last one said
 */
struct reading {
	u64 at;
	u64 left;
	struct ipcchan_snapshot header;
	struct ipcchan_sending s;
	u64 bytes;
	u64 used;
	struct ipcchan_message before;
};

/* Copies a structure of a size that stands in it, or is known, and passes it. */
static int read_struct(struct reading *r, void *to, size_t known, u32 size,
		       u32 first_size)
{
	int err;

	if (size < first_size || size > r->left)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	err = copy_struct_from_user(to, known, u64_to_user_ptr(r->at), size);
	r->at += size;
	r->left -= size;
	return err;
}

static int check_header(const struct reading *r, u64 size)
{
	const struct ipcchan_snapshot *header = &r->header;
	const struct ipcchan_flow *flow = r->s.port->flow;

	if (header->magic != IPCCHAN_SNAPSHOT_MAGIC || header->size != size ||
	    header->lost > header->sequence)
		return -EINVAL;
	return header->count > flow->capacity_messages ? -EMSGSIZE : 0;
}

static int read_header(struct reading *r)
{
	struct ipcchan_snapshot first;
	u64 size;
	int err;

	if (r->left < sizeof(first))
		return -EINVAL;
	if (copy_from_user(&first, u64_to_user_ptr(r->at), sizeof(first)))
		return -EFAULT;
	size = first.size;
	if (size > r->left)
		return -EINVAL;
	r->left = size;
	err = read_struct(r, &r->header, sizeof(r->header), first.header_size,
			  IPCCHAN_SNAPSHOT_SIZE_VER0);
	if (!err)
		err = check_header(r, size);
	r->used = r->header.lost;
	return err;
}

/* Highest priority first, rising numbers within it, and none beyond the last. */
static int check_place(const struct reading *r,
		       const struct ipcchan_message *head)
{
	const struct ipcchan_message *before = &r->before;

	if (!head->sequence || head->sequence > r->header.sequence)
		return -EINVAL;
	if (!r->s.nr || head->priority < before->priority)
		return 0;
	if (head->priority > before->priority ||
	    head->sequence <= before->sequence)
		return -EINVAL;
	return 0;
}

static int check_head(const struct reading *r,
		      const struct ipcchan_message *head)
{
	struct ipcchan_flow *flow = r->s.port->flow;

	if (head->data || head->fds || head->nr_fds || head->token ||
	    head->nr_segments || head->error ||
	    head->size != head->length ||
	    (head->flags & ~IPCCHAN_MESSAGE_RESTORED) ||
	    head->priority >= IPCCHAN_PRIORITIES ||
	    ALIGN((u64)head->size, sizeof(u64)) > r->left)
		return -EINVAL;
	if (head->size > flow->max_message_size ||
	    r->bytes + head->size > flow->capacity_bytes)
		return -EMSGSIZE;
	/* Each message, and each that was lost, had a number of its own. */
	if (r->used >= r->header.sequence ||
	    head->lost >= r->header.sequence - r->used)
		return -EINVAL;
	return check_place(r, head) ?:
	       ipcchan_flow_take_priority(flow, head->priority);
}

static int read_data(struct reading *r, const struct ipcchan_message *head)
{
	struct ipcchan_msg *msg = ipcchan_msg_new(r->s.port->session,
						  head->size);

	if (IS_ERR(msg))
		return PTR_ERR(msg);
	list_add_tail(&msg->entry.node, &r->s.messages);
	if (copy_from_user(msg->data, u64_to_user_ptr(r->at), head->size))
		return -EFAULT;
	r->at += ALIGN((u64)head->size, sizeof(u64));
	r->left -= ALIGN((u64)head->size, sizeof(u64));
	return ipcchan_msg_restore(msg, head);
}

static int read_message(struct reading *r)
{
	struct ipcchan_message head;
	int err;

	err = read_struct(r, &head, sizeof(head), r->header.message_size,
			  IPCCHAN_MESSAGE_SIZE_VER0) ?:
	      check_head(r, &head) ?:
	      read_data(r, &head);
	if (err)
		return err;
	r->bytes += head.size;
	r->used += 1 + head.lost;
	r->before = head;
	r->s.nr++;
	return 0;
}

static int read_all(struct reading *r)
{
	int err = read_header(r);

	while (!err && r->s.nr < r->header.count) {
		/* Told to nobody: the process is being killed. */
		if (fatal_signal_pending(current))
			return -EINTR;
		err = read_message(r);
		cond_resched();
	}
	if (!err && r->left)
		return -EINVAL;
	return err;
}

static int restore(struct reading *r)
{
	u32 count;
	int err = read_all(r);

	if (err)
		return err;
	count = r->s.nr;
	r->s.nr = 0;
	return ipcchan_flow_restore(r->s.port->flow, &r->s, r->header.sequence,
				    r->header.lost) ?: count;
}

/**
 * ipcchan_mailbox_restore() - IPCCHAN_IOC_MAILBOX_RESTORE
 * @file: of a mailbox, with the ADMIN right
 * @arg: struct ipcchan_mailbox_restore
 *
 * Return: messages restored, or -errno and none.
 */
long ipcchan_mailbox_restore(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_restore *a = arg;
	struct reading r = {
		.at = a->buffer,
		.left = a->size,
		.s.port = ipcchan_port_of(file),
	};
	int ret;

	if (a->flags || a->reserved || !r.s.port->flow->delivery->can_snapshot)
		return -EOPNOTSUPP;
	INIT_LIST_HEAD(&r.s.messages);
	ret = restore(&r);
	ipcchan_msgs_put(&r.s.messages);
	return ret;
}
