// SPDX-License-Identifier: GPL-2.0
/*
 * Counting system calls.
 */
#include "syscalls.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* glibc has the structure in another header, which cannot be used with its own. */
#include <linux/ptrace.h>

/* A client whose every system call stops it, and from its first on its server. */
static pid_t start_traced(const struct pair *pair)
{
	pid_t client = fork();
	int status;

	if (client < 0)
		err(1, "fork");
	if (!client) {
		must(ptrace(PTRACE_TRACEME, 0, NULL, NULL), 0, "ptrace");
		raise(SIGSTOP);
		pair_run(pair);
		_exit(0);
	}
	must(waitpid(client, &status, 0), client, "waitpid");
	must(ptrace(PTRACE_SETOPTIONS, client, NULL, PTRACE_O_TRACESYSGOOD |
		    PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL), 0, "ptrace");
	return client;
}

/* Let @pid go on to the next entry or exit, with @signal. */
static void resume(pid_t pid, int signal)
{
	must(ptrace(PTRACE_SYSCALL, pid, NULL, (long)signal), 0, "ptrace");
}

static bool is_entry(pid_t pid)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
		err(1, "ptrace");
	return info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/* What a stop means; returns the number of calls that begin there: 0 or 1. */
static unsigned int take_stop(pid_t pid, int status)
{
	bool is_event = status >> 16;
	bool is_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
	bool is_new = WSTOPSIG(status) == SIGSTOP;
	unsigned int begun = is_call && is_entry(pid);

	resume(pid, is_event || is_call || is_new ? 0 : WSTOPSIG(status));
	return begun;
}

static unsigned int count(const struct pair *pair)
{
	pid_t pid = start_traced(pair);
	unsigned int begun = 0;
	int status;

	resume(pid, 0);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			begun += take_stop(pid, status);
		else if (!WIFEXITED(status) || WEXITSTATUS(status))
			errx(1, "%s: failed while its system calls were counted",
			     pair->mechanism->name);
	}
	if (errno != ECHILD)
		err(1, "waitpid");
	return begun;
}

double syscalls_per_round(const struct pair *pair)
{
	struct pair twice = *pair;

	twice.rounds *= 2;
	return (double)(count(&twice) - count(pair)) / (REPEATS * pair->rounds);
}
