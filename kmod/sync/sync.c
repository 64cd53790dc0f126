// SPDX-License-Identifier: GPL-2.0
/*
 * Synchronisation: who has an object, who stands in line for it, and who ends.
 */
#include <linux/errno.h>
#include <linux/list_sort.h>
#include <linux/poll.h>
#include <linux/refcount.h>
#include <linux/sched.h>

#include "object/handle.h"
#include "object/session.h"
#include "observe/trace.h"
#include "sync/sync.h"

static struct ipcchan_sync *sync_of(struct ipcchan_object *obj)
{
	return container_of(obj, struct ipcchan_sync, object);
}

static void describe(const struct ipcchan_waitgraph_resource *resource,
		     struct ipcchan_step *step)
{
	const struct ipcchan_sync *sync =
		container_of(resource, struct ipcchan_sync, resource);

	step->kind = sync->object.type->kind;
	step->object = sync->object.id;
	strscpy_pad(step->name, sync->object.name.text, sizeof(step->name));
}

/* Is held by whoever its holders are: of a lock all must let go of it. */
static const struct ipcchan_waitgraph_kind held = {
	.describe = describe,
};

/**
 * ipcchan_sync_init() - make the common part of a new object
 * @sync: zeroed
 * @kind: of what kind it is
 * @open: what was asked for
 * @session: who asked
 *
 * Whoever makes one that nobody holds opens its @resource.
 *
 * Return: 0 or -ENOSPC.
 */
int ipcchan_sync_init(struct ipcchan_sync *sync,
		      const struct ipcchan_sync_kind *kind,
		      const struct ipcchan_open *open,
		      struct ipcchan_session *session)
{
	int err = ipcchan_object_init(&sync->object, open, session);

	if (err)
		return err;
	sync->kind = kind;
	sync->by_priority = open->flags & IPCCHAN_OPEN_PRIORITY;
	ipcchan_waitgraph_resource_init(&sync->resource, &held,
					IPCCHAN_WAITGRAPH_ALL);
	INIT_LIST_HEAD(&sync->wants);
	INIT_LIST_HEAD(&sync->holdings);
	init_waitqueue_head(&sync->poll);
	return 0;
}

/**
 * ipcchan_sync_deinit() - end the common part; the kind frees the memory
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
 * ipcchan_holding_begin() - a thread comes to hold an object
 * @holding: for that
 * @sync: the object
 * @thread: the thread
 */
void ipcchan_holding_begin(struct ipcchan_holding *holding,
			   struct ipcchan_sync *sync,
			   struct ipcchan_thread *thread)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	holding->sync = sync;
	list_add_tail(&holding->of_sync, &sync->holdings);
	ipcchan_hold_begin(&holding->hold, thread, &sync->resource);
}

/**
 * ipcchan_holding_end() - it holds it no more
 * @holding: which
 */
void ipcchan_holding_end(struct ipcchan_holding *holding)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_hold_end(&holding->hold);
	list_del_init(&holding->of_sync);
}

/**
 * ipcchan_want_init() - want one object
 * @want: to initialise
 * @sync: the object
 */
void ipcchan_want_init(struct ipcchan_want *want, struct ipcchan_sync *sync)
{
	*want = (struct ipcchan_want){
		.sync = sync,
		.units = 1,
		.request.resource = &sync->resource,
	};
	INIT_LIST_HEAD(&want->node);
}

/**
 * ipcchan_waiting_init() - wait for one object or several
 * @waiting: to initialise
 * @wants: what for, initialised
 * @nr: how many
 * @client: client id of the session through which
 */
void ipcchan_waiting_init(struct ipcchan_waiting *waiting,
			  struct ipcchan_want *wants, u32 nr, u64 client)
{
	waiting->wants = wants;
	waiting->nr = nr;
	waiting->all = false;
	waiting->blocked.client = client;
	for (u32 i = 0; i < nr; i++) {
		wants[i].waiting = waiting;
		wants[i].request.next = i + 1 < nr ? &wants[i + 1].request : NULL;
	}
}

/* Who wants all of several is in nobody's way. */
static bool may_be_passed(const struct ipcchan_want *want)
{
	return want->waiting->all && want->waiting->nr > 1;
}

/* Does nobody stand in line whom @want would overtake? */
static bool is_first(const struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_want *other;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(other, &want->sync->wants, node) {
		if (other == want)
			return true;
		if (!may_be_passed(other))
			return false;
	}
	return true;
}

static int check(const struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_sync *sync = want->sync;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (sync->dead)
		return -EIDRM;
	if (!is_first(want) &&
	    !(sync->kind->reenters && sync->kind->reenters(sync, want)))
		return IPCCHAN_SYNC_NOT_YET;
	return sync->kind->check(sync, want);
}

