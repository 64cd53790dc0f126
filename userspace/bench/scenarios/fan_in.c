// SPDX-License-Identifier: GPL-2.0
/*
 * Several senders, and one receiver of what they send as fast as they can.
 */
#include "channels.h"

#define SENDERS		8
#define SIZE		64

/* Channels: what all send to, and of each sender what tells it to begin. */
#define ALL		0
#define START		1

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	const uint64_t before = payload->round;

	for (unsigned int i = 0; i < SENDERS; i++)
		channels->send(START + i, payload, size);
	for (unsigned int i = 0; i < rounds * SENDERS; i++)
		channels->receive(ALL, payload, size);
	payload->round = before;
	answer(payload);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	channels->receive(START + channels_server, payload, size);
	while (rounds--)
		channels->send(ALL, payload, size);
}

static const struct work work = {
	.servers = SENDERS,
	.answers_once = true,
	.set_up = channels_open,
	.be = channels_be,
	.ask = ask,
	.serve = serve,
	.tear_down = channels_close,
};

static void run(const struct scenario *scenario)
{
	const struct plan plan = {
		.subject = {
			.scenario = scenario->name,
			.of = "8 senders",
			.work = &work,
			.rounds = 2 * settings.rounds,
			.counted_rounds = 100,
			.parts = SENDERS,
		},
		.shape = {
			.channels = START + SENDERS,
			.size = SIZE,
			.streams = true,
		},
		.can = channels_can_share,
	};

	channels_run(&plan);
}

const struct scenario fan_in_scenario = {
	.name = "fan_in",
	.title = "A message of 64 bytes of several senders to one receiver",
	.run = run,
};
