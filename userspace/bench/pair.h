/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client and a server, and the round trips or the stream between them.
 */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include "mechanism.h"

/* So often are all rounds of a pair made; the first time warms up. */
#define REPEATS	5

/**
 * struct pair - what a client and a server shall do
 * @mechanism: How.
 * @size: Bytes of a request, and of its answer.
 * @rounds: Round trips in each of the REPEATS, or messages of the stream.
 * @streams: Only the last of these is answered, and the others are a stream.
 * @is_marked: Marks say where they begin and end.
 */
struct pair {
	const struct mechanism *mechanism;
	size_t size;
	unsigned int rounds;
	bool streams;
	bool is_marked;
};

/**
 * struct costs - what they needed for it
 * @ns: Time of each repeat.
 * @switches: Context switches of both, in all repeats and one round more.
 */
struct costs {
	uint64_t ns[REPEATS];
	uint64_t switches;
};

/**
 * pair_run - be the client of a server that is forked
 * @pair: what to do
 *
 * Both are SCHED_FIFO from then on: the fair scheduler now and then has one of
 * them preempt the other, for thousands of rounds, and then not.
 *
 * Return: what it cost.
 */
struct costs pair_run(const struct pair *pair);

#endif /* BENCH_PAIR_H */
