// SPDX-License-Identifier: GPL-2.0
/*
 * The model's rules: who can have an object, in which order, and what that changes.
 */
#include <errno.h>
#include <string.h>

#include "model.h"

/* The last that a task has of an object; or NULL. */
struct hold *hold_of(struct object *o, int task)
{
	for (int i = o->nr_holds; i--;)
		if (o->holds[i].task == task)
			return &o->holds[i];
	return NULL;
}

void add_hold(struct model *m, struct object *o, int task, int units)
{
	o->holds[o->nr_holds++] = (struct hold){
		.task = task,
		.units = units,
		.since = m->holds++,
	};
}

void remove_hold(struct object *o, struct hold *hold)
{
	int behind = &o->holds[--o->nr_holds] - hold;

	memmove(hold, hold + 1, behind * sizeof(*hold));
}

/* Who wants all of several is in nobody's way. */
static bool may_be_passed(const struct model *m, int task)
{
	return m->tasks[task].all && m->tasks[task].nr_things > 1;
}

static bool is_first(const struct model *m, int task, const struct object *o)
{
	for (int i = 0; i < o->nr_line; i++) {
		if (o->line[i] == task)
			return true;
		if (!may_be_passed(m, o->line[i]))
			return false;
	}
	return true;
}

static bool has_again(const struct object *o, int task)
{
	return o->kind == MUTEX && o->is_recursive && o->nr_holds &&
	       o->holds[0].task == task;
}

static bool is_free_for(const struct object *o, int task, const struct want *w)
{
	switch (o->kind) {
	case MUTEX:
		return !o->nr_holds || has_again(o, task);
	case RWLOCK:
		if (w->upgrade)
			return o->nr_holds == 1;
		return w->shared ? !o->is_written : !o->nr_holds;
	case SEMAPHORE:
		return w->units <= o->value;
	case EVENT:
		return o->is_set || w->passed;
	default:
		return false;
	}
}

static int check(struct model *m, int task, const struct want *w)
{
	const struct object *o = &m->objects[w->object];

	if (!w->goes_first && !is_first(m, task, o))
		return NOT_YET;
	if (o->is_lost)
		return -ENOTRECOVERABLE;
	return is_free_for(o, task, w) ? 0 : NOT_YET;
}

static void take_units(struct model *m, struct object *o, int task,
		       const struct want *w)
{
	struct hold *hold = hold_of(o, task);

	o->value -= w->units;
	if (!w->undo)
		return;
	if (hold)
		hold->units += w->units;
	else
		add_hold(m, o, task, w->units);
}

static void take_rwlock(struct model *m, struct object *o, int task,
			const struct want *w)
{
	o->is_written = !w->shared;
	if (w->upgrade)
		o->upgrader = NOBODY;
	else
		add_hold(m, o, task, 0);
}

static void take(struct model *m, int task, struct want *w)
{
	struct object *o = &m->objects[w->object];

	w->result = o->is_inconsistent;
	switch (o->kind) {
	case MUTEX:
		if (!o->depth++)
			add_hold(m, o, task, 0);
		break;
	case RWLOCK:
		take_rwlock(m, o, task, w);
		break;
	case SEMAPHORE:
		take_units(m, o, task, w);
		break;
	default:
		if (!w->passed)
			o->is_set = o->is_manual;
	}
}

void note_who_goes_first(struct model *m, int task)
{
	struct task *t = &m->tasks[task];

	for (int i = 0; i < t->nr; i++) {
		struct want *w = &t->wants[i];

		w->goes_first = w->upgrade ||
				has_again(&m->objects[w->object], task);
	}
}

/* What can never be had is told at once, whatever else is missing. */
static int try_all(struct model *m, int task)
{
	struct task *t = &m->tasks[task];
	int missing = t->is_held_back;

	for (int i = 0; i < t->nr; i++) {
		int result = check(m, task, &t->wants[i]);

		if (result < 0)
			return result;
		missing += result == NOT_YET;
	}
	if (missing)
		return NOT_YET;
	for (int i = 0; i < t->nr; i++)
		take(m, task, &t->wants[i]);
	return 0;
}

static int try_any(struct model *m, int task)
{
	struct task *t = &m->tasks[task];

	for (int i = 0; i < t->nr; i++) {
		int result = check(m, task, &t->wants[i]);

		if (result == NOT_YET)
			continue;
		t->index = i;
		if (!result)
			take(m, task, &t->wants[i]);
		return result;
	}
	return NOT_YET;
}

