/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Coverage: which places of the module the workers' system calls came through,
 * as KCOV tells. Only the module is instrumented, so all places are its own.
 */
#ifndef FUZZ_COVERAGE_H
#define FUZZ_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* Each worker has one but the first, whose calls are made by the second. */
#define FUZZ_TRACES		4

/* New places of one program, and all, that are remembered. */
#define FUZZ_FRESH		4096
#define FUZZ_PLACES_KNOWN	65536

/**
 * struct fuzz_trace - what one thread came through
 * @fd: Of KCOV.
 * @area: The number of addresses, and the addresses; shared with the thread.
 */
struct fuzz_trace {
	int fd;
	__u64 *area;
};

/**
 * struct fuzz_coverage - what was reached so far
 * @is_on: Has this kernel KCOV?
 * @traces: One for each thread of a program.
 * @known: Addresses that were reached, hashed; 0: free.
 * @nr_known: How many.
 * @fresh: Those that the last program was the first to reach.
 * @nr_fresh: How many.
 */
struct fuzz_coverage {
	bool is_on;
	struct fuzz_trace traces[FUZZ_TRACES];
	__u64 known[FUZZ_PLACES_KNOWN];
	size_t nr_known;
	__u64 fresh[FUZZ_FRESH];
	size_t nr_fresh;
};

/** fuzz_coverage_open - sets is_on */
void fuzz_coverage_open(struct fuzz_coverage *coverage);

/** fuzz_coverage_begin - forget the last program's traces */
void fuzz_coverage_begin(struct fuzz_coverage *coverage);

/** fuzz_coverage_trace - trace the calling thread from now on */
void fuzz_coverage_trace(const struct fuzz_coverage *coverage, int number);

/** fuzz_coverage_end - learn from the traces: sets fresh */
void fuzz_coverage_end(struct fuzz_coverage *coverage);

/** fuzz_coverage_has - are all these addresses in the traces? */
bool fuzz_coverage_has(const struct fuzz_coverage *coverage,
		       const __u64 *addresses, size_t nr);

#endif /* FUZZ_COVERAGE_H */
