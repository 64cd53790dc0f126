// SPDX-License-Identifier: GPL-2.0
/*
 * Calls, as they are told to people: who waits for whom, and since when.
 */
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>

#include "mailbox/call.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/port.h"
#include "object/ioctl.h"
#include "object/session.h"

static void describe_server(const struct ipcchan_call *call,
			    struct ipcchan_call_info *info)
	__must_hold(&ipcchan_waits.lock)
{
	struct pid_namespace *pids = task_active_pid_ns(current);

	lockdep_assert_held(&ipcchan_waits.lock);
	info->state = IPCCHAN_CALL_HELD;
	info->server = call->holder->session->client;
	info->server_tgid = pid_nr_ns(call->server_tgid, pids);
	info->server_tid = pid_nr_ns(call->server_tid, pids);
}

static void describe(const struct ipcchan_call *call,
		     struct ipcchan_call_info *info)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_msg *request = call->request;
	struct pid_namespace *pids = task_active_pid_ns(current);

	lockdep_assert_held(&ipcchan_waits.lock);
	*info = (struct ipcchan_call_info) {
		.sequence = request->entry.sequence,
		.client = request->entry.client,
		.since_ns = call->since_ns,
		.deadline_ns = request->deadline_ns,
		.tgid = pid_nr_ns(request->tgid, pids),
		.tid = pid_nr_ns(request->tid, pids),
		.state = IPCCHAN_CALL_QUEUED,
		.type = request->entry.type,
		.priority = request->entry.priority,
		.length = request->entry.size,
	};
	if (call->state == IPCCHAN_CALL_IS_HELD)
		describe_server(call, info);
}

static u32 list(struct ipcchan_flow *flow, u64 after,
		struct ipcchan_call_info *entries, u32 max)
	__must_hold(&flow->lock)
{
	const struct ipcchan_call *call;
	u32 nr = 0;

	lockdep_assert_held(&flow->lock);
	spin_lock(&ipcchan_waits.lock);
	list_for_each_entry(call, &flow->calls, in_flow) {
		if (nr == max)
			break;
		if (call->request->entry.sequence > after)
			describe(call, &entries[nr++]);
	}
	spin_unlock(&ipcchan_waits.lock);
	return nr;
}

static int collect(struct ipcchan_flow *flow, u64 after,
		   struct ipcchan_call_info *entries, u32 max)
{
	int ret = -EIDRM;

	spin_lock(&flow->lock);
	if (!flow->dead)
		ret = list(flow, after, entries, max);
	spin_unlock(&flow->lock);
	return ret;
}

/**
 * ipcchan_mailbox_call_list() - IPCCHAN_IOC_MAILBOX_CALL_LIST
 * @file: of a mailbox
 * @arg: struct ipcchan_mailbox_call_list
 *
 * Return: entries filled, or -errno.
 */
long ipcchan_mailbox_call_list(struct file *file, void *arg)
{
	struct ipcchan_call_info *entries __free(kvfree) = NULL;
	const struct ipcchan_mailbox_call_list *a = arg;
	int ret;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	if (!a->count || a->count > IPCCHAN_LIST_MAX ||
	    a->entry_size < IPCCHAN_CALL_INFO_SIZE_VER0)
		return -EINVAL;
	if (a->entry_size > PAGE_SIZE)
		return -E2BIG;
	entries = kvmalloc_array(a->count, sizeof(*entries),
				 GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;
	ret = collect(ipcchan_port_of(file)->flow, a->after, entries, a->count);
	if (ret <= 0)
		return ret;
	return ipcchan_ioctl_store(a->entries, a->entry_size, entries,
				   sizeof(*entries), ret) ?: ret;
}
