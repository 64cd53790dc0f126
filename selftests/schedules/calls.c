// SPDX-License-Identifier: GPL-2.0
/*
 * The model's calls: what each gives at once, or SLEEPS; and what a wait comes to later.
 */
#include <errno.h>
#include <stddef.h>

#include "model.h"

/* The kernel's, which no program sees. */
#define ERESTARTSYS 512

static void serve_wants(struct model *m, int task)
{
	for (int i = 0; i < m->tasks[task].nr; i++)
		serve(m, m->tasks[task].wants[i].object);
}

static void end_upgrade(struct model *m, int task)
{
	const struct task *t = &m->tasks[task];

	for (int i = 0; i < t->nr; i++) {
		struct object *o = &m->objects[t->wants[i].object];

		if (t->wants[i].upgrade && o->upgrader == task)
			o->upgrader = NOBODY;
	}
}

/* Nobody may sleep for ever, and whoever would begin to is told. */
static bool would_be_stuck(struct model *m, int task)
{
	unsigned int stuck = find_stuck(m);

	m->nr_closures++;
	if (stuck & 1U << task)
		return true;
	m->left_behind |= stuck;
	return false;
}

static int stand_unless_stuck(struct model *m, int task)
{
	stand(m, task);
	if (!would_be_stuck(m, task))
		return SLEEPS;
	leave_lines(m, task);
	return -EDEADLK;
}

/* Of what it has: what that gives, or where that is. */
static int result_of(const struct task *t)
{
	int place = 0;

	if (!t->is_many)
		return t->wants[0].result;
	while (!t->all && t->things[place] != t->index)
		place++;
	return place;
}

/* Whoever comes may go first, by priority. */
static void serve_by_priority(struct model *m, int task)
{
	for (int i = 0; i < m->tasks[task].nr; i++) {
		int object = m->tasks[task].wants[i].object;

		if (m->objects[object].by_priority)
			serve(m, object);
	}
}

/* What the wait has come to by then, or SLEEPS. */
static int begin(struct model *m, int task, bool may_sleep)
{
	int result;

	note_who_goes_first(m, task);
	result = try_wait(m, task);
	if (result == NOT_YET)
		result = may_sleep ? stand_unless_stuck(m, task) : -EAGAIN;
	if (result < 0)
		end_upgrade(m, task);
	if (m->tasks[task].nr == 1)
		serve_wants(m, task);
	else if (result == SLEEPS)
		serve_by_priority(m, task);
	if (m->tasks[task].state == DONE)
		return model_go_on(m, task);
	return result ? result : result_of(&m->tasks[task]);
}

static int wait_once(struct model *m, int task)
{
	return begin(m, task, m->tasks[task].may_sleep);
}

/*
 * To name a deadlock it is looked for once more; who came first may have gone on meanwhile
 * who was only about to, and then there is none.
 */
static int name(struct model *m, int task, int result,
		int (*once)(struct model *m, int task))
{
	if (result != -EDEADLK || m->tasks[task].is_second)
		return result;
	m->tasks[task].is_second = true;
	return once(m, task);
}

static int wait_twice(struct model *m, int task, int (*once)(struct model *m, int task))
{
	return name(m, task, once(m, task), once);
}

int model_wait(struct model *m, int task)
{
	return wait_twice(m, task, wait_once);
}

/* The place of the first that is polled and there; or how many things there are. */
static int poll_all(const struct model *m, struct task *t)
{
	int first = t->nr_things;

	t->is_held_back = false;
	for (int i = t->nr_things; i--;) {
		int file = t->things[i] - WANTS;

		if (file < 0)
			continue;
		if (m->there & 1U << file)
			first = i;
		else
			t->is_held_back = t->all;
	}
	return first;
}

static bool is_polled(const struct task *t, int place)
{
	return t->things[place] >= WANTS;
}

static int wait_many_once(struct model *m, int task)
{
	struct task *t = &m->tasks[task];
	int first = poll_all(m, t);
	bool is_there = !t->all && first < t->nr_things;
	int before = 0;
	int result;

	while (before < first && is_polled(t, before))
		before++;
	if (is_there && before == first)
		return first;
	result = begin(m, task, t->may_sleep && !is_there);
	if (result == -EAGAIN && is_there)
		return first;
	return result;
}

