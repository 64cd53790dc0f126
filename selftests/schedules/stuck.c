// SPDX-License-Identifier: GPL-2.0
/*
 * Who can never be served, by trying it: all that can happen for the good of those who
 * sleep is made to happen, until nothing changes any more.
 */
#include "model.h"

/*
 * Somebody who is not known may signal a condition variable, or make what is polled
 * be there: so the wait ends, in a success or not.
 */
static bool may_be_ended_by_anybody(const struct task *t)
{
	if (t->state != SLEEPING)
		return false;
	return (t->is_in_condvar && !t->was_moved) || (!t->all && t->nr < t->nr_things);
}

/* Returns whether it had something. */
static bool let_go_of_all(struct model *m, int task)
{
	bool had = false;

	for (int i = 0; i < m->nr_objects; i++) {
		struct object *o = &m->objects[i];
		struct hold *hold;

		while ((hold = hold_of(o, task))) {
			remove_hold(o, hold);
			o->depth = 0;
			o->is_written = false;
			had = true;
		}
	}
	return had;
}

static bool let_all_go_on(struct model *m)
{
	bool has_changed = false;

	for (int i = 0; i < m->nr_tasks; i++) {
		struct task *t = &m->tasks[i];

		if (may_be_ended_by_anybody(t)) {
			finish(m, i, 0);
			has_changed = true;
		}
		t->is_held_back = false;
		if (t->state != SLEEPING)
			has_changed |= let_go_of_all(m, i);
	}
	return has_changed;
}

static bool serve_all(struct model *m)
{
	bool has_changed = false;

	for (int i = 0; i < m->nr_objects; i++) {
		m->objects[i].value = m->objects[i].max;
		m->objects[i].is_set = true;
		has_changed |= serve(m, i);
	}
	return has_changed;
}

/* Bits of those who sleep for ever. */
unsigned int find_stuck(const struct model *m)
{
	struct model copy = *m;
	unsigned int stuck = 0;
	bool has_changed;

	copy.is_trial = true;
	do {
		has_changed = let_all_go_on(&copy);
		has_changed |= serve_all(&copy);
	} while (has_changed);
	for (int i = 0; i < m->nr_tasks; i++)
		if (copy.tasks[i].state == SLEEPING)
			stuck |= 1U << i;
	return stuck;
}
