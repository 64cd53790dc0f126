// SPDX-License-Identifier: GPL-2.0
/*
 * Semaphores: units that are taken and given; those taken with UNDO are given back when
 * the thread that has them ends.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "observe/trace.h"
#include "sync/kinds.h"
#include "sync/sync.h"
#include "sync/wait.h"

/**
 * struct semaphore_object - a semaphore; under the lock of the waits but for @max
 * @sync: the common part; its holdings are the units taken with UNDO
 * @value: units that are there
 * @max: units that there may be; immutable
 */
struct semaphore_object {
	struct ipcchan_sync sync;
	u32 value;
	u32 max;
};

static struct semaphore_object *semaphore_of(const struct ipcchan_sync *sync)
{
	return container_of(sync, struct semaphore_object, sync);
}

static int prepare(struct ipcchan_want *want, u32 units, u32 flags)
{
	if (flags & ~IPCCHAN_SEMAPHORE_UNDO)
		return -EOPNOTSUPP;
	if (!units || units > semaphore_of(want->sync)->max)
		return -EINVAL;
	want->units = units;
	want->flags = flags;
	if (!flags)
		return 0;
	want->holding = kzalloc(sizeof(*want->holding), GFP_KERNEL_ACCOUNT);
	return want->holding ? 0 : -ENOMEM;
}

static int check(const struct ipcchan_sync *sync, const struct ipcchan_want *want)
{
	return want->units <= semaphore_of(sync)->value ? 0 :
							  IPCCHAN_SYNC_NOT_YET;
}

static void hold(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_thread *thread = want->waiting->thread;
	struct ipcchan_holding *holding = ipcchan_holding_of(sync, thread);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!holding) {
		holding = want->holding;
		want->holding = NULL;
		ipcchan_holding_begin(holding, sync, thread);
	}
	holding->units += want->units;
}

static int take(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	semaphore_of(sync)->value -= want->units;
	if (want->flags & IPCCHAN_SEMAPHORE_UNDO)
		hold(sync, want);
	return 0;
}

/* Others may have given some meanwhile, so that these are too many. */
static void abandon(struct ipcchan_sync *sync, struct ipcchan_holding *holding)
{
	struct semaphore_object *s = semaphore_of(sync);

	s->value += min_t(u64, holding->units, s->max - s->value);
	kfree(holding);
}

static bool is_ready(const struct ipcchan_sync *sync)
{
	return semaphore_of(sync)->value;
}

static const struct ipcchan_sync_kind semaphore_kind = {
	.prepare = prepare,
	.check = check,
	.take = take,
	.abandon = abandon,
	.is_ready = is_ready,
};

static void fill_info(struct semaphore_object *s,
		      struct ipcchan_semaphore_info *info)
{
	const struct ipcchan_holding *holding;

	spin_lock(&ipcchan_waits.lock);
	*info = (struct ipcchan_semaphore_info){
		.value = s->value,
		.max = s->max,
		.waiters = s->sync.nr_wants,
	};
	list_for_each_entry(holding, &s->sync.holdings, of_sync)
		info->held += holding->units;
	spin_unlock(&ipcchan_waits.lock);
}

static void semaphore_show(const struct ipcchan_handle *handle,
			   struct seq_file *m)
{
	struct ipcchan_semaphore_info info;

	fill_info(container_of(handle->obj, struct semaphore_object,
			       sync.object), &info);
	seq_printf(m, "ipcchan-value:\t%u of %u, held %llu\n", info.value,
		   info.max, info.held);
	seq_printf(m, "ipcchan-waiters:\t%u\n", info.waiters);
}

static const struct ipcchan_type semaphore_type = {
	.kind = IPCCHAN_KIND_SEMAPHORE,
	.name = "semaphore",
	.file_name = "[ipcchan-semaphore]",
	.fops = &ipcchan_sync_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_SIGNAL,
		.read = IPCCHAN_RIGHT_WAIT,
		.write = IPCCHAN_RIGHT_SIGNAL,
	},
	.create_flags = IPCCHAN_OPEN_PRIORITY,
	.keeps_no_file = true,
	.file_rights_read = IPCCHAN_RIGHT_WAIT,
	.file_rights_write = IPCCHAN_RIGHT_SIGNAL,
	.kill = ipcchan_sync_kill,
	.usage = ipcchan_sync_usage,
	.show = semaphore_show,
	.free = ipcchan_sync_free,
};

