// SPDX-License-Identifier: GPL-2.0
/*
 * Waits for several things: WAIT_ANY and WAIT_ALL.
 *
 * What is for synchronisation stands in its lines, as a wait for one does. Anything else
 * is polled; the thread is woken for both, and looks again::
 *
 *   poll all, and be told from now on
 *   begin: have what can be had, or stand in line
 *   sleep until it is had, or something that is polled has changed
 *   end: stand in line no more; what was had counts
 *   from the start
 *
 * All that is wanted together is had only while what is polled was there when it was
 * looked at last.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/overflow.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "object/handle.h"
#include "object/ioctl.h"
#include "object/session.h"
#include "observe/trace.h"
#include "sync/kinds.h"
#include "sync/sync.h"
#include "sync/wait.h"

/**
 * struct thing - something that is waited for
 * @file: its description, with a reference
 * @events: what is polled for; 0: it is to be had
 * @there: of that
 * @want: it is to be had by that
 */
struct thing {
	struct file *file;
	u32 events;
	u32 there;
	struct ipcchan_want *want;
};

/**
 * struct many - a WAIT_ANY or WAIT_ALL in progress
 * @waiting: for what is to be had
 * @entries: the array, as it is asked for
 * @things: all, in its order
 * @nr: how many
 * @place: of what it was satisfied by, among them; 0 for all
 * @table: how it is told of what is polled
 * @anything: something that is polled may come, whoever does it
 * @besides: so the wait may end by that
 * @wants: what is to be had
 */
struct many {
	struct ipcchan_waiting waiting;
	struct ipcchan_wait_entry *entries;
	struct thing *things;
	u32 nr;
	u32 place;
	struct poll_wqueues table;
	struct ipcchan_waitgraph_resource anything;
	struct ipcchan_request besides;
	struct ipcchan_want wants[];
};

static const struct ipcchan_waitgraph_kind anything = { };

static struct ipcchan_sync *sync_of(const struct file *file)
{
	return file->f_op == &ipcchan_sync_fops ? ipcchan_sync_of_file(file) : NULL;
}

static int want(struct many *m, struct thing *thing, struct ipcchan_sync *sync,
		const struct ipcchan_wait_entry *entry)
{
	const struct ipcchan_handle *handle = thing->file->private_data;

	if (!sync->kind->prepare)
		return -EOPNOTSUPP;
	if (entry->events)
		return -EINVAL;
	if (!(handle->rights & IPCCHAN_RIGHT_WAIT))
		return -EPERM;
	thing->want = &m->wants[m->waiting.nr++];
	ipcchan_want_init(thing->want, sync);
	return sync->kind->prepare(thing->want, entry->units, entry->flags);
}

/* Its file is the thing's also when that fails. */
static int add(struct many *m, struct thing *thing,
	       const struct ipcchan_wait_entry *entry)
{
	struct ipcchan_sync *sync;

	if (entry->reserved)
		return -EOPNOTSUPP;
	thing->file = fget(entry->fd);
	if (!thing->file)
		return -EBADF;
	m->nr++;
	sync = sync_of(thing->file);
	if (sync)
		return want(m, thing, sync, entry);
	if (entry->flags || !file_can_poll(thing->file))
		return -EOPNOTSUPP;
	if (entry->units || !entry->events || entry->events > U16_MAX)
		return -EINVAL;
	thing->events = entry->events;
	return 0;
}

static void __user *entry_of(const struct ipcchan_wait_any *a, u32 nr)
{
	return u64_to_user_ptr(a->entries) + (size_t)nr * a->entry_size;
}

static int store_result(const struct ipcchan_wait_any *a, u32 nr, u32 result)
{
	struct ipcchan_wait_entry __user *entry = entry_of(a, nr);

	return put_user(result, &entry->result);
}

static int load_entries(struct many *m, const struct ipcchan_wait_any *a)
{
	const size_t size = sizeof(*m->entries);
	int err = 0;

	if (a->entry_size == size)
		return copy_from_user(m->entries, entry_of(a, 0), a->count * size) ?
			       -EFAULT : 0;
	for (u32 i = 0; !err && i < a->count; i++)
		err = copy_struct_from_user(&m->entries[i], size, entry_of(a, i),
					    a->entry_size);
	return err;
}

