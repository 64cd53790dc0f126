// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan region freeze: let nobody write into a region.
 */
#include <argp.h>
#include <errno.h>

#include "find.h"
#include "parse.h"
#include "region_freeze.h"
#include "report.h"
#include "verbs.h"

error_t parse_region(int key, char *text, struct argp_state *state)
{
	return parse_name(key, text, state, state->input);
}

static const struct argp freeze_argp = {
	.parser = parse_region,
	.args_doc = "NAME",
	.doc = "Let nobody write into a region that was created with --freezable.\v"
	       "Who has it mapped can go on reading. \"region thaw\" undoes it.",
};

int change_region(const char *name,
		  int (*function)(const struct ipcchan_region *region))
{
	struct ipcchan_region *region = open_region(name, IPCCHAN_RIGHT_ADMIN);
	int error = function(region);

	if (error == -EOPNOTSUPP)
		fail_because(name, error,
			     "it has to be created with \"ipcchan region create --freezable\"",
			     "this region cannot be frozen");
	if (error)
		fail(name, error);
	ipcchan_region_close(region);
	return EXIT_DONE;
}

int run_region_freeze(int argc, char **argv)
{
	const char *name = NULL;

	argp_parse(&freeze_argp, argc, argv, 0, NULL, &name);
	return change_region(name, ipcchan_region_freeze);
}
