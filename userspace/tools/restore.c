// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan restore: what "ipcchan snapshot" wrote, into a new mailbox.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "find.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

#define PORTION		(64U << 10)

static error_t parse(int key, char *text, struct argp_state *state)
{
	return parse_name(key, text, state, state->input);
}

static const struct argp restore_argp = {
	.parser = parse,
	.args_doc = "NAME",
	.doc = "Put what \"ipcchan snapshot\" wrote, from standard input, into a mailbox "
	       "that never had a message.",
};

static char *read_input(const char *name, size_t *size)
{
	char *bytes = NULL;
	size_t got;

	*size = 0;
	do {
		bytes = resize(bytes, *size + PORTION);
		got = fread(bytes + *size, 1, PORTION, stdin);
		*size += got;
	} while (got);
	if (ferror(stdin))
		fail_because(name, -errno, NULL, "standard input: %s",
			     strerror(errno));
	return bytes;
}

_Noreturn static void fail_to_restore(const char *name, int error)
{
	switch (-error) {
	case EINVAL:
		fail_because(name, error, NULL,
			     "standard input is no snapshot, or a part of one");
	case EMSGSIZE:
		fail_because(name, error,
			     "give \"ipcchan create\" the limits of the other mailbox",
			     "the snapshot is more than this mailbox takes");
	case ENOTEMPTY:
		fail_because(name, error, "create a new one",
			     "this mailbox has or had messages");
	default:
		fail(name, error);
	}
}

int run_restore(int argc, char **argv)
{
	struct ipcchan_mailbox *mailbox;
	const char *name = NULL;
	char *bytes;
	size_t size;
	int result;

	argp_parse(&restore_argp, argc, argv, 0, NULL, &name);
	mailbox = open_mailbox(name, IPCCHAN_RIGHT_ADMIN, 0);
	bytes = read_input(name, &size);
	result = ipcchan_mailbox_restore(mailbox, bytes, size);
	if (result < 0)
		fail_to_restore(name, result);
	return EXIT_DONE;
}
