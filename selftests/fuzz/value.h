/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values: numbers for arguments, from pools of those that are likely to matter.
 */
#ifndef FUZZ_VALUE_H
#define FUZZ_VALUE_H

#include "op.h"
#include "random.h"

/* Names: so many are good, the next is empty, the others are bad. */
#define FUZZ_NAMES		4
#define FUZZ_NAME_NONE		FUZZ_NAMES
#define FUZZ_NAME_KINDS		9

/**
 * enum fuzz_place - where an address leads; the low four bits of FUZZ_ADDRESS
 * @FUZZ_OWN: Memory of the worker.
 * @FUZZ_NULL: Address 0.
 * @FUZZ_UNMAPPED: No memory.
 * @FUZZ_KERNEL: Memory of the kernel.
 * @FUZZ_TO_EDGE: Memory whose last byte is the last before an unmapped page.
 * @FUZZ_OVER_EDGE: Memory whose second half is unmapped.
 * @FUZZ_READ_ONLY: Zeroes that cannot be written.
 * @FUZZ_MAPPED: The mapping of a region or ring, perhaps.
 * @FUZZ_UNALIGNED: Memory of the worker, at an odd address.
 * @FUZZ_WILD: An address that no memory has.
 * @FUZZ_PLACES: Their number.
 */
enum fuzz_place {
	FUZZ_OWN,
	FUZZ_NULL,
	FUZZ_UNMAPPED,
	FUZZ_KERNEL,
	FUZZ_TO_EDGE,
	FUZZ_OVER_EDGE,
	FUZZ_READ_ONLY,
	FUZZ_MAPPED,
	FUZZ_UNALIGNED,
	FUZZ_WILD,
	FUZZ_PLACES,
};

#define FUZZ_PLACE(value)	((value) & 15)
#define FUZZ_SEED(value)	((value) >> 4)

/**
 * enum fuzz_time - small values of FUZZ_DEADLINE
 * @FUZZ_AT_ONCE: 0.
 * @FUZZ_PAST: A second ago.
 * @FUZZ_SOON: In a millisecond.
 * @FUZZ_LATER: In five milliseconds.
 * @FUZZ_NEVER: IPCCHAN_DEADLINE_NEVER.
 * @FUZZ_ALMOST_NEVER: One less.
 * @FUZZ_SOON_REALTIME: In a millisecond of CLOCK_REALTIME.
 * @FUZZ_TIMES: Their number.
 */
enum fuzz_time {
	FUZZ_AT_ONCE,
	FUZZ_PAST,
	FUZZ_SOON,
	FUZZ_LATER,
	FUZZ_NEVER,
	FUZZ_ALMOST_NEVER,
	FUZZ_SOON_REALTIME,
	FUZZ_TIMES,
};

/* FUZZ_EXTENT: three digits, each one of 16 that fuzz_extent() knows. */
#define FUZZ_PAGES(mode, offset, length) \
	((mode) | (offset) << 4 | (length) << 8)
#define FUZZ_MODE(value)	((value) & 15)
#define FUZZ_OFFSET(value)	((value) >> 4 & 15)
#define FUZZ_LENGTH(value)	((value) >> 8 & 15)

/** fuzz_value - a number for an argument */
__u64 fuzz_value(struct fuzz_random *random, const struct fuzz_arg *arg);

/** fuzz_value_near - a number that differs from @value, but often not by much */
__u64 fuzz_value_near(struct fuzz_random *random, const struct fuzz_arg *arg,
		      __u64 value);

#endif /* FUZZ_VALUE_H */
