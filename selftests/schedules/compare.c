// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the module and the model are the same: who has what, who stands where, who is
 * woken; and whether a cycle that was told is one.
 */
#include "sync/sync.h"

#include "player.h"
#include "schedule.h"

static void compare_line(const struct object *o, const struct ipcchan_sync *sync)
{
	const struct ipcchan_want *want;
	int i = 0;

	list_for_each_entry(want, &sync->wants, node) {
		int task = player_of(want->waiting->wait.task);

		if (i == o->nr_line || o->line[i] != task)
			broken("task %d stands in line at place %d", task, i);
		i++;
	}
	if (i != o->nr_line || sync->nr_wants != o->nr_line)
		broken("%d stand in line, not %d", i, o->nr_line);
}

static void compare_holds(const struct object *o, const struct ipcchan_sync *sync)
{
	const struct ipcchan_holding *holding;
	int i = 0;

	list_for_each_entry(holding, &sync->holdings, of_sync) {
		int task = holding->hold.thread->pid->number - 1;

		if (i == o->nr_holds || o->holds[i].task != task ||
		    o->holds[i].units != holding->units)
			broken("task %d has it at place %d", task, i);
		i++;
	}
	if (i != o->nr_holds)
		broken("%d have it, not %d", i, o->nr_holds);
}

static void compare_mutex(const struct object *o, int nr)
{
	struct ipcchan_mutex_info info = { };

	call(nr, IPCCHAN_IOC_MUTEX_INFO, &info);
	if (info.depth != o->depth ||
	    info.state != (o->is_inconsistent * IPCCHAN_LOCK_OWNER_DEAD |
			   o->is_lost * IPCCHAN_LOCK_LOST))
		broken("depth %u, state %u", info.depth, info.state);
}

static void compare_rwlock(const struct object *o, int nr)
{
	struct ipcchan_rwlock_info info = { };

	call(nr, IPCCHAN_IOC_RWLOCK_INFO, &info);
	if (!info.writer_tid != !o->is_written ||
	    info.state != (o->is_inconsistent * IPCCHAN_LOCK_OWNER_DEAD |
			   o->is_lost * IPCCHAN_LOCK_LOST))
		broken("writer %u, state %u", info.writer_tid, info.state);
}

static void compare_rest(const struct object *o, int nr)
{
	struct ipcchan_semaphore_info semaphore = { };
	struct ipcchan_event_info event = { };

	if (o->kind == SEMAPHORE) {
		call(nr, IPCCHAN_IOC_SEMAPHORE_INFO, &semaphore);
		if (semaphore.value != o->value)
			broken("value %u, not %u", semaphore.value, o->value);
	} else if (o->kind == EVENT) {
		call(nr, IPCCHAN_IOC_EVENT_INFO, &event);
		if ((event.state & IPCCHAN_EVENT_IS_SET) != o->is_set)
			broken("event state %u", event.state);
	}
}

static void compare_object(const struct object *o, int nr)
{
	compare_line(o, object_of(nr));
	compare_holds(o, object_of(nr));
	if (o->kind == MUTEX)
		compare_mutex(o, nr);
	else if (o->kind == RWLOCK)
		compare_rwlock(o, nr);
	else
		compare_rest(o, nr);
}

/* Nobody stands in line for what could be had, unless who is to see to it is on the way. */
static void compare_rest_of_lines(const struct model *m)
{
	struct model copy = *m;

	copy.is_trial = true;
	for (int i = 0; i < m->nr_tasks; i++)
		if (m->tasks[i].state == DONE || m->tasks[i].is_triggered)
			return;
	for (int i = 0; i < m->nr_objects; i++)
		if (serve(&copy, i))
			broken("missed: %d can be had, and is not handed over", i);
}

void compare(struct model *m)
{
	for (int i = 0; i < m->nr_objects; i++)
		compare_object(&m->objects[i], i);
	for (int i = 0; i < m->nr_tasks; i++) {
		const struct task *t = &m->tasks[i];

		if (player_is_woken(i) != (t->state == DONE || t->is_triggered))
			broken("task %d is %swoken", i,
			       player_is_woken(i) ? "" : "not ");
	}
	compare_rest_of_lines(m);
	if (m->left_behind)
		broken("missed: tasks %#x sleep for ever", m->left_behind);
}

static bool waits_for(const struct task *t, int object)
{
	for (int i = 0; i < t->nr; i++)
		if (t->wants[i].object == object)
			return true;
	return false;
}

static bool has(const struct object *o, int task)
{
	for (int i = 0; i < o->nr_holds; i++)
		if (o->holds[i].task == task)
			return true;
	return false;
}

static void compare_cycle_step(const struct model *m, const struct ipcchan_step *s,
			       bool is_first)
{
	const struct task *t = &m->tasks[s->tid - 1];

	if (!waits_for(t, s->object) || (t->state != SLEEPING && !is_first))
		broken("task %d of the cycle does not wait for %llu",
		       s->tid - 1, s->object);
	if (!has(&m->objects[s->object], s->holder_tid - 1))
		broken("task %d of the cycle does not have %llu",
		       s->holder_tid - 1, s->object);
}

/* The step of a task; or NULL. */
static const struct ipcchan_step *step_of(const struct ipcchan_step *cycle,
					  uint32_t length, uint32_t tid)
{
	for (uint32_t i = 0; i < length; i++)
		if (cycle[i].tid == tid)
			return &cycle[i];
	return NULL;
}

/*
 * Each waits for what the next one has, and the last for what the first has; or another
 * of them, if the first is bound to these only by who stands in front.
 */
void compare_cycle(const struct model *m, const struct step *step)
{
	const struct ipcchan_step *cycle = cycles[step->task];

	if (!step->length || step->length > TASKS)
		broken("a cycle of %u steps", step->length);
	if ((int)cycle->tid != step->task + 1)
		broken("the cycle begins with task %d", cycle->tid - 1);
	for (uint32_t i = 0; i < step->length; i++) {
		const struct ipcchan_step *next =
			step_of(cycle, step->length, cycle[i].holder_tid);

		compare_cycle_step(m, &cycle[i], !i);
		if (i + 1 < step->length ? next != &cycle[i + 1] : !next)
			broken("step %u of the cycle leads to task %d", i,
			       cycle[i].holder_tid - 1);
	}
}
