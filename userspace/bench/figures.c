// SPDX-License-Identifier: GPL-2.0
/*
 * Figures: what was measured of each mechanism, for people and for programs.
 */
#include "figures.h"

#include <err.h>
#include <libsmartcols.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

double figures_best_rival(const struct figures *figures, size_t count)
{
	double best = 0;

	for (; count; figures++, count--)
		if (figures->mechanism->is_rival &&
		    (!best || figures->ns < best))
			best = figures->ns;
	return best;
}

static void *made(void *thing)
{
	if (!thing)
		errx(1, "no memory for the table");
	return thing;
}

static void add_column(struct libscols_table *table, const char *name,
		       bool number)
{
	struct libscols_column *column;

	column = made(scols_table_new_column(table, name, 0,
					     number ? SCOLS_FL_RIGHT : 0));
	scols_column_set_json_type(column, number ? SCOLS_JSON_NUMBER :
						    SCOLS_JSON_STRING);
}

static struct libscols_table *new_table(bool json, const char *name,
					const char *unit)
{
	struct libscols_table *table = made(scols_new_table());

	scols_table_set_name(table, name);
	scols_table_enable_json(table, json);
	add_column(table, "mechanism", false);
	add_column(table, unit, true);
	add_column(table, json ? "spread" : "spread %", true);
	add_column(table, json ? "syscalls" : "system calls", true);
	add_column(table, json ? "switches" : "context switches", true);
	add_column(table, json ? "of_best_rival" : "of best rival", true);
	return table;
}

__attribute__((format(printf, 3, 4)))
static void add_cell(struct libscols_line *line, size_t *next,
		     const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0 ||
	    scols_line_refer_data(line, (*next)++, text))
		errx(1, "no memory for the table");
	va_end(arguments);
}

static void add_line(struct libscols_table *table, bool json,
		     const struct figures *figures, double best)
{
	struct libscols_line *line = made(scols_table_new_line(table, NULL));
	size_t next = 0;

	add_cell(line, &next, "%s", figures->mechanism->name);
	add_cell(line, &next, "%.0f", figures->ns);
	add_cell(line, &next, json ? "%.6f" : "%.2f",
		 json ? figures->spread : 100 * figures->spread);
	add_cell(line, &next, "%.2f", figures->syscalls);
	add_cell(line, &next, "%.2f", figures->switches);
	if (best)
		add_cell(line, &next, "%.3f", figures->ns / best);
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
	struct libscols_table *table;

	scols_init_debug(0);
	table = fill_table(what, false);
	scols_table_set_stream(table, out);
	fprintf(out, "%s\n", what->title);
	if (scols_print_table(table))
		errx(1, "no memory for the table");
	scols_unref_table(table);
}

/* A table is an object of one field; its braces go, where several are one. */
static void print_field(FILE *out, const struct figures_table *what)
{
	struct libscols_table *table = fill_table(what, true);
	char *text;
	char *end;

	if (scols_print_table_to_string(table, &text))
		errx(1, "no memory for the table");
	end = strrchr(text, '}');
	if (*text != '{' || !end)
		errx(1, "libsmartcols gives no object");
	*end = '\0';
	fputs(text + 1, out);
	free(text);
	scols_unref_table(table);
}

void figures_print_json(FILE *out, const struct figures_table *tables,
			size_t count)
{
	scols_init_debug(0);
	fputs("{", out);
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputs(",", out);
		print_field(out, &tables[i]);
	}
	fputs("}\n", out);
}
