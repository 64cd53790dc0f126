/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measuring: of a work, a result.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "results.h"
#include "work.h"

/**
 * struct settings - what the command line says
 * @rounds: Round trips in a repeat; scenarios of what costs less have more.
 * @scenario: Only this one, if not NULL.
 * @of: Only this case, if not NULL.
 * @mechanism: Only this one, if not NULL.
 */
struct settings {
	unsigned int rounds;
	const char *scenario;
	const char *of;
	const char *mechanism;
};

extern struct settings settings;

/**
 * struct subject - what is measured, and how often
 * @scenario: Name of the scenario.
 * @of: Name of the case.
 * @mechanism: Name of the mechanism.
 * @is_rival: It is not ours.
 * @work: What it does.
 * @size: Bytes of a payload.
 * @rounds: Rounds of a repeat: so many that what an interrupt costs is little against
 *	all of them.
 * @counted_rounds: Rounds in a repeat while system calls are counted: enough that one
 *	call too many in ten rounds would show, or that a stream fills what it goes
 *	through many times. 0: they are not counted.
 * @varies: Repeats are not alike by themselves, as it is a matter of what is where.
 * @parts: The result is of so many parts of a round; 0 is 1.
 */
struct subject {
	const char *scenario;
	const char *of;
	const char *mechanism;
	bool is_rival;
	const struct work *work;
	size_t size;
	unsigned int rounds;
	unsigned int counted_rounds;
	bool varies;
	unsigned int parts;
};

/** measure - keep the result of @subject, if the settings do not leave it out */
void measure(const struct subject *subject);

/** size_name - @size with its unit, as 64 KiB; in @name, of 24 bytes */
const char *size_name(char *name, size_t size);

#endif /* BENCH_MEASURE_H */