int model_wait_many(struct model *m, int task)
{
	return wait_twice(m, task, wait_many_once);
}

/* Whatever came of a call on an object, its line is looked at. */
static int after(struct model *m, int object, int result)
{
	serve(m, object);
	return result;
}

static int upgrade_once(struct model *m, int task)
{
	int object = m->tasks[task].wants[0].object;
	struct object *o = &m->objects[object];
	int nr = 0;

	for (int i = 0; i < o->nr_holds; i++)
		nr += o->holds[i].task == task;
	if (!nr || o->is_written)
		return after(m, object, -EPERM);
	if (nr > 1)
		return after(m, object, -EINVAL);
	if (o->upgrader == NOBODY)
		o->upgrader = task;
	return wait_once(m, task);
}

int model_upgrade(struct model *m, int task)
{
	return wait_twice(m, task, upgrade_once);
}

static void let_go(struct object *o, struct hold *hold)
{
	remove_hold(o, hold);
	if (o->kind == MUTEX || o->is_written)
		o->is_lost = o->is_inconsistent;
	o->is_written = false;
}

int model_unlock(struct model *m, int task, int object)
{
	struct object *o = &m->objects[object];
	struct hold *hold = hold_of(o, task);

	if (!hold)
		return after(m, object, -EPERM);
	if (o->kind == MUTEX && --o->depth)
		return after(m, object, 0);
	let_go(o, hold);
	return after(m, object, 0);
}

int model_downgrade(struct model *m, int task, int object)
{
	struct object *o = &m->objects[object];

	if (!o->is_written || !hold_of(o, task))
		return after(m, object, -EPERM);
	if (o->is_inconsistent)
		return after(m, object, -EOWNERDEAD);
	o->is_written = false;
	return after(m, object, 0);
}

int model_mark_consistent(struct model *m, int task, int object)
{
	struct object *o = &m->objects[object];

	if (!hold_of(o, task) || (o->kind == RWLOCK && !o->is_written))
		return after(m, object, -EPERM);
	if (!o->is_inconsistent)
		return after(m, object, -EINVAL);
	o->is_inconsistent = false;
	return after(m, object, 0);
}

int model_release(struct model *m, int task, const struct want *want)
{
	struct object *o = &m->objects[want->object];
	struct hold *hold = hold_of(o, task);

	if (want->units > o->max - o->value)
		return after(m, want->object, -EOVERFLOW);
	if (want->undo) {
		if (!hold || hold->units < want->units)
			return after(m, want->object, -EPERM);
		hold->units -= want->units;
		if (!hold->units)
			remove_hold(o, hold);
	}
	o->value += want->units;
	return after(m, want->object, 0);
}

int model_set(struct model *m, int object)
{
	m->objects[object].is_set = true;
	return after(m, object, 0);
}

int model_reset(struct model *m, int object)
{
	m->objects[object].is_set = false;
	return after(m, object, 0);
}

static struct want *want_of(struct task *t, int object)
{
	struct want *w = t->wants;

	while (w->object != object)
		w++;
	return w;
}

int model_pulse(struct model *m, int object)
{
	struct object *o = &m->objects[object];

	o->is_set = false;
	for (int i = 0; i < o->nr_line; i++) {
		int task = o->line[i];

		if (!can_be_had_but_for(m, task, object))
			continue;
		want_of(&m->tasks[task], object)->passed = true;
		if (!o->is_manual)
			break;
	}
	return after(m, object, 0);
}

int model_condvar_wait(struct model *m, int task)
{
	struct task *t = &m->tasks[task];
	struct object *mutex = &m->objects[t->mutex];
	struct hold *hold = hold_of(mutex, task);

	if (!hold)
		return after(m, t->mutex, -EPERM);
	if (mutex->depth > 1)
		return after(m, t->mutex, -EINVAL);
	if (mutex->is_inconsistent)
		return after(m, t->mutex, -EOWNERDEAD);
	mutex->depth = 0;
	let_go(mutex, hold);
	t->nr = 1;
	t->wants[0] = (struct want){ .object = t->condvar, .units = 1 };
	stand(m, task);
	return after(m, t->mutex, SLEEPS);
}

