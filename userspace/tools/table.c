// SPDX-License-Identifier: GPL-2.0
/*
 * Tables for people and JSON for programs.
 */
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "buffer.h"
#include "report.h"

/**
 * struct table - a table in the making
 * @lines: The library's table.
 * @line: Its last line.
 * @next: The next column of it to fill.
 */
struct table {
	struct libscols_table *lines;
	struct libscols_line *line;
	size_t next;
};

/**
 * struct fields - a list of keys and values in the making
 * @table: Key and value for people; a column for each key in JSON.
 * @json: Which of the two.
 */
struct fields {
	struct table *table;
	bool json;
};

/* The library gives NULL or not 0 only when there is no memory. */
static void *made(void *thing)
{
	if (!thing)
		fail(NULL, -ENOMEM);
	return thing;
}

static void add_column(struct table *table, const char *title, bool number,
		       bool right)
{
	struct libscols_column *column =
		made(scols_table_new_column(table->lines, title, 0,
					    right ? SCOLS_FL_RIGHT : 0));

	scols_column_set_json_type(column, number ? SCOLS_JSON_NUMBER :
						    SCOLS_JSON_STRING);
}

struct table *table_new(const char *name, bool json,
			const struct column *columns, size_t count)
{
	struct table *table = resize(NULL, sizeof(*table));
	size_t i;

	scols_init_debug(0);
	table->lines = made(scols_new_table());
	scols_table_set_name(table->lines, name);
	scols_table_enable_json(table->lines, json);
	for (i = 0; i < count; i++)
		add_column(table, json ? columns[i].key : columns[i].title,
			   columns[i].number, columns[i].right);
	return table;
}

void table_line(struct table *table)
{
	table->line = made(scols_table_new_line(table->lines, NULL));
	table->next = 0;
}

struct libscols_line *table_branch(struct table *table,
				   struct libscols_line *above)
{
	struct libscols_column *first = scols_table_get_column(table->lines, 0);

	scols_column_set_flags(first, scols_column_get_flags(first) |
				      SCOLS_FL_TREE);
	table->line = made(scols_table_new_line(table->lines, above));
	table->next = 0;
	return table->line;
}

static void add_cell(struct table *table, const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0 ||
	    scols_line_refer_data(table->line, table->next++, text))
		fail(NULL, -ENOMEM);
}

void table_cell(struct table *table, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_cell(table, format, arguments);
	va_end(arguments);
}

void table_time(struct table *table, uint64_t ns)
{
	table_cell(table, "%" PRIu64 ".%03" PRIu64 "s", ns / 1000000000,
		   ns / 1000000 % 1000);
}

void table_print(struct table *table)
{
	if (scols_print_table(table->lines))
		fail(NULL, -ENOMEM);
	scols_unref_table(table->lines);
	free(table);
}

struct fields *fields_new(const char *name, bool json)
{
	static const struct column columns[] = {
		{ .title = "KEY" },
		{ .title = "VALUE" },
	};
	struct fields *fields = resize(NULL, sizeof(*fields));

	fields->json = json;
	fields->table = table_new(name, json, columns, json ? 0 : 2);
	scols_table_enable_noheadings(fields->table->lines, 1);
	if (json)
		table_line(fields->table);
	return fields;
}

/* Where the value of @key goes. */
static void begin_field(struct fields *fields, const char *key, bool number)
{
	struct libscols_line *line = fields->table->line;

	if (!fields->json) {
		table_line(fields->table);
		table_cell(fields->table, "%s", key);
		return;
	}
	add_column(fields->table, key, number, false);
	if (scols_line_alloc_cells(line, fields->table->next + 1))
		fail(NULL, -ENOMEM);
}

void fields_text(struct fields *fields, const char *key, const char *format,
		 ...)
{
	va_list arguments;

	begin_field(fields, key, false);
	va_start(arguments, format);
	add_cell(fields->table, format, arguments);
	va_end(arguments);
}

void fields_number(struct fields *fields, const char *key, uint64_t value)
{
	begin_field(fields, key, true);
	table_cell(fields->table, "%" PRIu64, value);
}

void fields_print(struct fields *fields)
{
	table_print(fields->table);
	free(fields);
}
