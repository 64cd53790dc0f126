// SPDX-License-Identifier: GPL-2.0
/*
 * The model's side of a step.
 */
#include <stddef.h>
#include <string.h>

#include "schedule.h"

/* It waits for that, as its priority is. */
static void begin(struct task *t, const struct step *s)
{
	*t = (struct task){
		.priority = t->priority,
		.nr = s->nr,
		.is_many = s->verb == WAIT_ANY || s->verb == WAIT_ALL,
		.nr_things = s->nr_things,
		.may_sleep = !s->nonblock,
		.all = s->verb == WAIT_ALL,
		.is_in_condvar = s->verb == CONDVAR_WAIT,
		.condvar = s->object,
		.mutex = s->mutex,
	};
	memcpy(t->wants, s->wants, sizeof(t->wants));
	memcpy(t->things, s->things, sizeof(t->things));
}

static long wait_by(struct model *m, const struct step *s)
{
	begin(&m->tasks[s->task], s);
	switch (s->verb) {
	case WAIT:
		return model_wait(m, s->task);
	case UPGRADE:
		return model_upgrade(m, s->task);
	case CONDVAR_WAIT:
		return model_condvar_wait(m, s->task);
	default:
		return model_wait_many(m, s->task);
	}
}

static long change_by(struct model *m, const struct step *s)
{
	switch (s->verb) {
	case UNLOCK:
		return model_unlock(m, s->task, s->object);
	case DOWNGRADE:
		return model_downgrade(m, s->task, s->object);
	case MARK_CONSISTENT:
		return model_mark_consistent(m, s->task, s->object);
	case RELEASE:
		return model_release(m, s->task, &s->wants[0]);
	case SET:
		return model_set(m, s->object);
	case RESET:
		return model_reset(m, s->object);
	case PULSE:
		return model_pulse(m, s->object);
	default:
		return model_signal(m, s->object, s->count);
	}
}

/* Whoever polls it is woken when it comes, not when it goes. */
static void poll_changes(struct model *m, int file, bool is_there)
{
	m->there &= ~(1U << file);
	m->there |= (unsigned int)is_there << file;
	for (int i = 0; is_there && i < m->nr_tasks; i++) {
		struct task *t = &m->tasks[i];

		if (t->state != RUNNING && t->is_many &&
		    memchr(t->things, WANTS + file, t->nr_things))
			t->is_triggered = true;
	}
}

static long happens_by(struct model *m, const struct step *s)
{
	switch (s->verb) {
	case GO_ON:
		return model_go_on(m, s->task);
	case GIVE_UP:
		return model_give_up(m, s->task, s->object);
	case KILL:
		return model_kill(m, s->task);
	case END:
		model_end(m, s->task);
		return 0;
	case NICE:
		m->tasks[s->task].priority = s->count;
		return 0;
	default:
		poll_changes(m, s->object, s->count);
		return 0;
	}
}

void follow_step(struct model *m, struct step *step)
{
	if (step->verb <= CONDVAR_WAIT)
		step->result = wait_by(m, step);
	else if (step->verb < GO_ON)
		step->result = change_by(m, step);
	else
		step->result = happens_by(m, step);
}
