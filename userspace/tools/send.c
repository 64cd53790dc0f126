// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan send: messages from the command line or standard input.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "find.h"
#include "input.h"
#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"
#include "words.h"

/**
 * struct sending - one run of the verb
 * @name: The mailbox's name.
 * @data: DATA, or NULL: standard input.
 * @lines: --lines.
 * @open_flags: --create.
 * @wait: --timeout and --nonblock.
 * @type: --type.
 * @priority: --priority.
 * @policy: --policy.
 * @fds: --fd, each.
 * @nr_fds: How many.
 * @mailbox: The mailbox.
 * @max_size: Bytes of its longest message.
 * @sent: Messages sent so far.
 * @dropped: Of these, dropped.
 */
struct sending {
	const char *name;
	const char *data;
	bool lines;
	uint32_t open_flags;
	struct wait_options wait;
	uint32_t type;
	uint32_t priority;
	uint32_t policy;
	int fds[IPCCHAN_FDS_MAX];
	uint32_t nr_fds;
	struct ipcchan_mailbox *mailbox;
	size_t max_size;
	unsigned long long sent;
	unsigned long long dropped;
};

static const struct argp_option options[] = {
	{ "lines", 'l', NULL, 0,
	  "Send each line of standard input, without its newline, as a message", 0 },
	{ "priority", 'p', "NUMBER", 0, "0 (default, lowest) to 31", 0 },
	{ "type", 't', "NUMBER", 0, "A tag for the receiver (default 0)", 0 },
	{ "policy", 'P', "WORD", 0,
	  "What to do while it is full, instead of what it was created with: "
	  "block, fail, drop-oldest, drop-new or latest", 0 },
	{ "fd", 'd', "NUMBER", 0,
	  "Send this open file descriptor too; up to 16 times", 0 },
	{ "create", 'c', NULL, 0,
	  "Create the mailbox, persistent and with default limits, if the name "
	  "is free", 0 },
	{},
};

static void take_argument(struct argp_state *state, char *text)
{
	struct sending *sending = state->input;

	switch (state->arg_num) {
	case 0:
		sending->name = text;
		break;
	case 1:
		sending->data = text;
		break;
	default:
		argp_error(state, "one message only; quote it if it has spaces");
	}
}

static void take_fd(struct argp_state *state, const char *text)
{
	struct sending *sending = state->input;
	int fd = parse_number(state, "--fd", text, INT_MAX);

	if (sending->nr_fds == IPCCHAN_FDS_MAX)
		argp_error(state, "a message has %u descriptors at most",
			   IPCCHAN_FDS_MAX);
	else
		sending->fds[sending->nr_fds++] = fd;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct sending *sending = state->input;

	switch (key) {
	case 'l':
		sending->lines = true;
		return 0;
	case 'p':
		sending->priority = parse_number(state, "--priority", text,
						 IPCCHAN_PRIORITIES - 1);
		return 0;
	case 't':
		sending->type = parse_number(state, "--type", text, UINT32_MAX);
		return 0;
	case 'P':
		sending->policy = parse_word(state, "--policy", text, policies);
		return 0;
	case 'd':
		take_fd(state, text);
		return 0;
	case 'c':
		sending->open_flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &sending->wait;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(state, text);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "to which mailbox?");
		return 0;
	case ARGP_KEY_END:
		if (sending->lines && sending->data)
			argp_error(state, "--lines reads standard input, not DATA");
		if (sending->lines && sending->nr_fds)
			argp_error(state, "--fd goes with one message, not with --lines");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &wait_argp, 0, NULL, 0 },
	{},
};

static const struct argp send_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME [DATA]",
	.doc = "Send DATA, or all of standard input, as one message.\v"
	       "Sleeps while the mailbox is full, unless told otherwise. A timeout "
	       "begins anew with each batch of lines.",
};

/* What the mailbox is full of; empty if room came meanwhile. */
static void describe_room(const struct sending *sending, char *text,
			  size_t size)
{
	struct ipcchan_mailbox_info info;

	*text = '\0';
	if (ipcchan_mailbox_info(sending->mailbox, &info, sizeof(info)))
		return;
	if (info.capacity_messages &&
	    info.messages + info.held >= info.capacity_messages)
		snprintf(text, size, " (%u/%u messages)",
			 info.messages + info.held, info.capacity_messages);
	else if (info.delivery == IPCCHAN_DELIVERY_RENDEZVOUS)
		snprintf(text, size, " (no receiver waits)");
	else
		snprintf(text, size, " (%llu/%llu bytes)",
			 (unsigned long long)info.bytes,
			 (unsigned long long)info.capacity_bytes);
}