/* Is no object wanted twice? Else the mark of the first is not its own any more. */
static bool are_distinct(struct many *m)
{
	bool are = true;

	spin_lock(&ipcchan_waits.lock);
	for (u32 i = 0; i < m->waiting.nr; i++)
		m->wants[i].sync->marked = &m->wants[i];
	for (u32 i = 0; i < m->waiting.nr; i++)
		are &= m->wants[i].sync->marked == &m->wants[i];
	spin_unlock(&ipcchan_waits.lock);
	return are;
}

/* Results are written before anything is taken, so that they can be after. */
static int load(struct many *m, const struct ipcchan_wait_any *a)
{
	int err = load_entries(m, a);

	for (u32 i = 0; !err && i < a->count; i++)
		err = store_result(a, i, 0);
	for (u32 i = 0; !err && i < a->count; i++)
		err = add(m, &m->things[i], &m->entries[i]);
	if (!err && !are_distinct(m))
		err = -EINVAL;
	return err;
}

static void unload(struct many *m)
{
	for (u32 i = 0; i < m->waiting.nr; i++)
		kfree(m->wants[i].holding);
	for (u32 i = 0; i < m->nr; i++)
		fput(m->things[i].file);
}

/* Returns the first thing that is polled and there, or how many things there are. */
static u32 poll_all(struct many *m, poll_table *table)
{
	u32 first = m->nr;
	u32 missing = 0;

	for (u32 i = m->nr; i--;) {
		struct thing *thing = &m->things[i];
		__poll_t events = (__force __poll_t)thing->events | EPOLLERR |
				  EPOLLHUP;

		if (!thing->events)
			continue;
		thing->there = (__force u32)(vfs_poll(thing->file, table) & events);
		if (thing->there)
			first = i;
		else
			missing++;
	}
	m->waiting.is_held_back = m->waiting.all && missing;
	return first;
}

/* Is it enough what is polled and there, and before what could be had? */
static bool is_before(const struct many *m, u32 first)
{
	if (m->waiting.all)
		return !m->waiting.nr && !m->waiting.is_held_back;
	if (first == m->nr)
		return false;
	for (u32 i = 0; i < first; i++)
		if (m->things[i].want)
			return false;
	return true;
}

static int sleep(struct many *m, const struct ipcchan_deadline *deadline)
{
	int err = ipcchan_waiter_sleep_unless(&m->waiting.wait, deadline,
					      &m->table.triggered);

	err = ipcchan_sync_end(&m->waiting, err);
	/* Pairs with the barrier of pollwake(): what is there is seen by the poll. */
	smp_store_mb(m->table.triggered, 0);
	return err;
}

/* Something was had: where is it in the array? */
static int note_place(struct many *m)
{
	const struct ipcchan_want *had = &m->wants[m->waiting.index];

	m->place = 0;
	while (!m->waiting.all && m->things[m->place].want != had)
		m->place++;
	return 0;
}

/* Returns 0, IPCCHAN_WAITING or -errno; -EAGAIN: not now. */
static int look(struct many *m, poll_table *table,
		const struct ipcchan_deadline *deadline,
		struct ipcchan_cycle *cycle)
{
	u32 first = poll_all(m, table);
	/* What is polled and there is next, if nothing before it can be had. */
	bool is_there = !m->waiting.all && first < m->nr;
	int err;

	m->place = m->waiting.all ? 0 : first;
	if (is_before(m, first))
		return 0;
	err = ipcchan_sync_begin(&m->waiting, !deadline->nonblock && !is_there,
				 cycle);
	if (err == -EAGAIN && is_there)
		return 0;
	return err ?: note_place(m);
}

static int run(struct many *m, const struct ipcchan_deadline *deadline,
	       struct ipcchan_cycle *cycle)
{
	poll_table *table = &m->table.pt;
	int err;

	for (;;) {
		err = look(m, table, deadline, cycle);
		if (err != IPCCHAN_WAITING)
			return err;
		err = m->table.error ?
			      ipcchan_sync_end(&m->waiting, m->table.error) :
			      sleep(m, deadline);
		if (!err)
			return note_place(m);
		if (err != -EAGAIN)
			return err;
		table = NULL;
	}
}

/* What of the array this call was satisfied by; it is too late to fail. */
static void store_results(const struct many *m, const struct ipcchan_wait_any *a)
{
	for (u32 i = 0; i < m->nr; i++) {
		const struct thing *thing = &m->things[i];

		if (m->waiting.all || i == m->place)
			store_result(a, i, thing->want ? thing->want->result :
							 thing->there);
	}
}

