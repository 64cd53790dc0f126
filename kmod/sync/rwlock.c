// SPDX-License-Identifier: GPL-2.0
/*
 * Reader/writer locks: many who read, or one who writes, in the order in which they
 * came.
 *
 * What an owner leaves who ends is as of a mutex (mutex.c), if it was for writing; who
 * only reads changes nothing.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "observe/trace.h"
#include "sync/kinds.h"
#include "sync/sync.h"
#include "sync/wait.h"

/**
 * struct rwlock_object - a reader/writer lock; under the lock of the waits
 * @sync: the common part; its holdings are the readers, or the writer
 * @nr_parts: how many these are
 * @is_written: it has a writer, its only holding
 * @is_inconsistent: a writer has ended, and it was not marked consistent since
 * @is_lost: nor will be
 * @upgrade: in the graph: what a reader waits for who wants to write: all others
 * @upgrader: that reader's thread; NULL: there is none
 * @second: in the graph: what another one waits for who wants that too: the first
 * @first: so the first holds that
 */
struct rwlock_object {
	struct ipcchan_sync sync;
	u32 nr_parts;
	bool is_written;
	bool is_inconsistent;
	bool is_lost;
	struct ipcchan_waitgraph_resource upgrade;
	struct ipcchan_thread *upgrader;
	struct ipcchan_waitgraph_resource second;
	struct ipcchan_waitgraph_edge first;
};

/* Wants of their own, besides IPCCHAN_RWLOCK_SHARED. */
#define UPGRADE		BIT(0)

/**
 * struct part - a reader's or the writer's part of a lock
 * @holding: that; first, for who frees it
 * @in_the_way: it is in the way of an upgrade; linked to itself: it is not
 */
struct part {
	struct ipcchan_holding holding;
	struct ipcchan_waitgraph_edge in_the_way;
};

static struct rwlock_object *rwlock_of(const struct ipcchan_sync *sync)
{
	return container_of(sync, struct rwlock_object, sync);
}

static struct part *part_of(struct ipcchan_holding *holding)
{
	return container_of(holding, struct part, holding);
}

static int prepare(struct ipcchan_want *want, u32 units, u32 flags)
{
	struct part *part;

	if (flags & ~IPCCHAN_RWLOCK_SHARED)
		return -EOPNOTSUPP;
	if (units)
		return -EINVAL;
	part = kzalloc(sizeof(*part), GFP_KERNEL_ACCOUNT);
	if (!part)
		return -ENOMEM;
	INIT_LIST_HEAD(&part->in_the_way.node);
	want->holding = &part->holding;
	want->flags = flags;
	return 0;
}

static int check(const struct ipcchan_sync *sync, const struct ipcchan_want *want)
{
	const struct rwlock_object *l = rwlock_of(sync);
	bool is_free = list_empty(&sync->holdings);

	if (l->is_lost)
		return -ENOTRECOVERABLE;
	if (want->flags & UPGRADE)
		is_free = list_is_singular(&sync->holdings);
	else if (want->flags & IPCCHAN_RWLOCK_SHARED)
		is_free = !l->is_written;
	if (!is_free)
		return IPCCHAN_SYNC_NOT_YET;
	return l->nr_parts == IPCCHAN_READERS_MAX ? -EOVERFLOW : 0;
}

/* Who has it for reading need not stand in line to have it alone. */
static bool reenters(const struct ipcchan_sync *sync,
		     const struct ipcchan_want *want)
{
	return want->flags & UPGRADE;
}

/*
 * All other readers are in the way, and whoever comes stands behind. Of a second one it
 * is the first who is, and that waits for the second: so this one is refused.
 */
static int begin_upgrade(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_thread *thread = want->waiting->thread;
	const struct ipcchan_holding *own = ipcchan_holding_of(sync, thread);
	struct rwlock_object *l = rwlock_of(sync);
	struct ipcchan_holding *holding;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!(want->flags & UPGRADE))
		return 0;
	if (!own || l->is_written)
		return -EPERM;
	list_for_each_entry(holding, &sync->holdings, of_sync)
		if (holding != own && holding->hold.thread == thread)
			return -EINVAL;
	if (l->upgrader) {
		want->request.resource = &l->second;
		return 0;
	}
	want->request.resource = &l->upgrade;
	l->upgrader = thread;
	ipcchan_waitgraph_hold(&l->second, &l->first, &thread->party.party);
	list_for_each_entry(holding, &sync->holdings, of_sync)
		if (holding != own)
			ipcchan_waitgraph_hold(&l->upgrade,
					       &part_of(holding)->in_the_way,
					       &holding->hold.thread->party.party);
	return 0;
}

