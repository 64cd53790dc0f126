// SPDX-License-Identifier: GPL-2.0
/*
 * Which messages a verb is for.
 */
#include "select.h"

#include <stdint.h>

#include "parse.h"

static const struct argp_option options[] = {
	{ "type", 't', "TYPE[-TYPE]", 0, "Only of this type, or of this range", 0 },
	{ "except", 'x', NULL, 0, "With --type: only of another type", 0 },
	{ "from", 'F', "CLIENT", 0, "Only what this client id sent", 0 },
	{ "min-priority", 'p', "NUMBER", 0, "Only of this priority or a higher", 0 },
	{},
};

/* All that is said alone is of any type. */
static void init(struct select_options *select)
{
	select->type_max = UINT32_MAX;
}

static void check(struct argp_state *state, struct select_options *select)
{
	if ((select->flags & IPCCHAN_EXCEPT) && !select->type)
		argp_error(state, "--except is for --type");
}

static void parse_type(struct argp_state *state, char *text,
		       struct select_options *select)
{
	select->type = text;
	parse_range(state, "--type", text, &select->type_min,
		    &select->type_max);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct select_options *select = state->input;

	switch (key) {
	case 't':
		parse_type(state, text, select);
		break;
	case 'x':
		select->flags |= IPCCHAN_EXCEPT;
		break;
	case 'F':
		select->client = parse_number(state, "--from", text, UINT64_MAX);
		break;
	case 'p':
		select->min_priority = parse_number(state, "--min-priority",
						    text,
						    IPCCHAN_PRIORITIES - 1);
		break;
	case ARGP_KEY_INIT:
		init(select);
		return 0;
	case ARGP_KEY_END:
		check(state, select);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	select->flags |= IPCCHAN_FILTER;
	return 0;
}

const struct argp select_argp = {
	.options = options,
	.parser = parse,
};

void select_messages(const struct select_options *select,
		     struct ipcchan_receive_options *how)
{
	if (!select->flags)
		return;
	how->flags |= select->flags;
	how->client = select->client;
	how->type_min = select->type_min;
	how->type_max = select->type_max;
	how->min_priority = select->min_priority;
}
