// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan region write: the command line or standard input into shared memory.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "find.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

/**
 * struct arguments - of the command line
 * @name: Name of the region.
 * @data: DATA, or NULL: standard input.
 * @offset: --offset.
 */
struct arguments {
	const char *name;
	const char *data;
	uint64_t offset;
};

static const struct argp_option options[] = {
	{ "offset", 'O', "SIZE", 0, "Begin there (default 0)", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	if (key == 'O') {
		arguments->offset = parse_size(state, "--offset", text);
		return 0;
	}
	if (key == ARGP_KEY_ARG && state->arg_num == 1) {
		arguments->data = text;
		return 0;
	}
	return parse_name(key, text, state, &arguments->name);
}

static const struct argp write_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME [DATA]",
	.doc = "Write DATA, or standard input, into a region.\v"
	       "The other bytes of the region stay as they are. What does not fit "
	       "is an error; what was read until then is written.",
};

static void write_data(const char *name, const struct mapping *mapping,
		       const char *data)
{
	size_t size = strlen(data);

	if (size > mapping->size)
		fail_beyond_region(name, mapping);
	memcpy(mapping->bytes, data, size);
}

/* Read straight into the region; a byte too many shows what did not fit. */
static void write_input(const char *name, const struct mapping *mapping)
{
	size_t done = 0;
	ssize_t got;
	char rest;

	for (;;) {
		if (done < mapping->size)
			got = read(STDIN_FILENO, mapping->bytes + done,
				   mapping->size - done);
		else
			got = read(STDIN_FILENO, &rest, 1);
		if (got < 0)
			fail_because(name, -errno, NULL, "standard input: %s",
				     strerror(errno));
		if (!got)
			return;
		if (done == mapping->size)
			fail_beyond_region(name, mapping);
		done += got;
	}
}

/* Else it would end by SIGBUS. */
static void fail_if_frozen(const char *name)
{
	struct ipcchan_region *region = open_region(name, IPCCHAN_RIGHT_MAP_READ);
	struct ipcchan_region_info info;
	int error = ipcchan_region_info(region, &info, sizeof(info));

	if (error)
		fail(name, error);
	if (info.state & IPCCHAN_REGION_FROZEN)
		fail_because(name, -EPERM, "\"ipcchan region thaw\" ends that",
			     "the region is frozen");
	ipcchan_region_close(region);
}

int run_region_write(int argc, char **argv)
{
	struct arguments arguments = {};
	struct mapping mapping;

	argp_parse(&write_argp, argc, argv, 0, NULL, &arguments);
	fail_if_frozen(arguments.name);
	map_region(arguments.name, PROT_READ | PROT_WRITE, arguments.offset,
		   &mapping);
	if (arguments.data)
		write_data(arguments.name, &mapping, arguments.data);
	else
		write_input(arguments.name, &mapping);
	return EXIT_DONE;
}
