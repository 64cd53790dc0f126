// SPDX-License-Identifier: GPL-2.0
/*
 * Waits: who waits for whom, as a tree, as JSON and for Graphviz.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "buffer.h"
#include "find.h"
#include "report.h"
#include "table.h"
#include "waits.h"

/**
 * struct waits - all waits, as they were told
 * @all: The waits.
 * @count: How many.
 * @is_shown: By place there: it is in the tree.
 * @stuck_ns: Those that are older are marked.
 * @now: When they were told.
 */
struct waits {
	struct ipcchan_wait_info *all;
	unsigned int count;
	bool *is_shown;
	uint64_t stuck_ns;
	uint64_t now;
};

static void load(struct waits *waits)
{
	struct ipcchan *session = open_session();
	int nr;

	do {
		waits->all = resize(waits->all, (waits->count + IPCCHAN_LIST_MAX) *
						sizeof(*waits->all));
		nr = ipcchan_wait_list(session, waits->count,
				       &waits->all[waits->count],
				       IPCCHAN_LIST_MAX, sizeof(*waits->all));
		if (nr < 0)
			fail(NULL, nr);
		waits->count += nr;
	} while (nr == IPCCHAN_LIST_MAX);
	ipcchan_session_close(session);
	waits->now = ipcchan_deadline_in(0);
	waits->is_shown = resize(NULL, waits->count + 1);
	for (unsigned int i = 0; i < waits->count; i++)
		waits->is_shown[i] = false;
}

static uint64_t age(const struct waits *waits, const struct ipcchan_wait_info *w)
{
	return waits->now > w->since_ns ? waits->now - w->since_ns : 0;
}

static bool is_stuck(const struct waits *waits, const struct ipcchan_wait_info *w)
{
	return age(waits, w) > waits->stuck_ns;
}

/* The name of an object, or else its number. */
static const char *object_text(const struct ipcchan_wait_info *w)
{
	static char text[sizeof(w->name) + 32];

	if (*w->name)
		snprintf(text, sizeof(text), "%s", w->name);
	else
		snprintf(text, sizeof(text), "#%" PRIu64, (uint64_t)w->object);
	return text;
}

/* Is it @holder, a thread or any of a process, that the wait is for? */
static bool is_for(const struct ipcchan_wait_info *w, uint32_t tgid, uint32_t tid)
{
	return w->holder_tgid == tgid && (!w->holder_tid || w->holder_tid == tid);
}

static void add_waiters(struct waits *waits, struct table *table,
			struct libscols_line *above, uint32_t tgid, uint32_t tid);

static void add_wait(struct waits *waits, struct table *table,
		     struct libscols_line *above, unsigned int nr)
{
	const struct ipcchan_wait_info *w = &waits->all[nr];
	struct libscols_line *line = table_branch(table, above);

	waits->is_shown[nr] = true;
	table_cell(table, "%u/%u waits", w->tgid, w->tid);
	table_time(table, age(waits, w));
	table_cell(table, "%s", w->mode == IPCCHAN_WAIT_FOR_ALL ? "all" : "any");
	table_cell(table, "%s", kind_name(w->kind));
	table_cell(table, "%s", object_text(w));
	table_cell(table, "%s", is_stuck(waits, w) ? "stuck" : "");
	add_waiters(waits, table, line, w->tgid, w->tid);
}

/* Each wait is shown once, so that a circle has an end. */
static void add_waiters(struct waits *waits, struct table *table,
			struct libscols_line *above, uint32_t tgid, uint32_t tid)
{
	for (unsigned int i = 0; i < waits->count; i++)
		if (!waits->is_shown[i] && is_for(&waits->all[i], tgid, tid))
			add_wait(waits, table, above, i);
}

static bool waits_itself(const struct waits *waits, uint32_t tgid, uint32_t tid)
{
	for (unsigned int i = 0; i < waits->count; i++)
		if (waits->all[i].tgid == tgid &&
		    (!tid || waits->all[i].tid == tid))
			return true;
	return false;
}

