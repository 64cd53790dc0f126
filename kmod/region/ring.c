// SPDX-License-Identifier: GPL-2.0
/*
 * Rings: a stream of records through shared pages; the objects.
 */
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "limits.h"
#include "object/handle.h"
#include "object/ioctl.h"
#include "object/quota.h"
#include "object/session.h"
#include "observe/trace.h"
#include "region/ring.h"

#define END_RIGHTS (IPCCHAN_RIGHT_SEND | IPCCHAN_RIGHT_RECEIVE)

static struct ipcchan_ring *ring_of(struct ipcchan_object *obj)
{
	return container_of(obj, struct ipcchan_ring, object);
}

static struct ipcchan_ring *ring_of_file(struct file *file)
{
	struct ipcchan_handle *handle = file->private_data;

	return ring_of(handle->obj);
}

static int ring_opened(struct ipcchan_handle *handle)
{
	bool is_consumer = handle->rights & IPCCHAN_RIGHT_RECEIVE;
	struct ipcchan_ring_side *side =
		&ring_of(handle->obj)->sides[is_consumer];
	int err;

	if (!(handle->rights & END_RIGHTS))
		return 0;
	err = ipcchan_ring_side_open(side);
	if (!err)
		handle->endpoint = side;
	return err;
}

static void ring_closed(struct ipcchan_handle *handle)
{
	if (handle->endpoint)
		ipcchan_ring_side_end(handle->endpoint);
}

static void ring_kill(struct ipcchan_object *obj)
{
	struct ipcchan_ring *ring = ring_of(obj);

	for (u32 i = 0; i < ARRAY_SIZE(ring->sides); i++)
		ipcchan_ring_side_kill(&ring->sides[i]);
}

static u32 state_of(const struct ipcchan_ring_side *side)
	__must_hold(&side->lock)
{
	lockdep_assert_held(&side->lock);
	if (side->ended)
		return IPCCHAN_RING_END_ENDED;
	if (side->life.tenant.mappings)
		return IPCCHAN_RING_END_MAPPED;
	return side->life.is_open ? IPCCHAN_RING_END_OPEN :
				    IPCCHAN_RING_END_NEW;
}

static void fill_info(struct ipcchan_ring *ring, struct ipcchan_ring_info *info)
{
	struct ipcchan_ring_side *producer =
		&ring->sides[IPCCHAN_RING_SIDE_PRODUCER];
	struct ipcchan_ring_side *consumer =
		&ring->sides[IPCCHAN_RING_SIDE_CONSUMER];

	info->size = ring->size;
	info->produced = READ_ONCE(producer->page->index);
	info->consumed = READ_ONCE(consumer->page->index);
	scoped_guard(spinlock, &producer->lock) {
		info->producer = state_of(producer);
		info->producer_pid = pid_vnr(producer->life.pid);
		info->producer_waits = producer->waits.slept;
		info->producer_wakes = producer->waits.woke;
	}
	scoped_guard(spinlock, &consumer->lock) {
		info->consumer = state_of(consumer);
		info->consumer_pid = pid_vnr(consumer->life.pid);
		info->consumer_waits = consumer->waits.slept;
		info->consumer_wakes = consumer->waits.woke;
	}
}

static void ring_usage(struct ipcchan_object *obj, struct ipcchan_usage *usage)
{
	struct ipcchan_ring *ring = ring_of(obj);

	for (u32 i = 0; i < ARRAY_SIZE(ring->sides); i++) {
		struct ipcchan_ring_side *side = &ring->sides[i];

		scoped_guard(spinlock, &side->lock)
			usage->items += side->life.tenant.mappings;
	}
	usage->bytes = ring->size;
}

static const char *const state_names[] = {
	[IPCCHAN_RING_END_NEW] = "new",
	[IPCCHAN_RING_END_OPEN] = "open",
	[IPCCHAN_RING_END_MAPPED] = "mapped",
	[IPCCHAN_RING_END_ENDED] = "ended",
};

static void ring_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	struct ipcchan_ring_info info;

	fill_info(ring_of(handle->obj), &info);
	seq_printf(m, "ipcchan-size:\t%u\n", info.size);
	seq_printf(m, "ipcchan-producer:\t%s, pid %u, index %u\n",
		   state_names[info.producer], info.producer_pid,
		   info.produced);
	seq_printf(m, "ipcchan-consumer:\t%s, pid %u, index %u\n",
		   state_names[info.consumer], info.consumer_pid,
		   info.consumed);
}

