// SPDX-License-Identifier: GPL-2.0
/*
 * Random schedules of threads and objects: the module finds each deadlock, and no other,
 * and hands objects over in the order that it says. By a model that has no graph.
 *
 *	schedules NUMBER SEED
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sync/kinds.h"

#include "player.h"
#include "schedule.h"

/* The most steps of a schedule, and the fewest. */
#define STEPS		100
#define FEW_STEPS	10

/* It takes less than a thousandth of that. */
#define MOST_SECONDS	60

const char *const verbs[VERBS] = {
	"wait", "upgrade", "wait_any", "wait_all", "condvar_wait", "unlock",
	"downgrade", "mark_consistent", "release", "set", "reset", "pulse",
	"signal", "go_on", "give_up", "kill", "end", "nice",
	"polled",
};

static const char *const kinds[KINDS] = {
	"mutex", "rwlock", "semaphore", "event", "condvar",
};

static uint64_t seed_of_this;
static struct model model;
static struct step steps[STEPS + 2 * TASKS];
static int nr_steps;
static struct tally tally;

static void print_things(const struct step *s)
{
	for (int i = 0; i < s->nr; i++)
		printf(" %d%s%s", s->wants[i].object,
		       s->wants[i].shared ? " shared" : "",
		       s->wants[i].undo ? " undo" : "");
	for (int i = 0; i < s->nr_things; i++)
		if (s->things[i] >= WANTS)
			printf(" file %d at place %d", s->things[i] - WANTS, i);
}

static void print_step(const struct step *s)
{
	printf("# task %d: %s", s->task, verbs[s->verb]);
	if (s->verb <= CONDVAR_WAIT)
		print_things(s);
	if (s->verb >= CONDVAR_WAIT)
		printf(" %d, %d", s->object, s->verb == CONDVAR_WAIT ? s->mutex :
								       s->count);
	printf("%s: %ld, by the model %ld\n", s->nonblock ? " (nonblock)" : "",
	       s->got, s->result);
}

static void print_all(void)
{
	for (int i = 0; i < model.nr_objects; i++) {
		const struct object *o = &model.objects[i];

		printf("# %d is a %s%s%s%s\n", i, kinds[o->kind],
		       o->is_recursive ? ", recursive" : "",
		       o->is_manual ? ", manual" : "",
		       o->by_priority ? ", by priority" : "");
	}
	for (int i = 0; i < nr_steps; i++)
		print_step(&steps[i]);
}

void broken(const char *format, ...)
{
	va_list values;

	print_all();
	va_start(values, format);
	printf("# not so: ");
	vprintf(format, values);
	va_end(values);
	printf("\nSCHEDULES=1 SCHEDULES_SEED=%llu repeats this\n0 passed, 1 failed\n",
	       (unsigned long long)seed_of_this);
	fflush(stdout);
	_exit(1);
}

void ipcchan_broken(const char *file, int line, const char *what)
{
	broken("%s:%d: %s", file, line, what);
}

static void notice_no_end(int signal)
{
	broken("it does not end");
}

static void compare_results(const struct step *s)
{
	if (s->got == s->result)
		return;
	if (s->got == -EDEADLK)
		broken("a false report: somebody could still end it");
	if (s->result == -EDEADLK)
		broken("missed: it would sleep for ever");
	broken("another result");
}

static void note_refusal(const struct step *s)
{
	enum verb verb = s->verb;

	if (verb == GO_ON && !model.tasks[s->task].is_in_condvar)
		verb = model.tasks[s->task].all ? WAIT_ALL : WAIT_ANY;
	else if (verb == GO_ON || verb == GIVE_UP)
		verb = CONDVAR_WAIT;
	tally.refused[verb]++;
	if (verb == CONDVAR_WAIT)
		return;
	compare_cycle(&model, s);
	if (s->length > tally.longest)
		tally.longest = s->length;
}

static void take_step(void)
{
	struct step *s = &steps[nr_steps - 1];

	run_step(s);
	follow_step(&model, s);
	compare_results(s);
	compare(&model);
	if (s->got == STILL_SLEEPS)
		tally.waits++;
	if (s->got == -EDEADLK)
		note_refusal(s);
	if (s->verb != KILL)
		return;
	steps[nr_steps++] = (struct step){ .verb = END, .task = s->task };
	take_step();
}

/* Whoever sleeps is killed, and whoever has something lets go of it. */
static void end_schedule(void)
{
	for (int i = 0; i < model.nr_tasks; i++) {
		const struct task *t = &model.tasks[i];
		enum verb verb = t->state == DONE || t->is_triggered ? GO_ON :
								       KILL;

		while (t->state != RUNNING) {
			steps[nr_steps++] = (struct step){ .verb = verb, .task = i };
			take_step();
			verb = KILL;
		}
	}
	objects_end();
	for (int i = 0; i < model.nr_tasks; i++)
		if (player_has_left_something(i))
			broken("task %d has left something", i);
}

static void run_schedule(uint64_t seed)
{
	int nr;

	alarm(MOST_SECONDS);
	seed_of_this = seed;
	chance_start(seed);
	choose_objects(&model);
	nr = FEW_STEPS + chance(STEPS - FEW_STEPS - TASKS);
	for (int i = 0; i < model.nr_objects; i++)
		open_object(&model.objects[i]);
	for (int i = 0; i < model.nr_tasks; i++)
		player_set_priority(i, model.tasks[i].priority);
	for (int i = 0; i < FILES; i++)
		file_set(i, false);
	for (nr_steps = 0; nr_steps < nr;) {
		choose_step(&model, &steps[nr_steps++]);
		take_step();
	}
	end_schedule();
	tally.steps += nr_steps;
	tally.closures += model.nr_closures;
}

static void print_tally(uint64_t nr)
{
	uint64_t refused = 0;

	for (int i = 0; i < VERBS; i++)
		refused += tally.refused[i];
	printf("# %llu schedules, %llu steps, the model looked %llu times who is stuck\n",
	       (unsigned long long)nr, (unsigned long long)tally.steps,
	       (unsigned long long)tally.closures);
	printf("# %llu waits that slept, %llu deadlocks, the longest of %u\n",
	       (unsigned long long)tally.waits, (unsigned long long)refused,
	       tally.longest);
	for (int i = 0; i < VERBS; i++)
		if (tally.refused[i])
			printf("# EDEADLK by %s: %llu\n", verbs[i],
			       (unsigned long long)tally.refused[i]);
}

int main(int argc, char **argv)
{
	uint64_t nr = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : time(NULL);

	printf("SCHEDULES_SEED=%llu\n", (unsigned long long)seed);
	signal(SIGALRM, notice_no_end);
	ipcchan_condvar_init();
	ipcchan_event_init();
	ipcchan_mutex_init();
	ipcchan_rwlock_init();
	ipcchan_semaphore_init();
	ipcchan_wait_many_init();
	players_start();
	for (uint64_t i = 0; i < nr; i++)
		run_schedule(seed + i);
	print_tally(nr);
	printf("# 0 false reports, 0 missed\n1 passed, 0 failed\n");
	return 0;
}
