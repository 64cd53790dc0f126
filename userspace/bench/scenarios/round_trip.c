// SPDX-License-Identifier: GPL-2.0
/*
 * A request, and its answer: both sides sleep until there is something for them.
 */
#include "channels.h"

static const size_t sizes[] = { 64, 1024 };

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--)
		mechanism_call(channels, payload, size);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	mechanism_serve(channels, payload, size, rounds);
}

static const struct work work = {
	.servers = 1,
	.set_up = channels_open,
	.ask = ask,
	.serve = serve,
	.tear_down = channels_close,
};

static void run(const struct scenario *scenario)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		char name[24];
		const struct plan plan = {
			.subject = {
				.scenario = scenario->name,
				.of = size_name(name, sizes[i]),
				.work = &work,
				.rounds = 2 * settings.rounds,
				.counted_rounds = 20,
			},
			.shape = { .channels = 2, .size = sizes[i] },
		};

		channels_run(&plan);
	}
}

const struct scenario round_trip_scenario = {
	.name = "round_trip",
	.title = "A request and its answer",
	.run = run,
};
