// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan senders: who sends to a fair mailbox.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "find.h"
#include "options.h"
#include "report.h"
#include "table.h"
#include "verbs.h"

static const struct argp senders_argp = {
	.parser = parse_look,
	.children = look_children,
	.args_doc = "NAME",
	.doc = "List the senders of a fair mailbox.\v"
	       "A sender is a client: all descriptors of one session. WAIT is the "
	       "longest time that a message of it took, BEHIND the most messages "
	       "that went before one, BYPASSED how often one of another sender did "
	       "that came later.",
};

static const struct column columns[] = {
	{ "CLIENT", "client", true, true },
	{ "QUEUED", "queued", true, true },
	{ "BYTES", "bytes", true, true },
	{ "WAITING", "waiting", true, true },
	{ "SENT", "sent", true, true },
	{ "WAIT", "longest_wait_ns", true, true },
	{ "BEHIND", "longest_wait_messages", true, true },
	{ "BYPASSED", "bypasses", true, true },
};

static void number_cell(struct table *table, uint64_t number)
{
	table_cell(table, "%" PRIu64, number);
}

static void wait_cell(struct table *table, uint64_t ns, bool json)
{
	if (json)
		number_cell(table, ns);
	else
		table_time(table, ns);
}

static void list_sender(struct table *table, bool json,
			const struct ipcchan_mailbox_sender *sender)
{
	table_line(table);
	number_cell(table, sender->client);
	number_cell(table, sender->queued);
	number_cell(table, sender->bytes);
	number_cell(table, sender->waiting);
	number_cell(table, sender->sent);
	wait_cell(table, sender->longest_wait_ns, json);
	number_cell(table, sender->longest_wait_messages);
	number_cell(table, sender->bypasses);
}

int run_senders(int argc, char **argv)
{
	struct ipcchan_mailbox_sender senders[IPCCHAN_LIST_MAX];
	struct look_options arguments = {};
	struct ipcchan_mailbox *mailbox;
	struct table *table;
	uint64_t after = 0;
	int nr;

	argp_parse(&senders_argp, argc, argv, 0, NULL, &arguments);
	mailbox = open_to_look(arguments.name);
	table = table_new("senders", arguments.json, columns,
			  sizeof(columns) / sizeof(columns[0]));
	do {
		nr = ipcchan_mailbox_senders(mailbox, after, senders,
					     IPCCHAN_LIST_MAX,
					     sizeof(senders[0]));
		if (nr == -EOPNOTSUPP)
			fail_because(arguments.name, nr, NULL,
				     "only a fair mailbox knows its senders");
		if (nr < 0)
			fail(arguments.name, nr);
		for (int i = 0; i < nr; i++)
			list_sender(table, arguments.json, &senders[i]);
		if (nr)
			after = senders[nr - 1].client;
	} while (nr == IPCCHAN_LIST_MAX);
	table_print(table);
	ipcchan_mailbox_close(mailbox);
	return EXIT_DONE;
}
