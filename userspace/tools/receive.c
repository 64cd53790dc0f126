// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan receive: messages to standard output.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdbool.h>
#include <string.h>

#include "buffer.h"
#include "find.h"
#include "options.h"
#include "parse.h"
#include "print.h"
#include "report.h"
#include "verbs.h"
#include "watch.h"

/**
 * struct receiving - one run of the verb
 * @name: The mailbox's name.
 * @mailbox: The mailbox.
 * @count: --count: messages still to receive.
 * @follow: --follow: no matter how many.
 * @max_size: --max-size.
 * @wait: --timeout and --nonblock.
 * @print: --output and --verbose.
 */
struct receiving {
	const char *name;
	struct ipcchan_mailbox *mailbox;
	uint64_t count;
	bool follow;
	uint32_t max_size;
	struct wait_options wait;
	struct print_options print;
};

static const struct argp_option options[] = {
	{ "count", 'c', "NUMBER", 0, "Receive so many messages (default 1)", 0 },
	{ "follow", 'f', NULL, 0,
	  "Receive until interrupted, or until nobody can send any more", 0 },
	{ "max-size", 's', "SIZE", 0,
	  "Leave a longer message where it is, and fail", 0 },
	{},
};

static void init(struct argp_state *state)
{
	struct receiving *receiving = state->input;

	state->child_inputs[0] = &receiving->wait;
	state->child_inputs[1] = &receiving->print;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct receiving *receiving = state->input;
	uint64_t size;

	switch (key) {
	case 'c':
		receiving->count = parse_number(state, "--count", text,
						UINT64_MAX);
		return 0;
	case 'f':
		receiving->follow = true;
		return 0;
	case 's':
		size = parse_size(state, "--max-size", text);
		receiving->max_size = size < UINT32_MAX ? size : UINT32_MAX;
		return 0;
	case ARGP_KEY_INIT:
		init(state);
		return 0;
	default:
		return parse_name(key, text, state, &receiving->name);
	}
}

static const struct argp_child children[] = {
	{ &wait_argp, 0, NULL, 0 },
	{ &print_argp, 0, NULL, 0 },
	{},
};

static const struct argp receive_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME",
	.doc = "Receive messages: the highest priority first, the oldest first within "
	       "it.\v"
	       "A signal, or a reader of standard output that goes away, ends it "
	       "between messages, so that none is taken and not written.",
};

_Noreturn static void fail_to_receive(const struct receiving *receiving,
				      int error, uint32_t length)
{
	const char *name = receiving->name;

	switch (-error) {
	case EAGAIN:
		fail_because(name, error, "without --nonblock it waits for a message",
			     "mailbox empty");
	case ETIMEDOUT:
		fail_because(name, error, NULL, "no message within %s",
			     receiving->wait.timeout);
	case EMSGSIZE:
		fail_because(name, error, "the message stays in the mailbox",
			     "the next message has %u bytes, more than --max-size",
			     length);
	case EPIPE:
		fail_because(name, error, NULL,
			     "empty, and nobody can send any more");
	default:
		fail(name, error);
	}
}

/* 1, or 0 at the end, be it the mailbox's or ours. */
static int receive_one(const struct receiving *receiving, struct buffer *buffer)
{
	struct ipcchan_receive_options how = IPCCHAN_RECEIVE_OPTIONS;
	int got;

	how.flags = receiving->wait.flags;
	how.deadline_ns = wait_deadline(&receiving->wait);
	do {
		if (watch_says_stop())
			return 0;
		got = ipcchan_mailbox_receive_batch(receiving->mailbox,
						    &buffer->message, 1,
						    sizeof(buffer->message),
						    &how);
	} while (got == -EINTR || (got == -EMSGSIZE && buffer_grow(buffer)));
	if (got == -EPIPE && receiving->follow)
		return 0;
	if (got < 0)
		fail_to_receive(receiving, got, buffer->message.length);
	return got;
}

static void write_or_fail(const struct receiving *receiving,
			  const struct ipcchan_message *message)
{
	int error = print_message(&receiving->print, message);

	if (error)
		fail_because(receiving->name, error,
			     "1 message was received but not written",
			     "standard output: %s", strerror(-error));
}

static void receive_all(struct receiving *receiving)
{
	struct buffer buffer;

	buffer_init(&buffer, receiving->max_size);
	while (receiving->follow || receiving->count--) {
		if (!receive_one(receiving, &buffer))
			break;
		write_or_fail(receiving, &buffer.message);
	}
}

int run_receive(int argc, char **argv)
{
	struct receiving receiving = {
		.count = 1,
		.max_size = UINT32_MAX,
	};
	int error;

	argp_parse(&receive_argp, argc, argv, 0, NULL, &receiving);
	receiving.mailbox = open_mailbox(receiving.name, IPCCHAN_RIGHT_RECEIVE, 0);
	error = print_bytes("", 0);
	if (error)
		fail_because(receiving.name, error, NULL, "standard output: %s",
			     strerror(-error));
	watch_start();
	receive_all(&receiving);
	watch_end();
	return EXIT_DONE;
}