static void end_upgrade(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct rwlock_object *l = rwlock_of(sync);
	struct ipcchan_holding *holding;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (want->request.resource != &l->upgrade)
		return;
	want->request.resource = &sync->resource;
	l->upgrader = NULL;
	ipcchan_waitgraph_release(&l->first);
	list_for_each_entry(holding, &sync->holdings, of_sync)
		if (!list_empty(&part_of(holding)->in_the_way.node))
			ipcchan_waitgraph_release(&part_of(holding)->in_the_way);
}

static int take(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct rwlock_object *l = rwlock_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (want->flags & UPGRADE) {
		end_upgrade(sync, want);
	} else {
		ipcchan_holding_begin(want->holding, sync, want->waiting->thread);
		want->holding = NULL;
		l->nr_parts++;
	}
	l->is_written = !(want->flags & IPCCHAN_RWLOCK_SHARED);
	return l->is_inconsistent ? IPCCHAN_OWNER_DEAD : 0;
}

static void free_part(struct rwlock_object *l, struct ipcchan_holding *holding)
	__must_hold(&ipcchan_waits.lock)
{
	struct part *part = part_of(holding);

	lockdep_assert_held(&ipcchan_waits.lock);
	l->nr_parts--;
	if (!list_empty(&part->in_the_way.node))
		ipcchan_waitgraph_release(&part->in_the_way);
	kfree(part);
}

static void abandon(struct ipcchan_sync *sync, struct ipcchan_holding *holding)
	__must_hold(&ipcchan_waits.lock)
{
	struct rwlock_object *l = rwlock_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	free_part(l, holding);
	l->is_inconsistent |= l->is_written;
	l->is_written = false;
}

static bool is_ready(const struct ipcchan_sync *sync)
{
	return list_empty(&sync->holdings);
}

static const struct ipcchan_sync_kind rwlock_kind = {
	.prepare = prepare,
	.check = check,
	.take = take,
	.reenters = reenters,
	.begin = begin_upgrade,
	.leave = end_upgrade,
	.abandon = abandon,
	.is_ready = is_ready,
};

static void fill_info(struct rwlock_object *l, struct ipcchan_rwlock_info *info)
{
	const struct ipcchan_thread *writer;

	spin_lock(&ipcchan_waits.lock);
	*info = (struct ipcchan_rwlock_info){
		.rank = l->sync.rank,
		.readers = l->is_written ? 0 : l->nr_parts,
		.state = (l->is_inconsistent ? IPCCHAN_LOCK_OWNER_DEAD : 0) |
			 (l->is_lost ? IPCCHAN_LOCK_LOST : 0),
		.waiters = l->sync.nr_wants,
	};
	if (l->is_written) {
		writer = list_first_entry(&l->sync.holdings, struct ipcchan_holding,
					  of_sync)->hold.thread;
		info->writer_tgid = pid_vnr(writer->process->tgid);
		info->writer_tid = pid_vnr(writer->pid);
	}
	spin_unlock(&ipcchan_waits.lock);
}

static void rwlock_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	struct ipcchan_rwlock_info info;

	fill_info(container_of(handle->obj, struct rwlock_object, sync.object),
		  &info);
	seq_printf(m, "ipcchan-writer:\tpid %u, thread %u\n",
		   info.writer_tgid, info.writer_tid);
	seq_printf(m, "ipcchan-readers:\t%u\n", info.readers);
	seq_printf(m, "ipcchan-waiters:\t%u\n", info.waiters);
	seq_printf(m, "ipcchan-state:\t%s\n",
		   ipcchan_lock_state_name(info.state));
}

