/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Figures: what was measured of each mechanism, for people and for programs.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdio.h>

#include "pair.h"

/**
 * struct figures - what a round trip, or a message of a stream, costs
 * @mechanism: Which.
 * @ns: Nanoseconds, which are instructions where the clock counts these: the
 *	median of the repeats but the first.
 * @spread: What lies between the least and the most of these, in parts of @ns.
 * @syscalls: System calls of both sides.
 * @switches: Context switches of both sides.
 */
struct figures {
	const struct mechanism *mechanism;
	double ns;
	double spread;
	double syscalls;
	double switches;
};

/** figures_of - what @costs of @pair mean; system calls are not among them */
struct figures figures_of(const struct pair *pair, const struct costs *costs);

/** figures_measure - all of @pair, its system calls in @counted_rounds */
struct figures figures_measure(const struct pair *pair,
			       unsigned int counted_rounds);

/** figures_best_rival - the least that a rival needs; 0: there is none */
double figures_best_rival(const struct figures *figures, size_t count);

/**
 * struct figures_table - one table
 * @name: For programs.
 * @title: For people.
 * @unit: What a nanosecond is, in the plural.
 * @figures: Its lines.
 * @count: How many.
 */
struct figures_table {
	const char *name;
	const char *title;
	const char *unit;
	const struct figures *figures;
	size_t count;
};

/** figures_print - print a table for people */
void figures_print(FILE *out, const struct figures_table *table);

/** figures_print_json - print a table for programs, as a field of an object */
void figures_print_json(FILE *out, const struct figures_table *table);

#endif /* BENCH_FIGURES_H */
