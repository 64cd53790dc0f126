/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A schedule: what threads do, one step after the other, to the module and to the model.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdint.h>

#include <linux/ipcchan.h>

#include "model.h"

enum verb {
	WAIT,
	UPGRADE,
	WAIT_ANY,
	WAIT_ALL,
	CONDVAR_WAIT,
	UNLOCK,
	DOWNGRADE,
	MARK_CONSISTENT,
	RELEASE,
	SET,
	RESET,
	PULSE,
	SIGNAL,
	GO_ON,
	GIVE_UP,
	KILL,
	END,
	NICE,
	POLLED,
	VERBS,
};

extern const char *const verbs[VERBS];

/* What was told of a deadlock last, to each. */
extern struct ipcchan_step cycles[TASKS][IPCCHAN_CYCLE_MAX];

/**
 * struct step - a step of a schedule
 * @verb: what is done
 * @task: by whom
 * @object: to what; of GIVE_UP, why
 * @mutex: of CONDVAR_WAIT
 * @count: of SIGNAL; of POLLED, whether it is there; of NICE, the new priority
 * @nonblock: it may not sleep
 * @wants: what for
 * @nr: how many
 * @things: as of struct task
 * @nr_things: how many
 * @result: what the model says of it
 * @got: what the module does
 * @length: of the cycle, if it was refused
 */
struct step {
	enum verb verb;
	int task;
	int object;
	int mutex;
	int count;
	bool nonblock;
	struct want wants[WANTS];
	int nr;
	uint8_t things[WANTS + FILES];
	int nr_things;
	long result;
	long got;
	uint32_t length;
};

/**
 * struct tally - what all schedules were made of
 * @steps: how many
 * @waits: that slept
 * @refused: with EDEADLK, of each verb
 * @closures: how often the model looked who is stuck
 * @longest: steps of the longest cycle
 */
struct tally {
	uint64_t steps;
	uint64_t waits;
	uint64_t refused[VERBS];
	uint64_t closures;
	uint32_t longest;
};

/* Of this schedule: chance.c */
void chance_start(uint64_t seed);
unsigned int chance(unsigned int below);
void choose_objects(struct model *m);
void choose_step(const struct model *m, struct step *step);

/* The module's side of a step: run.c */
void open_object(const struct object *o);
void run_step(struct step *step);

/* The model's: follow.c */
void follow_step(struct model *m, struct step *step);

/* Whether they are the same: compare.c */
void compare(struct model *m);
void compare_cycle(const struct model *m, const struct step *step);

#endif /* SCHEDULE_H */
