/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables for people and JSON for programs, by libsmartcols.
 */
#ifndef IPCCHAN_TABLE_H
#define IPCCHAN_TABLE_H

#include <ipcchan.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct column - one column of a table
 * @title: Its head for people.
 * @key: Its key in JSON.
 * @number: It is a number in JSON.
 * @right: It stands right for people.
 */
struct column {
	const char *title;
	const char *key;
	bool number;
	bool right;
};

struct table;

/* @name is the key of the list in JSON. */
struct table *table_new(const char *name, bool json,
			const struct column *columns, size_t count);
void table_line(struct table *table);

struct libscols_line;

/* A line below another one, or at the top if that is NULL; the first column shows it. */
struct libscols_line *table_branch(struct table *table,
				   struct libscols_line *above);

/* Fill the next column of the line. */
__attribute__((format(printf, 2, 3)))
void table_cell(struct table *table, const char *format, ...);
/* The same with a time, for people: 1.234s. */
void table_time(struct table *table, uint64_t ns);
void table_print(struct table *table);

struct fields;

/* A list of keys and values: a line each for people, one object in JSON. */
struct fields *fields_new(const char *name, bool json);
__attribute__((format(printf, 3, 4)))
void fields_text(struct fields *fields, const char *key, const char *format,
		 ...);
void fields_number(struct fields *fields, const char *key, uint64_t value);
void fields_print(struct fields *fields);

#endif /* IPCCHAN_TABLE_H */
