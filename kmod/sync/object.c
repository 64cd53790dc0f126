// SPDX-License-Identifier: GPL-2.0
/*
 * Synchronisation: what its objects are to the object layer.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "object/handle.h"
#include "sync/sync.h"

static struct ipcchan_sync *sync_of(struct ipcchan_object *obj)
{
	return container_of(obj, struct ipcchan_sync, object);
}

/**
 * ipcchan_sync_describe() - what is waited for at a step of a deadlock
 * @sync: the object
 * @step: to fill
 */
void ipcchan_sync_describe(const struct ipcchan_sync *sync,
			   struct ipcchan_step *step)
{
	step->kind = sync->object.type->kind;
	step->object = sync->object.id;
	strscpy_pad(step->name, sync->object.name.text, sizeof(step->name));
}

static void describe(const struct ipcchan_waitgraph_resource *resource,
		     struct ipcchan_step *step)
{
	ipcchan_sync_describe(container_of(resource, struct ipcchan_sync,
					   resource), step);
}

/**
 * ipcchan_lock_state_name() - of a mutex or rwlock, for people
 * @state: IPCCHAN_LOCK_* bits
 *
 * Return: the words.
 */
const char *ipcchan_lock_state_name(u32 state)
{
	if (state & IPCCHAN_LOCK_LOST)
		return "lost";
	return state & IPCCHAN_LOCK_OWNER_DEAD ? "owner dead" : "consistent";
}

static const struct ipcchan_object *
object_of(const struct ipcchan_waitgraph_resource *resource)
{
	return &container_of(resource, struct ipcchan_sync, resource)->object;
}

/*
 * It can be had beside those who hold it, who may be stuck; so only those are in the way
 * who stand in front, and of them those who cannot have it beside these.
 */
static bool may_have(const struct ipcchan_waitgraph_edge *request)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_want *want =
		container_of(request, struct ipcchan_want, request.edge);
	const struct ipcchan_sync *sync = want->sync;
	const struct ipcchan_want *other;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (sync->kind->check(sync, want))
		return false;
	list_for_each_entry(other, &sync->wants, node) {
		if (other == want || want->goes_first)
			break;
		if (!other->waiting->gives_way && sync->kind->check(sync, other) &&
		    !ipcchan_blocked_look_at(&other->waiting->blocked))
			return false;
	}
	return true;
}

/* Is held by whoever its holders are: of a lock all must let go of it. */
static const struct ipcchan_waitgraph_kind held = {
	.may_have = may_have,
	.describe = describe,
	.object = object_of,
};

/**
 * ipcchan_sync_new() - make an object
 * @size: of its memory, which begins with the common part; zeroed
 * @kind: of what kind it is
 * @open: what was asked for
 * @session: who asked
 *
 * Whoever makes one that nobody holds opens its @resource.
 *
 * Return: its common part, -ENOMEM or -ENOSPC.
 */
struct ipcchan_sync *ipcchan_sync_new(size_t size,
				      const struct ipcchan_sync_kind *kind,
				      const struct ipcchan_open *open,
				      struct ipcchan_session *session)
{
	struct ipcchan_sync *sync = kzalloc(size, GFP_KERNEL_ACCOUNT);
	int err;

	if (!sync)
		return ERR_PTR(-ENOMEM);
	err = ipcchan_object_init(&sync->object, open, session);
	if (err) {
		kfree(sync);
		return ERR_PTR(err);
	}
	sync->kind = kind;
	sync->by_priority = open->flags & IPCCHAN_OPEN_PRIORITY;
	ipcchan_waitgraph_resource_init(&sync->resource, &held,
					IPCCHAN_WAITGRAPH_ALL);
	INIT_LIST_HEAD(&sync->wants);
	INIT_LIST_HEAD(&sync->holdings);
	init_waitqueue_head(&sync->poll);
	return sync;
}

/**
 * ipcchan_sync_deinit() - end the common part; its memory is not freed
 * @sync: nobody uses it, but a thread may still hold it
 */
