/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that are the same for the same seed everywhere: splitmix64.
 */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdbool.h>

#include <linux/types.h>

/**
 * struct fuzz_random - a source of random numbers
 * @state: Begins as the seed.
 */
struct fuzz_random {
	__u64 state;
};

static inline __u64 fuzz_next(struct fuzz_random *random)
{
	__u64 z = (random->state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline __u64 fuzz_below(struct fuzz_random *random, __u64 end)
{
	return fuzz_next(random) % end;
}

/** fuzz_chance - true once in @times */
static inline bool fuzz_chance(struct fuzz_random *random, __u64 times)
{
	return fuzz_below(random, times) == 0;
}

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

/** FUZZ_ONE_OF - an element of an array */
#define FUZZ_ONE_OF(random, array)					\
	((array)[fuzz_below(random, ARRAY_SIZE(array))])

#endif /* FUZZ_RANDOM_H */
