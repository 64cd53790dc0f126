// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan peek: messages to standard output, left where they are.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <string.h>

#include "buffer.h"
#include "find.h"
#include "options.h"
#include "parse.h"
#include "print.h"
#include "report.h"
#include "verbs.h"

/**
 * struct peeking - one run of the verb
 * @name: The mailbox's name.
 * @index: --index: the first to show.
 * @count: --count: how many.
 * @print: --output and --verbose.
 */
struct peeking {
	const char *name;
	uint32_t index;
	uint32_t count;
	struct print_options print;
};

static const struct argp_option options[] = {
	{ "index", 'i', "NUMBER", 0,
	  "Begin there; 0 (default) is what would be received next", 0 },
	{ "count", 'c', "NUMBER", 0,
	  "Show so many, or as many as there are (default 1)", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct peeking *peeking = state->input;

	switch (key) {
	case 'i':
		peeking->index = parse_number(state, "--index", text,
					      UINT32_MAX);
		return 0;
	case 'c':
		peeking->count = parse_number(state, "--count", text,
					      UINT32_MAX);
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &peeking->print;
		return 0;
	default:
		return parse_name(key, text, state, &peeking->name);
	}
}

static const struct argp_child children[] = {
	{ &print_argp, 0, NULL, 0 },
	{},
};

static const struct argp peek_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME",
	.doc = "Show messages in the order in which they would be received, and leave "
	       "them in the mailbox.\v"
	       "Each message is looked up by its index when it is shown; what others "
	       "send and receive meanwhile moves them.",
};

static int peek_one(const struct ipcchan_mailbox *mailbox, uint32_t index,
		    struct buffer *buffer)
{
	struct ipcchan_peek_options how = IPCCHAN_PEEK_OPTIONS;
	int got;

	how.index = index;
	do {
		got = ipcchan_mailbox_peek_batch(mailbox, &buffer->message, 1,
						 sizeof(buffer->message), &how);
	} while (got == -EMSGSIZE && buffer_grow(buffer));
	return got;
}

int run_peek(int argc, char **argv)
{
	struct peeking peeking = { .count = 1 };
	struct ipcchan_mailbox *mailbox;
	struct buffer buffer;
	uint32_t shown;

	argp_parse(&peek_argp, argc, argv, 0, NULL, &peeking);
	mailbox = open_mailbox(peeking.name, IPCCHAN_RIGHT_PEEK, 0);
	buffer_init(&buffer, UINT32_MAX);
	for (shown = 0; shown < peeking.count; shown++) {
		int got = peek_one(mailbox, peeking.index + shown, &buffer);
		int error;

		if (got == -ENOMSG && shown)
			break;
		if (got < 0)
			fail(peeking.name, got);
		error = print_message(&peeking.print, &buffer.message);
		if (error)
			fail_because(peeking.name, error, NULL,
				     "standard output: %s", strerror(-error));
	}
	return EXIT_DONE;
}
