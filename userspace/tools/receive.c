// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan receive: messages to standard output.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "find.h"
#include "options.h"
#include "parse.h"
#include "print.h"
#include "receive.h"
#include "report.h"
#include "select.h"
#include "verbs.h"
#include "watch.h"
#include "words.h"

static const struct argp_option options[] = {
	{ "count", 'c', "NUMBER", 0, "Receive so many messages (default 1)", 0 },
	{ "follow", 'f', NULL, 0,
	  "Receive until interrupted, or until nobody can send any more", 0 },
	{ "max-size", 's', "SIZE", 0,
	  "Leave a longer message where it is, and fail", 0 },
	{ "min-count", 'm', "NUMBER", 0,
	  "Wait for so many, 1 to 64, and receive them in one call", 0 },
	{ "linger", 'l', "DURATION", 0,
	  "But wait no longer than this from the first of them on", 0 },
	{},
};

static void init(struct argp_state *state)
{
	struct receiving *receiving = state->input;

	state->child_inputs[0] = &receiving->wait;
	state->child_inputs[1] = &receiving->select;
	state->child_inputs[2] = &receiving->print;
}

static void parse_min_count(struct argp_state *state, const char *text,
			    struct receiving *receiving)
{
	receiving->min_count = parse_number(state, "--min-count", text,
					    IPCCHAN_BATCH_MAX);
	if (!receiving->min_count)
		argp_error(state, "--min-count is 1 at least");
}

static void check(struct argp_state *state, struct receiving *receiving)
{
	if (receiving->linger_ns != IPCCHAN_DEADLINE_NEVER &&
	    receiving->min_count == 1)
		argp_error(state, "--linger is for --min-count");
	if (!receiving->is_counted)
		receiving->count = receiving->min_count;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct receiving *receiving = state->input;
	uint64_t size;

	switch (key) {
	case 'c':
		receiving->count = parse_number(state, "--count", text,
						UINT64_MAX);
		receiving->is_counted = true;
		return 0;
	case 'm':
		parse_min_count(state, text, receiving);
		return 0;
	case 'l':
		receiving->linger_ns = parse_duration(state, text);
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
	case ARGP_KEY_END:
		check(state, receiving);
		return 0;
	default:
		return parse_name(key, text, state, &receiving->name);
	}
}

static const struct argp_child children[] = {
	{ &wait_argp, 0, NULL, 0 },
	{ &select_argp, 0, NULL, 0 },
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
	       "Descriptors that a message has are closed. A signal, or a reader of "
	       "standard output that goes away, ends it between messages, so that "
	       "none is taken and not written. A request stays, and is an error. What a mailbox tells of its peers "
	       "goes to standard error, or into the JSON.",
};

_Noreturn static void fail_to_receive(const struct receiving *receiving,
				      int error, uint32_t length)
{
	const char *name = receiving->name;

	switch (-error) {
	case EAGAIN:
		fail_because(name, error, "without --nonblock it waits for a message",
			     receiving->select.flags ? "no message matches" :
						       "mailbox empty");
	case ETIMEDOUT:
		fail_because(name, error, NULL, "no message within %s",
			     receiving->wait.timeout);
	case EMSGSIZE:
		fail_because(name, error, "the message stays in the mailbox",
			     "the next message has %u bytes, more than --max-size",
			     length);
	case EBADMSG:
		fail_because(name, error,
			     "\"ipcchan serve %s -- COMMAND\" answers requests",
			     "the next message is a request, whose caller waits for a reply");
	case EPIPE:
		fail_because(name, error, NULL,
			     "%s, and nobody can send any more",
			     receiving->select.flags ? "no message matches" :
						       "empty");
	case ENOTCONN:
		fail_because(name, error, "use \"ipcchan subscribe\"",
			     "it is for subscribers");
	case EOVERFLOW:
		fail_because(name, error,
			     "--policy drop-oldest goes on with what is left",
			     "evicted, for it was too slow");
	default:
		fail(name, error);
	}
}

/* Without a token nothing can be answered, so the mailbox keeps its requests. */
#define ELEMENT_SIZE	offsetof(struct ipcchan_message, token)

