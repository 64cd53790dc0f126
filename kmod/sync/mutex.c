// SPDX-License-Identifier: GPL-2.0
/*
 * Mutexes: one thread at a time; if it ends, the next one is told.
 *
 * ============ ================================ ================================
 * state        entered by                       left by
 * ============ ================================ ================================
 * free         creation; UNLOCK; UNLOCK of a    LOCK
 *              consistent one
 * held         LOCK                             UNLOCK; the end of the thread
 * orphaned     the end of the thread            LOCK, which returns OWNER_DEAD
 * inconsistent LOCK of an orphaned one          CONSISTENT: held; UNLOCK: lost;
 *                                               the end of the thread: orphaned
 * lost         UNLOCK of an inconsistent one    never: ENOTRECOVERABLE for all
 * ============ ================================ ================================
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/seq_file.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "observe/trace.h"
#include "sync/kinds.h"
#include "sync/sync.h"
#include "sync/wait.h"

/**
 * struct mutex_object - a mutex; under the lock of the waits but for @is_recursive
 * @sync: the common part
 * @holding: by its owner
 * @is_recursive: its owner can lock it again; immutable
 * @depth: how often its owner has
 * @is_inconsistent: an owner has ended, and it was not marked consistent since
 * @is_lost: nor will be
 */
struct mutex_object {
	struct ipcchan_sync sync;
	struct ipcchan_holding holding;
	bool is_recursive;
	u32 depth;
	bool is_inconsistent;
	bool is_lost;
};

static struct mutex_object *mutex_of(const struct ipcchan_sync *sync)
{
	return container_of(sync, struct mutex_object, sync);
}

static const struct ipcchan_thread *owner_of(const struct mutex_object *m)
{
	return m->holding.hold.thread;
}

static int prepare(struct ipcchan_want *want, u32 units, u32 flags)
{
	if (flags)
		return -EOPNOTSUPP;
	return units ? -EINVAL : 0;
}

static int check(const struct ipcchan_sync *sync, const struct ipcchan_want *want)
{
	const struct mutex_object *m = mutex_of(sync);

	if (m->is_lost)
		return -ENOTRECOVERABLE;
	if (!owner_of(m))
		return 0;
	if (owner_of(m) != want->waiting->thread || !m->is_recursive)
		return IPCCHAN_SYNC_NOT_YET;
	return m->depth == IPCCHAN_RECURSION_MAX ? -EOVERFLOW : 0;
}

static bool reenters(const struct ipcchan_sync *sync,
		     const struct ipcchan_want *want)
{
	const struct mutex_object *m = mutex_of(sync);

	return m->is_recursive && owner_of(m) == want->waiting->thread;
}

static int take(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct mutex_object *m = mutex_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!m->depth++)
		ipcchan_holding_begin(&m->holding, sync, want->waiting->thread);
	return m->is_inconsistent ? IPCCHAN_OWNER_DEAD : 0;
}

static void abandon(struct ipcchan_sync *sync, struct ipcchan_holding *holding)
{
	struct mutex_object *m = mutex_of(sync);

	m->depth = 0;
	m->is_inconsistent = true;
}

static bool is_ready(const struct ipcchan_sync *sync)
{
	return !owner_of(mutex_of(sync));
}

static const struct ipcchan_sync_kind mutex_kind = {
	.prepare = prepare,
	.check = check,
	.take = take,
	.reenters = reenters,
	.abandon = abandon,
	.is_ready = is_ready,
};

static void fill_info(struct mutex_object *m, struct ipcchan_mutex_info *info)
{
	spin_lock(&ipcchan_waits.lock);
	*info = (struct ipcchan_mutex_info){
		.rank = m->sync.rank,
		.state = (m->is_inconsistent ? IPCCHAN_LOCK_OWNER_DEAD : 0) |
			 (m->is_lost ? IPCCHAN_LOCK_LOST : 0),
		.depth = m->depth,
		.waiters = m->sync.nr_wants,
	};
	if (owner_of(m)) {
		info->owner_tgid = pid_vnr(owner_of(m)->process->tgid);
		info->owner_tid = pid_vnr(owner_of(m)->pid);
	}
	spin_unlock(&ipcchan_waits.lock);
}

static void mutex_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	struct ipcchan_mutex_info info;

	fill_info(container_of(handle->obj, struct mutex_object, sync.object),
		  &info);
	seq_printf(m, "ipcchan-owner:\tpid %u, thread %u, depth %u\n",
		   info.owner_tgid, info.owner_tid, info.depth);
	seq_printf(m, "ipcchan-waiters:\t%u\n", info.waiters);
	seq_printf(m, "ipcchan-state:\t%s\n",
		   ipcchan_lock_state_name(info.state));
}

static const struct ipcchan_type mutex_type = {
	.kind = IPCCHAN_KIND_MUTEX,
	.name = "mutex",
	.file_name = "[ipcchan-mutex]",
	.fops = &ipcchan_sync_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_LOCK,
		.write = IPCCHAN_RIGHT_WAIT,
	},
	.create_flags = IPCCHAN_OPEN_RECURSIVE | IPCCHAN_OPEN_PRIORITY |
			IPCCHAN_OPEN_RANK_WARNS,
	.keeps_no_file = true,
	.file_rights_write = IPCCHAN_RIGHT_WAIT,
	.kill = ipcchan_sync_kill,
	.usage = ipcchan_sync_usage,
	.show = mutex_show,
	.free = ipcchan_sync_free,
};

