/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting system calls.
 */
#ifndef BENCH_SYSCALLS_H
#define BENCH_SYSCALLS_H

#include "pair.h"

/**
 * syscalls_per_round - how many system calls a round takes, of both sides
 * @pair: what is done in how many rounds
 *
 * The kernel counts them, so that who waits for whom is as if nobody counted: those of
 * many rounds and those of twice as many, which differ by what the rounds alone take.
 *
 * Return: the mean, whole if every round takes as many.
 */
double syscalls_per_round(const struct pair *pair);

#endif /* BENCH_SYSCALLS_H */