/* As the mailbox takes an array of messages, and each has a buffer. */
static int receive_batch(const struct receiving *receiving,
			 struct buffer *buffers, uint32_t count,
			 const struct ipcchan_receive_options *how)
{
	_Alignas(struct ipcchan_message)
		char batch[IPCCHAN_BATCH_MAX][ELEMENT_SIZE];
	uint32_t i;
	int got;

	for (i = 0; i < count; i++) {
		buffer_take_fds(&buffers[i]);
		memcpy(batch[i], &buffers[i].message, ELEMENT_SIZE);
	}
	got = ipcchan_mailbox_receive_batch(receiving->mailbox, (void *)batch,
					    count, ELEMENT_SIZE, how);
	for (i = 0; i < count; i++)
		memcpy(&buffers[i].message, batch[i], ELEMENT_SIZE);
	return got;
}

static uint32_t messages_of_call(const struct receiving *receiving)
{
	if (receiving->follow || receiving->count > receiving->min_count)
		return receiving->min_count;
	return receiving->count;
}

/* How many, or 0 at the end, be it the mailbox's or ours. */
static int receive_some(const struct receiving *receiving,
			struct buffer *buffers)
{
	struct ipcchan_receive_options how = IPCCHAN_RECEIVE_OPTIONS;
	uint32_t count = messages_of_call(receiving);
	int got;

	how.flags = receiving->wait.flags;
	how.deadline_ns = wait_deadline(&receiving->wait);
	how.min_count = count;
	how.linger_ns = receiving->linger_ns;
	select_messages(&receiving->select, &how);
	do {
		if (watch_says_stop())
			return 0;
		got = receive_batch(receiving, buffers, count, &how);
	} while (got == -EINTR || (got == -EMSGSIZE && buffer_grow(buffers)));
	if (got == -EPIPE && receiving->follow)
		return 0;
	if (got < 0)
		fail_to_receive(receiving, got, buffers[0].message.length);
	return got;
}

static bool is_notice(const struct receiving *receiving,
		      const struct ipcchan_message *message)
{
	return (message->flags & IPCCHAN_MESSAGE_NOTICE) &&
	       receiving->print.format != PRINT_JSON;
}

static void tell_notice(const struct receiving *receiving,
			const struct ipcchan_message *message)
{
	note(receiving->name, "peer %llu %s: client %llu, pid %u, uid %u",
	     (unsigned long long)message->sequence,
	     word_of(notices, message->type),
	     (unsigned long long)message->client, message->tgid, message->uid);
}

/* What is not written is lost. */
_Noreturn static void fail_to_write(const struct receiving *receiving,
				    int error, int lost)
{
	char hint[64];

	snprintf(hint, sizeof(hint), lost == 1 ?
		 "%d message was received but not written" :
		 "%d messages were received but not written", lost);
	fail_because(receiving->name, error, hint, "standard output: %s",
		     strerror(-error));
}

static void write_or_fail(const struct receiving *receiving,
			  struct buffer *buffers, int count)
{
	int error;
	int i;

	for (i = 0; i < count; i++) {
		if (is_notice(receiving, &buffers[i].message)) {
			tell_notice(receiving, &buffers[i].message);
			continue;
		}
		error = print_message(&receiving->print, &buffers[i].message);
		if (error)
			fail_to_write(receiving, error, count - i);
		buffer_close_fds(&buffers[i]);
	}
}

static void receive_each(struct receiving *receiving)
{
	struct buffer buffers[IPCCHAN_BATCH_MAX];
	uint32_t i;
	int got;

	for (i = 0; i < receiving->min_count; i++)
		buffer_init(&buffers[i], receiving->max_size);
	while (receiving->follow || receiving->count) {
		got = receive_some(receiving, buffers);
		if (!got)
			break;
		write_or_fail(receiving, buffers, got);
		receiving->count -= receiving->is_counted ? (uint64_t)got :
							    receiving->count;
	}
}

void receive_all(struct receiving *receiving)
{
	int error = print_bytes("", 0);

	if (error)
		fail_because(receiving->name, error, NULL, "standard output: %s",
			     strerror(-error));
	watch_start(STDOUT_FILENO);
	receive_each(receiving);
	watch_end();
}

int run_receive(int argc, char **argv)
{
	struct receiving receiving = {
		.min_count = 1,
		.linger_ns = IPCCHAN_DEADLINE_NEVER,
		.max_size = UINT32_MAX,
	};

	argp_parse(&receive_argp, argc, argv, 0, NULL, &receiving);
	receiving.mailbox = open_mailbox(receiving.name, IPCCHAN_RIGHT_RECEIVE, 0);
	receive_all(&receiving);
	return EXIT_DONE;
}
