// SPDX-License-Identifier: GPL-2.0
/*
 * A message that is sent and then received by the same thread: what it costs without
 * anybody who sleeps, by size.
 */
#include "channels.h"

static const size_t sizes[] = { 64, 0, 1024, 4096, 65536, 1 << 20 };

/* So many bytes of a repeat are enough. */
#define BYTES_ENOUGH	(32U << 20)

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		channels->send(REQUESTS, payload, size);
		channels->receive(REQUESTS, payload, size);
		answer(payload);
	}
}

static const struct work work = {
	.set_up = channels_open,
	.ask = ask,
	.tear_down = channels_close,
};

static unsigned int rounds_of(size_t size)
{
	unsigned int rounds = 10 * settings.rounds;

	if (size && rounds > BYTES_ENOUGH / size)
		rounds = BYTES_ENOUGH / size;
	return rounds;
}

static void run(const struct scenario *scenario)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		char name[24];
		const struct plan plan = {
			.subject = {
				.scenario = scenario->name,
				.of = size_name(name, sizes[i]),
				.work = &work,
				.rounds = rounds_of(sizes[i]),
				.counted_rounds = 20,
			},
			.shape = {
				.channels = 1,
				.size = sizes[i],
				.depth = 1,
			},
			.can = channels_can_receive,
		};

		channels_run(&plan);
	}
}

const struct scenario self_scenario = {
	.name = "self",
	.title = "A message sent and received by one thread",
	.run = run,
};
