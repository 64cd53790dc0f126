// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan multicast: one message to many mailboxes, or to none.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdio.h>
#include <string.h>

#include "find.h"
#include "input.h"
#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

/**
 * struct casting - one run of the verb
 * @names: Of the mailboxes.
 * @count: How many.
 * @data: --data, or NULL: standard input.
 * @wait: --timeout and --nonblock.
 * @type: --type.
 * @priority: --priority.
 * @targets: The mailboxes.
 * @max_size: Bytes of the longest message that all of them take.
 */
struct casting {
	char *names[IPCCHAN_MULTICAST_MAX];
	unsigned int count;
	const char *data;
	struct wait_options wait;
	uint32_t type;
	uint32_t priority;
	struct ipcchan_target targets[IPCCHAN_MULTICAST_MAX];
	size_t max_size;
};

static const struct argp_option options[] = {
	{ "data", 'd', "DATA", 0, "Send this, not standard input", 0 },
	{ "priority", 'p', "NUMBER", 0, "0 (default, lowest) to 31", 0 },
	{ "type", 't', "NUMBER", 0, "A tag for the receiver (default 0)", 0 },
	{},
};

static void take_argument(struct argp_state *state, char *text)
{
	struct casting *casting = state->input;

	if (casting->count == IPCCHAN_MULTICAST_MAX)
		argp_error(state, "%u mailboxes at most",
			   IPCCHAN_MULTICAST_MAX);
	casting->names[casting->count++] = text;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct casting *casting = state->input;

	switch (key) {
	case 'd':
		casting->data = text;
		return 0;
	case 'p':
		casting->priority = parse_number(state, "--priority", text,
						 IPCCHAN_PRIORITIES - 1);
		return 0;
	case 't':
		casting->type = parse_number(state, "--type", text, UINT32_MAX);
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &casting->wait;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(state, text);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "to which mailboxes?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &wait_argp, 0, NULL, 0 },
	{},
};

static const struct argp multicast_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME...",
	.doc = "Send one message, standard input or DATA, to all these mailboxes, or "
	       "to none.\v"
	       "Sleeps until there is room in all of them, unless told otherwise.",
};

static void open_targets(struct casting *casting)
{
	struct ipcchan_mailbox_info info;
	unsigned int i;

	casting->max_size = UINT32_MAX;
	for (i = 0; i < casting->count; i++) {
		const char *name = casting->names[i];
		struct ipcchan_mailbox *mailbox =
			open_mailbox(name, IPCCHAN_RIGHT_SEND, 0);
		int error = ipcchan_mailbox_info(mailbox, &info, sizeof(info));

		if (error)
			fail(name, error);
		casting->targets[i].fd = ipcchan_mailbox_fd(mailbox);
		if (info.max_message_size < casting->max_size)
			casting->max_size = info.max_message_size;
	}
}

static void load_message(const struct casting *casting,
			 struct ipcchan_message *message)
{
	struct input input;
	int count;

	if (casting->data) {
		ipcchan_message_set(message, casting->data,
				    strlen(casting->data));
	} else {
		input_init(&input, casting->max_size);
		count = input_all(&input, message);
		if (count == -EMSGSIZE)
			fail_because(NULL, count, NULL,
				     "standard input is longer than %zu bytes, the most that all of them take",
				     casting->max_size);
		if (count < 0)
			fail_because(NULL, count, NULL, "standard input: %s",
				     strerror(-count));
	}
	message->type = casting->type;
	message->priority = casting->priority;
}

_Noreturn static void fail_to_cast(const struct casting *casting, int error,
				   unsigned int refused)
{
	const char *name = refused < casting->count ? casting->names[refused] :
						      NULL;

	switch (-error) {
	case EAGAIN:
		fail_because(name, error, NULL,
			     "mailbox full; nothing was sent");
	case ETIMEDOUT:
		fail_because(name, error, NULL,
			     "mailbox still full after %s; nothing was sent",
			     casting->wait.timeout);
	case EOPNOTSUPP:
		fail_because(name, error, "\"ipcchan send\" sends to it alone",
			     "only mailboxes of delivery queue can be sent to");
	case EINVAL:
		fail_because(name, error, NULL, "the same mailbox twice");
	default:
		fail(name, error);
	}
}

static void note_dropped(const struct casting *casting)
{
	unsigned int i;

	for (i = 0; i < casting->count; i++)
		if (casting->targets[i].flags & IPCCHAN_MESSAGE_DROPPED)
			note(casting->names[i], "the message was dropped");
}

int run_multicast(int argc, char **argv)
{
	struct ipcchan_multicast_options cast = IPCCHAN_MULTICAST_OPTIONS;
	struct casting casting = {};
	struct ipcchan_message message;
	struct ipcchan *session;
	uint32_t refused;
	int result;

	argp_parse(&multicast_argp, argc, argv, 0, NULL, &casting);
	session = open_session();
	open_targets(&casting);
	load_message(&casting, &message);
	cast.flags = casting.wait.flags;
	cast.refused = &refused;
	cast.deadline_ns = wait_deadline(&casting.wait);
	do {
		refused = casting.count;
		result = ipcchan_mailbox_multicast(session, casting.targets,
						   casting.count, &message,
						   &cast);
	} while (result == -EINTR);
	if (result < 0)
		fail_to_cast(&casting, result, refused);
	note_dropped(&casting);
	return EXIT_DONE;
}
