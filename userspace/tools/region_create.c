// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan region create: shared memory.
 */
#include <argp.h>
#include <ipcchan.h>

#include "find.h"
#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

/**
 * struct arguments - of the command line
 * @name: Name of the region.
 * @size: Its bytes.
 * @new: --mode and --exclusive.
 */
struct arguments {
	const char *name;
	uint64_t size;
	struct new_options new;
};

static const struct argp_option kinds[] = {
	{ "freezable", 'f', NULL, 0, "Of a kind that \"region freeze\" can freeze", 0 },
	{ "huge", 'H', NULL, 0,
	  "Of huge pages, which cost least where large parts are lent", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'f':
		arguments->new.flags |= IPCCHAN_OPEN_FREEZE;
		return 0;
	case 'H':
		arguments->new.flags |= IPCCHAN_OPEN_HUGE;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->new;
		return 0;
	default:
		return parse_name_and_size(key, text, state, &arguments->name,
					   &arguments->size);
	}
}

static const struct argp_child children[] = {
	{ &new_argp, 0, NULL, 0 },
	{},
};

static const struct argp create_argp = {
	.options = kinds,
	.parser = parse,
	.children = children,
	.args_doc = "NAME SIZE",
	.doc = "Create a region of shared memory, unless it exists.\v"
	       "SIZE is rounded up to whole pages, which are zero. The name is "
	       "persistent: the region stays until \"ipcchan rm NAME\". One that "
	       "exists already stays as it is, whatever its size.",
};

int run_region_create(int argc, char **argv)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	struct arguments arguments = { .new = new_defaults };
	struct ipcchan_region *region;
	int error;

	argp_parse(&create_argp, argc, argv, 0, NULL, &arguments);
	options.flags = arguments.new.flags;
	options.mode = arguments.new.mode;
	options.region_size = arguments.size;
	error = ipcchan_region_open(open_session(), arguments.name,
				    IPCCHAN_RIGHT_ADMIN, &options, &region);
	if (error)
		fail(arguments.name, error);
	ipcchan_region_close(region);
	return EXIT_DONE;
}
