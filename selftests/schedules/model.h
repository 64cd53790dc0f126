/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model: who has what and who stands in line where, as the header of the module
 * says it, in plain arrays and without a graph.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define TASKS		16
#define OBJECTS		16
#define FILES		2
#define WANTS		4
#define HOLDS		48

#define NOBODY		(-1)

/* What a call or a wait comes to besides 0 and -errno. */
#define NOT_YET		1000
#define SLEEPS		1001

enum kind {
	MUTEX,
	RWLOCK,
	SEMAPHORE,
	EVENT,
	CONDVAR,
	KINDS,
};

/**
 * struct want - one object of a wait
 * @object: which
 * @units: of a semaphore
 * @shared: a rwlock for reading
 * @upgrade: a rwlock that it has for reading, for writing
 * @undo: units are given back when the thread ends
 * @passed: a pulse lets it go on
 * @goes_first: it has it already
 * @overtaken: others came before it by their priorities; is it stuck by that?
 * @result: 0, or IPCCHAN_OWNER_DEAD
 */
struct want {
	uint8_t object;
	uint8_t units;
	bool shared;
	bool upgrade;
	bool undo;
	bool passed;
	bool goes_first;
	bool overtaken;
	int result;
};

/**
 * struct hold - what a task has of an object
 * @task: who
 * @units: of a semaphore
 * @since: who has it longer has a smaller one
 */
struct hold {
	int8_t task;
	uint8_t units;
	uint16_t since;
};

/**
 * struct object - an object, as it is and as it has come to be
 * @kind: what it is
 * @is_recursive: a mutex
 * @is_manual: an event
 * @by_priority: its line is ordered
 * @max: of a semaphore
 * @line: who stands in line, in order
 * @nr_line: how many
 * @holds: who has it
 * @nr_holds: how many
 * @depth: of a mutex
 * @value: of a semaphore
 * @is_set: an event
 * @is_written: a rwlock
 * @is_inconsistent: somebody has ended with it
 * @is_lost: it was unlocked then
 * @upgrader: reader who waits to write, or NOBODY
 */
struct object {
	enum kind kind;
	bool is_recursive;
	bool is_manual;
	bool by_priority;
	uint8_t max;
	int8_t line[TASKS];
	uint8_t nr_line;
	struct hold holds[HOLDS];
	uint8_t nr_holds;
	uint8_t depth;
	uint8_t value;
	bool is_set;
	bool is_written;
	bool is_inconsistent;
	bool is_lost;
	int8_t upgrader;
};

/**
 * struct task - a thread, and what it waits for
 * @state: it runs; sleeps; or its wait is over, and it has not gone on yet
 * @result: what the wait has come to
 * @wants: what for
 * @nr: how many
 * @is_many: it waits by WAIT_ANY or WAIT_ALL
 * @things: of that: numbers of wants, or of files from WANTS on
 * @nr_things: how many
 * @may_sleep: it may
 * @is_second: a deadlock is to be named
 * @all: it wants all of these
 * @is_held_back: not all that is polled is there
 * @is_triggered: something that is polled has changed, so it will look again
 * @is_in_condvar: it waits by CONDVAR_WAIT
 * @was_moved: and stands in line for the mutex
 * @was_signalled: by a signal
 * @index: of the want that it got
 * @condvar: which
 * @mutex: of that wait
 * @gave_up: why it moved itself, or 0
 * @priority: the smaller the better
 */
struct task {
	enum { RUNNING, SLEEPING, DONE } state;
	int result;
	struct want wants[WANTS];
	uint8_t nr;
	bool is_many;
	uint8_t things[WANTS + FILES];
	uint8_t nr_things;
	bool may_sleep;
	bool is_second;
	bool all;
	bool is_held_back;
	bool is_triggered;
	bool is_in_condvar;
	bool was_moved;
	bool was_signalled;
	uint8_t index;
	uint8_t condvar;
	uint8_t mutex;
	int gave_up;
	int priority;
};

/**
 * struct model - all of it; a copy of it is another one
 * @tasks: the threads
 * @objects: the objects
 * @nr_tasks: how many there are
 * @nr_objects: likewise
 * @there: bits of files that are there when they are polled
 * @holds: how many there have been
 * @nr_closures: how often it was looked who is stuck
 * @left_behind: bits of tasks that sleep for ever, and nobody was told
 * @is_trial: it is only tried who can be served, and lines stay as they are
 */
struct model {
	struct task tasks[TASKS];
	struct object objects[OBJECTS];
	int nr_tasks;
	int nr_objects;
	unsigned int there;
	uint16_t holds;
	uint64_t nr_closures;
	unsigned int left_behind;
	bool is_trial;
};

/* The rules: lines.c */
struct hold *hold_of(struct object *o, int task);
void add_hold(struct model *m, struct object *o, int task, int units);
void remove_hold(struct object *o, struct hold *hold);
void note_who_goes_first(struct model *m, int task);
int try_wait(struct model *m, int task);
void stand(struct model *m, int task);
void leave_lines(struct model *m, int task);
void finish(struct model *m, int task, int result);
bool serve(struct model *m, int object);
bool can_be_had_but_for(struct model *m, int task, int object);

/* Who is stuck: stuck.c */
unsigned int find_stuck(const struct model *m);

/* Calls: calls.c */
int model_wait(struct model *m, int task);
int model_upgrade(struct model *m, int task);
int model_wait_many(struct model *m, int task);
int model_unlock(struct model *m, int task, int object);
int model_downgrade(struct model *m, int task, int object);
int model_mark_consistent(struct model *m, int task, int object);
int model_release(struct model *m, int task, const struct want *want);
int model_set(struct model *m, int object);
int model_reset(struct model *m, int object);
int model_pulse(struct model *m, int object);
int model_condvar_wait(struct model *m, int task);
int model_signal(struct model *m, int object, int count);
int model_go_on(struct model *m, int task);
int model_give_up(struct model *m, int task, int err);
int model_kill(struct model *m, int task);
void model_end(struct model *m, int task);

#endif /* MODEL_H */
