// SPDX-License-Identifier: GPL-2.0
/*
 * Events: set or not; who waits for one goes on when it is set.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "observe/trace.h"
#include "sync/kinds.h"
#include "sync/sync.h"
#include "sync/wait.h"

/**
 * struct event_object - an event; under the lock of the waits but for @is_manual
 * @sync: the common part
 * @is_manual: who goes on leaves it set; immutable
 * @is_set: it is
 */
struct event_object {
	struct ipcchan_sync sync;
	bool is_manual;
	bool is_set;
};

static struct event_object *event_of(const struct ipcchan_sync *sync)
{
	return container_of(sync, struct event_object, sync);
}

static int prepare(struct ipcchan_want *want, u32 units, u32 flags)
{
	if (flags)
		return -EOPNOTSUPP;
	return units ? -EINVAL : 0;
}

static int check(const struct ipcchan_sync *sync, const struct ipcchan_want *want)
{
	return event_of(sync)->is_set || want->passed ? 0 : IPCCHAN_SYNC_NOT_YET;
}

static int take(struct ipcchan_sync *sync, struct ipcchan_want *want)
{
	struct event_object *e = event_of(sync);

	if (!want->passed)
		e->is_set = e->is_manual;
	return 0;
}

static bool is_ready(const struct ipcchan_sync *sync)
{
	return event_of(sync)->is_set;
}

static const struct ipcchan_sync_kind event_kind = {
	.prepare = prepare,
	.check = check,
	.take = take,
	.is_ready = is_ready,
};

static void fill_info(struct event_object *e, struct ipcchan_event_info *info)
{
	spin_lock(&ipcchan_waits.lock);
	*info = (struct ipcchan_event_info){
		.state = (e->is_set ? IPCCHAN_EVENT_IS_SET : 0) |
			 (e->is_manual ? IPCCHAN_EVENT_IS_MANUAL : 0),
		.waiters = e->sync.nr_wants,
	};
	spin_unlock(&ipcchan_waits.lock);
}

static void event_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	struct ipcchan_event_info info;

	fill_info(container_of(handle->obj, struct event_object, sync.object),
		  &info);
	seq_printf(m, "ipcchan-state:\t%sset, %s reset\n",
		   info.state & IPCCHAN_EVENT_IS_SET ? "" : "not ",
		   info.state & IPCCHAN_EVENT_IS_MANUAL ? "manual" : "auto");
	seq_printf(m, "ipcchan-waiters:\t%u\n", info.waiters);
}

static const struct ipcchan_type event_type = {
	.kind = IPCCHAN_KIND_EVENT,
	.name = "event",
	.file_name = "[ipcchan-event]",
	.fops = &ipcchan_sync_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_SIGNAL,
		.read = IPCCHAN_RIGHT_WAIT,
		.write = IPCCHAN_RIGHT_SIGNAL,
	},
	.create_flags = IPCCHAN_OPEN_MANUAL_RESET | IPCCHAN_OPEN_SET,
	.keeps_no_file = true,
	.file_rights_read = IPCCHAN_RIGHT_WAIT,
	.file_rights_write = IPCCHAN_RIGHT_SIGNAL,
	.kill = ipcchan_sync_kill,
	.usage = ipcchan_sync_usage,
	.show = event_show,
	.free = ipcchan_sync_free,
};

static struct ipcchan_object *event_new(const struct ipcchan_open *open,
					struct ipcchan_session *session)
{
	struct ipcchan_sync *sync;

	sync = ipcchan_sync_new(IPCCHAN_SYNC_SIZE(struct event_object),
				&event_kind, open, session);
	if (IS_ERR(sync))
		return ERR_CAST(sync);
	/* Whoever likes may set it. */
	ipcchan_waitgraph_open(&sync->resource);
	event_of(sync)->is_manual = open->flags & IPCCHAN_OPEN_MANUAL_RESET;
	event_of(sync)->is_set = open->flags & IPCCHAN_OPEN_SET;
	return &sync->object;
}

static long event_open(struct file *file, void *arg)
{
	const struct ipcchan_event_open *a = arg;
	const struct ipcchan_open open = {
		.type = &event_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = event_new,
	};

	if (a->reserved)
		return -EOPNOTSUPP;
	return ipcchan_object_open(file->private_data, &open);
}

static long event_wait(struct file *file, void *arg)
{
	const struct ipcchan_event_wait *a = arg;
	const struct ipcchan_wait_args args = {
		.flags = a->flags,
		.deadline_ns = a->deadline_ns,
	};
	struct ipcchan_want want __uninitialized;

	if (a->reserved)
		return -EOPNOTSUPP;
	ipcchan_want_init(&want, ipcchan_sync_of_file(file));
	return ipcchan_sync_wait_for(&want, file, &args);
}

static int set(struct ipcchan_sync *sync)
{
	event_of(sync)->is_set = true;
	return 0;
}

static long event_set(struct file *file, void *arg)
{
	const struct ipcchan_event_set *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved, set);
}

static int reset(struct ipcchan_sync *sync)
{
	event_of(sync)->is_set = false;
	return 0;
}

static long event_reset(struct file *file, void *arg)
{
	const struct ipcchan_event_reset *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved, reset);
}

/*
 * Whoever stands in line now may go on, however long it takes to tell them all; who
 * comes later may not. Who cannot, for want of another object, is as before.
 */
static int pulse(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct event_object *e = event_of(sync);
	struct ipcchan_want *want;

	lockdep_assert_held(&ipcchan_waits.lock);
	e->is_set = false;
	list_for_each_entry(want, &sync->wants, node) {
		want->passed = ipcchan_want_needs_only(want);
		if (want->passed && !e->is_manual)
			break;
	}
	return 0;
}

static long event_pulse(struct file *file, void *arg)
{
	const struct ipcchan_event_pulse *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved, pulse);
}

static long event_info(struct file *file, void *arg)
{
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	struct ipcchan_event_info *info = arg;

	if (info->flags || info->reserved)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&sync->object))
		return -EIDRM;
	fill_info(event_of(sync), info);
	return 0;
}

static const struct ipcchan_ioctl event_ioctls[] = {
	{
		IPCCHAN_IOCTL(EVENT_OPEN, event_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = event_open,
	}, {
		IPCCHAN_IOCTL(EVENT_WAIT, event_wait),
		.on = IPCCHAN_ON_EVENT,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = event_wait,
	}, {
		IPCCHAN_IOCTL(EVENT_SET, event_set),
		.on = IPCCHAN_ON_EVENT,
		.rights = IPCCHAN_RIGHT_SIGNAL,
		.run = event_set,
	}, {
		IPCCHAN_IOCTL(EVENT_RESET, event_reset),
		.on = IPCCHAN_ON_EVENT,
		.rights = IPCCHAN_RIGHT_SIGNAL,
		.run = event_reset,
	}, {
		IPCCHAN_IOCTL(EVENT_PULSE, event_pulse),
		.on = IPCCHAN_ON_EVENT,
		.rights = IPCCHAN_RIGHT_SIGNAL,
		.run = event_pulse,
	}, {
		IPCCHAN_IOCTL(EVENT_INFO, event_info),
		.on = IPCCHAN_ON_EVENT,
		.has_output = true,
		.run = event_info,
	},
};

/**
 * ipcchan_event_init() - register these ioctls
 */
void __init ipcchan_event_init(void)
{
	ipcchan_ioctl_register(event_ioctls, ARRAY_SIZE(event_ioctls));
}
