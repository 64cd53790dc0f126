/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks: what each of several kinds costs.
 */
#ifndef BENCH_LOCKS_H
#define BENCH_LOCKS_H

#include <stdbool.h>
#include <stdio.h>

/**
 * locks_run - measure all
 * @rounds: Pairs, or hand-overs, of one repeat.
 * @widest: What two repeats may differ by, in parts.
 *
 * Return: whether none differ by more.
 */
bool locks_run(unsigned int rounds, double widest);

/** locks_print - print what was measured, in @unit */
void locks_print(FILE *out, const char *unit);

/** locks_print_json - the same for programs, as a field of an object */
void locks_print_json(FILE *out);

#endif /* BENCH_LOCKS_H */
