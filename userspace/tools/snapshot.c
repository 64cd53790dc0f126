// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan snapshot: all that is in a mailbox, to standard output.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <string.h>

#include "buffer.h"
#include "find.h"
#include "parse.h"
#include "print.h"
#include "report.h"
#include "verbs.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
	return parse_name(key, text, state, state->input);
}

static const struct argp snapshot_argp = {
	.parser = parse,
	.args_doc = "NAME",
	.doc = "Write all that is in a mailbox to standard output, for \"ipcchan restore\", "
	       "and leave it there.",
};

int run_snapshot(int argc, char **argv)
{
	struct ipcchan_mailbox *mailbox;
	struct ipcchan_snapshot *snapshot = NULL;
	const char *name = NULL;
	uint64_t size = sizeof(*snapshot);
	int result;

	argp_parse(&snapshot_argp, argc, argv, 0, NULL, &name);
	mailbox = open_mailbox(name, IPCCHAN_RIGHT_ADMIN, 0);
	do {
		snapshot = resize(snapshot, size);
		result = ipcchan_mailbox_snapshot(mailbox, snapshot, &size);
	} while (result == -EMSGSIZE);
	if (result < 0)
		fail(name, result);
	result = print_bytes(snapshot, snapshot->size);
	if (result)
		fail_because(name, result, NULL, "standard output: %s",
			     strerror(-result));
	return EXIT_DONE;
}
