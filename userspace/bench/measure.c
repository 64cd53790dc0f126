// SPDX-License-Identifier: GPL-2.0
/*
 * Measuring: of a work, a result.
 */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "pair.h"

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left;
	uint64_t b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static void take_costs(struct result *result, const struct costs *costs,
		       unsigned int rounds, double parts)
{
	const size_t kept = REPEATS - 1;
	uint64_t ns[REPEATS - 1];
	double median;

	memcpy(ns, &costs->ns[1], sizeof(ns));
	qsort(ns, kept, sizeof(*ns), compare);
	median = (ns[(kept - 1) / 2] + ns[kept / 2]) / 2.0;
	result->cost = median / rounds / parts;
	result->spread = (ns[kept - 1] - ns[0]) / median;
	result->switches = (double)costs->switches / (REPEATS * rounds + 1) /
			   parts;
}

static void take_counts(struct result *result, const struct pair *pair,
			unsigned int rounds, double parts)
{
	struct pair counted = *pair;
	struct counts counts;

	result->syscalls = UNCOUNTED;
	result->wakeups = UNCOUNTED;
	if (!rounds)
		return;
	counted.rounds = rounds;
	counted.is_marked = false;
	counts = counts_per_round(&counted);
	result->syscalls = counts.syscalls / parts;
	result->wakeups = counts.wakeups / parts;
}

static bool is_left_out(const struct subject *subject)
{
	return (settings.mechanism &&
		strcmp(settings.mechanism, subject->mechanism)) ||
	       (settings.of && strcmp(settings.of, subject->of));
}

void measure(const struct subject *subject)
{
	const struct pair pair = {
		.work = subject->work,
		.name = subject->mechanism,
		.size = subject->size,
		.rounds = subject->rounds,
		.is_marked = true,
	};
	struct result result = {
		.scenario = subject->scenario,
		.mechanism = subject->mechanism,
		.is_rival = subject->is_rival,
		.varies = subject->varies,
	};
	const double parts = subject->parts ?: 1;
	struct costs costs;

	if (is_left_out(subject))
		return;
	fprintf(stderr, "# %s, %s, %s, %.0f times\n", subject->scenario,
		subject->of, subject->mechanism, pair.rounds * parts);
	snprintf(result.of, sizeof(result.of), "%s", subject->of);
	costs = pair_run(&pair);
	take_costs(&result, &costs, pair.rounds, parts);
	take_counts(&result, &pair, subject->counted_rounds, parts);
	results_add(&result);
}

const char *size_name(char *name, size_t size)
{
	static const char *const units[] = { "B", "KiB", "MiB" };
	size_t unit = 0;

	while (unit < 2 && size >= 1024 && !(size % 1024)) {
		size /= 1024;
		unit++;
	}
	snprintf(name, 24, "%zu %s", size, units[unit]);
	return name;
}
