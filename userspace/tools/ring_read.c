// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan ring read: the records of a ring to standard output.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdbool.h>
#include <string.h>

#include "find.h"
#include "options.h"
#include "parse.h"
#include "print.h"
#include "report.h"
#include "verbs.h"

/**
 * struct reading - one run of the verb
 * @name: Name of the ring.
 * @wait: --timeout and --nonblock.
 * @raw: --raw.
 * @count: --count; 0: all.
 * @ring: The consumer's end.
 * @nr: Records read so far.
 */
struct reading {
	const char *name;
	struct wait_options wait;
	bool raw;
	uint64_t count;
	struct ipcchan_ring *ring;
	uint64_t nr;
};

static const struct argp_option options[] = {
	{ "count", 'c', "NUMBER", 0, "Read so many records (default: all)", 0 },
	{ "raw", 'r', NULL, 0, "Put no newline behind a record", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct reading *reading = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &reading->wait;
		return 0;
	case 'c':
		reading->count = parse_number(state, "--count", text, UINT64_MAX);
		return 0;
	case 'r':
		reading->raw = true;
		return 0;
	default:
		return parse_name(key, text, state, &reading->name);
	}
}

static const struct argp_child children[] = {
	{ &wait_argp, 0, NULL, 0 },
	{},
};

static const struct argp read_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME",
	.doc = "Copy the records of a ring to standard output, a line each.\v"
	       "Until its writer has ended and all is read, or so many are. The ring is at "
	       "its end when this is. A timeout begins anew with each record.",
};

static bool goes_on(const struct reading *reading)
{
	return !reading->count || reading->nr < reading->count;
}

/* 0 when a record is there, -EPIPE when none comes any more. */
static int await_record(struct reading *reading)
{
	uint64_t until = reading->wait.flags ? 0 : wait_deadline(&reading->wait);
	int error;

	do {
		error = ipcchan_ring_wait(reading->ring, 0, until);
	} while (error == -EINTR);
	if (error == -ETIMEDOUT && reading->wait.flags)
		error = -EAGAIN;
	return error;
}

static int print_record(struct reading *reading)
{
	struct ipcchan_record record;
	int error = ipcchan_ring_peek(reading->ring, &record);

	if (error)
		return error;
	error = print_bytes(record.data, record.size);
	if (!error && !reading->raw)
		error = print_bytes("\n", 1);
	if (error)
		fail_because(reading->name, error, NULL, "standard output: %s",
			     strerror(-error));
	reading->nr++;
	return ipcchan_ring_consume(reading->ring);
}

int run_ring_read(int argc, char **argv)
{
	struct reading reading = {};
	int error = 0;

	argp_parse(&read_argp, argc, argv, 0, NULL, &reading);
	reading.ring = open_ring(reading.name, IPCCHAN_RIGHT_RECEIVE);
	while (!error && goes_on(&reading)) {
		error = await_record(&reading);
		if (!error)
			error = print_record(&reading);
	}
	if (error && (error != -EPIPE || reading.count))
		fail(reading.name, error);
	ipcchan_ring_close(reading.ring);
	return EXIT_DONE;
}
