// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan region read: shared memory to standard output.
 */
#include <argp.h>
#include <ipcchan.h>
#include <string.h>
#include <sys/mman.h>

#include "find.h"
#include "parse.h"
#include "print.h"
#include "report.h"
#include "verbs.h"

/**
 * struct arguments - of the command line
 * @name: Name of the region.
 * @offset: --offset.
 * @length: --length; UINT64_MAX: to the end.
 */
struct arguments {
	const char *name;
	uint64_t offset;
	uint64_t length;
};

static const struct argp_option options[] = {
	{ "offset", 'O', "SIZE", 0, "Begin there (default 0)", 0 },
	{ "length", 'l', "SIZE", 0, "Copy so many bytes (default: to the end)", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'O':
		arguments->offset = parse_size(state, "--offset", text);
		return 0;
	case 'l':
		arguments->length = parse_size(state, "--length", text);
		return 0;
	default:
		return parse_name(key, text, state, &arguments->name);
	}
}

static const struct argp read_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME",
	.doc = "Copy the bytes of a region to standard output.",
};

int run_region_read(int argc, char **argv)
{
	struct arguments arguments = { .length = UINT64_MAX };
	struct mapping mapping;
	int error;

	argp_parse(&read_argp, argc, argv, 0, NULL, &arguments);
	map_region(arguments.name, PROT_READ, arguments.offset, &mapping);
	if (arguments.length == UINT64_MAX)
		arguments.length = mapping.size;
	if (arguments.length > mapping.size)
		fail_beyond_region(arguments.name, &mapping);
	error = print_bytes(mapping.bytes, arguments.length);
	if (error)
		fail_because(arguments.name, error, NULL,
			     "standard output: %s", strerror(-error));
	return EXIT_DONE;
}
