// SPDX-License-Identifier: GPL-2.0
/*
 * Synchronisation: who comes to have an object, and who stands in line for it.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/poll.h>
#include <linux/sched.h>

#include "observe/trace.h"
#include "sync/line.h"
#include "sync/sync.h"

/* Does nobody stand in line whom @want would overtake? */
static bool is_first(const struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_want *other;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(other, &want->sync->wants, node) {
		if (other == want)
			return true;
		if (!other->waiting->gives_way)
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
	if (!want->goes_first && !is_first(want))
		return IPCCHAN_SYNC_NOT_YET;
	return sync->kind->check(sync, want);
}

/**
 * ipcchan_want_needs_only() - would a wait come to something if one object could be had
 * @want: of it, in line
 *
 * Return: true if so.
 */
bool ipcchan_want_needs_only(const struct ipcchan_want *want)
{
	const struct ipcchan_waiting *waiting = want->waiting;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!waiting->all)
		return true;
	if (waiting->is_held_back)
		return false;
	for (u32 i = 0; i < waiting->nr; i++)
		if (&waiting->wants[i] != want && check(&waiting->wants[i]))
			return false;
	return true;
}

static int take(struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	want->result = want->sync->kind->take(want->sync, want);
	return want->result;
}

/* All that a wait wants, or why not: if it never will be, whatever else is missing. */
static int try_all(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	int result = waiting->is_held_back ? IPCCHAN_SYNC_NOT_YET : 0;

	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++) {
		int err = check(&waiting->wants[i]);

		if (err < 0)
			return err;
		if (err) {
			waiting->missing = &waiting->wants[i];
			result = err;
		}
	}
	if (result)
		return result;
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

/*
 * Likewise, as @want has changed: only that can be why it never will be. As long as it is
 * missing, or what was missing before, the others need no look: so a wait for many looks
 * at each of them not much more than once.
 */
static int try_again(const struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_waiting *waiting = want->waiting;
	int result;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!waiting->all)
		return try_any(waiting);
	result = check(want);
	if (!result && waiting->missing &&
	    check(waiting->missing) == IPCCHAN_SYNC_NOT_YET)
		return IPCCHAN_SYNC_NOT_YET;
	return result ?: try_all(waiting);
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

/*
 * By its priority it may stand in front of somebody, who needs it to go on then, whether
 * it holds something or not.
 */
static int check_from_front(struct ipcchan_waiting *waiting,
			    struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++)
		if (!list_is_last(&waiting->wants[i].node,
				  &waiting->wants[i].sync->wants)) {
			ipcchan_blocked_enter_graph(&waiting->blocked);
			return ipcchan_blocked_check(&waiting->blocked, cycle);
		}
	return 0;
}

/**
 * ipcchan_want_move() - a wait for one object is for another from now on
 * @want: in line
 * @sync: where it stands in line now; ipcchan_sync_end_change() is to follow
 * @wake: takes the thread if that would never end: -EDEADLK
 */
void ipcchan_want_move(struct ipcchan_want *want, struct ipcchan_sync *sync,
		       struct ipcchan_wake *wake)
{
	struct ipcchan_waiting *waiting = want->waiting;

	lockdep_assert_held(&ipcchan_waits.lock);
	want->sync->nr_wants--;
	list_del(&want->node);
	want->sync = sync;
	ipcchan_line_enter(want);
	ipcchan_blocked_move(&waiting->blocked, &sync->resource);
	if (ipcchan_blocked_check(&waiting->blocked, NULL) ||
	    check_from_front(waiting, NULL))
		finish(waiting, -EDEADLK, wake);
}

static void serve(struct ipcchan_sync *sync, struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_want *want;
	struct ipcchan_want *next;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (sync->by_priority)
		ipcchan_line_order(sync);
	list_for_each_entry_safe(want, next, &sync->wants, node) {
		int result;

		if (ipcchan_wake_is_full(wake))
			return;
		result = try_again(want);
		if (result != IPCCHAN_SYNC_NOT_YET) {
			finish(want->waiting, result, wake);
			continue;
		}
		want->passed = false;
		if (!want->waiting->gives_way)
			break;
	}
}

/*
 * Whom others came before, by their priorities, may wait for those for ever: then it is
 * told. Returns whether there was somebody to look at.
 */
static bool check_next_overtaken(struct ipcchan_sync *sync,
				 struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_want *want;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(want, &sync->wants, node) {
		if (!want->overtaken)
			continue;
		want->overtaken = false;
		ipcchan_blocked_enter_graph(&want->waiting->blocked);
		if (ipcchan_blocked_check(&want->waiting->blocked, NULL))
			finish(want->waiting, -EDEADLK, wake);
		return true;
	}
	return false;
}

