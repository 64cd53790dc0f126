// SPDX-License-Identifier: GPL-2.0
/*
 * Peeking: copies of messages that stay where they are.
 */
#include <linux/fs.h>

#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "mailbox/vector.h"

/* Copies messages out until one fails. Returns how many, or -EFAULT. */
static int store_found(const struct ipcchan_vector *vec,
		       const struct ipcchan_receiving *r)
{
	int err = 0;
	u32 i;

	for (i = 0; i < r->nr; i++) {
		err = ipcchan_vector_store(vec, i, &r->taken[i]);
		if (err)
			break;
	}
	return i ?: err;
}

static int peek(struct ipcchan_flow *flow, const struct ipcchan_vector *vec,
		struct ipcchan_receiving *r, u32 index)
{
	int ret = ipcchan_flow_peek(flow, r, index);

	if (!ret)
		ret = store_found(vec, r);
	else if (ret == -EMSGSIZE)
		ret = ipcchan_vector_store_needs(vec, &r->needs);
	while (r->nr)
		ipcchan_msg_put(r->taken[--r->nr].msg);
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
	struct ipcchan_receiving r = {
		.port = ipcchan_port_of(file),
		.truncate = a->flags & IPCCHAN_TRUNCATE,
		.leaves_fds = true,
		.knows_calls = true,
	};
	struct ipcchan_vector vec = { .takes = false };
	int ret;

	if (a->flags & ~IPCCHAN_TRUNCATE)
		return -EOPNOTSUPP;
	ret = ipcchan_vector_load(&vec, a->messages, a->count, a->message_size);
	if (ret)
		return ret;
	ret = ipcchan_receiving_init(&r, vec.slots, vec.count);
	if (!ret)
		ret = peek(r.port->flow, &vec, &r, a->index);
	ipcchan_receiving_deinit(&r);
	ipcchan_vector_free(&vec);
	return ret;
}
