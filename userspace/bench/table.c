// SPDX-License-Identifier: GPL-2.0
/*
 * Tables, for people and as JSON.
 */
#include "table.h"

#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void *made(void *thing)
{
	if (!thing)
		errx(1, "no memory for the table");
	return thing;
}

struct libscols_table *table_new(const char *name, bool json)
{
	struct libscols_table *table;

	scols_init_debug(0);
	table = made(scols_new_table());
	scols_table_set_name(table, name);
	scols_table_enable_json(table, json);
	return table;
}

void table_column(struct libscols_table *table, const char *name, bool number)
{
	struct libscols_column *column;

	column = made(scols_table_new_column(table, name, 0,
					     number ? SCOLS_FL_RIGHT : 0));
	scols_column_set_json_type(column, number ? SCOLS_JSON_NUMBER :
						    SCOLS_JSON_STRING);
}

struct libscols_line *table_line(struct libscols_table *table)
{
	return made(scols_table_new_line(table, NULL));
}

void table_cell(struct libscols_line *line, size_t *next, const char *format,
		...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0 ||
	    scols_line_refer_data(line, (*next)++, text))
		errx(1, "no memory for the table");
	va_end(arguments);
}

void table_nothing(struct libscols_line *line, size_t *next, bool json,
		   unsigned int count)
{
	while (count--)
		table_cell(line, next, json ? "null" : "-");
}

void table_print(FILE *out, struct libscols_table *table)
{
	scols_table_set_stream(table, out);
	if (scols_print_table(table))
		errx(1, "no memory for the table");
	scols_unref_table(table);
}

/* A table is an object of one field; its braces go, where several are one. */
void table_print_field(FILE *out, struct libscols_table *table)
{
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
