/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handing a block of memory to another process: what each of several ways costs.
 */
#ifndef BENCH_HAND_OVER_H
#define BENCH_HAND_OVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "mechanism.h"

/**
 * DOC: Hand-over
 *
 * A round: the client writes a word to each page of its block, and hands it over; the
 * server finds these words, writes others, is done with the block, and answers with
 * 8 bytes. So both have used each page, and the block can be used again. A loan that
 * is read-only is through the server's mapping of the region, of which it reads one
 * word. Plain memcpy() copies, and does nothing else.
 */

#define HAND_OVER_SIZES	6

/* Sizes whose figures others are compared with. */
#define HAND_OVER_SMALLEST	(4UL << 10)
#define HAND_OVER_LARGEST	(64UL << 20)

extern const struct mechanism memcpy_mechanism;
extern const struct mechanism copy_mechanism;
extern const struct mechanism stream_mechanism;
extern const struct mechanism move_mechanism;
extern const struct mechanism move_huge_mechanism;
extern const struct mechanism share_mechanism;

/** hand_over_run - measure all; did no repeats differ by more than @widest? */
bool hand_over_run(double widest);

/** hand_over_print - print what was measured, in @unit, and what follows */
void hand_over_print(FILE *out, const char *unit);

/** hand_over_print_json - the same for programs, as fields of an object */
void hand_over_print_json(FILE *out);

/** pages_write - write @value to each page of a block, but not to its first word */
void pages_write(void *block, size_t size, uint64_t value);

/** pages_check - end the process unless @value is there */
void pages_check(const void *block, size_t size, uint64_t value);

#endif /* BENCH_HAND_OVER_H */