static void ring_free(struct ipcchan_object *obj)
{
	struct ipcchan_ring *ring = ring_of(obj);

	vfree(ring->memory);
	ipcchan_user_uncharge_bytes(obj->user, ipcchan_ring_bytes(ring));
	ipcchan_object_deinit(obj);
	kfree(ring);
}

static const struct file_operations ring_fops = {
	.owner = THIS_MODULE,
	.release = ipcchan_handle_release,
	.unlocked_ioctl = ipcchan_handle_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = ipcchan_handle_show_fdinfo,
	.mmap = ipcchan_ring_mmap,
	.poll = ipcchan_ring_poll,
};

/* To be mapped for writing at all, both ends need a file that can be written. */
static const struct ipcchan_type ring_type = {
	.kind = IPCCHAN_KIND_RING,
	.name = "ring",
	.file_name = "[ipcchan-ring]",
	.fops = &ring_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_RING,
		.read = IPCCHAN_RIGHT_RECEIVE,
		.write = IPCCHAN_RIGHT_SEND,
	},
	.keeps_no_file = true,
	.file_rights_read = END_RIGHTS,
	.file_rights_write = END_RIGHTS,
	.opened = ring_opened,
	.closed = ring_closed,
	.kill = ring_kill,
	.usage = ring_usage,
	.show = ring_show,
	.free = ring_free,
};

static int make_pages(struct ipcchan_ring *ring)
{
	ring->memory = __vmalloc(ipcchan_ring_bytes(ring), GFP_KERNEL_ACCOUNT |
				 __GFP_ZERO | __GFP_NOWARN);
	if (ring->memory)
		return 0;
	return fatal_signal_pending(current) ? -EINTR : -ENOMEM;
}

static int parse_size(u64 size, struct ipcchan_ring *ring)
{
	if (!is_power_of_2(size) || size < PAGE_SIZE ||
	    size > IPCCHAN_RING_SIZE_MAX ||
	    size > ipcchan_limits.max_region_size)
		return -EINVAL;
	ring->size = size;
	return 0;
}

static struct ipcchan_object *ring_new(const struct ipcchan_open *open,
				       struct ipcchan_session *session)
{
	const u64 *size = open->args;
	struct ipcchan_ring *ring;
	int err;

	ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return ERR_PTR(-ENOMEM);
	err = parse_size(*size, ring);
	if (err)
		goto err_free_ring;
	err = ipcchan_object_init(&ring->object, open, session);
	if (err)
		goto err_free_ring;
	err = ipcchan_user_charge_bytes(session->user, ipcchan_ring_bytes(ring));
	if (err)
		goto err_deinit_object;
	err = make_pages(ring);
	if (err)
		goto err_uncharge_bytes;
	for (u32 i = 0; i < ARRAY_SIZE(ring->sides); i++)
		ipcchan_ring_side_init(ring, i);
	return &ring->object;

err_uncharge_bytes:
	ipcchan_user_uncharge_bytes(session->user, ipcchan_ring_bytes(ring));
err_deinit_object:
	ipcchan_object_deinit(&ring->object);
err_free_ring:
	kfree(ring);
	return ERR_PTR(err);
}

static long ring_open(struct file *file, void *arg)
{
	const struct ipcchan_ring_open *a = arg;
	const struct ipcchan_open open = {
		.type = &ring_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = ring_new,
		.args = &a->size,
	};

	if (a->reserved)
		return -EOPNOTSUPP;
	if ((a->rights & END_RIGHTS) == END_RIGHTS || !a->name[0])
		return -EINVAL;
	return ipcchan_object_open(file->private_data, &open);
}

/**
 * struct pair - the files of both ends of a new ring
 * @files: of the producer's and the consumer's, NULL if not there
 * @fds: their descriptors, -1 if not there
 */
struct pair {
	struct file *files[2];
	s32 fds[2];
};

static void pair_drop(struct pair *pair)
{
	for (u32 i = 0; i < ARRAY_SIZE(pair->fds); i++) {
		if (pair->files[i])
			fput(pair->files[i]);
		if (pair->fds[i] >= 0)
			put_unused_fd(pair->fds[i]);
	}
}

static int pair_open(struct pair *pair, struct ipcchan_object *obj,
		     struct ipcchan_session *session)
{
	static const u32 rights[] = { IPCCHAN_RIGHT_SEND, IPCCHAN_RIGHT_RECEIVE };

	for (u32 i = 0; i < ARRAY_SIZE(pair->fds); i++) {
		struct file *file = ipcchan_handle_open(ipcchan_object_get(obj),
							session, rights[i] |
							IPCCHAN_RIGHT_ADMIN, 0);

		if (IS_ERR(file))
			return PTR_ERR(file);
		pair->files[i] = file;
		pair->fds[i] = get_unused_fd_flags(O_CLOEXEC);
		if (pair->fds[i] < 0)
			return pair->fds[i];
	}
	return 0;
}

