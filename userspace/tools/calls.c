// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan calls: who waits for whom, and since when.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdbool.h>

#include "find.h"
#include "options.h"
#include "report.h"
#include "table.h"
#include "verbs.h"
#include "words.h"

static const struct argp calls_argp = {
	.parser = parse_look,
	.children = look_children,
	.args_doc = "NAME",
	.doc = "List the requests of a mailbox that are not answered, the oldest first.\v"
	       "PID is the process that waits, since SINCE; it gives up after LEFT. "
	       "SERVER is the process that received the request.",
};

static const struct column columns[] = {
	{ "PID", "pid", true, true },
	{ "CLIENT", "client", true, true },
	{ "SINCE", "since_ns", true, true },
	{ "LEFT", "deadline_ns", true, true },
	{ "STATE", "state", false, false },
	{ "SERVER", "server_pid", true, true },
	{ "TYPE", "type", true, true },
	{ "PRIORITY", "priority", true, true },
	{ "BYTES", "length", true, true },
	{ "SEQUENCE", "sequence", true, true },
};

static void number_cell(struct table *table, uint64_t number)
{
	table_cell(table, "%" PRIu64, number);
}

/* For people, the time from one to the other; "-" if that is for ever. */
static void time_cell(struct table *table, uint64_t from, uint64_t to)
{
	uint64_t ns = to > from ? to - from : 0;

	if (to == IPCCHAN_DEADLINE_NEVER)
		table_cell(table, "-");
	else
		table_time(table, ns);
}

static void server_cell(struct table *table,
			const struct ipcchan_call_info *call)
{
	if (call->state == IPCCHAN_CALL_HELD)
		number_cell(table, call->server_tgid);
	else
		table_cell(table, "-");
}

static void list_times(struct table *table,
		       const struct ipcchan_call_info *call)
{
	uint64_t now = ipcchan_deadline_in(0);

	time_cell(table, call->since_ns, now);
	time_cell(table, now, call->deadline_ns);
	table_cell(table, "%s", word_of(call_states, call->state));
	server_cell(table, call);
}

static void list_times_as_numbers(struct table *table,
				  const struct ipcchan_call_info *call)
{
	number_cell(table, call->since_ns);
	number_cell(table, call->deadline_ns);
	table_cell(table, "%s", word_of(call_states, call->state));
	number_cell(table, call->server_tgid);
}

static void list_call(struct table *table, bool json,
		      const struct ipcchan_call_info *call)
{
	table_line(table);
	number_cell(table, call->tgid);
	number_cell(table, call->client);
	(json ? list_times_as_numbers : list_times)(table, call);
	number_cell(table, call->type);
	number_cell(table, call->priority);
	number_cell(table, call->length);
	number_cell(table, call->sequence);
}

int run_calls(int argc, char **argv)
{
	struct ipcchan_call_info calls[IPCCHAN_LIST_MAX];
	struct look_options arguments = {};
	struct ipcchan_mailbox *mailbox;
	struct table *table;
	uint64_t after = 0;
	int nr;

	argp_parse(&calls_argp, argc, argv, 0, NULL, &arguments);
	mailbox = open_to_look(arguments.name);
	table = table_new("calls", arguments.json, columns,
			  sizeof(columns) / sizeof(columns[0]));
	do {
		nr = ipcchan_mailbox_call_list(mailbox, after, calls,
					       IPCCHAN_LIST_MAX,
					       sizeof(calls[0]));
		if (nr < 0)
			fail(arguments.name, nr);
		for (int i = 0; i < nr; i++)
			list_call(table, arguments.json, &calls[i]);
		if (nr)
			after = calls[nr - 1].sequence;
	} while (nr == IPCCHAN_LIST_MAX);
	table_print(table);
	ipcchan_mailbox_close(mailbox);
	return EXIT_DONE;
}
