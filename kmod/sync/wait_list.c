// SPDX-License-Identifier: GPL-2.0
/*
 * Waits, as they are told to people: who waits for whom, and since when.
 */
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>

#include "object/ioctl.h"
#include "object/session.h"
#include "observe/trace.h"
#include "sync/kinds.h"
#include "sync/sync.h"

/**
 * struct listing - a WAIT_LIST in progress
 * @session: who asks
 * @sees_all: also what is not of its own user
 * @skip: how many are still to be passed over
 * @entries: to fill
 * @nr: how many are
 * @max: how many there is room for
 */
struct listing {
	const struct ipcchan_session *session;
	bool sees_all;
	u32 skip;
	struct ipcchan_wait_info *entries;
	u32 nr;
	u32 max;
};

static bool may_see(const struct listing *l, const struct ipcchan_object *obj)
{
	return obj->ns == l->session->ns &&
	       (l->sees_all || obj->user == l->session->user);
}

/* Who holds a resource: a thread, or as its crew a process. */
static void tell_holder(const struct ipcchan_waitgraph_edge *hold,
			struct ipcchan_wait_info *info)
	__must_hold(&ipcchan_waits.lock)
{
	struct pid_namespace *pids = task_active_pid_ns(current);
	const struct ipcchan_thread *thread;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (hold->to->is_resource) {
		info->holder_tgid =
			pid_nr_ns(container_of(hold->to, struct ipcchan_process,
					       crew.vertex)->tgid, pids);
		return;
	}
	thread = container_of(hold->to, struct ipcchan_thread,
			      party.party.vertex);
	info->holder_tgid = pid_nr_ns(thread->process->tgid, pids);
	info->holder_tid = pid_nr_ns(thread->pid, pids);
}

/* Returns false if there is no more room. */
static bool add(struct listing *l, const struct ipcchan_blocked *blocked,
		const struct ipcchan_request *request,
		const struct ipcchan_waitgraph_edge *hold)
	__must_hold(&ipcchan_waits.lock)
{
	struct pid_namespace *pids = task_active_pid_ns(current);
	struct ipcchan_wait_info *info;
	struct ipcchan_step step = { };

	lockdep_assert_held(&ipcchan_waits.lock);
	if (l->skip) {
		l->skip--;
		return true;
	}
	if (l->nr == l->max)
		return false;
	request->resource->kind->describe(request->resource, &step);
	info = &l->entries[l->nr++];
	*info = (struct ipcchan_wait_info){
		.client = blocked->client,
		.object = step.object,
		.since_ns = blocked->since_ns,
		.kind = step.kind,
		.state = step.state,
		.mode = blocked->mode == IPCCHAN_WAITGRAPH_ALL ?
			IPCCHAN_WAIT_FOR_ALL : IPCCHAN_WAIT_FOR_ANY,
		.tgid = pid_nr_ns(blocked->process->tgid, pids),
		.tid = task_pid_nr_ns(blocked->task, pids),
	};
	memcpy(info->name, step.name, sizeof(info->name));
	if (hold)
		tell_holder(hold, info);
	return true;
}

static bool add_request(struct listing *l, const struct ipcchan_blocked *blocked,
			const struct ipcchan_request *request)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_waitgraph_resource *resource = request->resource;
	const struct ipcchan_object *obj = NULL;
	const struct ipcchan_waitgraph_edge *hold;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (resource->kind->object)
		obj = resource->kind->object(resource);
	if (!obj || !may_see(l, obj))
		return true;
	/* Of an object that anybody may free, those who hold it are not in the way. */
	if (resource->vertex.is_open || list_empty(&resource->vertex.edges))
		return add(l, blocked, request, NULL);
	list_for_each_entry(hold, &resource->vertex.edges, node)
		if (!add(l, blocked, request, hold))
			return false;
	return true;
}

static bool add_process(struct ipcchan_process *process, void *data)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_request *request;
	const struct ipcchan_blocked *blocked;

	lockdep_assert_held(&ipcchan_waits.lock);
	hlist_for_each_entry(blocked, &process->blocked, node)
		for (request = blocked->requests; request; request = request->next)
			if (!add_request(data, blocked, request))
				return false;
	return true;
}

/* By the credentials of the session, as all else. */
static bool sees_all(const struct ipcchan_session *session)
{
	const struct cred *old = override_creds(session->cred);
	bool has_override = ipcchan_ns_has_override(session->ns);

	revert_creds(old);
	return has_override;
}

static int check(const struct ipcchan_wait_list *a)
{
	if (a->flags)
		return -EOPNOTSUPP;
	if (!a->count || a->count > IPCCHAN_LIST_MAX ||
	    a->entry_size < IPCCHAN_WAIT_INFO_SIZE_VER0)
		return -EINVAL;
	return a->entry_size > PAGE_SIZE ? -E2BIG : 0;
}

static long wait_list(struct file *file, void *arg)
{
	struct ipcchan_wait_info *entries __free(kvfree) = NULL;
	const struct ipcchan_wait_list *a = arg;
	struct listing l = {
		.session = file->private_data,
		.skip = a->first,
		.max = a->count,
	};
	int err = check(a);

	if (err)
		return err;
	entries = kvmalloc_array(a->count, sizeof(*entries), GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;
	l.entries = entries;
	l.sees_all = sees_all(l.session);
	spin_lock(&ipcchan_waits.lock);
	ipcchan_process_each(add_process, &l);
	spin_unlock(&ipcchan_waits.lock);
	return ipcchan_ioctl_store(a->entries, a->entry_size, entries,
				   sizeof(*entries), l.nr) ?: l.nr;
}

static const struct ipcchan_ioctl wait_list_ioctls[] = {
	{
		IPCCHAN_IOCTL(WAIT_LIST, wait_list),
		.on = IPCCHAN_ON_DEVICE,
		.run = wait_list,
	},
};

/**
 * ipcchan_wait_list_init() - register these ioctls
 */
void __init ipcchan_wait_list_init(void)
{
	ipcchan_ioctl_register(wait_list_ioctls, ARRAY_SIZE(wait_list_ioctls));
}
