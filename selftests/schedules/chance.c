// SPDX-License-Identifier: GPL-2.0
/*
 * Chance: which objects there are, and what is done next.
 */
#include <errno.h>
#include <string.h>

#include "schedule.h"

/* The kernel's, which no program sees. */
#define ERESTARTSYS 512

/* So often may one task have one rwlock, and so many may all: see HOLDS. */
#define READS_EACH	2
#define READS		(HOLDS - TASKS - 1)

/* So few that some are alike. */
#define PRIORITIES	4

static uint64_t state;

/* By splitmix64: seeds that follow each other are as good as any. */
void chance_start(uint64_t seed)
{
	state = seed;
}

unsigned int chance(unsigned int below)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return ((z ^ (z >> 31)) >> 32) * below >> 32;
}

/* Does what happens so often in a hundred times happen? */
static bool happens(unsigned int percent)
{
	return chance(100) < percent;
}

static enum kind choose_kind(void)
{
	static const enum kind kinds[] = {
		MUTEX, MUTEX, MUTEX, MUTEX, RWLOCK, RWLOCK, RWLOCK, SEMAPHORE,
		SEMAPHORE, EVENT, CONDVAR,
	};

	return kinds[chance(sizeof(kinds) / sizeof(kinds[0]))];
}

static void choose_object(struct object *o)
{
	memset(o, 0, sizeof(*o));
	o->kind = choose_kind();
	o->upgrader = NOBODY;
	if (o->kind == MUTEX)
		o->is_recursive = happens(40);
	if (o->kind == EVENT)
		o->is_manual = happens(50);
	if (o->kind == SEMAPHORE) {
		o->max = 1 + chance(4);
		o->value = chance(o->max + 1);
	}
	if (o->kind == MUTEX || o->kind == RWLOCK || o->kind == SEMAPHORE)
		o->by_priority = happens(30);
}

void choose_objects(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->nr_tasks = 2 + chance(TASKS - 1);
	m->nr_objects = 1 + chance(OBJECTS);
	for (int i = 0; i < m->nr_tasks; i++)
		m->tasks[i].priority = chance(PRIORITIES);
	for (int i = 0; i < m->nr_objects; i++)
		choose_object(&m->objects[i]);
}

/* A task in that state, or NOBODY. */
static int choose_task(const struct model *m, bool (*is_so)(const struct task *t))
{
	int first = chance(m->nr_tasks);

	for (int i = 0; i < m->nr_tasks; i++) {
		int task = (first + i) % m->nr_tasks;

		if (is_so(&m->tasks[task]))
			return task;
	}
	return NOBODY;
}

static bool is_running(const struct task *t)
{
	return t->state == RUNNING;
}

static bool is_woken(const struct task *t)
{
	return t->state == DONE || t->is_triggered;
}

static bool is_asleep(const struct task *t)
{
	return t->state == SLEEPING && !t->is_triggered;
}

/* How often a task has an object; of a rwlock others may count. */
static int times_held(const struct object *o, int task)
{
	int nr = 0;

	for (int i = 0; i < o->nr_holds; i++)
		nr += o->holds[i].task == task;
	return nr;
}

/* So that there is room for all that are in line, too. */
static bool is_full(const struct object *o, int task)
{
	return o->kind == RWLOCK && (times_held(o, task) >= READS_EACH ||
				     o->nr_holds >= READS);
}

static struct want choose_want(const struct model *m, int object)
{
	const struct object *o = &m->objects[object];

	return (struct want){
		.object = object,
		.units = o->kind == SEMAPHORE ? 1 + chance(o->max) : 0,
		.shared = o->kind == RWLOCK && happens(60),
		.undo = o->kind == SEMAPHORE && happens(50),
	};
}

/* An object that can be waited for together with others, and is not yet; or NOBODY. */
static int choose_other(const struct model *m, const struct step *s)
{
	int object = chance(m->nr_objects);

	if (m->objects[object].kind == CONDVAR ||
	    is_full(&m->objects[object], s->task))
		return NOBODY;
	for (int i = 0; i < s->nr; i++)
		if (s->wants[i].object == object)
			return NOBODY;
	return object;
}

static void add_polled(struct step *s)
{
	int file = chance(FILES);

	for (int i = 0; i < s->nr_things; i++)
		if (s->things[i] == WANTS + file)
			return;
	s->things[s->nr_things++] = WANTS + file;
}

