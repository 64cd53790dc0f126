// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan ring create: a stream between two processes.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>

#include "find.h"
#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

/**
 * struct arguments - of the command line
 * @name: Name of the ring.
 * @size: Bytes of its data.
 * @new: --mode and --exclusive.
 */
struct arguments {
	const char *name;
	uint64_t size;
	struct new_options new;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = &arguments->new;
		return 0;
	}
	return parse_name_and_size(key, text, state, &arguments->name,
				   &arguments->size);
}

static const struct argp_child children[] = {
	{ &new_argp, 0, NULL, 0 },
	{},
};

static const struct argp create_argp = {
	.parser = parse,
	.children = children,
	.args_doc = "NAME SIZE",
	.doc = "Create a ring, unless it exists.\v"
	       "SIZE is a power of two, a page or more. The name is persistent: the ring "
	       "stays until \"ipcchan rm NAME\". It connects one \"ring write\" with "
	       "one \"ring read\", whichever begins first, and no other after them.",
};

int run_ring_create(int argc, char **argv)
{
	struct ipcchan_ring_options options = IPCCHAN_RING_OPTIONS;
	struct arguments arguments = { .new = new_defaults };
	struct ipcchan_ring *ring;
	int error;

	argp_parse(&create_argp, argc, argv, 0, NULL, &arguments);
	options.flags = arguments.new.flags;
	options.mode = arguments.new.mode;
	options.ring_size = arguments.size;
	error = ipcchan_ring_open(open_session(), arguments.name,
				  IPCCHAN_RIGHT_ADMIN, &options, &ring);
	if (error == -EINVAL && arguments.size & (arguments.size - 1))
		fail_because(arguments.name, error, NULL,
			     "its size has to be a power of two");
	if (error)
		fail(arguments.name, error);
	ipcchan_ring_close(ring);
	return EXIT_DONE;
}
