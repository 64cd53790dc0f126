// SPDX-License-Identifier: GPL-2.0
/*
 * One of many channels gets a message, and epoll(7) tells which: by how many there are.
 * Sender and receiver are one thread, so that nobody sleeps.
 */
#include <sys/epoll.h>
#include <unistd.h>

#include "channels.h"

#define SIZE		64

/* Coprime with all counts, so that all channels have their turn, and none after its
 * neighbour.
 */
#define STEP		7919

static const unsigned int counts[] = { 1, 1000 };

static unsigned int count;
static unsigned int next;
static int set;

static void set_up(size_t size)
{
	channels_open(size);
	set = channels_watch(0, count);
	next = 0;
}

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		struct epoll_event event;

		channels->send(next, payload, size);
		must(epoll_wait(set, &event, 1, -1), 1, "epoll_wait");
		must(event.data.u32, next, "epoll_wait");
		channels->receive(event.data.u32, payload, size);
		next = (next + STEP) % count;
		answer(payload);
	}
}

static void tear_down(void)
{
	close(set);
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
				.rounds = 10 * settings.rounds,
				.counted_rounds = 20,
			},
			.shape = {
				.channels = counts[i],
				.size = SIZE,
				.depth = 1,
			},
			.can = channels_can_poll,
		};

		count = counts[i];
		snprintf(name, sizeof(name), "of %u", count);
		channels_run(&plan);
	}
}

const struct scenario many_scenario = {
	.name = "many",
	.title = "A message of 64 bytes in one of many channels, found by epoll",
	.run = run,
};
