// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that are sent together and received together, each with its borders and its
 * own buffer; one by one, by who cannot. A pack is one message with as many records. A
 * result is of one of these, or of one record.
 */
#include <stdlib.h>

#include "channels.h"

#define MOST		64
#define SIZE		64

static const unsigned int counts[] = { 1, 8, MOST };

/* What this case has of them. */
static unsigned int count;
static struct payload *payloads[MOST];

static void set_up(size_t size)
{
	channels_open(size);
	for (unsigned int i = 0; i < MOST; i++)
		payloads[i] = payload_new(size);
}

static void exchange(size_t size)
{
	if (channels->send_all && count > 1) {
		channels->send_all(REQUESTS, payloads, count, size);
		channels->receive_all(REQUESTS, payloads, count, size);
		return;
	}
	for (unsigned int i = 0; i < count; i++)
		channels->send(REQUESTS, payloads[i], size);
	for (unsigned int i = 0; i < count; i++)
		channels->receive(REQUESTS, payloads[i], size);
}

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		exchange(size);
		answer(payload);
	}
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < MOST; i++)
		free(payloads[i]);
	channels_close();
}

static const struct work work = {
	.set_up = set_up,
	.ask = ask,
	.tear_down = tear_down,
};

static void run(const struct scenario *scenario)
{
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		char name[24];
		const struct plan plan = {
			.subject = {
				.scenario = scenario->name,
				.of = name,
				.work = &work,
				.rounds = 10 * settings.rounds / counts[i],
				.counted_rounds = 20,
				.parts = counts[i],
			},
			.shape = {
				.channels = 1,
				.size = SIZE,
				.depth = MOST,
				.batch = counts[i],
			},
			.can = channels_can_receive,
		};

		count = counts[i];
		snprintf(name, sizeof(name), "%u at once", count);
		channels_run(&plan);
	}
}

const struct scenario batch_scenario = {
	.name = "batch",
	.title = "A message of 64 bytes of those that are sent, and received, at once",
	.run = run,
};
