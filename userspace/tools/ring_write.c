// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan ring write: the command line or standard input into a ring.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <string.h>

#include "find.h"
#include "input.h"
#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

/**
 * struct writing - one run of the verb
 * @name: Name of the ring.
 * @data: DATA, or NULL: standard input.
 * @wait: --timeout and --nonblock.
 * @type: --type.
 * @ring: The producer's end.
 * @written: Records written so far.
 */
struct writing {
	const char *name;
	const char *data;
	struct wait_options wait;
	uint32_t type;
	struct ipcchan_ring *ring;
	unsigned long long written;
};

static const struct argp_option options[] = {
	{ "type", 't', "NUMBER", 0, "A tag for the reader (default 0)", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct writing *writing = state->input;

	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = &writing->wait;
		return 0;
	}
	if (key == 't') {
		writing->type = parse_number(state, "--type", text, UINT32_MAX);
		return 0;
	}
	if (key == ARGP_KEY_ARG && state->arg_num == 1) {
		writing->data = text;
		return 0;
	}
	return parse_name(key, text, state, &writing->name);
}

static const struct argp_child children[] = {
	{ &wait_argp, 0, NULL, 0 },
	{},
};

static const struct argp write_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME [DATA]",
	.doc = "Write DATA, or each line of standard input, as a record into a ring.\v"
	       "Sleeps while the ring is full, unless told otherwise. The ring is at its "
	       "end when this is: nobody can write into it after that, and what was "
	       "written can still be read. A timeout begins anew with each line.",
};

_Noreturn static void fail_to_write(const struct writing *writing, int error,
				    size_t size)
{
	switch (-error) {
	case EAGAIN:
	case ETIMEDOUT:
		fail_because(writing->name, error, NULL,
			     "the ring is full, after %llu records",
			     writing->written);
	case EMSGSIZE:
		fail_because(writing->name, error, NULL,
			     "a record of %zu bytes; with 8 more it may take half of the ring, %zu",
			     size, ipcchan_ring_size(writing->ring) / 2);
	case EPIPE:
		fail_because(writing->name, error, NULL,
			     "its reader has ended, after %llu records",
			     writing->written);
	default:
		fail(writing->name, error);
	}
}

/* Without waiting, a deadline that has passed: the record fits or it does not. */
static uint64_t deadline(const struct writing *writing)
{
	return writing->wait.flags ? 0 : wait_deadline(&writing->wait);
}

static void write_record(struct writing *writing, const void *data, size_t size)
{
	uint64_t until = deadline(writing);
	int error;

	do {
		error = ipcchan_ring_write(writing->ring, data, size,
					   writing->type, until);
	} while (error == -EINTR);
	if (error == -ETIMEDOUT && writing->wait.flags)
		error = -EAGAIN;
	if (error)
		fail_to_write(writing, error, size);
	writing->written++;
}

static void write_input(struct writing *writing)
{
	struct ipcchan_message lines[IPCCHAN_BATCH_MAX];
	struct input input;
	int count;
	int i;

	input_init(&input, ipcchan_ring_size(writing->ring) / 2);
	do {
		count = input_lines(&input, lines);
		if (count < 0)
			fail_because(writing->name, count, NULL,
				     "standard input: %s", strerror(-count));
		for (i = 0; i < count; i++)
			write_record(writing, ipcchan_message_data(&lines[i]),
				     lines[i].size);
	} while (count);
}

int run_ring_write(int argc, char **argv)
{
	struct writing writing = {};

	argp_parse(&write_argp, argc, argv, 0, NULL, &writing);
	writing.ring = open_ring(writing.name, IPCCHAN_RIGHT_SEND);
	if (writing.data)
		write_record(&writing, writing.data, strlen(writing.data));
	else
		write_input(&writing);
	ipcchan_ring_close(writing.ring);
	return EXIT_DONE;
}