/* It waits for the mutex from now on, or is told that this would be for ever. */
static void move_on(struct model *m, int task)
{
	struct task *t = &m->tasks[task];

	leave_lines(m, task);
	t->wants[0].object = t->mutex;
	t->was_moved = true;
	stand(m, task);
	if (would_be_stuck(m, task))
		finish(m, task, -EDEADLK);
	serve(m, t->mutex);
}

int model_signal(struct model *m, int object, int count)
{
	const struct object *o = &m->objects[object];
	int nr = 0;

	while (nr < count && o->nr_line) {
		int task = o->line[0];

		m->tasks[task].was_signalled = true;
		move_on(m, task);
		nr++;
	}
	return nr;
}

static int go_on_from_condvar(struct task *t)
{
	if (t->result)
		return t->result;
	if (t->was_signalled || t->wants[0].result)
		return t->wants[0].result;
	return t->gave_up;
}

/* What is polled has changed: it stands in line no more, and looks again. */
static int look_again(struct model *m, int task)
{
	leave_lines(m, task);
	serve_wants(m, task);
	return model_wait_many(m, task);
}

/* Of a deadlock that came to be while it slept; of a semaphore no cycle is told. */
static int name_again(struct model *m, int task)
{
	const struct task *t = &m->tasks[task];

	if (t->is_many)
		return name(m, task, -EDEADLK, wait_many_once);
	if (t->wants[0].upgrade)
		return name(m, task, -EDEADLK, upgrade_once);
	if (m->objects[t->wants[0].object].kind == SEMAPHORE)
		return -EDEADLK;
	return name(m, task, -EDEADLK, wait_once);
}

/* Whoever was woken goes on: what the call gives, or SLEEPS. */
int model_go_on(struct model *m, int task)
{
	struct task *t = &m->tasks[task];

	t->is_triggered = false;
	if (t->state == SLEEPING)
		return look_again(m, task);
	t->state = RUNNING;
	if (t->is_in_condvar)
		return go_on_from_condvar(t);
	if (t->result < 0)
		end_upgrade(m, task);
	if (t->result < 0 || t->nr > 1)
		serve_wants(m, task);
	if (t->result == -EDEADLK)
		return name_again(m, task);
	return t->result ? t->result : result_of(t);
}

/* The deadline or a signal: what the call gives, or SLEEPS. */
int model_give_up(struct model *m, int task, int err)
{
	struct task *t = &m->tasks[task];

	if (t->is_in_condvar) {
		if (!t->was_moved) {
			t->gave_up = err == -ERESTARTSYS ? -EINTR : err;
			move_on(m, task);
		}
		return t->state == DONE ? model_go_on(m, task) : SLEEPS;
	}
	leave_lines(m, task);
	end_upgrade(m, task);
	serve_wants(m, task);
	return err;
}

int model_kill(struct model *m, int task)
{
	struct task *t = &m->tasks[task];

	if (!t->is_in_condvar)
		return model_give_up(m, task, -ERESTARTSYS);
	leave_lines(m, task);
	serve(m, t->mutex);
	if (t->was_signalled)
		model_signal(m, t->condvar, 1);
	return -EINTR;
}

/* The longest held first. */
static struct object *first_held(struct model *m, int task)
{
	struct object *first = NULL;
	int since = 0;

	for (int i = 0; i < m->nr_objects; i++)
		for (int j = 0; j < m->objects[i].nr_holds; j++) {
			const struct hold *hold = &m->objects[i].holds[j];

			if (hold->task != task || (first && hold->since > since))
				continue;
			first = &m->objects[i];
			since = hold->since;
		}
	return first;
}

static void give_back(struct object *o, int units)
{
	int missing = o->max - o->value;

	o->value += units < missing ? units : missing;
}

/* A thread ends: all that it has is given up. */
void model_end(struct model *m, int task)
{
	struct object *o;

	while ((o = first_held(m, task))) {
		struct hold *hold = o->holds;

		while (hold->task != task)
			hold++;
		if (o->kind == SEMAPHORE)
			give_back(o, hold->units);
		else
			o->is_inconsistent |= o->kind == MUTEX || o->is_written;
		remove_hold(o, hold);
		o->depth = 0;
		o->is_written = false;
		serve(m, o - m->objects);
	}
}
