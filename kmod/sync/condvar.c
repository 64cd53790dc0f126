// SPDX-License-Identifier: GPL-2.0
/*
 * Condition variables: who is signalled goes on with the mutex, and for no other reason.
 *
 * A wait stands in two lines one after the other::
 *
 *   who waits                             who signals
 *   ---------                             -----------
 *   has the mutex
 *   in one section of the lock of the
 *   waits: lets go of it, stands in
 *   line here
 *   sleeps                                has the mutex, or not
 *                                         SIGNAL: moves the first in line here
 *                                         to the line of the mutex; it is not
 *                                         woken
 *   the mutex is handed to it as to
 *   anybody: wakes up, and has it
 *
 * If the deadline or a signal of the kernel comes while it stands in line here, it moves
 * itself. If it is killed after it was moved by SIGNAL, that is passed on to the next.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "object/session.h"
#include "observe/trace.h"
#include "sync/kinds.h"
#include "sync/sync.h"
#include "sync/wait.h"

/**
 * struct condvar_want - a wait for a condition variable
 * @want: in line there, and then for the mutex
 * @mutex: that
 */
struct condvar_want {
	struct ipcchan_want want;
	struct ipcchan_sync *mutex;
};

static struct condvar_want *condvar_want_of(struct ipcchan_want *want)
{
	return container_of(want, struct condvar_want, want);
}

/* Nobody goes on from here. */
static int check(const struct ipcchan_sync *sync, const struct ipcchan_want *want)
{
	return IPCCHAN_SYNC_NOT_YET;
}

static bool is_ready(const struct ipcchan_sync *sync)
{
	return false;
}

static const struct ipcchan_sync_kind condvar_kind = {
	.check = check,
	.is_ready = is_ready,
};

static u32 waiters_of(struct ipcchan_sync *sync)
{
	u32 nr;

	spin_lock(&ipcchan_waits.lock);
	nr = sync->nr_wants;
	spin_unlock(&ipcchan_waits.lock);
	return nr;
}

static void condvar_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	seq_printf(m, "ipcchan-waiters:\t%u\n",
		   waiters_of(container_of(handle->obj, struct ipcchan_sync,
					   object)));
}

static const struct ipcchan_type condvar_type = {
	.kind = IPCCHAN_KIND_CONDVAR,
	.name = "condvar",
	.file_name = "[ipcchan-condvar]",
	.fops = &ipcchan_sync_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_SIGNAL,
		.read = IPCCHAN_RIGHT_WAIT,
		.write = IPCCHAN_RIGHT_SIGNAL,
	},
	.keeps_no_file = true,
	.file_rights_read = IPCCHAN_RIGHT_WAIT,
	.file_rights_write = IPCCHAN_RIGHT_SIGNAL,
	.kill = ipcchan_sync_kill,
	.usage = ipcchan_sync_usage,
	.show = condvar_show,
	.free = ipcchan_sync_free,
};

static struct ipcchan_object *condvar_new(const struct ipcchan_open *open,
					  struct ipcchan_session *session)
{
	struct ipcchan_sync *sync = ipcchan_sync_new(sizeof(*sync), &condvar_kind,
						     open, session);

	if (IS_ERR(sync))
		return ERR_CAST(sync);
	/* Whoever likes may signal. */
	ipcchan_waitgraph_open(&sync->resource);
	return &sync->object;
}

static long condvar_open(struct file *file, void *arg)
{
	const struct ipcchan_condvar_open *a = arg;
	const struct ipcchan_open open = {
		.type = &condvar_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = condvar_new,
	};

	if (a->reserved)
		return -EOPNOTSUPP;
	return ipcchan_object_open(file->private_data, &open);
}

/* Moves a wait on, and lets go of the lock. */
static void move_on(struct condvar_want *c)
	__releases(&ipcchan_waits.lock)
{
	struct ipcchan_sync *mutex = c->mutex;
	struct ipcchan_wake wake __uninitialized;

	wake.nr = 0;
	/* Whoever waits has it, but is free to go once it is woken. */
	ipcchan_object_get(&mutex->object);
	ipcchan_want_move(&c->want, mutex, &wake);
	ipcchan_sync_end_change(mutex);
	ipcchan_wake_flush(&wake);
	ipcchan_object_put(&mutex->object);
}

/* Returns whether somebody was there to be signalled. */
static bool signal_first(struct ipcchan_sync *sync)
{
	struct ipcchan_want *want;

	spin_lock(&ipcchan_waits.lock);
	want = list_first_entry_or_null(&sync->wants, struct ipcchan_want, node);
	if (!want) {
		spin_unlock(&ipcchan_waits.lock);
		return false;
	}
	move_on(condvar_want_of(want));
	return true;
}

/* Lets go of the mutex and stands in line, in one moment. */
static int begin(struct ipcchan_waiting *waiting, struct condvar_want *c)
{
	int err;

	spin_lock(&ipcchan_waits.lock);
	err = c->want.sync->dead ? -EIDRM : ipcchan_mutex_put_down(c->mutex);
	if (!err) {
		waiting->thread = ipcchan_sync_thread();
		ipcchan_sync_stand(waiting);
	}
	ipcchan_sync_end_change(c->mutex);
	return err;
}