static struct ipcchan_object *mutex_new(const struct ipcchan_open *open,
					struct ipcchan_session *session)
{
	const struct ipcchan_mutex_open *a = open->args;
	struct ipcchan_sync *sync;

	sync = ipcchan_sync_new(IPCCHAN_SYNC_SIZE(struct mutex_object),
				&mutex_kind, open, session);
	if (IS_ERR(sync))
		return ERR_CAST(sync);
	sync->rank = a->rank;
	sync->rank_warns = open->flags & IPCCHAN_OPEN_RANK_WARNS;
	mutex_of(sync)->is_recursive = open->flags & IPCCHAN_OPEN_RECURSIVE;
	return &sync->object;
}

static long mutex_open(struct file *file, void *arg)
{
	const struct ipcchan_mutex_open *a = arg;
	const struct ipcchan_open open = {
		.type = &mutex_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = mutex_new,
		.args = a,
	};

	return ipcchan_object_open(file->private_data, &open);
}

/**
 * ipcchan_mutex_lock() - IPCCHAN_IOC_MUTEX_LOCK
 * @file: of a mutex, with the WAIT right
 * @arg: struct ipcchan_mutex_lock
 *
 * Return: 0, IPCCHAN_OWNER_DEAD or -errno.
 */
long ipcchan_mutex_lock(struct file *file, void *arg)
{
	struct ipcchan_mutex_lock *a = arg;
	const struct ipcchan_wait_args args = IPCCHAN_LOCK_ARGS(a, 0);
	struct ipcchan_want want __uninitialized;

	ipcchan_want_init(&want, ipcchan_sync_of_file(file));
	return ipcchan_sync_wait_for(&want, file, &args);
}

static bool is_owner(const struct mutex_object *m)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return owner_of(m) && owner_of(m) == ipcchan_sync_thread();
}

static int unlock(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct mutex_object *m = mutex_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!is_owner(m))
		return -EPERM;
	if (--m->depth)
		return 0;
	ipcchan_holding_end(&m->holding);
	m->is_lost = m->is_inconsistent;
	return 0;
}

/**
 * ipcchan_mutex_unlock() - IPCCHAN_IOC_MUTEX_UNLOCK
 * @file: of a mutex, with the WAIT right
 * @arg: struct ipcchan_mutex_unlock
 *
 * Return: 0 or -errno.
 */
long ipcchan_mutex_unlock(struct file *file, void *arg)
{
	const struct ipcchan_mutex_unlock *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved, unlock);
}

static int mark_consistent(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct mutex_object *m = mutex_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!is_owner(m))
		return -EPERM;
	if (!m->is_inconsistent)
		return -EINVAL;
	m->is_inconsistent = false;
	return 0;
}

static long mutex_consistent(struct file *file, void *arg)
{
	const struct ipcchan_mutex_consistent *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved,
				   mark_consistent);
}

/**
 * ipcchan_mutex_put_down() - let go of a mutex, to have it again after a wait
 * @sync: of a mutex
 *
 * Return: 0, or -errno as CONDVAR_WAIT documents, and nothing has changed.
 */
int ipcchan_mutex_put_down(struct ipcchan_sync *sync)
{
	struct mutex_object *m = mutex_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (sync->dead)
		return -EIDRM;
	if (!is_owner(m))
		return -EPERM;
	if (m->depth > 1)
		return -EINVAL;
	return m->is_inconsistent ? -EOWNERDEAD : unlock(sync);
}

/**
 * ipcchan_mutex_of_file() - the mutex of a description
 * @file: any
 *
 * Return: its common part, or NULL if it is none of ours.
 */
struct ipcchan_sync *ipcchan_mutex_of_file(const struct file *file)
{
	if (file->f_op != &ipcchan_sync_fops ||
	    ipcchan_sync_of_file(file)->kind != &mutex_kind)
		return NULL;
	return ipcchan_sync_of_file(file);
}

static long mutex_info(struct file *file, void *arg)
{
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	struct ipcchan_mutex_info *info = arg;

	if (info->flags || info->reserved)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&sync->object))
		return -EIDRM;
	fill_info(mutex_of(sync), info);
	return 0;
}

static const struct ipcchan_ioctl mutex_ioctls[] = {
	{
		IPCCHAN_IOCTL(MUTEX_OPEN, mutex_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = mutex_open,
	}, {
		IPCCHAN_IOCTL(MUTEX_LOCK, mutex_lock),
		.on = IPCCHAN_ON_MUTEX,
		.rights = IPCCHAN_RIGHT_WAIT,
		.tells_errors = true,
		.run = ipcchan_mutex_lock,
	}, {
		IPCCHAN_IOCTL(MUTEX_UNLOCK, mutex_unlock),
		.on = IPCCHAN_ON_MUTEX,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = ipcchan_mutex_unlock,
	}, {
		IPCCHAN_IOCTL(MUTEX_CONSISTENT, mutex_consistent),
		.on = IPCCHAN_ON_MUTEX,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = mutex_consistent,
	}, {
		IPCCHAN_IOCTL(MUTEX_INFO, mutex_info),
		.on = IPCCHAN_ON_MUTEX,
		.has_output = true,
		.run = mutex_info,
	},
};

/**
 * ipcchan_mutex_init() - register these ioctls
 */
void __init ipcchan_mutex_init(void)
{
	ipcchan_ioctl_register(mutex_ioctls, ARRAY_SIZE(mutex_ioctls));
}