/* Those in the way who do not wait; then what nobody in particular is in the way of. */
static void add_roots(struct waits *waits, struct table *table)
{
	for (unsigned int i = 0; i < waits->count; i++) {
		const struct ipcchan_wait_info *w = &waits->all[i];
		struct libscols_line *line;

		if (waits->is_shown[i] || !w->holder_tgid ||
		    waits_itself(waits, w->holder_tgid, w->holder_tid))
			continue;
		line = table_branch(table, NULL);
		if (w->holder_tid)
			table_cell(table, "%u/%u", w->holder_tgid, w->holder_tid);
		else
			table_cell(table, "%u", w->holder_tgid);
		add_waiters(waits, table, line, w->holder_tgid, w->holder_tid);
	}
	for (unsigned int i = 0; i < waits->count; i++)
		if (!waits->is_shown[i])
			add_wait(waits, table, NULL, i);
}

static void print_tree(struct waits *waits)
{
	static const struct column columns[] = {
		{ "PID/THREAD", "who", false, false },
		{ "SINCE", "since", false, true },
		{ "FOR", "mode", false, false },
		{ "KIND", "kind", false, false },
		{ "OBJECT", "object", false, false },
		{ "", "stuck", false, false },
	};
	struct table *table = table_new("waits", false, columns,
					sizeof(columns) / sizeof(columns[0]));

	add_roots(waits, table);
	table_print(table);
}

static void number_cell(struct table *table, uint64_t number)
{
	table_cell(table, "%" PRIu64, number);
}

static void print_json(const struct waits *waits)
{
	static const struct column columns[] = {
		{ "", "pid", true, false },
		{ "", "thread", true, false },
		{ "", "client", true, false },
		{ "", "since_ns", true, false },
		{ "", "age_ns", true, false },
		{ "", "mode", false, false },
		{ "", "kind", false, false },
		{ "", "object", true, false },
		{ "", "name", false, false },
		{ "", "holder_pid", true, false },
		{ "", "holder_thread", true, false },
		{ "", "stuck", true, false },
	};
	struct table *table = table_new("waits", true, columns,
					sizeof(columns) / sizeof(columns[0]));

	for (unsigned int i = 0; i < waits->count; i++) {
		const struct ipcchan_wait_info *w = &waits->all[i];

		table_line(table);
		number_cell(table, w->tgid);
		number_cell(table, w->tid);
		number_cell(table, w->client);
		number_cell(table, w->since_ns);
		number_cell(table, age(waits, w));
		table_cell(table, "%s",
			   w->mode == IPCCHAN_WAIT_FOR_ALL ? "all" : "any");
		table_cell(table, "%s", kind_name(w->kind));
		number_cell(table, w->object);
		table_cell(table, "%s", w->name);
		number_cell(table, w->holder_tgid);
		number_cell(table, w->holder_tid);
		number_cell(table, is_stuck(waits, w));
	}
	table_print(table);
}

/* Threads are boxes; who is not known to wait, or is any of a process, is one too. */
static void print_dot(const struct waits *waits)
{
	puts("digraph waits {");
	for (unsigned int i = 0; i < waits->count; i++) {
		const struct ipcchan_wait_info *w = &waits->all[i];

		printf("\t\"%u/%u\" -> ", w->tgid, w->tid);
		if (w->holder_tid)
			printf("\"%u/%u\"", w->holder_tgid, w->holder_tid);
		else if (w->holder_tgid)
			printf("\"%u\"", w->holder_tgid);
		else
			printf("\"%s %s\"", kind_name(w->kind), object_text(w));
		printf(" [label=\"%s %s %" PRIu64 ".%03" PRIu64 "s\"%s];\n",
		       kind_name(w->kind), object_text(w),
		       age(waits, w) / 1000000000,
		       age(waits, w) / 1000000 % 1000,
		       is_stuck(waits, w) ? ", color=red" : "");
	}
	puts("}");
}

void print_waits(enum waits_format format, uint64_t stuck_ns)
{
	struct waits waits = { .stuck_ns = stuck_ns };

	load(&waits);
	if (format == WAITS_TREE)
		print_tree(&waits);
	else if (format == WAITS_JSON)
		print_json(&waits);
	else
		print_dot(&waits);
	free(waits.is_shown);
	free(waits.all);
}
