// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan subscribe: what is broadcast to standard output.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>

#include "find.h"
#include "options.h"
#include "parse.h"
#include "receive.h"
#include "report.h"
#include "verbs.h"
#include "words.h"

/**
 * struct arguments - of the command line
 * @receiving: What is received, until it ends or so many.
 * @how: --policy and --history.
 */
struct arguments {
	struct receiving receiving;
	struct ipcchan_subscribe_options how;
};

static const struct argp_option options[] = {
	{ "count", 'c', "NUMBER", 0, "Receive so many messages, and end", 0 },
	{ "policy", 'p', "WORD", 0,
	  "What becomes of messages when this is too slow: block, drop-oldest "
	  "(default) or evict", 0 },
	{ "history", 'H', "NUMBER", 0,
	  "Begin with so many of the messages that are stored", 0 },
	{},
};

static void init(struct argp_state *state)
{
	struct arguments *arguments = state->input;

	state->child_inputs[0] = &arguments->receiving.wait;
	state->child_inputs[1] = &arguments->receiving.print;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'c':
		arguments->receiving.follow = false;
		arguments->receiving.is_counted = true;
		arguments->receiving.count = parse_number(state, "--count", text,
							  UINT64_MAX);
		return 0;
	case 'p':
		arguments->how.policy = parse_word(state, "--policy", text,
						   subscriber_policies);
		return 0;
	case 'H':
		arguments->how.history = parse_number(state, "--history", text,
						      UINT32_MAX);
		return 0;
	case ARGP_KEY_INIT:
		init(state);
		return 0;
	default:
		return parse_name(key, text, state, &arguments->receiving.name);
	}
}

static const struct argp_child children[] = {
	{ &wait_argp, 0, NULL, 0 },
	{ &print_argp, 0, NULL, 0 },
	{},
};

static const struct argp subscribe_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME",
	.doc = "Subscribe to a broadcast mailbox, and print each message.\v"
	       "It ends when interrupted, or when nobody can send any more; with "
	       "it ends the subscription.",
};

int run_subscribe(int argc, char **argv)
{
	struct arguments arguments = {
		.receiving = {
			.follow = true,
			.min_count = 1,
			.max_size = UINT32_MAX,
		},
		.how = IPCCHAN_SUBSCRIBE_OPTIONS,
	};
	struct receiving *receiving = &arguments.receiving;
	int error;

	argp_parse(&subscribe_argp, argc, argv, 0, NULL, &arguments);
	receiving->mailbox = open_mailbox(receiving->name,
					  IPCCHAN_RIGHT_RECEIVE, 0);
	error = ipcchan_mailbox_subscribe(receiving->mailbox, &arguments.how);
	if (error == -EINVAL)
		fail_because(receiving->name, error,
			     "\"ipcchan create --delivery broadcast\" makes one",
			     "it is no broadcast mailbox");
	if (error)
		fail(receiving->name, error);
	receive_all(receiving);
	return EXIT_DONE;
}