static bool choose_many(const struct model *m, struct step *s)
{
	int nr = 1 + chance(WANTS);

	s->verb = happens(50) ? WAIT_ANY : WAIT_ALL;
	for (int tries = 2 * nr; tries-- && s->nr < nr;) {
		int object = choose_other(m, s);

		if (happens(10))
			add_polled(s);
		if (object == NOBODY)
			continue;
		s->things[s->nr_things++] = s->nr;
		s->wants[s->nr++] = choose_want(m, object);
	}
	return s->nr;
}

/* One that the task has, or any; or NOBODY. */
static int choose_mutex(const struct model *m, int task)
{
	int first = chance(m->nr_objects);
	int any = NOBODY;

	for (int i = 0; i < m->nr_objects; i++) {
		int object = (first + i) % m->nr_objects;

		if (m->objects[object].kind != MUTEX)
			continue;
		any = object;
		if (times_held(&m->objects[object], task))
			return object;
	}
	return any;
}

static bool choose_wait(const struct model *m, struct step *s)
{
	const struct object *o = &m->objects[s->object];

	s->verb = WAIT;
	if (o->kind == CONDVAR) {
		s->verb = CONDVAR_WAIT;
		s->mutex = choose_mutex(m, s->task);
		s->nonblock = false;
		return s->mutex != NOBODY;
	}
	if (o->kind == RWLOCK && times_held(o, s->task) && happens(70))
		s->verb = UPGRADE;
	else if (is_full(o, s->task))
		return false;
	s->nr = 1;
	s->wants[0] = choose_want(m, s->object);
	s->wants[0].upgrade = s->verb == UPGRADE;
	s->wants[0].shared &= s->verb != UPGRADE;
	return true;
}

static enum verb choose_change(const struct object *o)
{
	switch (o->kind) {
	case MUTEX:
		return o->is_inconsistent && happens(90) ? MARK_CONSISTENT :
							   UNLOCK;
	case RWLOCK:
		if (o->is_inconsistent && o->is_written && happens(90))
			return MARK_CONSISTENT;
		return happens(20) ? DOWNGRADE : UNLOCK;
	case SEMAPHORE:
		return RELEASE;
	case EVENT:
		return happens(50) ? SET : happens(60) ? PULSE : RESET;
	default:
		return SIGNAL;
	}
}

/* Of what it has, most often. */
static void choose_to_let_go(const struct model *m, struct step *s)
{
	const struct object *o;

	for (int i = 0; i < m->nr_objects && happens(90); i++) {
		o = &m->objects[s->object];
		if (o->kind >= EVENT || times_held(o, s->task))
			break;
		s->object = (s->object + 1) % m->nr_objects;
	}
	o = &m->objects[s->object];
	s->verb = choose_change(o);
	s->wants[0] = choose_want(m, s->object);
	s->wants[0].undo = o->kind == SEMAPHORE && times_held(o, s->task) &&
			   happens(80);
	s->count = s->verb == SIGNAL ? 1 + (int)chance(2) : (int)o->kind;
}

static void choose_call(const struct model *m, struct step *s)
{
	do {
		s->nr = 0;
		s->nr_things = 0;
		s->object = chance(m->nr_objects);
		s->count = m->objects[s->object].kind;
		s->nonblock = happens(8);
		if (happens(35)) {
			choose_to_let_go(m, s);
			return;
		}
	} while (happens(30) ? !choose_many(m, s) : !choose_wait(m, s));
}

/* Something that is no call of a task that runs; or nothing, and returns false. */
static bool choose_event(const struct model *m, struct step *s)
{
	int asleep = choose_task(m, is_asleep);
	bool is_rare = happens(5);

	if (happens(4)) {
		s->verb = POLLED;
		s->object = chance(FILES);
		s->count = chance(2);
		return true;
	}
	if (happens(5)) {
		s->verb = NICE;
		s->task = chance(m->nr_tasks);
		s->count = chance(PRIORITIES);
		return true;
	}
	s->task = choose_task(m, is_woken);
	s->verb = GO_ON;
	if (s->task != NOBODY && happens(60))
		return true;
	s->task = asleep;
	s->verb = happens(20) ? KILL : GIVE_UP;
	s->object = happens(50) ? -ETIMEDOUT : -ERESTARTSYS;
	return asleep != NOBODY &&
	       (is_rare || choose_task(m, is_running) == NOBODY);
}

void choose_step(const struct model *m, struct step *step)
{
	*step = (struct step){ };
	if (choose_event(m, step))
		return;
	step->task = choose_task(m, is_running);
	if (step->task == NOBODY) {
		step->task = choose_task(m, is_woken);
		step->verb = GO_ON;
		return;
	}
	if (happens(1))
		step->verb = END;
	else
		choose_call(m, step);
}
