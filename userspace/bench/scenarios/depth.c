// SPDX-License-Identifier: GPL-2.0
/*
 * A message that is sent to where many are already, and the next one received: by how
 * many there are, and in which order they come.
 */
#include <stdlib.h>

#include "channels.h"

#define SIZE		64
#define PRIORITIES	32

static const unsigned int depths[] = { 1, 100, 10000 };

static const char *const orders[] = {
	[BY_ARRIVAL] = "first",
	[BY_PRIORITY] = "by priority",
	[BY_TAG] = "by tag",
};

static unsigned int depth;
static unsigned int next;

/* Of which tag the next one is received: any, so that a search goes half way. */
static unsigned int any_of_depth(void)
{
	static uint32_t state = 1;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % depth;
}

/* What makes a message of this number different. */
static void mark_as(struct payload *payload, unsigned int number)
{
	payload->priority = number % PRIORITIES;
	payload->type = 1 + number;
}

static void set_up(size_t size)
{
	struct payload *payload = payload_new(size);

	channels_open(size);
	for (unsigned int i = 0; i + 1 < depth; i++) {
		mark_as(payload, i);
		channels->send(REQUESTS, payload, size);
	}
	next = depth - 1;
	free(payload);
}

/* One tag is always missing: that of the message that is sent next. */
static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	const uint64_t before = payload->round;

	for (unsigned int i = 0; i < rounds; i++) {
		mark_as(payload, next);
		channels->send(REQUESTS, payload, size);
		next = any_of_depth();
		mark_as(payload, next);
		channels->receive(REQUESTS, payload, size);
	}
	payload->round = before + rounds;
}

static const struct work work = {
	.set_up = set_up,
	.ask = ask,
	.tear_down = channels_close,
};

static void run_in(const struct scenario *scenario, enum order order)
{
	for (size_t i = 0; i < sizeof(depths) / sizeof(*depths); i++) {
		char name[24];
		const struct plan plan = {
			.subject = {
				.scenario = scenario->name,
				.of = name,
				.work = &work,
				.rounds = 2 * settings.rounds,
				.counted_rounds = 20,
				.varies = order != BY_ARRIVAL,
			},
			.shape = {
				.channels = 1,
				.size = SIZE,
				.depth = depths[i],
				.order = order,
			},
			.can = channels_can_share,
		};

		depth = depths[i];
		snprintf(name, sizeof(name), "%s, %u", orders[order], depth);
		channels_run(&plan);
	}
}

static void run(const struct scenario *scenario)
{
	for (enum order order = BY_ARRIVAL; order <= BY_TAG; order++)
		run_in(scenario, order);
}

const struct scenario depth_scenario = {
	.name = "depth",
	.title = "A message of 64 bytes sent to, and one received from, a queue",
	.run = run,
};
