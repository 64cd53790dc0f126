// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan call: a request from the command line or standard input, its reply to
 * standard output.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "find.h"
#include "input.h"
#include "options.h"
#include "parse.h"
#include "print.h"
#include "report.h"
#include "verbs.h"

/**
 * struct calling - one run of the verb
 * @name: The mailbox's name.
 * @data: DATA, or NULL: standard input.
 * @wait: --timeout.
 * @type: --type.
 * @priority: --priority.
 * @any_type: --any-type.
 * @json: --json.
 * @mailbox: The mailbox.
 * @max_size: Bytes of its longest message.
 */
struct calling {
	const char *name;
	const char *data;
	struct wait_options wait;
	uint32_t type;
	uint32_t priority;
	bool any_type;
	bool json;
	struct ipcchan_mailbox *mailbox;
	size_t max_size;
};

static const struct argp_option options[] = {
	{ "priority", 'p', "NUMBER", 0, "0 (default, lowest) to 31", 0 },
	{ "type", 't', "NUMBER", 0, "A tag for the server (default 0)", 0 },
	{ "timeout", 'w', "DURATION", 0,
	  "Wait at most so long for the reply (2s, 500ms, 1.5m); then exit with "
	  "status 5", 0 },
	{ "any-type", 'a', NULL, 0,
	  "A reply of a type other than 0 is no failure", 0 },
	{},
};

static void take_argument(struct argp_state *state, char *text)
{
	struct calling *calling = state->input;

	switch (state->arg_num) {
	case 0:
		calling->name = text;
		break;
	case 1:
		calling->data = text;
		break;
	default:
		argp_error(state, "one request only; quote it if it has spaces");
	}
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct calling *calling = state->input;

	switch (key) {
	case 'p':
		calling->priority = parse_number(state, "--priority", text,
						 IPCCHAN_PRIORITIES - 1);
		return 0;
	case 't':
		calling->type = parse_number(state, "--type", text, UINT32_MAX);
		return 0;
	case 'w':
		calling->wait.timeout = text;
		calling->wait.timeout_ns = parse_duration(state, text);
		return 0;
	case 'a':
		calling->any_type = true;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &calling->json;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(state, text);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which mailbox?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &json_argp, 0, NULL, 0 },
	{},
};

static const struct argp call_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "NAME [DATA]",
	.doc = "Send DATA, or all of standard input, as a request, and print the reply.\v"
	       "A server such as \"ipcchan serve\" answers. Its reply is printed as it "
	       "is; a type other than 0 says that it failed, and so does the exit "
	       "status, 1.",
};

static void open_target(struct calling *calling)
{
	struct ipcchan_mailbox_info info;
	int error;

	calling->mailbox = open_mailbox(calling->name, IPCCHAN_RIGHT_SEND, 0);
	error = ipcchan_mailbox_info(calling->mailbox, &info, sizeof(info));
	if (error)
		fail(calling->name, error);
	calling->max_size = info.max_message_size;
}

_Noreturn static void fail_for_size(const struct calling *calling)
{
	fail_because(calling->name, -EMSGSIZE,
		     "longer ones need \"ipcchan create --message-size\"",
		     "the request is longer than %zu bytes, the most that this mailbox takes",
		     calling->max_size);
}

static void load_request(const struct calling *calling,
			 struct ipcchan_message *request)
{
	struct input input;
	int count;

	if (calling->data) {
		ipcchan_message_set(request, calling->data,
				    strlen(calling->data));
	} else {
		input_init(&input, calling->max_size);
		count = input_all(&input, request);
		if (count == -EMSGSIZE)
			fail_for_size(calling);
		if (count < 0)
			fail_because(calling->name, count, NULL,
				     "standard input: %s", strerror(-count));
	}
	request->type = calling->type;
	request->priority = calling->priority;
}