static void deinit_upgrade(struct rwlock_object *l)
	__context_unsafe(nobody uses it)
{
	ipcchan_waitgraph_resource_deinit(&l->upgrade);
	ipcchan_waitgraph_resource_deinit(&l->second);
}

static void rwlock_free(struct ipcchan_object *obj)
{
	struct rwlock_object *l = container_of(obj, struct rwlock_object,
					       sync.object);

	ipcchan_sync_deinit(&l->sync);
	deinit_upgrade(l);
	kfree(l);
}

static const struct ipcchan_type rwlock_type = {
	.kind = IPCCHAN_KIND_RWLOCK,
	.name = "rwlock",
	.file_name = "[ipcchan-rwlock]",
	.fops = &ipcchan_sync_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_LOCK,
		.write = IPCCHAN_RIGHT_WAIT,
	},
	.create_flags = IPCCHAN_OPEN_PRIORITY | IPCCHAN_OPEN_RANK_WARNS,
	.keeps_no_file = true,
	.file_rights_write = IPCCHAN_RIGHT_WAIT,
	.kill = ipcchan_sync_kill,
	.usage = ipcchan_sync_usage,
	.show = rwlock_show,
	.free = rwlock_free,
};

static void describe_upgrade(const struct ipcchan_waitgraph_resource *upgrade,
			     struct ipcchan_step *step)
{
	const struct rwlock_object *l =
		container_of(upgrade, struct rwlock_object, upgrade);

	ipcchan_sync_describe(&l->sync, step);
}

static const struct ipcchan_object *
object_of_upgrade(const struct ipcchan_waitgraph_resource *upgrade)
{
	return &container_of(upgrade, struct rwlock_object, upgrade)->sync.object;
}

static void describe_second(const struct ipcchan_waitgraph_resource *second,
			    struct ipcchan_step *step)
{
	const struct rwlock_object *l =
		container_of(second, struct rwlock_object, second);

	ipcchan_sync_describe(&l->sync, step);
}

static const struct ipcchan_object *
object_of_second(const struct ipcchan_waitgraph_resource *second)
{
	return &container_of(second, struct rwlock_object, second)->sync.object;
}

static const struct ipcchan_waitgraph_kind second_kind = {
	.describe = describe_second,
	.object = object_of_second,
};

static const struct ipcchan_waitgraph_kind upgrade_kind = {
	.describe = describe_upgrade,
	.object = object_of_upgrade,
};

static void init_upgrade(struct rwlock_object *l)
	__context_unsafe(not published yet)
{
	ipcchan_waitgraph_resource_init(&l->upgrade, &upgrade_kind,
					IPCCHAN_WAITGRAPH_ALL);
	ipcchan_waitgraph_resource_init(&l->second, &second_kind,
					IPCCHAN_WAITGRAPH_ALL);
}

static struct ipcchan_object *rwlock_new(const struct ipcchan_open *open,
					 struct ipcchan_session *session)
{
	const struct ipcchan_rwlock_open *a = open->args;
	struct ipcchan_sync *sync;

	sync = ipcchan_sync_new(IPCCHAN_SYNC_SIZE(struct rwlock_object),
				&rwlock_kind, open, session);
	if (IS_ERR(sync))
		return ERR_CAST(sync);
	sync->rank = a->rank;
	sync->rank_warns = open->flags & IPCCHAN_OPEN_RANK_WARNS;
	init_upgrade(rwlock_of(sync));
	return &sync->object;
}

static long rwlock_open(struct file *file, void *arg)
{
	const struct ipcchan_rwlock_open *a = arg;
	const struct ipcchan_open open = {
		.type = &rwlock_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = rwlock_new,
		.args = a,
	};

	return ipcchan_object_open(file->private_data, &open);
}

static long rwlock_lock(struct file *file, void *arg)
{
	struct ipcchan_rwlock_lock *a = arg;
	const struct ipcchan_wait_args args =
		IPCCHAN_LOCK_ARGS(a, IPCCHAN_RWLOCK_SHARED);
	struct ipcchan_want want __uninitialized;
	long result;

	ipcchan_want_init(&want, ipcchan_sync_of_file(file));
	result = prepare(&want, 0, a->flags & IPCCHAN_RWLOCK_SHARED) ?:
		 ipcchan_sync_wait_for(&want, file, &args);
	kfree(want.holding);
	return result;
}

