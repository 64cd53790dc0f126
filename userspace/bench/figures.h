/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Figures: what was measured of each mechanism, for people and for programs.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdio.h>

#include "pair.h"

/**
 * struct figures - what a round trip of one mechanism costs
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

/** figures_best_rival - the least that a rival needs; 0: there is none */
double figures_best_rival(const struct figures *figures, size_t count);

/**
 * figures_print - print a table
 * @out: where to
 * @json: as JSON
 * @unit: what a nanosecond is, in the plural
 * @figures: its lines
 * @count: how many
 */
void figures_print(FILE *out, bool json, const char *unit,
		   const struct figures *figures, size_t count);

#endif /* BENCH_FIGURES_H */
