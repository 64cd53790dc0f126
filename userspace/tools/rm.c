// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan rm: remove names, or kill what has them.
 */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "find.h"
#include "report.h"
#include "verbs.h"

/**
 * struct arguments - of the command line
 * @names: The names, as many as there are.
 * @count: How many.
 * @kill: --kill.
 */
struct arguments {
	char **names;
	int count;
	bool kill;
};

static const struct argp_option options[] = {
	{ "kill", 'k', NULL, 0,
	  "Also end the object under everybody who has it open, dropping its "
	  "messages", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	(void)text;
	switch (key) {
	case 'k':
		arguments->kill = true;
		return 0;
	case ARGP_KEY_ARGS:
		arguments->names = state->argv + state->next;
		arguments->count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which name?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp rm_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME...",
	.doc = "Remove names of objects.\v"
	       "Who has the object open keeps it, messages and all; it ends with the "
	       "last of them, at once if there is none.",
};

static int kill_mailbox(const struct ipcchan *session, const char *name)
{
	struct ipcchan_mailbox *mailbox;
	int error = ipcchan_mailbox_open(session, name, IPCCHAN_RIGHT_ADMIN,
					 NULL, &mailbox);

	if (error)
		return error;
	error = ipcchan_object_kill(ipcchan_mailbox_fd(mailbox));
	ipcchan_mailbox_close(mailbox);
	return error;
}

static int kill_region(const struct ipcchan *session, const char *name)
{
	struct ipcchan_region *region;
	int error = ipcchan_region_open(session, name, IPCCHAN_RIGHT_ADMIN,
					NULL, &region);

	if (error)
		return error;
	error = ipcchan_object_kill(ipcchan_region_fd(region));
	ipcchan_region_close(region);
	return error;
}

static int kill_ring(const struct ipcchan *session, const char *name)
{
	struct ipcchan_ring *ring;
	int error = ipcchan_ring_open(session, name, IPCCHAN_RIGHT_ADMIN, NULL,
				      &ring);

	if (error)
		return error;
	error = ipcchan_object_kill(ipcchan_ring_fd(ring));
	ipcchan_ring_close(ring);
	return error;
}

static int kill_sync(const struct ipcchan *session, const char *name,
		     uint32_t kind)
{
	int fd = open_sync(session, name, kind, IPCCHAN_RIGHT_ADMIN);
	int error;

	if (fd < 0)
		return fd;
	error = ipcchan_object_kill(fd);
	close(fd);
	return error;
}

/* The name tells nothing of the kind, so each is tried. */
static int kill_object(const struct ipcchan *session, const char *name)
{
	int error = kill_mailbox(session, name);
	uint32_t kind;

	if (error == -EPROTOTYPE)
		error = kill_region(session, name);
	if (error == -EPROTOTYPE)
		error = kill_ring(session, name);
	for (kind = IPCCHAN_KIND_MUTEX;
	     error == -EPROTOTYPE && kind <= IPCCHAN_KIND_RWLOCK; kind++)
		error = kill_sync(session, name, kind);
	return error;
}

int run_rm(int argc, char **argv)
{
	struct arguments arguments = {};
	struct ipcchan *session;
	int status = EXIT_DONE;
	int i;

	argp_parse(&rm_argp, argc, argv, 0, NULL, &arguments);
	session = open_session();
	for (i = 0; i < arguments.count; i++) {
		const char *name = arguments.names[i];
		int error = arguments.kill ?
			kill_object(session, name) :
			ipcchan_object_unlink(session, name);

		if (error)
			status = report(name, error);
	}
	return status;
}
