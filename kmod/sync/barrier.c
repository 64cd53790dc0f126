// SPDX-License-Identifier: GPL-2.0
/*
 * Barriers: so many threads meet, again and again; if one of them ends, all are told.
 *
 * ========== ============================== =====================================
 * state      entered by                     left by
 * ========== ============================== =====================================
 * filling    creation; RESET; the           the last party: the next generation;
 *            generation before is complete  a party ends: it breaks
 * broken     a party ends                   RESET
 * ========== ============================== =====================================
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
 * struct barrier_object - a barrier; under the lock of the waits but for @parties
 * @sync: the common part; its holdings are the parties that are known
 * @parties: how many meet; immutable
 * @arrived: how many have come in this generation
 * @generation: how many were complete, or reset
 * @is_broken: a party has ended
 */
struct barrier_object {
	struct ipcchan_sync sync;
	u32 parties;
	u32 arrived;
	u64 generation;
	bool is_broken;
};

/*
 * The @units of a want are the generation in which it came; those of a party twice that,
 * and one more if it will not come again. Flags of a want:
 */
#define WAS_RESET	BIT(0)
#define IS_SERIAL	BIT(1)

static struct barrier_object *barrier_of(const struct ipcchan_sync *sync)
{
	return container_of(sync, struct barrier_object, sync);
}

static void forget(struct ipcchan_holding *party)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_holding_end(party);
	kfree(party);
}

/* The current thread is a party of this generation. */
static void enlist(struct barrier_object *b, struct ipcchan_want *want,
		   struct ipcchan_thread *thread)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_holding *party = ipcchan_holding_of(&b->sync, thread);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!party) {
		party = want->holding;
		want->holding = NULL;
		ipcchan_holding_begin(party, &b->sync, thread);
	}
	party->units = b->generation << 1 |
		       (want->flags & IPCCHAN_BARRIER_LEAVE ? 1 : 0);
}

/* Who has not come in this generation, or will not come again, is no party of the next. */
static void begin_next(struct barrier_object *b)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_holding *party;
	struct ipcchan_holding *next;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry_safe(party, next, &b->sync.holdings, of_sync)
		if (party->units != b->generation << 1)
			forget(party);
	b->arrived = 0;
	b->generation++;
}

static int arrive(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct barrier_object *b = barrier_of(sync);

	lockdep_assert_held(&ipcchan_waits.lock);
	if (b->is_broken)
		return -EOWNERDEAD;
	enlist(b, want, want->waiting->thread);
	want->units = b->generation;
	if (++b->arrived == b->parties) {
		want->flags |= IS_SERIAL;
		begin_next(b);
	}
	return 0;
}

static int check(const struct ipcchan_sync *sync, const struct ipcchan_want *want)
{
	const struct barrier_object *b = barrier_of(sync);

	if (want->flags & WAS_RESET)
		return -ECANCELED;
	if (want->units != b->generation)
		return 0;
	return b->is_broken ? -EOWNERDEAD : IPCCHAN_SYNC_NOT_YET;
}

static int take(struct ipcchan_sync *sync, struct ipcchan_want *want)
{
	return want->flags & IS_SERIAL ? IPCCHAN_BARRIER_SERIAL : 0;
}

/* It has come in vain; it is still a party, as if it had come the last time. */
static void leave(struct ipcchan_sync *sync, struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct barrier_object *b = barrier_of(sync);
	struct ipcchan_holding *party;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (want->units != b->generation || b->is_broken)
		return;
	b->arrived--;
	party = ipcchan_holding_of(sync, want->waiting->thread);
	if (party)
		party->units = (b->generation - 1) << 1;
}

static void abandon(struct ipcchan_sync *sync, struct ipcchan_holding *holding)
{
	struct barrier_object *b = barrier_of(sync);

	b->is_broken = true;
	b->arrived = 0;
	kfree(holding);
}

static bool is_ready(const struct ipcchan_sync *sync)
{
	return barrier_of(sync)->is_broken;
}

static const struct ipcchan_sync_kind barrier_kind = {
	.check = check,
	.take = take,
	.begin = arrive,
	.leave = leave,
	.abandon = abandon,
	.is_ready = is_ready,
};

static void fill_info(struct barrier_object *b, struct ipcchan_barrier_info *info)
{
	spin_lock(&ipcchan_waits.lock);
	*info = (struct ipcchan_barrier_info){
		.generation = b->generation,
		.state = b->is_broken ? IPCCHAN_BARRIER_BROKEN : 0,
		.parties = b->parties,
		.waiters = b->arrived,
	};
	spin_unlock(&ipcchan_waits.lock);
}

static void barrier_show(const struct ipcchan_handle *handle, struct seq_file *m)
{
	struct ipcchan_barrier_info info;

	fill_info(container_of(handle->obj, struct barrier_object, sync.object),
		  &info);
	seq_printf(m, "ipcchan-parties:\t%u of %u\n", info.waiters, info.parties);
	seq_printf(m, "ipcchan-generation:\t%llu\n", info.generation);
	seq_printf(m, "ipcchan-state:\t%s\n",
		   info.state & IPCCHAN_BARRIER_BROKEN ? "broken" : "whole");
}