static int unlock(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_holding *holding = ipcchan_holding_of(sync, ipcchan_sync_thread());
	struct rwlock_object *l = rwlock_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!holding)
		return -EPERM;
	ipcchan_holding_end(holding);
	free_part(l, holding);
	if (l->is_written)
		l->is_lost = l->is_inconsistent;
	l->is_written = false;
	return 0;
}

static long rwlock_unlock(struct file *file, void *arg)
{
	const struct ipcchan_rwlock_unlock *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved, unlock);
}

static long rwlock_upgrade(struct file *file, void *arg)
{
	struct ipcchan_rwlock_upgrade *a = arg;
	const struct ipcchan_wait_args args = IPCCHAN_LOCK_ARGS(a, 0);
	struct ipcchan_want want __uninitialized;

	ipcchan_want_init(&want, ipcchan_sync_of_file(file));
	want.flags = UPGRADE;
	return ipcchan_sync_wait_for(&want, file, &args);
}

static int downgrade(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct rwlock_object *l = rwlock_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!l->is_written || !ipcchan_holding_of(sync, ipcchan_sync_thread()))
		return -EPERM;
	if (l->is_inconsistent)
		return -EOWNERDEAD;
	l->is_written = false;
	return 0;
}

static long rwlock_downgrade(struct file *file, void *arg)
{
	const struct ipcchan_rwlock_downgrade *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved, downgrade);
}

static int mark_consistent(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct rwlock_object *l = rwlock_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!l->is_written || !ipcchan_holding_of(sync, ipcchan_sync_thread()))
		return -EPERM;
	if (!l->is_inconsistent)
		return -EINVAL;
	l->is_inconsistent = false;
	return 0;
}

static long rwlock_consistent(struct file *file, void *arg)
{
	const struct ipcchan_rwlock_consistent *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved,
				   mark_consistent);
}

static long rwlock_info(struct file *file, void *arg)
{
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	struct ipcchan_rwlock_info *info = arg;

	if (info->flags || info->reserved)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&sync->object))
		return -EIDRM;
	fill_info(rwlock_of(sync), info);
	return 0;
}

static const struct ipcchan_ioctl rwlock_ioctls[] = {
	{
		IPCCHAN_IOCTL(RWLOCK_OPEN, rwlock_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = rwlock_open,
	}, {
		IPCCHAN_IOCTL(RWLOCK_LOCK, rwlock_lock),
		.on = IPCCHAN_ON_RWLOCK,
		.rights = IPCCHAN_RIGHT_WAIT,
		.tells_errors = true,
		.run = rwlock_lock,
	}, {
		IPCCHAN_IOCTL(RWLOCK_UNLOCK, rwlock_unlock),
		.on = IPCCHAN_ON_RWLOCK,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = rwlock_unlock,
	}, {
		IPCCHAN_IOCTL(RWLOCK_UPGRADE, rwlock_upgrade),
		.on = IPCCHAN_ON_RWLOCK,
		.rights = IPCCHAN_RIGHT_WAIT,
		.tells_errors = true,
		.run = rwlock_upgrade,
	}, {
		IPCCHAN_IOCTL(RWLOCK_DOWNGRADE, rwlock_downgrade),
		.on = IPCCHAN_ON_RWLOCK,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = rwlock_downgrade,
	}, {
		IPCCHAN_IOCTL(RWLOCK_CONSISTENT, rwlock_consistent),
		.on = IPCCHAN_ON_RWLOCK,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = rwlock_consistent,
	}, {
		IPCCHAN_IOCTL(RWLOCK_INFO, rwlock_info),
		.on = IPCCHAN_ON_RWLOCK,
		.has_output = true,
		.run = rwlock_info,
	},
};

/**
 * ipcchan_rwlock_init() - register these ioctls
 */
void __init ipcchan_rwlock_init(void)
{
	ipcchan_ioctl_register(rwlock_ioctls, ARRAY_SIZE(rwlock_ioctls));
}
