/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points of death: a process that is killed at a chosen point of a call.
 *
 * There are three kinds of points, none of which depends on time, so that the
 * points of a call can be counted off: the first, the second, until the call
 * is through. The kernel acts on SIGKILL where it looks for it, that is, where
 * it sleeps or could; it goes on to there as if nothing had happened.
 */
#ifndef DEATH_POINTS_H
#define DEATH_POINTS_H

#include <stdbool.h>

/**
 * enum death_kind - where a process is killed
 * @DEATH_SYSCALL: By ptrace(2). 1: at the entry of the system call, which does
 *	not happen. 2: at its exit, so it has happened and nobody knows.
 * @DEATH_ACCESS: Where the call touches the memory that it was given, for the
 *	nth time, and a page of it is not there: in the middle of a copy, which
 *	fails, since the process that would be given the page has to die.
 * @DEATH_STEP: Where the call enters the nth function of the module: from there
 *	on to where it next looks, it runs with SIGKILL pending.
 * @DEATH_KINDS: How many.
 */
enum death_kind {
	DEATH_SYSCALL,
	DEATH_ACCESS,
	DEATH_STEP,
	DEATH_KINDS,
};

/* Pages of memory that a call is given, at most. */
#define DEATH_PAGES		8
#define DEATH_PAGE		4096

/**
 * struct victim - a call of a process that is to die
 * @begin: What the process does before, undisturbed; or NULL.
 * @run: The call; in the process.
 * @argument: Of it, and of @parted.
 * @parted: Runs in the test, when the process is there and has not called yet;
 *	or NULL.
 * @sleeps: It sleeps in its system call until it is killed.
 * @system_call: The number of that one.
 * @pages: Pages of shared memory that the call reads or writes, and nobody else
 *	meanwhile.
 * @nr_pages: How many.
 */
struct victim {
	void (*begin)(void *argument);
	int (*run)(void *argument);
	void *argument;
	void (*parted)(void *argument);
	bool sleeps;
	long system_call;
	unsigned char *pages[DEATH_PAGES];
	unsigned int nr_pages;
};

/* The process slept in its call and was killed there; there is no later point. */
#define DIED_ASLEEP		(-100021)

/** deaths_missing - what the kernel lacks for points of a kind, or NULL */
const char *deaths_missing(enum death_kind kind);

/**
 * death_at - let a process call, and kill it at a point; it is gone then
 * @victim: the process
 * @kind: of the point
 * @nth: which point of this kind; 0: none
 *
 * Return: DIED if it was killed there, DIED_ASLEEP, or what @run returned if
 * it has no such point; HANGS if it did none of these.
 */
int death_at(const struct victim *victim, enum death_kind kind,
	     unsigned int nth);

#endif /* DEATH_POINTS_H */
