// SPDX-License-Identifier: GPL-2.0
/*
 * Two pipes. A message longer than a pipe comes in parts, as its length is known.
 */
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

#include "mechanism.h"

static int requests[2];
static int answers[2];
static int in;
static int out;

static void new_pipe(int ends[2])
{
	must(pipe(ends), 0, "pipe");
	if (fcntl(ends[1], F_SETPIPE_SZ, CAPACITY) < 0)
		err(1, "F_SETPIPE_SZ");
}

static void set_up(size_t size)
{
	(void)size;
	new_pipe(requests);
	new_pipe(answers);
}

static void open_side(enum side side, size_t size)
{
	(void)size;
	in = side == CLIENT ? answers[0] : requests[0];
	out = side == CLIENT ? requests[1] : answers[1];
}

static void send_bytes(size_t size)
{
	must(write(out, buffer_of(size), size), size, "write");
}

static const void *receive(size_t size)
{
	char *buffer = buffer_of(size);
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(in, buffer + done, size - done);

		if (got <= 0)
			err(1, "read");
		done += got;
	}
	return buffer;
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
	.set_up = set_up,
	.tear_down = tear_down,
	.open = open_side,
	.reserve = buffer_of,
	.send = send_bytes,
	.receive = receive,
};
