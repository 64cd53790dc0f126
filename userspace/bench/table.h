/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables, for people and as JSON.
 */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <libsmartcols.h>
#include <stdbool.h>
#include <stdio.h>

/** table_new - one without columns; what fails ends the process, as in all of these */
struct libscols_table *table_new(const char *name, bool json);

void table_column(struct libscols_table *table, const char *name, bool number);

struct libscols_line *table_line(struct libscols_table *table);

/** table_cell - fill the column @next of a line, and count it */
__attribute__((format(printf, 3, 4)))
void table_cell(struct libscols_line *line, size_t *next, const char *format,
		...);

/** table_nothing - say in the next @count cells of a line that there is nothing */
void table_nothing(struct libscols_line *line, size_t *next, bool json,
		   unsigned int count);

/** table_print - print a table for people, and free it */
void table_print(FILE *out, struct libscols_table *table);

/** table_print_field - print one as a field of a JSON object, and free it */
void table_print_field(FILE *out, struct libscols_table *table);

#endif /* BENCH_TABLE_H */
