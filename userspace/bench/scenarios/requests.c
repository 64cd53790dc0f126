// SPDX-License-Identifier: GPL-2.0
/*
 * Five hundred requests, each through a channel of its own, and their answers, each
 * through another one: they come while epoll(7) waits for any, or what can wait for all
 * does so. A result is of one.
 */
#include <err.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "channels.h"

#define COUNT		500
#define SIZE		64

/* As many as are looked at together. */
#define EVENTS		64

static int set;

static void set_up(size_t size)
{
	channels_open(size);
	if (!channels->receive_from_all)
		set = channels_watch(COUNT, 2 * COUNT);
}

static unsigned int receive_some(struct payload *payload, size_t size)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(set, events, EVENTS, -1);

	if (count < 1)
		err(1, "epoll_wait");
	for (int i = 0; i < count; i++)
		channels->receive(events[i].data.u32, payload, size);
	return count;
}

static void receive_all(struct payload *payload, size_t size)
{
	if (channels->receive_from_all) {
		channels->receive_from_all(COUNT, COUNT, payload, size);
		return;
	}
	for (unsigned int left = COUNT; left;)
		left -= receive_some(payload, size);
}

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	const uint64_t before = payload->round;

	for (unsigned int round = 0; round < rounds; round++) {
		for (unsigned int i = 0; i < COUNT; i++)
			channels->send(i, payload, size);
		receive_all(payload, size);
	}
	payload->round = before + rounds;
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--)
		for (unsigned int i = 0; i < COUNT; i++) {
			channels->receive(i, payload, size);
			answer(payload);
			channels->send(COUNT + i, payload, size);
		}
}

static void tear_down(void)
{
	if (!channels->receive_from_all)
		close(set);
	channels_close();
}

static const struct work work = {
	.servers = 1,
	.set_up = set_up,
	.ask = ask,
	.serve = serve,
	.tear_down = tear_down,
};

static void run(const struct scenario *scenario)
{
	const struct plan plan = {
		.subject = {
			.scenario = scenario->name,
			.of = "of 500",
			.work = &work,
			.rounds = settings.rounds / 50,
			.counted_rounds = 1,
			.parts = COUNT,
		},
		.shape = {
			.channels = 2 * COUNT,
			.size = SIZE,
			.depth = 1,
		},
		.can = channels_can_poll,
	};

	channels_run(&plan);
}

const struct scenario requests_scenario = {
	.name = "requests",
	.title = "A request of 64 bytes of many, and its answer, found among many",
	.run = run,
};
