// SPDX-License-Identifier: GPL-2.0
/*
 * Senders: what a mailbox that is fair to them counts of each.
 */
#include <linux/fs.h>
#include <linux/slab.h>

#include "mailbox/delivery.h"
#include "mailbox/mailbox.h"
#include "mailbox/port.h"
#include "object/ioctl.h"

static int check_senders(const struct ipcchan_flow *flow,
			 const struct ipcchan_mailbox_senders *a)
{
	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	if (!a->count || a->count > IPCCHAN_LIST_MAX ||
	    a->entry_size < IPCCHAN_MAILBOX_SENDER_SIZE_VER0)
		return -EINVAL;
	if (a->entry_size > PAGE_SIZE)
		return -E2BIG;
	return flow->delivery->senders ? 0 : -EOPNOTSUPP;
}

static int collect_senders(struct ipcchan_flow *flow, u64 after,
			   struct ipcchan_mailbox_sender *entries, u32 max)
{
	int ret = -EIDRM;

	spin_lock(&flow->lock);
	if (!flow->dead)
		ret = flow->delivery->senders(flow, after, entries, max);
	spin_unlock(&flow->lock);
	return ret;
}

/**
 * ipcchan_mailbox_senders() - IPCCHAN_IOC_MAILBOX_SENDERS
 * @file: of a mailbox
 * @arg: struct ipcchan_mailbox_senders
 *
 * Return: entries filled, or -errno.
 */
long ipcchan_mailbox_senders(struct file *file, void *arg)
{
	struct ipcchan_mailbox_sender *entries __free(kvfree) = NULL;
	const struct ipcchan_mailbox_senders *a = arg;
	struct ipcchan_flow *flow = ipcchan_port_of(file)->flow;
	int ret = check_senders(flow, a);

	if (ret)
		return ret;
	entries = kvmalloc_array(a->count, sizeof(*entries),
				 GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;
	ret = collect_senders(flow, a->after, entries, a->count);
	if (ret <= 0)
		return ret;
	return ipcchan_ioctl_store(a->entries, a->entry_size, entries,
				   sizeof(*entries), ret) ?: ret;
}
