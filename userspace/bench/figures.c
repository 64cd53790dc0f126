// SPDX-License-Identifier: GPL-2.0
/*
 * Figures: what was measured of each mechanism, for people and for programs.
 */
#include "figures.h"

#include <stdlib.h>
#include <string.h>

#include "syscalls.h"
#include "table.h"

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left;
	uint64_t b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

struct figures figures_of(const struct pair *pair, const struct costs *costs)
{
	struct figures figures = { .mechanism = pair->mechanism };
	const size_t kept = REPEATS - 1;
	uint64_t ns[REPEATS - 1];
	double median;

	memcpy(ns, &costs->ns[1], sizeof(ns));
	qsort(ns, kept, sizeof(*ns), compare);
	median = (ns[(kept - 1) / 2] + ns[kept / 2]) / 2.0;
	figures.ns = median / pair->rounds;
	figures.spread = (ns[kept - 1] - ns[0]) / median;
	figures.switches = (double)costs->switches /
			   (REPEATS * pair->rounds + 1);
	return figures;
}

struct figures figures_measure(const struct pair *pair,
			       unsigned int counted_rounds)
{
	struct pair counted = *pair;
	struct figures figures;
	struct costs costs;

	fprintf(stderr, "# %s\n", pair->mechanism->name);
	costs = pair_run(pair);
	figures = figures_of(pair, &costs);
	counted.rounds = counted_rounds;
	counted.is_marked = false;
	figures.syscalls = syscalls_per_round(&counted);
	return figures;
}

double figures_best_rival(const struct figures *figures, size_t count)
{
	double best = 0;

	for (; count; figures++, count--)
		if (figures->mechanism->is_rival &&
		    (!best || figures->ns < best))
			best = figures->ns;
	return best;
}

static struct libscols_table *new_table(bool json, const char *name,
					const char *unit)
{
	struct libscols_table *table = table_new(name, json);

	table_column(table, "mechanism", false);
	table_column(table, unit, true);
	table_column(table, json ? "spread" : "spread %", true);
	table_column(table, json ? "syscalls" : "system calls", true);
	table_column(table, json ? "switches" : "context switches", true);
	table_column(table, json ? "of_best_rival" : "of best rival", true);
	return table;
}

static void add_line(struct libscols_table *table, bool json,
		     const struct figures *figures, double best)
{
	struct libscols_line *line = table_line(table);
	size_t next = 0;

	table_cell(line, &next, "%s", figures->mechanism->name);
	table_cell(line, &next, "%.0f", figures->ns);
	table_cell(line, &next, json ? "%.6f" : "%.2f",
		   json ? figures->spread : 100 * figures->spread);
	table_cell(line, &next, "%.2f", figures->syscalls);
	table_cell(line, &next, "%.2f", figures->switches);
	if (best)
		table_cell(line, &next, "%.3f", figures->ns / best);
}

static struct libscols_table *fill_table(const struct figures_table *what,
					 bool json)
{
	struct libscols_table *table = new_table(json, what->name, what->unit);
	double best = figures_best_rival(what->figures, what->count);

	for (size_t i = 0; i < what->count; i++)
		add_line(table, json, &what->figures[i], best);
	return table;
}

void figures_print(FILE *out, const struct figures_table *what)
{
	fprintf(out, "%s\n", what->title);
	table_print(out, fill_table(what, false));
}

void figures_print_json(FILE *out, const struct figures_table *what)
{
	table_print_field(out, fill_table(what, true));
}