int try_wait(struct model *m, int task)
{
	return m->tasks[task].all ? try_all(m, task) : try_any(m, task);
}

/* Could a wait for all be satisfied if one of its objects could be had? */
bool can_be_had_but_for(struct model *m, int task, int object)
{
	const struct task *t = &m->tasks[task];

	if (!t->all)
		return true;
	if (t->is_held_back)
		return false;
	for (int i = 0; i < t->nr; i++)
		if (t->wants[i].object != object && check(m, task, &t->wants[i]))
			return false;
	return true;
}

static struct want *want_of(struct model *m, int task, int object)
{
	struct want *w = m->tasks[task].wants;

	while (w->object != object)
		w++;
	return w;
}

/* Is the second to go before the first, who came before it? */
static bool is_before(struct model *m, int object, int first, int second)
{
	if (want_of(m, first, object)->goes_first)
		return false;
	return want_of(m, second, object)->goes_first ||
	       m->tasks[second].priority < m->tasks[first].priority;
}

static void sort_line(struct model *m, int object)
{
	int8_t *line = m->objects[object].line;
	bool has_changed = false;

	for (int i = 1; i < m->objects[object].nr_line; i++)
		for (int j = i; j && is_before(m, object, line[j - 1], line[j]); j--) {
			int8_t first = line[j - 1];

			line[j - 1] = line[j];
			line[j] = first;
			has_changed = true;
		}
	for (int i = 0; has_changed && i < m->objects[object].nr_line; i++)
		want_of(m, line[i], object)->overtaken = true;
}

/* The others stay in the order in which they are. */
static void stand_for(struct model *m, int task, struct want *w)
{
	struct object *o = &m->objects[w->object];
	int place = o->nr_line++;

	while (place && (o->by_priority || w->goes_first) &&
	       is_before(m, w->object, o->line[place - 1], task)) {
		o->line[place] = o->line[place - 1];
		place--;
	}
	o->line[place] = task;
	w->overtaken = false;
}

void stand(struct model *m, int task)
{
	struct task *t = &m->tasks[task];

	for (int i = 0; i < t->nr; i++)
		stand_for(m, task, &t->wants[i]);
	t->state = SLEEPING;
}

static void leave_line(struct object *o, int task)
{
	int i = 0;

	while (o->line[i] != task)
		i++;
	memmove(o->line + i, o->line + i + 1, --o->nr_line - i);
}

void leave_lines(struct model *m, int task)
{
	struct task *t = &m->tasks[task];

	for (int i = 0; i < t->nr; i++)
		leave_line(&m->objects[t->wants[i].object], task);
	t->state = RUNNING;
}

void finish(struct model *m, int task, int result)
{
	leave_lines(m, task);
	m->tasks[task].state = DONE;
	m->tasks[task].result = result;
}

static bool serve_in_order(struct model *m, int object)
{
	struct object *o = &m->objects[object];
	bool has_served = false;
	int i = 0;

	while (i < o->nr_line) {
		int task = o->line[i];
		int result = try_wait(m, task);

		if (result != NOT_YET) {
			finish(m, task, result);
			has_served = true;
			continue;
		}
		want_of(m, task, object)->passed = false;
		if (!may_be_passed(m, task))
			break;
		i++;
	}
	return has_served;
}

/* The first in line of whom it is to be seen whether it is stuck; or NOBODY. */
static int next_overtaken(struct model *m, int object)
{
	const struct object *o = &m->objects[object];

	for (int i = 0; i < o->nr_line; i++) {
		struct want *w = want_of(m, o->line[i], object);

		if (w->overtaken) {
			w->overtaken = false;
			return o->line[i];
		}
	}
	return NOBODY;
}

/* Hands an object to those in line, as far as it reaches. Returns whether it did. */
bool serve(struct model *m, int object)
{
	bool has_served = false;
	int task;

	if (m->is_trial)
		return serve_in_order(m, object);
	do {
		if (m->objects[object].by_priority)
			sort_line(m, object);
		has_served |= serve_in_order(m, object);
		task = next_overtaken(m, object);
		if (task != NOBODY && find_stuck(m) & 1U << task)
			finish(m, task, -EDEADLK);
	} while (task != NOBODY);
	return has_served;
}