/* Only a deadlock needs this memory: then it is looked for once more. */
static int run_told(struct many *m, const struct ipcchan_deadline *deadline,
		    const struct ipcchan_wait_args *args)
{
	int result = run(m, deadline, NULL);
	struct ipcchan_cycle *cycle;

	*args->length = 0;
	if (result != -EDEADLK)
		return result;
	cycle = kvzalloc(sizeof(*cycle), GFP_KERNEL_ACCOUNT);
	if (!cycle)
		return result;
	result = run(m, deadline, cycle);
	if (result == -EDEADLK)
		result = ipcchan_deadlock_store(&args->deadlock, cycle,
						args->length);
	kvfree(cycle);
	return result;
}

static void init(struct many *m, u64 client, bool all)
	__context_unsafe(only this thread knows it)
{
	ipcchan_waitgraph_resource_init(&m->anything, &anything,
					IPCCHAN_WAITGRAPH_ANY);
	ipcchan_waitgraph_open(&m->anything);
	m->besides.resource = &m->anything;
	ipcchan_waiting_init(&m->waiting, m->wants, m->waiting.nr, client);
	m->waiting.all = all;
	m->waiting.gives_way = all && m->nr > 1;
	if (!all && m->waiting.nr < m->nr)
		m->waiting.besides = &m->besides;
}

static int wait_many(struct many *m, struct file *file,
		     const struct ipcchan_wait_any *a,
		     const struct ipcchan_wait_args *args, bool all)
{
	const struct ipcchan_session *session = file->private_data;
	struct ipcchan_deadline deadline;
	int result;

	result = ipcchan_wait_parse(args, &deadline) ?: load(m, a);
	if (!result) {
		init(m, session->client, all);
		poll_initwait(&m->table);
		result = run_told(m, &deadline, args);
		poll_freewait(&m->table);
		if (!result) {
			store_results(m, a);
			result = m->place;
		}
	}
	unload(m);
	return result;
}

static void free_many(struct many *m)
{
	kvfree(m->entries);
	kvfree(m->things);
	kvfree(m);
}

static struct many *make_many(u32 count)
{
	struct many *m = kvzalloc(struct_size(m, wants, count), GFP_KERNEL_ACCOUNT);

	if (!m)
		return NULL;
	m->entries = kvmalloc_array(count, sizeof(*m->entries), GFP_KERNEL_ACCOUNT);
	m->things = kvcalloc(count, sizeof(*m->things), GFP_KERNEL_ACCOUNT);
	if (m->entries && m->things)
		return m;
	free_many(m);
	return NULL;
}

/* Both structures have the same fields. */
static long wait_for(struct file *file, struct ipcchan_wait_any *a, bool all)
{
	const struct ipcchan_wait_args args = IPCCHAN_LOCK_ARGS(a, 0);
	struct many *m;
	long result;

	if (!a->count || a->count > IPCCHAN_WAIT_MAX ||
	    a->entry_size < IPCCHAN_WAIT_ENTRY_SIZE_VER0)
		return -EINVAL;
	if (a->entry_size > PAGE_SIZE)
		return -E2BIG;
	m = make_many(a->count);
	if (!m)
		return -ENOMEM;
	result = wait_many(m, file, a, &args, all);
	free_many(m);
	return result;
}

static long wait_any(struct file *file, void *arg)
{
	return wait_for(file, arg, false);
}

static long wait_all(struct file *file, void *arg)
{
	BUILD_BUG_ON(sizeof(struct ipcchan_wait_all) !=
		     sizeof(struct ipcchan_wait_any));
	return wait_for(file, arg, true);
}

static const struct ipcchan_ioctl wait_ioctls[] = {
	{
		IPCCHAN_IOCTL(WAIT_ANY, wait_any),
		.on = IPCCHAN_ON_DEVICE,
		.tells_errors = true,
		.run = wait_any,
	}, {
		IPCCHAN_IOCTL(WAIT_ALL, wait_all),
		.on = IPCCHAN_ON_DEVICE,
		.tells_errors = true,
		.run = wait_all,
	},
};

/**
 * ipcchan_wait_many_init() - register these ioctls
 */
void __init ipcchan_wait_many_init(void)
{
	ipcchan_ioctl_register(wait_ioctls, ARRAY_SIZE(wait_ioctls));
}