/* Returns whether there is more to do, for which the lock is dropped before. */
static bool see_to_line(struct ipcchan_sync *sync, struct ipcchan_wake *wake)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	serve(sync, wake);
	return ipcchan_wake_is_full(wake) ||
	       (sync->by_priority && check_next_overtaken(sync, wake));
}

static bool is_ready(const struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return sync->dead || sync->kind->is_ready(sync);
}

/* Lets those go on who stand in line. Returns whether somebody else could have it. */
static noinline_for_stack bool end_change_of_line(struct ipcchan_sync *sync)
	__releases(&ipcchan_waits.lock)
{
	struct ipcchan_wake wake __uninitialized;
	bool is_left;
	bool goes_on;

	wake.nr = 0;
	for (;;) {
		goes_on = see_to_line(sync, &wake);
		is_left = is_ready(sync);
		spin_unlock(&ipcchan_waits.lock);
		ipcchan_wake_flush(&wake);
		if (!goes_on)
			return is_left;
		spin_lock(&ipcchan_waits.lock);
	}
}

/**
 * ipcchan_sync_end_change() - after a change of an object, let those go on who can
 * @sync: the object, to which the caller has a reference
 *
 * The first of them have it when the lock is dropped: nobody comes between.
 */
void ipcchan_sync_end_change(struct ipcchan_sync *sync)
	__releases(&ipcchan_waits.lock)
{
	bool is_left;

	if (list_empty(&sync->wants)) {
		is_left = is_ready(sync);
		spin_unlock(&ipcchan_waits.lock);
	} else {
		is_left = end_change_of_line(sync);
	}
	if (is_left && wq_has_sleeper(&sync->poll))
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

/* With a place for a cycle it is looked at once more, and a tracer was told. */
static int check_ranks(const struct ipcchan_waiting *waiting,
		       const struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++) {
		const struct ipcchan_sync *sync = waiting->wants[i].sync;

		if (!breaks_rank(waiting->thread, sync))
			continue;
		if (!cycle)
			trace_wait_rank(sync->object.id, sync->rank,
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
	waiting->blocked.since_ns = ktime_get_ns();
	for (u32 i = 0; i < waiting->nr; i++)
		ipcchan_line_enter(&waiting->wants[i]);
	waiting->blocked.requests = waiting->besides;
	for (u32 i = waiting->nr; i--;) {
		waiting->wants[i].request.next = waiting->blocked.requests;
		waiting->blocked.requests = &waiting->wants[i].request;
	}
	waiting->blocked.mode = waiting->all ? IPCCHAN_WAITGRAPH_ALL :
					       IPCCHAN_WAITGRAPH_ANY;
	err = ipcchan_blocked_begin_all(&waiting->blocked,
					waiting->thread->process, cycle) ?:
	      check_from_front(waiting, cycle);
	if (!err)
		return IPCCHAN_WAITING;
	if (cycle)
		ipcchan_cycle_tell(cycle);
	leave_lines(waiting);
	return err;
}

static void leave(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++) {
		struct ipcchan_sync *sync = waiting->wants[i].sync;

		if (sync->kind->leave)
			sync->kind->leave(sync, &waiting->wants[i]);
	}
}

/* Only a wait for one object has a beginning of its own. */
static int begin_alone(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_sync *sync;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (waiting->nr != 1)
		return 0;
	sync = waiting->wants[0].sync;
	if (!sync->kind->begin)
		return 0;
	return sync->dead ? -EIDRM : sync->kind->begin(sync, waiting->wants);
}

static void note_who_goes_first(struct ipcchan_waiting *waiting)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	for (u32 i = 0; i < waiting->nr; i++) {
		struct ipcchan_want *want = &waiting->wants[i];
		const struct ipcchan_sync_kind *kind = want->sync->kind;

		want->goes_first = kind->reenters &&
				   kind->reenters(want->sync, want);
	}
}

static int try_or_stand(struct ipcchan_waiting *waiting, bool may_sleep,
			struct ipcchan_cycle *cycle)
	__must_hold(&ipcchan_waits.lock)
{
	int result;

	lockdep_assert_held(&ipcchan_waits.lock);
	note_who_goes_first(waiting);
	result = try_wait(waiting);
	if (result == IPCCHAN_SYNC_NOT_YET)
		result = may_sleep ? stand_in_line(waiting, cycle) : -EAGAIN;
	if (result < 0)
		leave(waiting);
	return result;
}