/*
 * The kernel's signal, or the deadline: the mutex is to be had all the same; but not to
 * be killed with it, since who comes next would be told that an owner has ended.
 */
static bool stop_waiting(struct ipcchan_waiting *waiting, struct condvar_want *c,
			 struct ipcchan_sync *sync)
{
	bool was_signalled;

	spin_lock(&ipcchan_waits.lock);
	was_signalled = !ipcchan_waiter_is_waiting(&waiting->wait) ||
			c->want.sync != sync;
	if (was_signalled || fatal_signal_pending(current))
		spin_unlock(&ipcchan_waits.lock);
	else
		move_on(c);
	return was_signalled;
}

/* It is killed; returns false if it has come to something by now. */
static bool abort_wait(struct ipcchan_waiting *waiting, struct condvar_want *c)
{
	bool is_waiting;

	spin_lock(&ipcchan_waits.lock);
	is_waiting = ipcchan_waiter_is_waiting(&waiting->wait);
	if (is_waiting)
		ipcchan_sync_leave(waiting);
	ipcchan_sync_end_change(c->mutex);
	return is_waiting;
}

static int wait_for(struct ipcchan_sync *sync, struct condvar_want *c,
		    u64 client, const struct ipcchan_deadline *deadline)
{
	struct ipcchan_waiting waiting __uninitialized;
	bool was_signalled = true;
	int err;

	ipcchan_want_init(&c->want, sync);
	ipcchan_waiting_init(&waiting, &c->want, 1, client);
	err = begin(&waiting, c);
	if (err)
		return err;
	err = ipcchan_waiter_sleep(&waiting.wait, deadline);
	if (err) {
		was_signalled = stop_waiting(&waiting, c, sync);
		if (ipcchan_waiter_sleep_on(&waiting.wait) &&
		    abort_wait(&waiting, c)) {
			if (was_signalled)
				signal_first(sync);
			return -EINTR;
		}
	}
	if (waiting.wait.result)
		return waiting.wait.result;
	/* Of a dead owner nobody else is told. */
	if (was_signalled || c->want.result)
		return c->want.result;
	return err == -ERESTARTSYS ? -EINTR : err;
}

static long condvar_wait(struct file *file, void *arg)
{
	const struct ipcchan_handle *handle = file->private_data;
	const struct ipcchan_condvar_wait *a = arg;
	const struct ipcchan_wait_args args = {
		.flags = a->flags,
		.deadline_ns = a->deadline_ns,
	};
	struct ipcchan_deadline deadline;
	struct condvar_want c;
	struct file *mutex;
	long err;

	err = ipcchan_wait_parse(&args, &deadline);
	if (err || deadline.nonblock)
		return -EOPNOTSUPP;
	mutex = fget(a->mutex);
	if (!mutex)
		return -EBADF;
	c.mutex = ipcchan_mutex_of_file(mutex);
	if (!c.mutex)
		err = -EBADF;
	else if (!(((struct ipcchan_handle *)mutex->private_data)->rights &
		   IPCCHAN_RIGHT_WAIT))
		err = -EPERM;
	else
		err = wait_for(ipcchan_sync_of_file(file), &c,
			       handle->session->client, &deadline);
	fput(mutex);
	return err;
}

static long condvar_signal(struct file *file, void *arg)
{
	const struct ipcchan_condvar_signal *a = arg;
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	u32 most;
	u32 nr;

	if (a->flags)
		return -EOPNOTSUPP;
	if (!a->count)
		return -EINVAL;
	if (ipcchan_object_is_dead(&sync->object))
		return -EIDRM;
	most = min3(a->count, waiters_of(sync), (u32)INT_MAX);
	for (nr = 0; nr < most && signal_first(sync); nr++)
		cond_resched();
	return nr;
}

static long condvar_info(struct file *file, void *arg)
{
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	struct ipcchan_condvar_info *info = arg;

	if (info->flags)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&sync->object))
		return -EIDRM;
	info->waiters = waiters_of(sync);
	return 0;
}

static const struct ipcchan_ioctl condvar_ioctls[] = {
	{
		IPCCHAN_IOCTL(CONDVAR_OPEN, condvar_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = condvar_open,
	}, {
		IPCCHAN_IOCTL(CONDVAR_WAIT, condvar_wait),
		.on = IPCCHAN_ON_CONDVAR,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = condvar_wait,
	}, {
		IPCCHAN_IOCTL(CONDVAR_SIGNAL, condvar_signal),
		.on = IPCCHAN_ON_CONDVAR,
		.rights = IPCCHAN_RIGHT_SIGNAL,
		.run = condvar_signal,
	}, {
		IPCCHAN_IOCTL(CONDVAR_INFO, condvar_info),
		.on = IPCCHAN_ON_CONDVAR,
		.has_output = true,
		.run = condvar_info,
	},
};

/**
 * ipcchan_condvar_init() - register these ioctls
 */
void __init ipcchan_condvar_init(void)
{
	ipcchan_ioctl_register(condvar_ioctls, ARRAY_SIZE(condvar_ioctls));
}
