// SPDX-License-Identifier: GPL-2.0
/*
 * The module's side of a step: the call that it is.
 */
#include <errno.h>
#include <stddef.h>

#include "player.h"
#include "schedule.h"

#define NEVER UINT64_MAX

/* What is read of a kind that can be polled: EPOLLIN. */
#define THERE 1

struct ipcchan_step cycles[TASKS][IPCCHAN_CYCLE_MAX];

/* Threads may sleep in a call while others take steps: each has its own. */
static struct step calls[TASKS];

void open_object(const struct object *o)
{
	struct ipcchan_semaphore_open semaphore = {
		.value = o->value,
		.max = o->max,
		.flags = o->by_priority ? IPCCHAN_OPEN_PRIORITY : 0,
	};
	struct ipcchan_event_open event = {
		.flags = o->is_manual ? IPCCHAN_OPEN_MANUAL_RESET : 0,
	};
	struct ipcchan_condvar_open condvar = { };
	struct ipcchan_mutex_open lock = {
		.flags = (o->is_recursive ? IPCCHAN_OPEN_RECURSIVE : 0) |
			 (o->by_priority ? IPCCHAN_OPEN_PRIORITY : 0),
	};
	const struct {
		unsigned int cmd;
		void *arg;
	} opens[KINDS] = {
		[MUTEX] = { IPCCHAN_IOC_MUTEX_OPEN, &lock },
		[RWLOCK] = { IPCCHAN_IOC_RWLOCK_OPEN, &lock },
		[SEMAPHORE] = { IPCCHAN_IOC_SEMAPHORE_OPEN, &semaphore },
		[EVENT] = { IPCCHAN_IOC_EVENT_OPEN, &event },
		[CONDVAR] = { IPCCHAN_IOC_CONDVAR_OPEN, &condvar },
	};

	if (call(-1, opens[o->kind].cmd, opens[o->kind].arg) < 0)
		broken("an object cannot be opened");
}

static uint32_t flags_of(const struct step *s)
{
	return s->nonblock ? IPCCHAN_NONBLOCK : 0;
}

/* Of a mutex or a rwlock, or an upgrade: all have the same fields. */
static long lock(struct step *s, unsigned int cmd, uint32_t flags)
{
	struct ipcchan_mutex_lock a = {
		.deadline_ns = NEVER,
		.cycle = (uintptr_t)cycles[s->task],
		.cycle_count = IPCCHAN_CYCLE_MAX,
		.step_size = sizeof(cycles[0][0]),
		.flags = flags | flags_of(s),
	};
	long result = call(s->object, cmd, &a);

	s->length = a.cycle_length;
	return result;
}

static long wait_for(struct step *s)
{
	const struct want *w = s->wants;
	struct ipcchan_semaphore_acquire acquire = {
		.deadline_ns = NEVER,
		.units = w->units,
		.flags = flags_of(s) | (w->undo ? IPCCHAN_SEMAPHORE_UNDO : 0),
	};
	struct ipcchan_event_wait event = {
		.deadline_ns = NEVER,
		.flags = flags_of(s),
	};

	switch (s->count) {
	case MUTEX:
		return lock(s, IPCCHAN_IOC_MUTEX_LOCK, 0);
	case RWLOCK:
		return lock(s, IPCCHAN_IOC_RWLOCK_LOCK,
			    w->shared ? IPCCHAN_RWLOCK_SHARED : 0);
	case SEMAPHORE:
		return call(s->object, IPCCHAN_IOC_SEMAPHORE_ACQUIRE, &acquire);
	default:
		return call(s->object, IPCCHAN_IOC_EVENT_WAIT, &event);
	}
}

static struct ipcchan_wait_entry entry_of(const struct step *s, int place)
{
	int thing = s->things[place];
	const struct want *w = s->wants;

	if (thing >= WANTS)
		return (struct ipcchan_wait_entry){
			.fd = FIRST_POLLED + thing - WANTS,
			.events = THERE,
		};
	w += thing;
	return (struct ipcchan_wait_entry){
		.fd = w->object,
		.flags = (w->shared ? IPCCHAN_RWLOCK_SHARED : 0) |
			 (w->undo ? IPCCHAN_SEMAPHORE_UNDO : 0),
		.units = w->units,
	};
}