/**
 * ipcchan_sync_stand() - stand in line for one object, whether it could be had or not
 * @waiting: of the current thread, whose @thread is known
 *
 * Of an object that somebody may free who is not known: so it is no deadlock.
 */
void ipcchan_sync_stand(struct ipcchan_waiting *waiting)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	WARN_ON_ONCE(stand_in_line(waiting, NULL) != IPCCHAN_WAITING);
}

/**
 * ipcchan_sync_leave() - stand in line no more
 * @waiting: in line
 */
void ipcchan_sync_leave(struct ipcchan_waiting *waiting)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	leave_lines(waiting);
}

static void let_others_go_on(struct ipcchan_sync *sync)
{
	spin_lock(&ipcchan_waits.lock);
	ipcchan_sync_end_change(sync);
}

/* By its priority it may be first by now, and then there is nobody else to serve it. */
static void go_first(struct ipcchan_waiting *waiting)
{
	for (u32 i = 0; i < waiting->nr; i++)
		if (waiting->wants[i].sync->by_priority)
			let_others_go_on(waiting->wants[i].sync);
}

/*
 * Whoever comes to one object may be the one whom others have waited for, and who has not
 * got it may have changed it; who comes to several makes way for others.
 */
static bool may_concern_others(const struct ipcchan_waiting *waiting, int result)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	return waiting->nr == 1 &&
	       (result || !list_empty(&waiting->wants[0].sync->wants));
}

/* Returns 0, IPCCHAN_WAITING or -errno; -ESRCH: the thread is not known. */
static int begin(struct ipcchan_waiting *waiting, bool may_sleep,
		 struct ipcchan_cycle *cycle)
{
	int result;

	spin_lock(&ipcchan_waits.lock);
	waiting->thread = ipcchan_sync_thread();
	result = waiting->thread ? check_ranks(waiting, cycle) : -ESRCH;
	result = result ?: begin_alone(waiting);
	result = result ?: try_or_stand(waiting, may_sleep, cycle);
	if (may_concern_others(waiting, result))
		ipcchan_sync_end_change(waiting->wants[0].sync);
	else
		spin_unlock(&ipcchan_waits.lock);
	if (waiting->nr > 1 && result == IPCCHAN_WAITING)
		go_first(waiting);
	return result;
}

/**
 * ipcchan_sync_begin() - have an object or several, or stand in line
 * @waiting: initialised; the caller has references to the objects
 * @may_sleep: it may
 * @cycle: filled in if that would be for ever; or NULL
 *
 * Return: as ipcchan_sync_wait(), or IPCCHAN_WAITING.
 */
int ipcchan_sync_begin(struct ipcchan_waiting *waiting, bool may_sleep,
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

/* Where it stood in line, with what it has now, may others have to be looked at? */
static bool was_in_the_way(const struct ipcchan_waiting *waiting,
			   const struct ipcchan_sync *sync)
{
	return !waiting->gives_way || sync->by_priority;
}

static int end_locked(struct ipcchan_waiting *waiting, int err)
	__must_hold(&ipcchan_waits.lock)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	if (ipcchan_waiter_is_waiting(&waiting->wait))
		leave_lines(waiting);
	else
		err = waiting->wait.result;
	if (err)
		leave(waiting);
	return err;
}

/**
 * ipcchan_sync_end() - stand in line no more
 * @waiting: for which ipcchan_sync_begin() has returned IPCCHAN_WAITING
 * @err: why; not 0, if it is not known to have come to something
 *
 * Return: what the wait has come to, or @err if it has come to nothing.
 */
int ipcchan_sync_end(struct ipcchan_waiting *waiting, int err)
{
	err = err ?: waiting->wait.result;
	if (err) {
		spin_lock(&ipcchan_waits.lock);
		err = end_locked(waiting, err);
		spin_unlock(&ipcchan_waits.lock);
	}
	if (!err && waiting->nr == 1)
		return 0;
	for (u32 i = 0; i < waiting->nr; i++)
		if (err || was_in_the_way(waiting, waiting->wants[i].sync))
			let_others_go_on(waiting->wants[i].sync);
	return err;
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
	int err = ipcchan_sync_begin(waiting, !deadline->nonblock, cycle);

	if (err != IPCCHAN_WAITING)
		return err;
	err = ipcchan_waiter_sleep(&waiting->wait, deadline);
	return ipcchan_sync_end(waiting, err);
}