static struct ipcchan_object *semaphore_new(const struct ipcchan_open *open,
					    struct ipcchan_session *session)
{
	const struct ipcchan_semaphore_open *a = open->args;
	struct ipcchan_sync *sync;

	if (!a->max || a->value > a->max)
		return ERR_PTR(-EINVAL);
	sync = ipcchan_sync_new(IPCCHAN_SYNC_SIZE(struct semaphore_object),
				&semaphore_kind, open, session);
	if (IS_ERR(sync))
		return ERR_CAST(sync);
	/* Whoever likes may give some. */
	ipcchan_waitgraph_open(&sync->resource);
	semaphore_of(sync)->value = a->value;
	semaphore_of(sync)->max = a->max;
	return &sync->object;
}

static long semaphore_open(struct file *file, void *arg)
{
	const struct ipcchan_semaphore_open *a = arg;
	const struct ipcchan_open open = {
		.type = &semaphore_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = semaphore_new,
		.args = a,
	};

	if (a->reserved)
		return -EOPNOTSUPP;
	return ipcchan_object_open(file->private_data, &open);
}

static long semaphore_acquire(struct file *file, void *arg)
{
	const struct ipcchan_semaphore_acquire *a = arg;
	const struct ipcchan_wait_args args = {
		.flags = a->flags & ~IPCCHAN_SEMAPHORE_UNDO,
		.deadline_ns = a->deadline_ns,
	};
	struct ipcchan_want want __uninitialized;
	long result;

	ipcchan_want_init(&want, ipcchan_sync_of_file(file));
	result = prepare(&want, a->units, a->flags & IPCCHAN_SEMAPHORE_UNDO) ?:
		 ipcchan_sync_wait_for(&want, file, &args);
	kfree(want.holding);
	return result;
}

/* Of what the current thread has. */
static int give_back(struct ipcchan_sync *sync, u32 units)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_thread *thread = ipcchan_sync_thread();
	struct ipcchan_holding *holding = thread ? ipcchan_holding_of(sync, thread) : NULL;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!holding || holding->units < units)
		return -EPERM;
	holding->units -= units;
	if (holding->units)
		return 0;
	ipcchan_holding_end(holding);
	kfree(holding);
	return 0;
}

static int release(struct ipcchan_sync *sync,
		   const struct ipcchan_semaphore_release *a)
	__must_hold(&ipcchan_waits.lock)
{
	struct semaphore_object *s = semaphore_of(sync);
	int err = 0;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (sync->dead)
		return -EIDRM;
	if (a->units > s->max - s->value)
		return -EOVERFLOW;
	if (a->flags & IPCCHAN_SEMAPHORE_UNDO)
		err = give_back(sync, a->units);
	if (!err)
		s->value += a->units;
	return err;
}

static long semaphore_release(struct file *file, void *arg)
{
	const struct ipcchan_semaphore_release *a = arg;
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	int err;

	if (a->flags & ~IPCCHAN_SEMAPHORE_UNDO)
		return -EOPNOTSUPP;
	if (!a->units)
		return -EINVAL;
	spin_lock(&ipcchan_waits.lock);
	err = release(sync, a);
	ipcchan_sync_end_change(sync);
	return err;
}

static long semaphore_info(struct file *file, void *arg)
{
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	struct ipcchan_semaphore_info *info = arg;

	if (info->flags || info->reserved)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&sync->object))
		return -EIDRM;
	fill_info(semaphore_of(sync), info);
	return 0;
}

static const struct ipcchan_ioctl semaphore_ioctls[] = {
	{
		IPCCHAN_IOCTL(SEMAPHORE_OPEN, semaphore_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = semaphore_open,
	}, {
		IPCCHAN_IOCTL(SEMAPHORE_ACQUIRE, semaphore_acquire),
		.on = IPCCHAN_ON_SEMAPHORE,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = semaphore_acquire,
	}, {
		IPCCHAN_IOCTL(SEMAPHORE_RELEASE, semaphore_release),
		.on = IPCCHAN_ON_SEMAPHORE,
		.rights = IPCCHAN_RIGHT_SIGNAL,
		.run = semaphore_release,
	}, {
		IPCCHAN_IOCTL(SEMAPHORE_INFO, semaphore_info),
		.on = IPCCHAN_ON_SEMAPHORE,
		.has_output = true,
		.run = semaphore_info,
	},
};

/**
 * ipcchan_semaphore_init() - register these ioctls
 */
void __init ipcchan_semaphore_init(void)
{
	ipcchan_ioctl_register(semaphore_ioctls, ARRAY_SIZE(semaphore_ioctls));
}