static int take(struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	want->result = want->sync->kind->take(want->sync, want);
	return want->result;
}

/* All that a wait wants, or why not. */
static int try_all(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	int err;

	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++) {
		err = check(&waiting->wants[i]);
		if (err)
			return err;
	}
	for (u32 i = 0; i < waiting->nr; i++)
		take(&waiting->wants[i]);
	return 0;
}

static int try_any(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++) {
		int err = check(&waiting->wants[i]);

		if (err == IPCCHAN_SYNC_NOT_YET)
			continue;
		waiting->index = i;
		if (!err)
			take(&waiting->wants[i]);
		return err;
	}
	return IPCCHAN_SYNC_NOT_YET;
}

static int try_wait(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return waiting->all ? try_all(waiting) : try_any(waiting);
}

static void leave_lines(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_blocked_end(&waiting->blocked);
	for (u32 i = 0; i < waiting->nr; i++) {
		list_del_init(&waiting->wants[i].node);
		waiting->wants[i].sync->nr_wants--;
	}
}

/* The wait has come to something: its thread is to go on. */
static void finish(struct ipcchan_waiting *waiting, int result,
		   struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	leave_lines(waiting);
	wake->tasks[wake->nr++] =
		ipcchan_waiter_end_unlisted(&waiting->wait, result);
}

static int by_priority(void *priv, const struct list_head *a,
		       const struct list_head *b)
{
	const struct ipcchan_want *wants[] = {
		list_entry(a, struct ipcchan_want, node),
		list_entry(b, struct ipcchan_want, node),
	};

	return READ_ONCE(wants[0]->waiting->wait.task->prio) >
	       READ_ONCE(wants[1]->waiting->wait.task->prio);
}

/* Returns whether somebody may be left who can go on, and there is no more room. */
static bool serve(struct ipcchan_sync *sync, struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_want *want;
	struct ipcchan_want *next;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (sync->by_priority)
		list_sort(NULL, &sync->wants, by_priority);
	list_for_each_entry_safe(want, next, &sync->wants, node) {
		int result;

		if (ipcchan_wake_is_full(wake))
			return true;
		result = try_wait(want->waiting);
		if (result != IPCCHAN_SYNC_NOT_YET)
			finish(want->waiting, result, wake);
		else if (!may_be_passed(want))
			break;
	}
	return false;
}

/**
 * ipcchan_sync_end_change() - after a change of an object, let those go on who can
 * @sync: the object, to which the caller has a reference
 *
 * The first of them have it when the lock is dropped: nobody comes between.
 */
void ipcchan_sync_end_change(struct ipcchan_sync *sync)
{
	struct ipcchan_wake wake;
	bool is_ready;
	bool goes_on;

	wake.nr = 0;
	for (;;) {
		goes_on = serve(sync, &wake);
		is_ready = sync->dead || sync->kind->is_ready(sync);
		spin_unlock(&ipcchan_waits.lock);
		ipcchan_wake_flush(&wake);
		if (!goes_on)
			break;
		spin_lock(&ipcchan_waits.lock);
	}
	if (is_ready && wq_has_sleeper(&sync->poll))
		wake_up_poll(&sync->poll, EPOLLIN | EPOLLRDNORM);
}

/**
 * ipcchan_sync_thread() - the current thread, as one that may hold something
 *
 * Return: the thread, or NULL: ipcchan_thread_enter() must be called before.
 */
struct ipcchan_thread *ipcchan_sync_thread(void)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return ipcchan_thread_find(task_pid(current));
}

/* Does a thread that is to have @sync hold something of its rank or above? */
static bool breaks_rank(const struct ipcchan_thread *thread,
			const struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_hold *hold;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!sync->rank)
		return false;
	list_for_each_entry(hold, &thread->held, node) {
		const struct ipcchan_sync *other =
			container_of(hold, struct ipcchan_holding, hold)->sync;

		if (other != sync && other->rank >= sync->rank)
			return true;
	}
	return false;
}

static int check_ranks(const struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++) {
		const struct ipcchan_sync *sync = waiting->wants[i].sync;

		if (!breaks_rank(waiting->thread, sync))
			continue;
		trace_lock_rank(sync->object.id, sync->rank,
				waiting->blocked.client);
		if (!sync->rank_warns)
			return -EDEADLK;
	}
	return 0;
}

