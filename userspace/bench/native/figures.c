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
#include <sys/utsname.h>
#include <unistd.h>

const struct workload workloads[NR_WORKLOADS] = {
	{ "stream_64", "64 B k/s", STREAM, 64, false, false },
	{ "stream_1024", "1 KiB k/s", STREAM, 1024, false, false },
	{ "stream_65536", "64 KiB k/s", STREAM, 65536, false, false },
	{ "block_1m", "1 MiB block k/s", STREAM, 1 << 20, false, true },
	{ "stream_64_one_cpu", "one CPU k/s", STREAM, 64, true, false },
	{ "round_trip_64", "round trip us", ROUND_TRIP, 64, false, false },
};

/**
 * struct text - how a table is filled, cell by cell
 * @table: It.
 * @line: Where to add the next cell, or NULL.
 * @next: Number of that cell.
 * @json: For programs.
 */
struct text {
	struct libscols_table *table;
	struct libscols_line *line;
	size_t next;
	bool json;
};

static void *made(void *thing)
{
	if (!thing)
		errx(1, "no memory for the table");
	return thing;
}

bool figures_has(const struct mechanism *mechanism, unsigned int workload)
{
	const struct workload *w = &workloads[workload];

	if (mechanism->longest && w->size > mechanism->longest)
		return false;
	if (mechanism->spins && w->one_cpu)
		return false;
	return !mechanism->is_lockstep || w->kind == ROUND_TRIP;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

/* What the first line of @path that begins with @name has behind the colon. */
static char *line_of(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	char *value = NULL;
	size_t size = 0;

	while (file && !value && getline(&line, &size, file) > 0)
		if (!strncmp(line, name, strlen(name)) && strchr(line, ':'))
			value = strndup(strchr(line, ':') + 2,
					strcspn(strchr(line, ':') + 2, "\n"));
	free(line);
	if (file)
		fclose(file);
	return value ? value : made(strdup("unknown"));
}

static char *processor(void)
{
	return line_of("/proc/cpuinfo", "model name");
}

/* The median, over all rounds, of what is at @offset of struct measured. */
static double median(const struct figures *figures, unsigned int workload,
		     size_t offset)
{
	const struct measured *measured = figures->measured[workload];
	unsigned int count = figures->rounds;
	double values[MOST_ROUNDS];

	for (unsigned int i = 0; i < count; i++)
		memcpy(&values[i], (const char *)&measured[i] + offset,
		       sizeof(*values));
	qsort(values, count, sizeof(*values), compare);
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static double ns_of(const struct figures *figures, unsigned int workload)
{
	return median(figures, workload, offsetof(struct measured, ns));
}

__attribute__((format(printf, 2, 3)))
static char *text_of(size_t *size, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		errx(1, "no memory for the table");
	va_end(arguments);
	*size = strlen(text);
	return text;
}

static void add_column(struct text *text, bool is_number, const char *name,
		       const char *title)
{
	struct libscols_column *column;

	column = made(scols_table_new_column(text->table,
					     text->json ? name : title, 0,
					     is_number ? SCOLS_FL_RIGHT : 0));
	scols_column_set_json_type(column, is_number ? SCOLS_JSON_NUMBER :
						       SCOLS_JSON_STRING);
}

/* Only the first column of a workload has its title. */
static void add_column_of(struct text *text, const struct workload *workload,
			  const char *name, const char *title)
{
	size_t size;
	char *full = text_of(&size, "%s_%s", workload->name, name);

	add_column(text, true, full, title);
	free(full);
}

static void add_columns(struct text *text)
{
	add_column(text, false, "mechanism", "mechanism");
	if (text->json) {
		add_column(text, false, "kernel", "kernel");
		add_column(text, false, "processor", "processor");
	}
	for (unsigned int i = 0; i < NR_WORKLOADS; i++) {
		bool is_stream = workloads[i].kind == STREAM;

		add_column_of(text, &workloads[i], "ns", workloads[i].title);
		add_column_of(text, &workloads[i], "of_first", "x");
		for (int q = 0; !is_stream && q < NR_QUANTILES; q++)
			add_column_of(text, &workloads[i], quantiles[q].name,
				      quantiles[q].title);
		if (workloads[i].size == 64)
			add_column_of(text, &workloads[i], "calls", "calls");
	}
}

static void add_text(struct text *text, char *cell)
{
	if (scols_line_refer_data(text->line, text->next++, cell))
		errx(1, "no memory for the table");
}

static void add_number(struct text *text, int digits, double number)
{
	size_t size;

	add_text(text, text_of(&size, "%.*f", digits, number));
}

/* There is none: JSON has a word for that. */
static void add_nothing(struct text *text)
{
	size_t size;

	add_text(text, text_of(&size, text->json ? "null" : "-"));
}

static void add_calls(struct text *text, const struct figures *figures,
		      unsigned int workload)
{
	double calls = median(figures, workload,
			      offsetof(struct measured, calls));

	if (calls < 0)
		add_nothing(text);
	else
		add_number(text, text->json ? 4 : 2, calls);
}

static void add_quantile(struct text *text, const struct figures *figures,
			 unsigned int workload, int quantile)
{
	double ns = median(figures, workload,
			   offsetof(struct measured, quantile_ns) +
			   quantile * sizeof(double));

	add_number(text, text->json ? 1 : 2, text->json ? ns : ns / 1e3);
}

/* Programs get nanoseconds of everything; people what is greater if it is faster. */
static void add_cells(struct text *text, const struct figures *figures,
		      const struct figures *first, unsigned int workload)
{
	bool is_stream = workloads[workload].kind == STREAM;
	double ns = ns_of(figures, workload);

	if (text->json)
		add_number(text, 1, ns);
	else if (is_stream)
		add_number(text, 0, 1e6 / ns);
	else
		add_number(text, 2, ns / 1e3);
	add_number(text, 2, ns / ns_of(first, workload));
	for (int q = 0; !is_stream && q < NR_QUANTILES; q++)
		add_quantile(text, figures, workload, q);
	if (workloads[workload].size == 64)
		add_calls(text, figures, workload);
}

/* Programs find it in each line, as it is of the whole table. */
static void add_machine(struct text *text)
{
	struct utsname system;
	size_t size;

	uname(&system);
	add_text(text, text_of(&size, "%s", system.release));
	add_text(text, processor());
}

static void add_line(struct text *text, const struct figures *figures,
		     const struct figures *first)
{
	size_t size;

	text->line = made(scols_table_new_line(text->table, NULL));
	text->next = 0;
	add_text(text, text_of(&size, "%s", figures->mechanism->name));
	if (text->json)
		add_machine(text);
	for (unsigned int i = 0; i < NR_WORKLOADS; i++) {
		if (figures_has(figures->mechanism, i)) {
			add_cells(text, figures, first, i);
			continue;
		}
		for (int cells = workloads[i].size == 64 ? 3 : 2; cells; cells--)
			add_nothing(text);
	}
}

void figures_print(FILE *out, bool json, const struct figures *figures,
		   size_t count)
{
	struct text text = { .json = json };

	scols_init_debug(0);
	text.table = made(scols_new_table());
	scols_table_set_name(text.table, "native");
	scols_table_enable_json(text.table, json);
	scols_table_set_stream(text.table, out);
	add_columns(&text);
	for (size_t i = 0; i < count; i++)
		add_line(&text, &figures[i], &figures[0]);
	if (scols_print_table(text.table))
		errx(1, "no memory for the table");
	scols_unref_table(text.table);
}

void figures_print_machine(FILE *out)
{
	char *model = processor();
	struct utsname system;
	double load = 0;

	uname(&system);
	getloadavg(&load, 1);
	fprintf(out, "# %ld CPUs: %s\n# %s %s, load %.2f before this\n",
		sysconf(_SC_NPROCESSORS_ONLN), model, system.sysname,
		system.release, load);
	free(model);
}
