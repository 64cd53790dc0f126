// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan region thaw: let those write into it again who could.
 */
#include <argp.h>
#include <errno.h>

#include "find.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
	return parse_name(key, text, state, state->input);
}

static const struct argp thaw_argp = {
	.parser = parse,
	.args_doc = "NAME",
	.doc = "Let those write into a region again who could before \"region freeze\".",
};

int run_region_thaw(int argc, char **argv)
{
	struct ipcchan_region *region;
	const char *name = NULL;
	int error;

	argp_parse(&thaw_argp, argc, argv, 0, NULL, &name);
	region = open_region(name, IPCCHAN_RIGHT_ADMIN);
	error = ipcchan_region_thaw(region);
	if (error == -EOPNOTSUPP)
		fail_because(name, error,
			     "it has to be created with \"ipcchan region create --freezable\"",
			     "this region cannot be frozen");
	if (error)
		fail(name, error);
	ipcchan_region_close(region);
	return EXIT_DONE;
}