_Noreturn static void fail_to_send(const struct sending *sending, int error,
				   size_t size)
{
	char room[80];
	char hint[128] = "";

	if (sending->sent)
		snprintf(hint, sizeof(hint), "%llu messages were sent before",
			 sending->sent);
	switch (-error) {
	case EAGAIN:
		describe_room(sending, room, sizeof(room));
		if (!*hint)
			snprintf(hint, sizeof(hint), sending->wait.flags ?
				 "without --nonblock it waits for room" :
				 "\"--policy block\" waits for room");
		fail_because(sending->name, error, hint, "mailbox full%s", room);
	case ETIMEDOUT:
		describe_room(sending, room, sizeof(room));
		fail_because(sending->name, error, *hint ? hint : NULL,
			     "mailbox still full after %s%s",
			     sending->wait.timeout, room);
	case EMSGSIZE:
		if (!*hint)
			snprintf(hint, sizeof(hint), "longer messages need "
				 "\"ipcchan create --message-size\"");
		fail_because(sending->name, error, hint,
			     "a message of %s%zu bytes; this mailbox takes %zu",
			     size > sending->max_size ? "" : "more than ",
			     size, sending->max_size);
	case EPIPE:
		fail_because(sending->name, error, *hint ? hint : NULL,
			     "nobody can receive any more");
	case ENOPROTOOPT:
		fail_because(sending->name, error,
			     "it has to be created with \"ipcchan create --fds\"",
			     "this mailbox takes no descriptors");
	case EBADF:
		fail_because(sending->name, error, NULL,
			     "a descriptor given with --fd is not open");
	default:
		fail(sending->name, error);
	}
}

static void open_target(struct sending *sending)
{
	struct ipcchan_mailbox_info info;
	int error;

	sending->mailbox = open_mailbox(sending->name, IPCCHAN_RIGHT_SEND,
					sending->open_flags);
	error = ipcchan_mailbox_info(sending->mailbox, &info, sizeof(info));
	if (error)
		fail(sending->name, error);
	sending->max_size = info.max_message_size;
}

static void count_dropped(struct sending *sending,
			  const struct ipcchan_message *messages, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (messages[i].flags & IPCCHAN_MESSAGE_DROPPED)
			sending->dropped++;
}

static void send_messages(struct sending *sending,
			  struct ipcchan_message *messages, int count)
{
	struct ipcchan_send_options send_options = IPCCHAN_SEND_OPTIONS;
	int done = 0;
	int i;

	for (i = 0; i < count; i++) {
		messages[i].type = sending->type;
		messages[i].priority = sending->priority;
		ipcchan_message_set_fds(&messages[i], sending->fds,
					sending->nr_fds);
	}
	send_options.policy = sending->policy;
	send_options.flags = sending->wait.flags;
	send_options.deadline_ns = wait_deadline(&sending->wait);
	while (done < count) {
		int sent = ipcchan_mailbox_send_batch(sending->mailbox,
						      &messages[done],
						      count - done,
						      sizeof(*messages),
						      &send_options);

		if (sent < 0 && sent != -EINTR)
			fail_to_send(sending, sent, messages[done].size);
		if (sent < 0)
			continue;
		sending->sent += sent;
		done += sent;
	}
	count_dropped(sending, messages, count);
}

static void send_input(struct sending *sending)
{
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];
	struct input input;
	int count;

	input_init(&input, sending->max_size);
	do {
		count = sending->lines ? input_lines(&input, messages) :
					 input_all(&input, messages);
		if (count == -EMSGSIZE)
			fail_to_send(sending, count, sending->max_size);
		if (count < 0)
			fail_because(sending->name, count, NULL,
				     "standard input: %s", strerror(-count));
		send_messages(sending, messages, count);
	} while (sending->lines && count);
}

int run_send(int argc, char **argv)
{
	struct sending sending = {};
	struct ipcchan_message message;

	argp_parse(&send_argp, argc, argv, 0, NULL, &sending);
	open_target(&sending);
	if (sending.data) {
		ipcchan_message_set(&message, sending.data,
				    strlen(sending.data));
		send_messages(&sending, &message, 1);
	} else {
		send_input(&sending);
	}
	if (sending.dropped)
		note(sending.name, "%llu of %llu messages were dropped",
		     sending.dropped, sending.sent);
	ipcchan_mailbox_close(sending.mailbox);
	return EXIT_DONE;
}