static long wait_many(struct step *s)
{
	struct ipcchan_wait_entry entries[WANTS + FILES];
	struct ipcchan_wait_any a = {
		.entries = (uintptr_t)entries,
		.count = s->nr_things,
		.entry_size = sizeof(entries[0]),
		.deadline_ns = NEVER,
		.cycle = (uintptr_t)cycles[s->task],
		.cycle_count = IPCCHAN_CYCLE_MAX,
		.step_size = sizeof(cycles[0][0]),
		.flags = flags_of(s),
	};
	long result;

	for (int i = 0; i < s->nr_things; i++)
		entries[i] = entry_of(s, i);
	result = call(-1, s->verb == WAIT_ALL ? IPCCHAN_IOC_WAIT_ALL :
						IPCCHAN_IOC_WAIT_ANY, &a);
	s->length = a.cycle_length;
	return result;
}

static long wait_for_condvar(const struct step *s)
{
	struct ipcchan_condvar_wait a = {
		.deadline_ns = NEVER,
		.mutex = s->mutex,
	};

	return call(s->object, IPCCHAN_IOC_CONDVAR_WAIT, &a);
}

static long release(const struct step *s)
{
	struct ipcchan_semaphore_release a = {
		.units = s->wants[0].units,
		.flags = s->wants[0].undo ? IPCCHAN_SEMAPHORE_UNDO : 0,
	};

	return call(s->object, IPCCHAN_IOC_SEMAPHORE_RELEASE, &a);
}

static long signal_condvar(const struct step *s)
{
	struct ipcchan_condvar_signal a = { .count = s->count };

	return call(s->object, IPCCHAN_IOC_CONDVAR_SIGNAL, &a);
}

/* All of them have the same fields, and need nothing. */
static long change(const struct step *s)
{
	const unsigned int cmds[][2] = {
		[UNLOCK] = { IPCCHAN_IOC_MUTEX_UNLOCK,
			     IPCCHAN_IOC_RWLOCK_UNLOCK },
		[MARK_CONSISTENT] = { IPCCHAN_IOC_MUTEX_CONSISTENT,
				      IPCCHAN_IOC_RWLOCK_CONSISTENT },
		[DOWNGRADE] = { 0, IPCCHAN_IOC_RWLOCK_DOWNGRADE },
		[SET] = { IPCCHAN_IOC_EVENT_SET },
		[RESET] = { IPCCHAN_IOC_EVENT_RESET },
		[PULSE] = { IPCCHAN_IOC_EVENT_PULSE },
	};
	struct ipcchan_mutex_unlock a = { };

	return call(s->object, cmds[s->verb][s->count == RWLOCK], &a);
}

static long make_call(void *arg)
{
	struct step *s = arg;

	switch (s->verb) {
	case WAIT:
		return wait_for(s);
	case UPGRADE:
		return lock(s, IPCCHAN_IOC_RWLOCK_UPGRADE, 0);
	case WAIT_ANY:
	case WAIT_ALL:
		return wait_many(s);
	case CONDVAR_WAIT:
		return wait_for_condvar(s);
	case RELEASE:
		return release(s);
	case SIGNAL:
		return signal_condvar(s);
	default:
		return change(s);
	}
}

/* What the kernel or somebody else does. */
static long happen(const struct step *s)
{
	switch (s->verb) {
	case GO_ON:
		return player_go_on(s->task);
	case GIVE_UP:
		return player_give_up(s->task, s->object);
	case KILL:
		return player_kill(s->task);
	case END:
		player_end(s->task);
		return 0;
	case NICE:
		player_set_priority(s->task, s->count);
		return 0;
	default:
		file_set(s->object, s->count);
		return 0;
	}
}

void run_step(struct step *step)
{
	if (step->verb < GO_ON) {
		calls[step->task] = *step;
		step->got = player_call(step->task, make_call,
					&calls[step->task]);
	} else {
		step->got = happen(step);
	}
	step->length = step->got == -EDEADLK ? calls[step->task].length : 0;
}
