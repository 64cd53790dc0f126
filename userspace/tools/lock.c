// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan lock: run a command with a mutex locked.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "find.h"
#include "options.h"
#include "parse.h"
#include "report.h"
#include "verbs.h"

/**
 * struct locking - one run of the verb
 * @name: Name of the mutex.
 * @argv: The command.
 * @wait: --timeout, and --try as flags.
 * @mutex: The mutex.
 * @inherited: What was blocked when this began, and is for the command.
 * @pid: The command, once it runs.
 */
struct locking {
	const char *name;
	char **argv;
	struct wait_options wait;
	int mutex;
	sigset_t inherited;
	pid_t pid;
};

static const struct argp_option options[] = {
	{ "timeout", 'w', "DURATION", 0,
	  "Wait for it at most so long (2s, 500ms, 1.5m); then exit with status 5", 0 },
	{ "try", 'n', NULL, 0, "Do not wait at all", 0 },
	{},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct locking *locking = state->input;

	switch (key) {
	case 'w':
		locking->wait.timeout = text;
		locking->wait.timeout_ns = parse_duration(state, text);
		return 0;
	case 'n':
		locking->wait.flags = IPCCHAN_NONBLOCK;
		return 0;
	case ARGP_KEY_ARGS:
		locking->name = state->argv[state->next];
		locking->argv = state->argv + state->next + 1;
		/* As in "lock NAME -- COMMAND", where what is parsed ended at NAME. */
		if (*locking->argv && !strcmp(*locking->argv, "--"))
			locking->argv++;
		if (!*locking->argv)
			argp_error(state, "which command?");
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which name?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp lock_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME [--] COMMAND [ARGUMENT...]",
	.doc = "Run COMMAND with a mutex locked.\v"
	       "The mutex is created if there is none of that name; the name is "
	       "persistent, until \"ipcchan rm NAME\". If who had it last ended with "
	       "it, that is said, and it is marked consistent.\n\n"
	       "The exit status is that of COMMAND, 128 and its number if a signal "
	       "ended it, 126 if it cannot be run, 127 if it is not found.",
};

static void open_mutex(struct locking *locking)
{
	struct ipcchan_mutex_options create = IPCCHAN_MUTEX_OPTIONS;
	struct ipcchan *session = open_session();

	create.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_PERSIST;
	locking->mutex = ipcchan_mutex_open(session, locking->name,
					    IPCCHAN_RIGHT_WAIT, &create);
	if (locking->mutex < 0)
		fail(locking->name, locking->mutex);
	ipcchan_session_close(session);
}

static void lock(const struct locking *locking)
{
	struct ipcchan_lock_options how = IPCCHAN_LOCK_OPTIONS;
	int result;

	how.flags = locking->wait.flags;
	how.deadline_ns = wait_deadline(&locking->wait);
	do {
		result = ipcchan_mutex_lock(locking->mutex, &how);
	} while (result == -EINTR);
	if (result == IPCCHAN_OWNER_DEAD) {
		note(locking->name,
		     "whoever had it last ended with it; it is consistent from now on");
		result = ipcchan_mutex_consistent(locking->mutex);
	}
	if (result == -EAGAIN)
		fail_because(locking->name, result, NULL, "somebody has it");
	if (result == -ETIMEDOUT)
		fail_because(locking->name, result, NULL, "not had within %s",
			     locking->wait.timeout);
	if (result == -ENOTRECOVERABLE)
		fail_because(locking->name, result,
			     "repair what it is for, then \"ipcchan rm %s\"",
			     "what a dead owner left was not put in order");
	if (result)
		fail(locking->name, result);
}

/* What would end this before the command, which then went on without the mutex. */
static void hold_signals(struct locking *locking, sigset_t *held)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD };
	size_t i;

	sigemptyset(held);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(held, signals[i]);
	/* Who started us may ignore it, and then no command could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, held, &locking->inherited);
}

/* 0 or an errno. */
static int begin(struct locking *locking)
{
	posix_spawnattr_t attributes;
	int error = posix_spawnattr_init(&attributes);

	if (error)
		return error;
	error = posix_spawnattr_setsigmask(&attributes, &locking->inherited) ?:
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) ?:
		posix_spawnp(&locking->pid, locking->argv[0], NULL, &attributes,
			     locking->argv, environ);
	posix_spawnattr_destroy(&attributes);
	return error;
}

/*
 * Until the command has ended: its exit status. A terminal tells the command itself;
 * what another process sends us is passed on.
 */
static int wait_for_end(const struct locking *locking, const sigset_t *held)
{
	siginfo_t info;
	int status;

	for (;;) {
		int number = sigwaitinfo(held, &info);

		if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL)
			kill(locking->pid, number);
		if (waitpid(locking->pid, &status, WNOHANG) == locking->pid)
			break;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static int run_command(struct locking *locking)
{
	sigset_t held;
	int error;

	hold_signals(locking, &held);
	error = begin(locking);
	if (!error)
		return wait_for_end(locking, &held);
	note(locking->name, "%s: %s", locking->argv[0], strerror(error));
	return error == ENOENT ? COMMAND_NOT_FOUND : COMMAND_NOT_RUN;
}

int run_lock(int argc, char **argv)
{
	struct locking locking = {};
	int status;
	int error;

	argp_parse(&lock_argp, argc, argv, ARGP_IN_ORDER, NULL, &locking);
	open_mutex(&locking);
	lock(&locking);
	status = run_command(&locking);
	error = ipcchan_mutex_unlock(locking.mutex);
	if (error)
		report(locking.name, error);
	return status;
}