static const char *what_is_waited_for(const struct ipcchan_step *step)
{
	if (step->kind != IPCCHAN_KIND_MAILBOX)
		return "let go of";
	return step->state == IPCCHAN_CALL_HELD ? "answer its request in" :
						  "receive its request in";
}

static void print_step(const struct ipcchan_step *step)
{
	fprintf(stderr, "  pid %u (client %llu) waits for pid %u to %s ",
		step->tgid, (unsigned long long)step->client,
		step->holder_tgid, what_is_waited_for(step));
	if (*step->name)
		fprintf(stderr, "\"%.*s\"\n", (int)sizeof(step->name),
			step->name);
	else
		fprintf(stderr, "%s %llu\n", kind_name(step->kind),
			(unsigned long long)step->object);
}

static enum exit_status report_deadlock(const struct calling *calling,
					const struct ipcchan_step *steps,
					uint32_t length)
{
	enum exit_status status = report(calling->name, -EDEADLK);
	uint32_t i;

	for (i = 0; i < length && i < IPCCHAN_CYCLE_MAX; i++)
		print_step(&steps[i]);
	if (length > IPCCHAN_CYCLE_MAX)
		fprintf(stderr, "  and %u more\n", length - IPCCHAN_CYCLE_MAX);
	return status;
}

_Noreturn static void fail_to_call(const struct calling *calling, int error)
{
	switch (-error) {
	case EPIPE:
		fail_because(calling->name, error,
			     "start one, such as \"ipcchan serve\"; the request may be made again",
			     "no server has received the request");
	case EOWNERDEAD:
		fail_because(calling->name, error,
			     "how far it came is not known",
			     "the server ended while it had the request");
	case ETIMEDOUT:
		fail_because(calling->name, error, NULL, "no reply within %s",
			     calling->wait.timeout);
	case EMSGSIZE:
		fail_for_size(calling);
	case EOPNOTSUPP:
		fail_because(calling->name, error, NULL,
			     "only a mailbox that gives each message to one receiver has calls");
	default:
		fail(calling->name, error);
	}
}

/* The reply is there: print it, and say by the status what it is. */
static enum exit_status finish(const struct calling *calling,
			       const struct ipcchan_message *reply)
{
	const struct print_options how = {
		.format = calling->json ? PRINT_JSON : PRINT_RAW,
	};
	int error = print_message(&how, reply);

	if (error)
		fail_because(calling->name, error, NULL, "standard output: %s",
			     strerror(-error));
	if (!reply->type || calling->any_type)
		return EXIT_DONE;
	note(calling->name, "the reply has type %u, not 0", reply->type);
	return EXIT_FAILED;
}

/* A reply that does not fit stays, and the same call again receives it. */
static int call(const struct calling *calling, struct buffer *reply,
		const struct ipcchan_call_options *how)
{
	struct ipcchan_message request;
	int error;

	load_request(calling, &request);
	do {
		buffer_take_fds(reply);
		error = ipcchan_mailbox_call(calling->mailbox, &request,
					     &reply->message, sizeof(request),
					     how);
	} while (request.token && (error == -EINTR ||
				   (error == -EMSGSIZE && buffer_grow(reply))));
	return error;
}

int run_call(int argc, char **argv)
{
	struct ipcchan_call_options how = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_step steps[IPCCHAN_CYCLE_MAX];
	struct calling calling = {};
	struct buffer reply;
	uint32_t length = 0;
	int error;

	argp_parse(&call_argp, argc, argv, 0, NULL, &calling);
	open_target(&calling);
	buffer_init(&reply, UINT32_MAX);
	how.deadline_ns = wait_deadline(&calling.wait);
	how.cycle = steps;
	how.cycle_count = IPCCHAN_CYCLE_MAX;
	how.cycle_length = &length;
	error = call(&calling, &reply, &how);
	if (error == -EDEADLK)
		return report_deadlock(&calling, steps, length);
	if (error)
		fail_to_call(&calling, error);
	return finish(&calling, &reply.message);
}
