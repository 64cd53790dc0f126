// SPDX-License-Identifier: GPL-2.0
/*
 * The ipcchan tool: a table of verbs over libipcchan.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <ipcchan.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "verbs.h"

/**
 * struct verb - one thing that the tool can do
 * @noun: What with.
 * @name: What.
 * @needs_noun: It says too little without its noun, which else may be left out.
 * @run: The function that does it, given its own name and arguments.
 * @summary: For --help.
 */
struct verb {
	const char *noun;
	const char *name;
	bool needs_noun;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static const struct verb verbs[] = {
	{ "mailbox", "create", false, run_create, "create a mailbox" },
	{ "mailbox", "send", false, run_send, "send messages" },
	{ "mailbox", "multicast", false, run_multicast,
	  "send one message to many mailboxes, or to none" },
	{ "mailbox", "receive", false, run_receive, "receive messages" },
	{ "mailbox", "peek", false, run_peek, "look at messages and leave them there" },
	{ "mailbox", "call", false, run_call,
	  "send a request and print its reply" },
	{ "mailbox", "serve", false, run_serve,
	  "answer requests by running a command" },
	{ "mailbox", "calls", false, run_calls,
	  "list who waits for a reply, and since when" },
	{ "mailbox", "senders", false, run_senders,
	  "list the senders of a fair mailbox" },
	{ "mailbox", "subscribe", false, run_subscribe,
	  "receive what is broadcast" },
	{ "mailbox", "snapshot", false, run_snapshot,
	  "write all that is in a mailbox to standard output" },
	{ "mailbox", "restore", false, run_restore,
	  "put a snapshot into a new mailbox" },
	{ "object", "list", false, run_list, "list all names" },
	{ "object", "show", false, run_show, "show one object" },
	{ "object", "rm", false, run_rm, "remove names" },
	{ "region", "create", true, run_region_create,
	  "create a region of shared memory" },
	{ "region", "read", true, run_region_read,
	  "copy a region to standard output" },
	{ "region", "write", true, run_region_write,
	  "write into a region" },
	{ "region", "extents", true, run_region_extents,
	  "list who has which part of a region" },
	{ "region", "freeze", true, run_region_freeze,
	  "let nobody write into a region" },
	{ "region", "thaw", true, run_region_thaw,
	  "let those write into it again who could" },
	{ "ring", "create", true, run_ring_create,
	  "create a stream between two processes" },
	{ "ring", "read", true, run_ring_read,
	  "copy the records of a ring to standard output" },
	{ "ring", "write", true, run_ring_write,
	  "write records into a ring" },
	{ "mutex", "lock", false, run_lock,
	  "run a command with a mutex locked" },
	{ "device", "limits", false, run_limits, "show limits, and what is used" },
	{ "device", "doctor", false, run_doctor, "find out why it does not work" },
};

#define VERBS	(sizeof(verbs) / sizeof(verbs[0]))

static bool is_noun(const char *word)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (!strcmp(verbs[i].noun, word))
			return true;
	return false;
}

static const struct verb *find_verb(const char *noun, const char *name)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (!strcmp(verbs[i].name, name) &&
		    (noun ? !strcmp(verbs[i].noun, noun) : !verbs[i].needs_noun))
			return &verbs[i];
	return NULL;
}

/* As the tool itself writes it: "send", "region write". */
static const char *full_name(const struct verb *verb)
{
	static char name[32];

	snprintf(name, sizeof(name), "%s%s%s",
		 verb->needs_noun ? verb->noun : "",
		 verb->needs_noun ? " " : "", verb->name);
	return name;
}

/* The table of verbs, for --help. */
static char *describe_verbs(int key, const char *text, void *input)
{
	char *list;
	size_t size;
	size_t i;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&list, &size);
	if (!out)
		return (char *)text;
	fputs("Verbs:\n", out);
	for (i = 0; i < VERBS; i++)
		fprintf(out, "  %-14s  %s\n", full_name(&verbs[i]),
			verbs[i].summary);
	fputs("\n\"ipcchan VERB --help\" tells more. A noun may stand before the verb: mailbox "
	      "(create, send, multicast, receive, peek, call, serve, calls, senders, "
	      "subscribe, snapshot, restore), region (create, read, write, extents, freeze, "
	      "thaw), ring (create, read, write), object (list, show, rm), mutex (lock), device (limits, doctor).\n\n"
	      "Exit status: 0 done, 1 failed, 2 usage, 3 not found, 5 timed "
	      "out, 6 not permitted.\n", out);
	return fclose(out) ? (char *)text : list;
}

/* Stop at the first word: what follows is the verb's. */
static error_t parse_main(int key, char *text, struct argp_state *state)
{
	(void)text;
	switch (key) {
	case ARGP_KEY_ARG:
		*(int *)state->input = --state->next;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which verb?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp main_argp = {
	.parser = parse_main,
	.args_doc = "[NOUN] VERB [ARGUMENT...]",
	.doc = "Messages, shared memory and locks between processes, through " IPCCHAN_DEVICE
	       ".\v",
	.help_filter = describe_verbs,
};

static int usage(const char *noun, const char *name)
{
	if (noun && !name)
		fprintf(stderr, "ipcchan: %s what?\n", noun);
	else
		fprintf(stderr, "ipcchan: no verb \"%s%s%s\"\n", noun ?: "",
			noun ? " " : "", name);
	fputs("Try `ipcchan --help' for more information.\n", stderr);
	return EXIT_USAGE;
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
	static char program[48];

	report_verb = full_name(verb);
	snprintf(program, sizeof(program), "ipcchan %s", report_verb);
	argv[0] = program;
	return verb->run(argc, argv);
}

/* What a pipe or a full disk did not take is not done. */
static int finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "ipcchan: standard output: %s\n", strerror(errno));
	return status == EXIT_DONE ? EXIT_FAILED : status;
}

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fprintf(stream, "ipcchan %s (ABI %d)\n", ipcchan_version(), IPCCHAN_ABI);
}

/*
 * A standard file that is closed must not become the number of the device:
 * what is written to it would be sent. This one cannot be written at all.
 */
static void open_standard_files(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= STDIN_FILENO && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const struct verb *verb;
	const char *noun = NULL;
	int first = argc;

	open_standard_files();
	argp_err_exit_status = EXIT_USAGE;
	argp_program_version_hook = print_version;
	argp_parse(&main_argp, argc, argv, ARGP_IN_ORDER, NULL, &first);
	argp_program_version_hook = NULL;
	if (is_noun(argv[first]))
		noun = argv[first++];
	verb = first < argc ? find_verb(noun, argv[first]) : NULL;
	if (!verb)
		return usage(noun, argv[first]);
	return finish(run_verb(verb, argc - first, argv + first));
}
