// SPDX-License-Identifier: GPL-2.0
/*
 * Results: what was measured, for people and for programs.
 */
#include "results.h"

#include <err.h>
#include <string.h>

#include "table.h"

#define RESULTS_MAX	400
#define CASES_MAX	12

static struct result results[RESULTS_MAX];
static size_t nr_results;

/* Two of the same scenario: do they stand in the same column, or line? */
typedef bool same_fn(const struct result *a, const struct result *b);

static bool same_case(const struct result *a, const struct result *b)
{
	return !strcmp(a->of, b->of);
}

static bool same_mechanism(const struct result *a, const struct result *b)
{
	return !strcmp(a->mechanism, b->mechanism);
}

void results_add(const struct result *result)
{
	if (nr_results == RESULTS_MAX)
		errx(1, "more than %d results", RESULTS_MAX);
	results[nr_results++] = *result;
}

size_t results_count(void)
{
	return nr_results;
}

/* The first result of each column, or line, of @scenario. */
static size_t list(const char *scenario, same_fn *same,
		   const struct result **firsts, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < nr_results; i++) {
		size_t at = 0;

		if (strcmp(results[i].scenario, scenario))
			continue;
		while (at < count && !same(firsts[at], &results[i]))
			at++;
		if (at < count)
			continue;
		if (count == most)
			errx(1, "%s has more than %zu cases or lines", scenario,
			     most);
		firsts[count++] = &results[i];
	}
	return count;
}

static const struct result *find(const struct result *line,
				 const struct result *of)
{
	for (size_t i = 0; i < nr_results; i++)
		if (!strcmp(results[i].scenario, line->scenario) &&
		    same_mechanism(&results[i], line) &&
		    same_case(&results[i], of))
			return &results[i];
	return NULL;
}

static double best_rival(const struct result *of)
{
	double best = 0;

	for (size_t i = 0; i < nr_results; i++)
		if (!strcmp(results[i].scenario, of->scenario) &&
		    same_case(&results[i], of) && results[i].is_rival &&
		    (!best || results[i].cost < best))
			best = results[i].cost;
	return best;
}

static void add_count(struct libscols_line *line, size_t *next, double count)
{
	if (count == UNCOUNTED)
		table_nothing(line, next, false, 1);
	else
		table_cell(line, next, "%.2f", count);
}

/* System calls, switches and wake-ups are those of the first case there is. */
static void add_counts(struct libscols_line *line, size_t *next,
		       const struct result *result)
{
	double best = best_rival(result);

	add_count(line, next, result->syscalls);
	add_count(line, next, result->switches);
	add_count(line, next, result->wakeups);
	if (best)
		table_cell(line, next, "%.3f", result->cost / best);
	else
		table_nothing(line, next, false, 1);
}

static double widest_spread(const struct result *line)
{
	double widest = 0;

	for (size_t i = 0; i < nr_results; i++)
		if (!strcmp(results[i].scenario, line->scenario) &&
		    same_mechanism(&results[i], line) &&
		    results[i].spread > widest)
			widest = results[i].spread;
	return widest;
}

static void add_line(struct libscols_table *table, const struct result *first,
		     const struct result **cases, size_t nr_cases)
{
	struct libscols_line *line = table_line(table);
	size_t next = 0;

	table_cell(line, &next, "%s", first->mechanism);
	for (size_t i = 0; i < nr_cases; i++) {
		const struct result *result = find(first, cases[i]);

		if (result)
			table_cell(line, &next, "%.0f", result->cost);
		else
			table_nothing(line, &next, false, 1);
	}
	add_counts(line, &next, first);
	table_cell(line, &next, "%.2f", 100 * widest_spread(first));
}

void results_print(FILE *out, const char *scenario, const char *title,
		   const char *unit)
{
	const struct result *lines[RESULTS_MAX];
	const struct result *cases[CASES_MAX];
	size_t nr_cases = list(scenario, same_case, cases, CASES_MAX);
	size_t nr_lines = list(scenario, same_mechanism, lines, RESULTS_MAX);
	struct libscols_table *table;

	if (!nr_lines)
		return;
	table = table_new(scenario, false);
	table_column(table, "mechanism", false);
	for (size_t i = 0; i < nr_cases; i++)
		table_column(table, cases[i]->of, true);
	table_column(table, "system calls", true);
	table_column(table, "switches", true);
	table_column(table, "wake-ups", true);
	table_column(table, "of best rival", true);
	table_column(table, "spread %", true);
	for (size_t i = 0; i < nr_lines; i++)
		add_line(table, lines[i], cases, nr_cases);
	fprintf(out, "%s, in %s:\n", title, unit);
	table_print(out, table);
}

static void add_number(struct libscols_line *line, size_t *next, double count)
{
	if (count == UNCOUNTED)
		table_nothing(line, next, true, 1);
	else
		table_cell(line, next, "%.3f", count);
}

static void add_object(struct libscols_table *table, const struct result *result)
{
	struct libscols_line *line = table_line(table);
	size_t next = 0;

	table_cell(line, &next, "%s", result->scenario);
	table_cell(line, &next, "%s", result->of);
	table_cell(line, &next, "%s", result->mechanism);
	table_cell(line, &next, "%s", result->is_rival ? "true" : "false");
	table_cell(line, &next, "%.1f", result->cost);
	table_cell(line, &next, "%.6f", result->spread);
	add_number(line, &next, result->syscalls);
	add_number(line, &next, result->switches);
	add_number(line, &next, result->wakeups);
}

void results_print_json(FILE *out)
{
	struct libscols_table *table = table_new("results", true);

	table_column(table, "scenario", false);
	table_column(table, "case", false);
	table_column(table, "mechanism", false);
	/* A word that is no string, as a number is. */
	table_column(table, "is_rival", true);
	table_column(table, "cost", true);
	table_column(table, "spread", true);
	table_column(table, "syscalls", true);
	table_column(table, "switches", true);
	table_column(table, "wakeups", true);
	for (size_t i = 0; i < nr_results; i++)
		add_object(table, &results[i]);
	table_print(out, table);
}

bool results_are_alike(double widest)
{
	bool alike = true;

	for (size_t i = 0; i < nr_results; i++)
		if (!results[i].is_rival && !results[i].varies &&
		    results[i].spread > widest) {
			alike = false;
			warnx("%s, %s, %s: repeats differ by %.2f %%",
			      results[i].scenario, results[i].of,
			      results[i].mechanism, 100 * results[i].spread);
		}
	return alike;
}