static const struct ipcchan_type barrier_type = {
	.kind = IPCCHAN_KIND_BARRIER,
	.name = "barrier",
	.file_name = "[ipcchan-barrier]",
	.fops = &ipcchan_sync_fops,
	.rights = {
		.all = IPCCHAN_RIGHTS_LOCK,
		.write = IPCCHAN_RIGHT_WAIT,
	},
	.keeps_no_file = true,
	.file_rights_write = IPCCHAN_RIGHT_WAIT,
	.kill = ipcchan_sync_kill,
	.usage = ipcchan_sync_usage,
	.show = barrier_show,
	.free = ipcchan_sync_free,
};

static struct ipcchan_object *barrier_new(const struct ipcchan_open *open,
					  struct ipcchan_session *session)
{
	const struct ipcchan_barrier_open *a = open->args;
	struct ipcchan_sync *sync;

	if (!a->parties || a->parties > IPCCHAN_BARRIER_MAX)
		return ERR_PTR(-EINVAL);
	sync = ipcchan_sync_new(IPCCHAN_SYNC_SIZE(struct barrier_object),
				&barrier_kind, open, session);
	if (IS_ERR(sync))
		return ERR_CAST(sync);
	/* Whoever likes may come. */
	ipcchan_waitgraph_open(&sync->resource);
	barrier_of(sync)->parties = a->parties;
	return &sync->object;
}

static long barrier_open(struct file *file, void *arg)
{
	const struct ipcchan_barrier_open *a = arg;
	const struct ipcchan_open open = {
		.type = &barrier_type,
		.name = a->name,
		.flags = a->flags,
		.mode = a->mode,
		.rights = a->rights,
		.create = barrier_new,
		.args = a,
	};

	return ipcchan_object_open(file->private_data, &open);
}

static long barrier_wait(struct file *file, void *arg)
{
	const struct ipcchan_barrier_wait *a = arg;
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	const struct ipcchan_wait_args args = {
		.flags = a->flags & ~IPCCHAN_BARRIER_LEAVE,
		.deadline_ns = a->deadline_ns,
	};
	struct ipcchan_want want __uninitialized;
	long result;

	if (args.flags & ~IPCCHAN_REALTIME || a->reserved)
		return -EOPNOTSUPP;
	ipcchan_want_init(&want, sync);
	want.flags = a->flags & IPCCHAN_BARRIER_LEAVE;
	want.holding = kzalloc(sizeof(*want.holding), GFP_KERNEL_ACCOUNT);
	if (!want.holding)
		return -ENOMEM;
	result = ipcchan_sync_wait_for(&want, file, &args);
	kfree(want.holding);
	return result;
}

/* As if nobody had ever come. */
static int reset(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct barrier_object *b = barrier_of(sync);
	struct ipcchan_holding *party;
	struct ipcchan_holding *next;
	struct ipcchan_want *want;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(want, &sync->wants, node)
		if (want->units == b->generation)
			want->flags |= WAS_RESET;
	list_for_each_entry_safe(party, next, &sync->holdings, of_sync)
		forget(party);
	b->arrived = 0;
	b->generation++;
	b->is_broken = false;
	return 0;
}

static long barrier_reset(struct file *file, void *arg)
{
	const struct ipcchan_barrier_reset *a = arg;

	return ipcchan_sync_change(file, a->flags, a->reserved, reset);
}

static long barrier_info(struct file *file, void *arg)
{
	struct ipcchan_sync *sync = ipcchan_sync_of_file(file);
	struct ipcchan_barrier_info *info = arg;

	if (info->flags)
		return -EOPNOTSUPP;
	if (ipcchan_object_is_dead(&sync->object))
		return -EIDRM;
	fill_info(barrier_of(sync), info);
	return 0;
}

static const struct ipcchan_ioctl barrier_ioctls[] = {
	{
		IPCCHAN_IOCTL(BARRIER_OPEN, barrier_open),
		.on = IPCCHAN_ON_DEVICE,
		.run = barrier_open,
	}, {
		IPCCHAN_IOCTL(BARRIER_WAIT, barrier_wait),
		.on = IPCCHAN_ON_BARRIER,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = barrier_wait,
	}, {
		IPCCHAN_IOCTL(BARRIER_RESET, barrier_reset),
		.on = IPCCHAN_ON_BARRIER,
		.rights = IPCCHAN_RIGHT_WAIT,
		.run = barrier_reset,
	}, {
		IPCCHAN_IOCTL(BARRIER_INFO, barrier_info),
		.on = IPCCHAN_ON_BARRIER,
		.has_output = true,
		.run = barrier_info,
	},
};

/**
 * ipcchan_barrier_init() - register these ioctls
 */
void __init ipcchan_barrier_init(void)
{
	ipcchan_ioctl_register(barrier_ioctls, ARRAY_SIZE(barrier_ioctls));
}
