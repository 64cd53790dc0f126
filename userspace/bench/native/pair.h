/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client and a server, forked to measure one thing.
 */
#ifndef NATIVE_PAIR_H
#define NATIVE_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "mechanism.h"

/**
 * enum kind - what is measured
 * @STREAM: The client sends as fast as it can.
 * @ROUND_TRIP: The client sends, and waits for the answer.
 */
enum kind { STREAM, ROUND_TRIP };

/**
 * struct pair - what to measure
 * @mechanism: Of it.
 * @kind: This.
 * @size: With messages of so many bytes.
 * @one_cpu: Both sides are on one CPU; else each on its own.
 * @is_block: Of each only the start is written and read.
 * @duration_ns: For so long, after a tenth of it to warm up.
 */
struct pair {
	const struct mechanism *mechanism;
	enum kind kind;
	size_t size;
	bool one_cpu;
	bool is_block;
	uint64_t duration_ns;
};

/* Quantiles of round trips that are told besides the median. */
#define NR_QUANTILES	3

/**
 * struct quantile - one of them
 * @per_mille: So many of a thousand do not exceed it.
 * @name: For programs.
 * @title: For people.
 */
struct quantile {
	unsigned int per_mille;
	const char *name;
	const char *title;
};

extern const struct quantile quantiles[NR_QUANTILES];

/**
 * struct measured - what it was
 * @ns: Of a stream: time for each message. Of round trips: the median.
 * @quantile_ns: Of round trips: the others.
 * @calls: System calls of both sides for each message of the stream, or round trip;
 *	less than 0 if not known.
 */
struct measured {
	double ns;
	double quantile_ns[NR_QUANTILES];
	double calls;
};

/** pair_run - measure it once; without root, what else runs comes between */
struct measured pair_run(const struct pair *pair);

#endif /* NATIVE_PAIR_H */
