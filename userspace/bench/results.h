/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Results: what was measured, for people and for programs.
 */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A count of what was not counted. */
#define UNCOUNTED	(-1.0)

/**
 * struct result - what one mechanism needs in one case of a scenario, for a round
 * @scenario: Name of the scenario.
 * @of: Name of the case, as 64 B.
 * @mechanism: Name of the mechanism.
 * @is_rival: It is not ours.
 * @cost: Nanoseconds, which are instructions where the clock counts these: the
 *	median of the repeats but the first. Or what else the scenario measures.
 * @spread: What lies between the least and the most of these, in parts of @cost.
 * @varies: It need not be small.
 * @syscalls: System calls of all sides, or UNCOUNTED, as the two below.
 * @switches: Context switches of all sides.
 * @wakeups: How often a side woke another.
 */
struct result {
	const char *scenario;
	char of[24];
	const char *mechanism;
	bool is_rival;
	double cost;
	double spread;
	bool varies;
	double syscalls;
	double switches;
	double wakeups;
};

/** results_add - keep a result; of a line and a case there is one at most */
void results_add(const struct result *result);

/** results_count - how many are kept */
size_t results_count(void);

/**
 * results_print - print what is kept of a scenario, as a table for people
 * @out: where
 * @scenario: its name
 * @title: what it does
 * @unit: what @cost of its results is
 */
void results_print(FILE *out, const char *scenario, const char *title,
		   const char *unit);

/** results_print_json - print all, in @unit, as an array of objects */
void results_print_json(FILE *out);

/** results_are_alike - say which of our repeats differ by more than @widest; do none? */
bool results_are_alike(double widest);

#endif /* BENCH_RESULTS_H */
