// SPDX-License-Identifier: GPL-2.0
/*
 * An object made, and dropped unused.
 */
#include "../measure.h"
#include "../objects/object.h"
#include "scenario.h"

static const struct object *object;

static void set_up(size_t size)
{
	(void)size;
}

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	struct made made;

	(void)size;
	for (unsigned int i = 0; i < rounds; i++) {
		object->make(&made);
		object->drop(&made);
	}
	payload->round += rounds;
}

static void tear_down(void)
{
}

static const struct work work = {
	.set_up = set_up,
	.ask = ask,
	.tear_down = tear_down,
};

static void run(const struct scenario *scenario)
{
	for (size_t i = 0; all_objects[i]; i++) {
		const struct subject subject = {
			.scenario = scenario->name,
			.of = "one",
			.mechanism = all_objects[i]->name,
			.is_rival = all_objects[i]->is_rival,
			.work = &work,
			.size = sizeof(uint64_t),
			.rounds = settings.rounds,
			.counted_rounds = 20,
			.varies = true,
		};

		object = all_objects[i];
		measure(&subject);
	}
}

const struct scenario creation_scenario = {
	.name = "creation",
	.title = "An object made and dropped",
	.run = run,
};
