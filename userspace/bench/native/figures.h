/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Figures: what was measured of each mechanism, for people and for programs.
 */
#ifndef NATIVE_FIGURES_H
#define NATIVE_FIGURES_H

#include <stdbool.h>
#include <stdio.h>

#include "pair.h"

/* What each mechanism is measured for: so many kinds and sizes. */
#define NR_WORKLOADS	6

/* Rounds at most. */
#define MOST_ROUNDS	99

/**
 * struct workload - one of them
 * @name: For programs.
 * @title: For people.
 * @kind: Kind.
 * @size: Bytes of a message.
 * @one_cpu: Both sides are on one CPU.
 * @is_block: A message is handed over, and neither written nor read but for its start.
 */
struct workload {
	const char *name;
	const char *title;
	enum kind kind;
	size_t size;
	bool one_cpu;
	bool is_block;
};

extern const struct workload workloads[NR_WORKLOADS];

/**
 * struct figures - of one mechanism
 * @mechanism: Which.
 * @rounds: In how many rounds it was measured.
 * @measured: What each of them gave.
 */
struct figures {
	const struct mechanism *mechanism;
	unsigned int rounds;
	struct measured measured[NR_WORKLOADS][MOST_ROUNDS];
};

/** figures_has - is @mechanism measured for the workload with this number? */
bool figures_has(const struct mechanism *mechanism, unsigned int workload);

/**
 * figures_print - print a table of medians
 * @out: where to
 * @json: as JSON
 * @figures: its lines; all are compared with the first
 * @count: how many
 */
void figures_print(FILE *out, bool json, const struct figures *figures,
		   size_t count);

/** figures_print_machine - say where it was measured */
void figures_print_machine(FILE *out);

#endif /* NATIVE_FIGURES_H */
