// SPDX-License-Identifier: GPL-2.0
/*
 * A block of memory that is handed to another process, used by both, and given back.
 */
#include "../blocks/blocks.h"
#include "../measure.h"
#include "scenario.h"

/*
 * Bytes of a repeat, as far as its rounds are not too many: so much that what an
 * interrupt costs is little against it, by ways that need little for a byte, too.
 */
#define REPEAT_BYTES	(8UL << 20)
#define CHEAP_BYTES	(256UL << 20)

/* System calls of larger blocks are not counted: it would take long. */
#define COUNTED_MAX	(64UL << 10)

static const size_t sizes[] = {
	4UL << 10, 64UL << 10, 1UL << 20, 2UL << 20, 16UL << 20, 64UL << 20,
};

static unsigned int rounds_of(const struct way *way, size_t size)
{
	const size_t rounds = (way->is_cheap ? CHEAP_BYTES : REPEAT_BYTES) / size;
	const size_t most = (way->work.servers ? 1 : 10) * settings.rounds;

	return way->is_flat || rounds >= most ? most : rounds + 1;
}

static void run_with(const struct scenario *scenario, size_t size)
{
	char name[24];

	for (size_t i = 0; all_ways[i]; i++) {
		const struct way *way = all_ways[i];
		const struct subject subject = {
			.scenario = scenario->name,
			.of = size_name(name, size),
			.mechanism = way->name,
			.is_rival = way->is_rival,
			.work = &way->work,
			.size = size,
			.rounds = rounds_of(way, size),
			.counted_rounds = size <= COUNTED_MAX ? 20 : 0,
		};

		if (!way->can || way->can(size))
			measure(&subject);
	}
}

static void run(const struct scenario *scenario)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		run_with(scenario, sizes[i]);
}

const struct scenario hand_over_scenario = {
	.name = "hand_over",
	.title = "A block handed over, used, and back",
	.run = run,
};