/* The descriptors are told before anybody can use them, so nothing fails after. */
static int pair_give(struct pair *pair, u64 ends)
{
	if (copy_to_user(u64_to_user_ptr(ends), pair->fds, sizeof(pair->fds)))
		return -EFAULT;
	for (u32 i = 0; i < ARRAY_SIZE(pair->fds); i++)
		fd_install(pair->fds[i], pair->files[i]);
	return 0;
}

static long ring_create(struct file *file, void *arg)
{
	const struct ipcchan_ring_create *a = arg;
	const struct ipcchan_open open = {
		.type = &ring_type,
		.name = "",
		.args = &a->size,
	};
	struct ipcchan_session *session = file->private_data;
	struct pair pair = { .fds = { -1, -1 } };
	struct ipcchan_object *obj;
	int err;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	obj = ring_new(&open, session);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	err = pair_open(&pair, obj, session) ?: pair_give(&pair, a->ends);
	if (err)
		pair_drop(&pair);
	ipcchan_object_put(obj);
	return err;
}

static struct ipcchan_ring_side *side_of(struct file *file)
{
	struct ipcchan_handle *handle = file->private_data;

	return handle->endpoint;
}

static int wake_end(struct file *file)
{
	return side_of(file) ? ipcchan_ring_wake(side_of(file)) : -EPERM;
}

/* Before the wait, so that nobody waits for who sleeps already. */
static int wake_first(const struct ipcchan_ring_wait *a)
{
	struct file *file;
	int err;

	if (!(a->flags & IPCCHAN_WAKE))
		return a->wake_fd ? -EINVAL : 0;
	file = fget(a->wake_fd);
	if (!file)
		return -EBADF;
	err = file->f_op == &ring_fops ? wake_end(file) : -EBADF;
	fput(file);
	return err;
}

static int check_wait(struct file *file, const struct ipcchan_ring_wait *a)
{
	if ((a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME | IPCCHAN_WAKE)) ||
	    a->reserved)
		return -EOPNOTSUPP;
	if (a->index % IPCCHAN_RING_ALIGN)
		return -EINVAL;
	return side_of(file) ? 0 : -EPERM;
}

static long ring_wait(struct file *file, void *arg)
{
	const struct ipcchan_ring_wait *a = arg;
	struct ipcchan_deadline deadline;
	int err;

	err = check_wait(file, a) ?: wake_first(a);
	if (err)
		return err;
	ipcchan_deadline_init(&deadline, a->deadline_ns,
			      a->flags & IPCCHAN_REALTIME ? CLOCK_REALTIME :
							    CLOCK_MONOTONIC,
			      a->flags & IPCCHAN_NONBLOCK);
	return ipcchan_ring_wait(side_of(file), a->index, &deadline);
}

static long ring_wake(struct file *file, void *arg)
{
	const struct ipcchan_ring_wake *a = arg;

	if (a->flags || a->reserved)
		return -EOPNOTSUPP;
	return wake_end(file);
}

static long ring_info(struct file *file, void *arg)
{
	struct ipcchan_ring *ring = ring_of_file(file);
	struct ipcchan_ring_info *info = arg;

	if (info->flags)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&ring->object))
		return -EIDRM;
	fill_info(ring, info);
	return 0;
}

static const struct ipcchan_ioctl ring_ioctls[] = {
	{
		IPCCHAN_IOCTL(RING_CREATE, ring_create),
		.on = IPCCHAN_ON_DEVICE,
		.run = ring_create,
	}, {
		IPCCHAN_IOCTL(RING_OPEN, ring_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = ring_open,
	}, {
		IPCCHAN_IOCTL(RING_WAIT, ring_wait),
		.on = IPCCHAN_ON_RING,
		.run = ring_wait,
	}, {
		IPCCHAN_IOCTL(RING_WAKE, ring_wake),
		.on = IPCCHAN_ON_RING,
		.run = ring_wake,
	}, {
		IPCCHAN_IOCTL(RING_INFO, ring_info),
		.on = IPCCHAN_ON_RING,
		.has_output = true,
		.run = ring_info,
	},
};

/**
 * ipcchan_ring_init() - register these ioctls
 */
void __init ipcchan_ring_init(void)
{
	ipcchan_ioctl_register(ring_ioctls, ARRAY_SIZE(ring_ioctls));
}
