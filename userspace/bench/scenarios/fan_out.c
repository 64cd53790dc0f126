// SPDX-License-Identifier: GPL-2.0
/*
 * One sender, and several receivers that all get everything: at once, or one by one.
 * A result is of one message for all of them.
 */
#include "channels.h"

#define RECEIVERS	8
#define SIZE		64

/* Channels: one for each receiver, and one where they say that they have all. */
#define DONE		RECEIVERS

static void send_to_all(struct payload *payload, size_t size)
{
	if (channels->send_to_all) {
		channels->send_to_all(RECEIVERS, payload, size);
		return;
	}
	for (unsigned int i = 0; i < RECEIVERS; i++)
		channels->send(i, payload, size);
}

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	const uint64_t before = payload->round;

	while (rounds--)
		send_to_all(payload, size);
	for (unsigned int i = 0; i < RECEIVERS; i++)
		channels->receive(DONE, payload, size);
	payload->round = before;
	answer(payload);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--)
		channels->receive(channels_server, payload, size);
	channels->send(DONE, payload, size);
}

static const struct work work = {
	.servers = RECEIVERS,
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
			.of = "8 receivers",
			.work = &work,
			.rounds = 2 * settings.rounds,
			.counted_rounds = 100,
		},
		.shape = {
			.channels = RECEIVERS + 1,
			.size = SIZE,
			.streams = true,
			.audience = RECEIVERS,
		},
		.can = channels_can_share,
	};

	channels_run(&plan);
}

const struct scenario fan_out_scenario = {
	.name = "fan_out",
	.title = "A message of 64 bytes for several receivers",
	.run = run,
};
