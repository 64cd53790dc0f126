// SPDX-License-Identifier: GPL-2.0
/*
 * Messages one way, as many as there is room for before anybody looks; the last one of a
 * repeat is answered.
 */
#include "channels.h"

static const size_t sizes[] = { 64, 1024 };

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--)
		channels->send(REQUESTS, payload, size);
	channels->receive(ANSWERS, payload, size);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--)
		channels->receive(REQUESTS, payload, size);
	answer(payload);
	channels->send(ANSWERS, payload, size);
}

static const struct work work = {
	.servers = 1,
	.answers_once = true,
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
				.rounds = 20 * settings.rounds,
				.counted_rounds = 300,
			},
			.shape = {
				.channels = 2,
				.size = sizes[i],
				.streams = true,
			},
		};

		channels_run(&plan);
	}
}

const struct scenario stream_scenario = {
	.name = "stream",
	.title = "A message of a stream, one way",
	.run = run,
};
