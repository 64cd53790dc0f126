// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: all that is in a mailbox, in user memory.
 */
#include <linux/align.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

#include "mailbox/delivery.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/vector.h"

static u64 size_of(const struct ipcchan_content *content)
{
	u64 size = sizeof(struct ipcchan_snapshot);

	for (u32 i = 0; i < content->nr; i++)
		size += sizeof(struct ipcchan_message) +
			ALIGN(content->taken[i].msg->entry.size, sizeof(u64));
	return size;
}

static int store_header(const struct ipcchan_content *content, u64 size,
			char __user *to)
{
	const struct ipcchan_snapshot header = {
		.magic = IPCCHAN_SNAPSHOT_MAGIC,
		.header_size = sizeof(header),
		.message_size = sizeof(struct ipcchan_message),
		.count = content->nr,
		.size = size,
		.sequence = content->sequence,
		.lost = content->lost,
	};

	return copy_to_user(to, &header, sizeof(header)) ? -EFAULT : 0;
}

/* Returns where the next message begins, or NULL. */
static char __user *store_message(const struct ipcchan_taken *taken,
				  char __user *to)
{
	const struct ipcchan_msg *msg = taken->msg;
	u32 size = msg->entry.size;
	u32 padded = ALIGN(size, sizeof(u64));
	struct ipcchan_message head;

	ipcchan_vector_describe(msg, taken->lost, &head);
	head.size = size;
	if (copy_to_user(to, &head, sizeof(head)))
		return NULL;
	to += sizeof(head);
	if (copy_to_user(to, msg->data, size) ||
	    clear_user(to + size, padded - size))
		return NULL;
	return to + padded;
}

/* An open file cannot be written down. */
static bool has_fds(const struct ipcchan_content *content)
{
	for (u32 i = 0; i < content->nr; i++)
		if (ipcchan_msg_nr_fds(content->taken[i].msg))
			return true;
	return false;
}

static int store(const struct ipcchan_content *content,
		 struct ipcchan_mailbox_snapshot *a)
{
	char __user *to = u64_to_user_ptr(a->buffer);
	u64 size = size_of(content);

	if (has_fds(content))
		return -EOPNOTSUPP;
	if (size > a->size) {
		a->size = size;
		return -EMSGSIZE;
	}
	if (store_header(content, size, to))
		return -EFAULT;
	to += sizeof(struct ipcchan_snapshot);
	for (u32 i = 0; i < content->nr; i++) {
		to = store_message(&content->taken[i], to);
		if (!to)
			return -EFAULT;
	}
	return content->nr;
}

/**
 * ipcchan_mailbox_snapshot() - IPCCHAN_IOC_MAILBOX_SNAPSHOT
 * @file: of a mailbox, with the ADMIN right
 * @arg: struct ipcchan_mailbox_snapshot
 *
 * Return: messages written down, or -errno.
 */
long ipcchan_mailbox_snapshot(struct file *file, void *arg)
{
	struct ipcchan_flow *flow = ipcchan_port_of(file)->flow;
	struct ipcchan_mailbox_snapshot *a = arg;
	struct ipcchan_content content;
	int ret;

	if (a->flags || a->reserved || !flow->delivery->can_snapshot)
		return -EOPNOTSUPP;
	ret = ipcchan_flow_collect(flow, &content) ?: store(&content, a);
	ipcchan_content_free(&content);
	return ret;
}
