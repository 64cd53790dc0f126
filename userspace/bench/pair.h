/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client and its servers, and the rounds between them.
 */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include "work.h"

/* So often are all rounds of a pair made; the first time warms up. */
#define REPEATS	5

/**
 * struct pair - what a client and its servers shall do
 * @work: What.
 * @name: Of what does it, for people.
 * @size: Bytes of a payload.
 * @rounds: Rounds in each of the REPEATS.
 * @is_marked: Marks say where they begin and end.
 */
struct pair {
	const struct work *work;
	const char *name;
	size_t size;
	unsigned int rounds;
	bool is_marked;
};

/**
 * struct costs - what they needed for it
 * @ns: Time of each repeat.
 * @switches: Context switches of all, in all repeats and one round more.
 */
struct costs {
	uint64_t ns[REPEATS];
	uint64_t switches;
};

/**
 * pair_run - be the client of servers that are forked
 * @pair: what to do
 *
 * All are SCHED_FIFO from then on: the fair scheduler now and then has one of
 * them preempt another, for thousands of rounds, and then not.
 *
 * Return: what it cost.
 */
struct costs pair_run(const struct pair *pair);

#endif /* BENCH_PAIR_H */
