// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan create: a mailbox.
 */
#include <argp.h>
#include <ipcchan.h>

#include "find.h"
#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"
#include "words.h"

/**
 * struct arguments - of the command line
 * @name: Name of the mailbox.
 * @new: --mode and --exclusive.
 * @options: All as the library wants it.
 */
struct arguments {
	const char *name;
	struct new_options new;
	struct ipcchan_mailbox_options options;
};

static const struct argp_option options[] = {
	{ "messages", 'c', "NUMBER", 0, "How many messages it holds", 0 },
	{ "message-size", 's', "SIZE", 0, "How long a message may be", 0 },
	{ "bytes", 'b', "SIZE", 0, "How many bytes it holds", 0 },
	{ "delivery", 'd', "WORD", 0,
	  "Who gets a message: queue (default), rendezvous, fair, latest or "
	  "broadcast", 0 },
	{ "aging", 'a', "DURATION", 0,
	  "When a message goes before all priorities (never)", 0 },
	{ "policy", 'p', "WORD", 0,
	  "What a sender does while it is full: block (default), fail, "
	  "drop-oldest, drop-new or latest", 0 },
	{ "history", 'H', "NUMBER", 0,
	  "How many messages are kept for later subscribers (broadcast)", 0 },
	{ "fds", 'f', NULL, 0, "Its messages may have file descriptors", 0 },
	{ "notices", 'n', NULL, 0,
	  "Its receivers are told who opens it for sending, closes it or dies", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	uint64_t size;

	switch (key) {
	case 'c':
		arguments->options.capacity_messages =
			parse_number(state, "--messages", text, UINT32_MAX - 1);
		return 0;
	case 's':
		size = parse_size(state, "--message-size", text);
		if (size >= UINT32_MAX)
			argp_error(state, "--message-size is below 4G");
		arguments->options.max_message_size = size;
		return 0;
	case 'b':
		arguments->options.capacity_bytes =
			parse_size(state, "--bytes", text);
		return 0;
	case 'd':
		arguments->options.delivery =
			parse_word(state, "--delivery", text, deliveries);
		return 0;
	case 'a':
		arguments->options.aging_ns = parse_duration(state, text);
		return 0;
	case 'p':
		arguments->options.policy =
			parse_word(state, "--policy", text, policies);
		return 0;
	case 'H':
		arguments->options.history =
			parse_number(state, "--history", text, UINT32_MAX);
		return 0;
	case 'f':
		arguments->options.flags |= IPCCHAN_OPEN_FDS;
		return 0;
	case 'n':
		arguments->options.flags |= IPCCHAN_OPEN_NOTICES;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->new;
		return 0;
	default:
		return parse_name(key, text, state, &arguments->name);
	}
}

static const struct argp_child children[] = {
	{ &new_argp, 0, NULL, 0 },
	{},
};

static const struct argp create_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME",
	.doc = "Create a mailbox, unless it exists.\v"
	       "The name is persistent: the mailbox stays, with its messages, until "
	       "\"ipcchan rm NAME\". One that exists already stays as it is. "
	       "\"ipcchan limits\" shows the defaults and the limits.",
};

int run_create(int argc, char **argv)
{
	struct arguments arguments = {
		.new = new_defaults,
		.options = IPCCHAN_MAILBOX_OPTIONS,
	};
	struct ipcchan_mailbox *mailbox;
	int error;

	argp_parse(&create_argp, argc, argv, 0, NULL, &arguments);
	arguments.options.mode = arguments.new.mode;
	arguments.options.flags |= arguments.new.flags;
	error = ipcchan_mailbox_open(open_session(), arguments.name,
				     IPCCHAN_RIGHT_ADMIN, &arguments.options,
				     &mailbox);
	if (error)
		fail(arguments.name, error);
	ipcchan_mailbox_close(mailbox);
	return EXIT_DONE;
}
