// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan region extents: who has which part of a region.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdbool.h>

#include "find.h"
#include "options.h"
#include "report.h"
#include "table.h"
#include "verbs.h"

static const struct argp extents_argp = {
	.parser = parse_look,
	.children = look_children,
	.args_doc = "NAME",
	.doc = "List the parts of a region that are lent, the oldest first.\v"
	       "ID is the number of the loan, LENDER that of the loan to which it returns, "
	       "0 being the region. PID is the process that has it, since SINCE.",
};

static const struct column columns[] = {
	{ "ID", "id", true, true },
	{ "LENDER", "lender", true, true },
	{ "OFFSET", "offset", true, true },
	{ "LENGTH", "length", true, true },
	{ "MODE", "mode", false, false },
	{ "STATE", "state", false, false },
	{ "PID", "pid", true, true },
	{ "MAPPINGS", "mappings", true, true },
	{ "SINCE", "since_ns", true, true },
};

static void since_cell(struct table *table, bool json, uint64_t since)
{
	if (json)
		table_cell(table, "%" PRIu64, since);
	else
		table_time(table, ipcchan_deadline_in(0) - since);
}

static void list_extent(struct table *table, bool json,
			const struct ipcchan_extent_info *extent)
{
	table_line(table);
	table_cell(table, "%" PRIu64, (uint64_t)extent->id);
	table_cell(table, "%" PRIu64, (uint64_t)extent->lender);
	table_cell(table, "%" PRIu64, (uint64_t)extent->offset);
	table_cell(table, "%" PRIu64, (uint64_t)extent->length);
	table_cell(table, "%s", extent->mode == IPCCHAN_EXTENT_MOVE ?
				"move" : "share");
	table_cell(table, "%s", extent->state == IPCCHAN_EXTENT_HELD ?
				"held" : "queued");
	table_cell(table, "%u", extent->tgid);
	table_cell(table, "%u", extent->mappings);
	since_cell(table, json, extent->since_ns);
}

int run_region_extents(int argc, char **argv)
{
	struct ipcchan_extent_info extents[IPCCHAN_LIST_MAX];
	struct look_options arguments = {};
	struct ipcchan_region *region;
	struct table *table;
	uint64_t after = 0;
	int nr;

	argp_parse(&extents_argp, argc, argv, 0, NULL, &arguments);
	region = open_region(arguments.name, IPCCHAN_RIGHT_MAP_READ);
	table = table_new("extents", arguments.json, columns,
			  sizeof(columns) / sizeof(columns[0]));
	do {
		nr = ipcchan_region_extents(region, after, extents,
					    IPCCHAN_LIST_MAX,
					    sizeof(extents[0]));
		if (nr < 0)
			fail(arguments.name, nr);
		for (int i = 0; i < nr; i++)
			list_extent(table, arguments.json, &extents[i]);
		if (nr)
			after = extents[nr - 1].id;
	} while (nr == IPCCHAN_LIST_MAX);
	table_print(table);
	ipcchan_region_close(region);
	return EXIT_DONE;
}
