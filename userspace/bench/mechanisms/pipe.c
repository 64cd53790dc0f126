// SPDX-License-Identifier: GPL-2.0
/*
 * Pipes. They keep no borders of messages; here all have the same size.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "mechanism.h"

/* What the kernel gives at most to who is not told otherwise. */
#define CAPACITY_MAX	(1UL << 20)
#define CAPACITY_USUAL	(64UL << 10)

static int (*pipes)[2];
static unsigned int nr_pipes;

static bool can(const struct shape *shape)
{
	return shape->order == BY_ARRIVAL && shape->size &&
	       shape->depth * shape->size <= CAPACITY_MAX;
}

static void grow(int fd, size_t capacity)
{
	if (capacity > CAPACITY_USUAL &&
	    fcntl(fd, F_SETPIPE_SZ, (int)capacity) < 0)
		err(1, "F_SETPIPE_SZ");
}

static void set_up(const struct shape *shape)
{
	nr_pipes = shape->channels;
	pipes = calloc(nr_pipes, sizeof(*pipes));
	if (!pipes)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_pipes; i++) {
		must(pipe(pipes[i]), 0, "pipe");
		grow(pipes[i][1], shape->depth * shape->size);
	}
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	must(write(pipes[channel][1], &payload->round, size), size, "write");
}

/* What is longer than the pipe comes in pieces. */
static void take(unsigned int channel, struct payload *payload, size_t size)
{
	char *at = (char *)&payload->round;

	while (size) {
		ssize_t length = read(pipes[channel][0], at, size);

		if (length <= 0)
			err(1, "read");
		at += length;
		size -= length;
	}
}

static int fd(unsigned int channel)
{
	return pipes[channel][0];
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_pipes; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	free(pipes);
}

const struct mechanism pipe_mechanism = {
	.name = "pipe",
	.is_rival = true,
	.can = can,
	.open = set_up,
	.send = put,
	.receive = take,
	.fd = fd,
	.close = tear_down,
};
