// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan region thaw: let those write into it again who could.
 */
#include "region_freeze.h"
#include "verbs.h"

static const struct argp thaw_argp = {
	.parser = parse_region,
	.args_doc = "NAME",
	.doc = "Let those write into a region again who could before \"region freeze\".",
};

int run_region_thaw(int argc, char **argv)
{
	const char *name = NULL;

	argp_parse(&thaw_argp, argc, argv, 0, NULL, &name);
	return change_region(name, ipcchan_region_thaw);
}
