// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan serve: requests are answered by a command.
 */
#include <argp.h>
#include <errno.h>
#include <ipcchan.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "find.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"
#include "watch.h"

/**
 * struct serving - one run of the verb
 * @name: The mailbox's name.
 * @count: --count: requests still to answer.
 * @is_counted: --count was given.
 * @stop: Ends it once they are.
 * @command: COMMAND.
 */
struct serving {
	const char *name;
	uint64_t count;
	bool is_counted;
	struct ipcchan_stop stop;
	struct command command;
};

static const struct argp_option options[] = {
	{ "count", 'c', "NUMBER", 0, "End after so many requests", 0 },
	{},
};

/* COMMAND is all that is left, with its options. */
static void take_argument(struct argp_state *state, char *text)
{
	struct serving *serving = state->input;

	if (!state->arg_num) {
		serving->name = text;
		return;
	}
	serving->command.argv = &state->argv[state->next - 1];
	state->next = state->argc;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct serving *serving = state->input;

	switch (key) {
	case 'c':
		serving->count = parse_number(state, "--count", text,
					      UINT64_MAX);
		serving->is_counted = true;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(state, text);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which mailbox?");
		return 0;
	case ARGP_KEY_END:
		if (!serving->command.argv)
			argp_error(state, "by which command?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp serve_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME [--] COMMAND [ARGUMENT...]",
	.doc = "Answer each request by running COMMAND: the request is its standard input, "
	       "its standard output the reply.\v"
	       "The type of the reply is the exit status of COMMAND, or 128 and the "
	       "signal that ended it; 125: the output is too long, 126: it could not "
	       "be run, 127: there is no such command. In its environment are "
	       "IPCCHAN_NAME; of who asks IPCCHAN_CLIENT, IPCCHAN_PID, IPCCHAN_UID, "
	       "IPCCHAN_GID, IPCCHAN_TYPE, IPCCHAN_PRIORITY; IPCCHAN_REPLY, no for "
	       "messages that want none; and IPCCHAN_TIMEOUT, the seconds that are left. "
	       "When nobody waits for the reply any more, COMMAND is ended. SIGINT and "
	       "SIGTERM end the server, once the request that it has is answered.",
};

static int handle(const struct ipcchan_mailbox *mailbox,
		  struct ipcchan_message *request,
		  struct ipcchan_message *reply, void *context)
{
	struct serving *serving = context;
	struct command *command = &serving->command;
	int status = command_run(command, request);

	(void)mailbox;
	ipcchan_message_set(reply, command->output, command->size);
	reply->type = status;
	if (serving->is_counted && !--serving->count)
		ipcchan_serve_stop(&serving->stop);
	return watch_says_stop() ? -ECANCELED : 0;
}

static void open_served(struct serving *serving)
{
	struct ipcchan *session = open_session();
	struct ipcchan_device_info info;
	int error = ipcchan_device_info(session, &info, sizeof(info));

	if (error)
		fail(NULL, error);
	ipcchan_session_close(session);
	serving->command.name = serving->name;
	serving->command.limit = info.max_message_size;
	serving->command.mailbox = open_mailbox(serving->name,
						IPCCHAN_RIGHT_RECEIVE, 0);
}

/* What ends it, other than the last of --count or a signal. */
static enum exit_status tell_end(const struct serving *serving, int error)
{
	switch (-error) {
	case 0:
	case EPIPE:
		return EXIT_DONE;
	case EOPNOTSUPP:
		fail_because(serving->name, error, NULL,
			     "only a mailbox that gives each message to one receiver can be served");
	default:
		fail(serving->name, error);
	}
}

int run_serve(int argc, char **argv)
{
	struct ipcchan_serve_options how = IPCCHAN_SERVE_OPTIONS;
	struct serving serving = { .stop = IPCCHAN_STOP };
	int error;

	argp_parse(&serve_argp, argc, argv, ARGP_IN_ORDER, NULL, &serving);
	open_served(&serving);
	/* Only the handler sets it, so there is no need to wake up for it. */
	how.stop = &serving.stop;
	how.stop_within_ns = UINT64_MAX;
	if (serving.is_counted && !serving.count)
		ipcchan_serve_stop(&serving.stop);
	/* Who started us may ignore it, and then no command could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	watch_start(NO_OUTPUT);
	do {
		error = ipcchan_serve(serving.command.mailbox, handle, &serving,
				      &how);
	} while (error == -EINTR && !watch_says_stop());
	return watch_says_stop() ? EXIT_DONE : tell_end(&serving, error);
}
