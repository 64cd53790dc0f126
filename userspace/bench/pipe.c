// SPDX-License-Identifier: GPL-2.0
/*
 * Two pipes.
 */
#include <unistd.h>

#include "mechanism.h"

static int requests[2];
static int answers[2];

static void set_up(size_t size)
{
	(void)size;
	must(pipe(requests), 0, "pipe");
	must(pipe(answers), 0, "pipe");
}

static void put(struct payload *payload, size_t size)
{
	must(write(requests[1], &payload->round, size), size, "write");
}

static void take(struct payload *payload, size_t size)
{
	must(read(requests[0], &payload->round, size), size, "read");
}

static void ask(struct payload *payload, size_t size)
{
	put(payload, size);
	must(read(answers[0], &payload->round, size), size, "read");
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		take(payload, size);
		answer(payload);
		must(write(answers[1], &payload->round, size), size, "write");
	}
}

static void tear_down(void)
{
	for (int i = 0; i < 2; i++) {
		close(requests[i]);
		close(answers[i]);
	}
}

const struct mechanism pipe_mechanism = {
	.name = "pipe",
	.is_rival = true,
	.set_up = set_up,
	.ask = ask,
	.serve = serve,
	.put = put,
	.take = take,
	.tear_down = tear_down,
};