static int stand_in_line(struct ipcchan_waiting *waiting,
			 struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock)
{
	int err;

	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_waiter_init(&waiting->wait);
	for (u32 i = 0; i < waiting->nr; i++) {
		struct ipcchan_want *want = &waiting->wants[i];

		list_add_tail(&want->node, &want->sync->wants);
		want->sync->nr_wants++;
	}
	waiting->blocked.requests = &waiting->wants[0].request;
	waiting->blocked.mode = waiting->all ? IPCCHAN_WAITGRAPH_ALL :
					       IPCCHAN_WAITGRAPH_ANY;
	err = ipcchan_blocked_begin_all(&waiting->blocked,
					waiting->thread->process, cycle);
	if (!err)
		return IPCCHAN_WAITING;
	if (cycle)
		ipcchan_cycle_tell(cycle);
	leave_lines(waiting);
	return err;
}

/* Returns 0, IPCCHAN_WAITING or -errno; -ESRCH: the thread is not known. */
static int begin(struct ipcchan_waiting *waiting, bool may_sleep,
		 struct ipcchan_cycle *cycle)
{
	int result;

	spin_lock(&ipcchan_waits.lock);
	waiting->thread = ipcchan_sync_thread();
	result = waiting->thread ? check_ranks(waiting) : -ESRCH;
	result = result ?: try_wait(waiting);
	if (result == IPCCHAN_SYNC_NOT_YET)
		result = may_sleep ? stand_in_line(waiting, cycle) : -EAGAIN;
	spin_unlock(&ipcchan_waits.lock);
	return result;
}

static int begin_known(struct ipcchan_waiting *waiting, bool may_sleep,
		       struct ipcchan_cycle *cycle)
{
	int result;

	while ((result = begin(waiting, may_sleep, cycle)) == -ESRCH) {
		int err = ipcchan_thread_enter();

		if (err)
			return err;
	}
	return result;
}

/* Returns what the wait has come to, or @err if it has come to nothing. */
static int give_up(struct ipcchan_waiting *waiting, int err)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (!ipcchan_waiter_is_waiting(&waiting->wait))
		return waiting->wait.result;
	leave_lines(waiting);
	for (u32 i = 0; i < waiting->nr; i++) {
		struct ipcchan_sync *sync = waiting->wants[i].sync;

		if (sync->kind->leave)
			sync->kind->leave(sync, &waiting->wants[i]);
	}
	return err;
}

/* Where this wait stood in line, it may have been in the way of others. */
static void let_others_go_on(struct ipcchan_waiting *waiting)
{
	for (u32 i = 0; i < waiting->nr; i++) {
		spin_lock(&ipcchan_waits.lock);
		ipcchan_sync_end_change(waiting->wants[i].sync);
	}
}

/**
 * ipcchan_sync_wait() - have an object or several, now or later
 * @waiting: initialised; the caller has references to the objects
 * @deadline: until when
 * @cycle: filled in if that would be for ever; or NULL
 *
 * Return: 0; -EAGAIN, -ETIMEDOUT, -ERESTARTSYS or -EDEADLK, and nothing has changed;
 * -EIDRM, or what the kind of an object gives; -ENOMEM.
 */
int ipcchan_sync_wait(struct ipcchan_waiting *waiting,
		      const struct ipcchan_deadline *deadline,
		      struct ipcchan_cycle *cycle)
{
	int err = begin_known(waiting, !deadline->nonblock, cycle);

	if (err != IPCCHAN_WAITING)
		return err;
	err = ipcchan_waiter_sleep(&waiting->wait, deadline);
	if (err) {
		spin_lock(&ipcchan_waits.lock);
		err = give_up(waiting, err);
		spin_unlock(&ipcchan_waits.lock);
	} else {
		err = waiting->wait.result;
	}
	if (err || waiting->nr > 1)
		let_others_go_on(waiting);
	return err;
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

/*
 * The next object that somebody held who has ended; with a reference, but if it is
 * going just now, and then nobody is told. Returns false if there is none.
 */
static bool take_from_dead(struct ipcchan_sync **sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_thread *thread = ipcchan_thread_next_ended();
	struct ipcchan_holding *holding;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!thread)
		return false;
	holding = list_first_entry(&thread->held, struct ipcchan_holding,
				   hold.node);
	*sync = holding->sync;
	ipcchan_holding_end(holding);
	(*sync)->kind->abandon(*sync, holding);
	if (!refcount_inc_not_zero(&(*sync)->object.usage))
		*sync = NULL;
	return true;
}

/**
 * ipcchan_sync_end_dead() - give up what threads held that have ended
 */
void ipcchan_sync_end_dead(void)
{
	struct ipcchan_sync *sync;

	spin_lock(&ipcchan_waits.lock);
	while (take_from_dead(&sync)) {
		if (!sync)
			continue;
		ipcchan_sync_end_change(sync);
		ipcchan_object_put(&sync->object);
		spin_lock(&ipcchan_waits.lock);
	}
	spin_unlock(&ipcchan_waits.lock);
}