void ipcchan_sync_deinit(struct ipcchan_sync *sync)
{
	struct ipcchan_holding *holding;
	struct ipcchan_holding *next;

	spin_lock(&ipcchan_waits.lock);
	list_for_each_entry_safe(holding, next, &sync->holdings, of_sync) {
		ipcchan_holding_end(holding);
		sync->kind->abandon(sync, holding);
	}
	ipcchan_waitgraph_resource_deinit(&sync->resource);
	spin_unlock(&ipcchan_waits.lock);
	ipcchan_object_deinit(&sync->object);
}

/**
 * ipcchan_sync_free() - type operation: end an object that has nothing but holdings
 * @obj: of ipcchan_sync_new()
 */
void ipcchan_sync_free(struct ipcchan_object *obj)
{
	struct ipcchan_sync *sync = sync_of(obj);

	ipcchan_sync_deinit(sync);
	kfree(sync);
}

/**
 * ipcchan_sync_kill() - type operation: wake all sleepers with EIDRM
 * @obj: of an object for synchronisation
 */
void ipcchan_sync_kill(struct ipcchan_object *obj)
{
	struct ipcchan_sync *sync = sync_of(obj);

	spin_lock(&ipcchan_waits.lock);
	sync->dead = true;
	ipcchan_sync_end_change(sync);
}

/**
 * ipcchan_sync_usage() - type operation: how many wait for it
 * @obj: of an object for synchronisation
 * @usage: filled in
 */
void ipcchan_sync_usage(struct ipcchan_object *obj, struct ipcchan_usage *usage)
{
	spin_lock(&ipcchan_waits.lock);
	usage->items = sync_of(obj)->nr_wants;
	spin_unlock(&ipcchan_waits.lock);
}

/**
 * ipcchan_sync_poll() - file operation: could it be had now
 * @file: of an object for synchronisation
 * @wait: who wants to be told
 *
 * Return: EPOLL* bits.
 */
__poll_t ipcchan_sync_poll(struct file *file, poll_table *wait)
{
	const struct ipcchan_handle *handle = file->private_data;
	struct ipcchan_sync *sync = sync_of(handle->obj);
	__poll_t mask = 0;

	poll_wait(file, &sync->poll, wait);
	spin_lock(&ipcchan_waits.lock);
	if (sync->dead)
		mask = EPOLLERR | EPOLLHUP;
	else if (list_empty(&sync->wants) && sync->kind->is_ready(sync))
		mask = EPOLLIN | EPOLLRDNORM;
	spin_unlock(&ipcchan_waits.lock);
	return mask;
}

const struct file_operations ipcchan_sync_fops = {
	.owner = THIS_MODULE,
	.release = ipcchan_handle_release,
	.unlocked_ioctl = ipcchan_handle_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = ipcchan_handle_show_fdinfo,
	.poll = ipcchan_sync_poll,
};

/**
 * ipcchan_sync_of_file() - the object of a description
 * @file: of an object for synchronisation
 *
 * Return: the object.
 */
struct ipcchan_sync *ipcchan_sync_of_file(const struct file *file)
{
	const struct ipcchan_handle *handle = file->private_data;

	return sync_of(handle->obj);
}

/**
 * ipcchan_sync_change() - the work of an ioctl that changes an object at once
 * @file: of the object
 * @flags: of the ioctl; must be 0
 * @reserved: likewise
 * @change: does it, under the lock of the waits; returns 0 or -errno
 *
 * Return: what @change returned, -EOPNOTSUPP, or -EIDRM.
 */
long ipcchan_sync_change(struct file *file, u32 flags, u32 reserved,
			 int (*change)(struct ipcchan_sync *sync))
{
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	int err;

	if (flags || reserved)
		return -EOPNOTSUPP;
	spin_lock(&ipcchan_waits.lock);
	err = sync->dead ? -EIDRM : change(sync);
	ipcchan_sync_end_change(sync);
	return err;
}
