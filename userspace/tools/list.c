// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan list: all names of this IPC namespace.
 */
#include <argp.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "find.h"
#include "options.h"
#include "report.h"
#include "table.h"
#include "verbs.h"

/**
 * struct listing - one run of the verb
 * @json: --json.
 * @table: Where to.
 */
struct listing {
	bool json;
	struct table *table;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	(void)text;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = &((struct listing *)state->input)->json;
	return 0;
}

static const struct argp_child children[] = {
	{ &json_argp, 0, NULL, 0 },
	{},
};

static const struct argp list_argp = {
	.parser = parse,
	.children = children,
	.doc = "List the objects of this IPC namespace that you may open.\v"
	       "ITEMS are the messages of a mailbox, the mappings of a region or ring, "
	       "and who waits for anything else. "
	       "OPEN counts descriptors, whoever has them.",
};

static const struct column columns[] = {
	{ "NAME", "name", false, false },
	{ "KIND", "kind", false, false },
	{ "MODE", "mode", false, false },
	{ "OWNER", "uid", true, false },
	{ "GROUP", "gid", true, false },
	{ "ITEMS", "items", true, true },
	{ "BYTES", "bytes", true, true },
	{ "OPEN", "handles", true, true },
	{ "AGE", "created_ns", true, true },
};

static void owner_cells(struct table *table,
			const struct ipcchan_object_info *info)
{
	struct passwd *user = getpwuid(info->uid);
	struct group *group = getgrgid(info->gid);

	if (user)
		table_cell(table, "%s", user->pw_name);
	else
		table_cell(table, "%u", info->uid);
	if (group)
		table_cell(table, "%s", group->gr_name);
	else
		table_cell(table, "%u", info->gid);
}

static void age_cell(struct table *table, uint64_t created_ns)
{
	uint64_t seconds = (ipcchan_deadline_in(0) - created_ns) / 1000000000;

	if (seconds < 120)
		table_cell(table, "%" PRIu64 "s", seconds);
	else if (seconds < 120 * 60)
		table_cell(table, "%" PRIu64 "m", seconds / 60);
	else if (seconds < 48 * 60 * 60)
		table_cell(table, "%" PRIu64 "h", seconds / (60 * 60));
	else
		table_cell(table, "%" PRIu64 "d", seconds / (24 * 60 * 60));
}

static int list_one(const struct ipcchan_object_info *info, void *context)
{
	struct listing *listing = context;
	struct table *table = listing->table;

	table_line(table);
	table_cell(table, "%s", info->name);
	table_cell(table, "%s", kind_name(info->kind));
	table_cell(table, "%04o", info->mode);
	if (listing->json) {
		table_cell(table, "%u", info->uid);
		table_cell(table, "%u", info->gid);
	} else {
		owner_cells(table, info);
	}
	table_cell(table, "%" PRIu64, (uint64_t)info->items);
	table_cell(table, "%" PRIu64, (uint64_t)info->bytes);
	table_cell(table, "%u", info->handles);
	if (listing->json)
		table_cell(table, "%" PRIu64, (uint64_t)info->created_ns);
	else
		age_cell(table, info->created_ns);
	return 0;
}

int run_list(int argc, char **argv)
{
	struct listing listing = {};
	int error;

	argp_parse(&list_argp, argc, argv, 0, NULL, &listing);
	listing.table = table_new("objects", listing.json, columns,
				  sizeof(columns) / sizeof(columns[0]));
	error = ipcchan_object_each(open_session(),
				    sizeof(struct ipcchan_object_info),
				    list_one, &listing);
	if (error)
		fail(NULL, error);
	table_print(listing.table);
	return EXIT_DONE;
}
