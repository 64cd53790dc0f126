/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting what the kernel is asked to do.
 */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include "pair.h"

/**
 * struct counts - what a round takes, of client and servers together
 * @syscalls: System calls.
 * @wakeups: Tasks that were woken.
 */
struct counts {
	double syscalls;
	double wakeups;
};

/**
 * counts_per_round - how often a round asks the kernel for something
 * @pair: what is done in how many rounds
 *
 * The kernel counts, so that who waits for whom is as if nobody counted: those of
 * many rounds and those of twice as many, which differ by what the rounds alone take.
 *
 * Return: the means, whole if every round takes as many.
 */
struct counts counts_per_round(const struct pair *pair);

#endif /* BENCH_COUNTERS_H */
