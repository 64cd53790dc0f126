// SPDX-License-Identifier: GPL-2.0
/*
 * Peeking: copies of messages that stay where they are.
 */
#include <linux/fs.h>
#include <linux/slab.h>

#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/vector.h"

/* Copies messages out until one fails. Returns how many, or -EFAULT. */
static int store_found(const struct ipcchan_vector *vec,
		       struct ipcchan_msg **found, u32 nr)
{
	int err = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		err = ipcchan_vector_store(vec, i, found[i]);
		if (err)
			break;
	}
	return i ?: err;
}

static int peek(struct ipcchan_flow *flow, const struct ipcchan_vector *vec,
		u32 index, bool truncate)
{
	struct ipcchan_receiving r = {
		.slots = vec->slots,
		.count = vec->count,
		.truncate = truncate,
	};
	struct ipcchan_msg **found;
	int ret;

	found = kmalloc_array(vec->count, sizeof(*found),
			      GFP_KERNEL_ACCOUNT);
	if (!found)
		return -ENOMEM;
	ret = ipcchan_flow_peek(flow, &r, index, found);
	if (!ret)
		ret = store_found(vec, found, r.nr);
	else if (ret == -EMSGSIZE)
		ret = ipcchan_vector_store_length(vec, r.needed);
	while (r.nr)
		ipcchan_msg_put(found[--r.nr]);
	kfree(found);
	return ret;
}

/**
 * ipcchan_mailbox_peek() - IPCCHAN_IOC_MAILBOX_PEEK
 * @file: of a mailbox, with the PEEK right
 * @arg: struct ipcchan_mailbox_peek
 *
 * Return: messages read, or -errno if none was.
 */
long ipcchan_mailbox_peek(struct file *file, void *arg)
{
	const struct ipcchan_mailbox_peek *a = arg;
	struct ipcchan_vector vec;
	int ret;

	if (a->flags & ~IPCCHAN_TRUNCATE)
		return -EOPNOTSUPP;
	ret = ipcchan_vector_load(&vec, a->messages, a->count, a->message_size);
	if (ret)
		return ret;
	ret = peek(ipcchan_flow_of(file), &vec, a->index,
		   a->flags & IPCCHAN_TRUNCATE);
	ipcchan_vector_free(&vec);
	return ret;
}
