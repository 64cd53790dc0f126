// SPDX-License-Identifier: GPL-2.0
/* Points of death: a process that is killed at a chosen point of a call. */

#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "death_pages.h"
#include "death_points.h"
#include "death_steps.h"
#include "ipcchan_selftest.h"

/* Stops of ptrace(2) at a system call. */
#define STOPS			2

/* An access has stopped the process. */
#define STOPPED			(-100022)

/**
 * struct dying - a victim's process
 * @victim: Which.
 * @kind: Of the point.
 * @nth: Of these points.
 * @line: A socket pair: [0] of the test, [1] of the process.
 * @child: The process.
 */
struct dying {
	const struct victim *victim;
	enum death_kind kind;
	unsigned int nth;
	int line[2];
	struct child child;
};

const char *deaths_missing(enum death_kind kind)
{
	return kind == DEATH_STEP ? steps_missing() : NULL;
}

/* In the process */

/* If nobody hears it, that is seen where the end of the process is awaited. */
static void say(int line)
{
	send(line, "", 1, MSG_NOSIGNAL);
}

/* Not by a call that a victim may sleep in. */
static void hear(int line)
{
	char byte;

	if (recv(line, &byte, 1, 0) != 1)
		abort();
}

/* The next system call after this is the one of the victim. */
static void be_traced(void)
{
	pid_t pid = getpid();

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		abort();
	syscall(SYS_kill, pid, SIGSTOP);
}

/* What is not closed here would be one descriptor more that the call finds. */
static void hand_over_faults(const struct dying *dying)
{
	int faults = pages_watch(dying->victim);

	if (fd_send(dying->line[1], faults) != 1)
		abort();
	close(faults);
}

static int live_and_die(void *argument)
{
	struct dying *dying = argument;
	const struct victim *victim = dying->victim;
	int result;

	close(dying->line[0]);
	if (victim->begin)
		victim->begin(victim->argument);
	if (dying->kind == DEATH_ACCESS)
		hand_over_faults(dying);
	hear(dying->line[1]);
	if (dying->kind == DEATH_SYSCALL && dying->nth)
		be_traced();
	if (dying->kind == DEATH_STEP)
		steps_arm(dying->nth);
	result = victim->run(victim->argument);
	if (dying->kind == DEATH_STEP)
		steps_disarm();
	return result;
}

/* In the test */

/* Sleeping in the call, /proc tells its number first; else that it runs. */
static bool is_asleep(const struct dying *dying)
{
	char path[64];
	long number = -1;
	FILE *file;

	if (!dying->victim->sleeps)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/syscall", dying->child.pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%ld", &number) != 1)
		number = -1;
	fclose(file);
	return number == dying->victim->system_call;
}

static bool is_ready(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	return poll(&poller, 1, 0) == 1;
}

/* Killed already, or by this. */
static int kill_child(struct dying *dying, int result)
{
	kill(dying->child.pid, SIGKILL);
	return child_join(&dying->child) == DIED ? result : HANGS;
}

/*
 * Until the process is gone, which closes its end of the line, sleeps for good,
 * or is stopped by an access. That is there to be seen before the process
 * sleeps because of it, so the look for it comes last.
 */
static int await_end(struct dying *dying, int faults)
{
	struct pollfd either[] = {
		{ .fd = dying->line[0], .events = POLLIN },
		{ .fd = faults, .events = POLLIN },
	};
	__u64 end = deadline_must_happen();

	while (now_ns(CLOCK_MONOTONIC) < end) {
		poll(either, 2, 1);
		if (either[0].revents)
			return child_join(&dying->child);
		if (either[1].revents)
			return STOPPED;
		if (is_asleep(dying) && !is_ready(faults))
			return kill_child(dying, DIED_ASLEEP);
	}
	return kill_child(dying, HANGS);
}

/* False if it sleeps in its call instead, which to /proc looks like a stop. */
static bool await_change(const struct dying *dying, int *status)
{
	pid_t pid = dying->child.pid;
	__u64 end = deadline_must_happen();

	while (now_ns(CLOCK_MONOTONIC) < end && !is_asleep(dying)) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		nap();
	}
	return waitpid(pid, status, WNOHANG) == pid;
}

/* Who makes no system call is stopped by its last one, exit_group(2), only once. */
static int die_at_syscall(struct dying *dying)
{
	pid_t pid = dying->child.pid;
	int status;

	say(dying->line[0]);
	if (!dying->nth)
		return await_end(dying, -1);
	if (!await_change(dying, &status))
		return kill_child(dying, HANGS);
	if (dying->nth > STOPS) {
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
		return await_end(dying, -1);
	}
	for (unsigned int i = 0; i < dying->nth; i++) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) ||
		    !await_change(dying, &status))
			return kill_child(dying, DIED_ASLEEP);
		if (!WIFSTOPPED(status))
			return child_reaped(&dying->child, status);
	}
	return kill_child(dying, DIED);
}

static int die_at_access(struct dying *dying)
{
	static struct pages pages;
	int faults = fd_receive(dying->line[0]);
	unsigned int nth = 1;
	int result;

	pages_take(&pages, dying->victim, faults);
	say(dying->line[0]);
	while ((result = await_end(dying, faults)) == STOPPED &&
	       nth++ != dying->nth)
		pages_pass(&pages);
	if (result == STOPPED)
		result = kill_child(dying, DIED);
	pages_return(&pages);
	close(faults);
	return result;
}

static int die_at_step(struct dying *dying)
{
	int result;

	say(dying->line[0]);
	result = await_end(dying, -1);
	steps_disarm();
	return result;
}

static int (*const die_at[])(struct dying *dying) = {
	[DEATH_SYSCALL] = die_at_syscall,
	[DEATH_ACCESS] = die_at_access,
	[DEATH_STEP] = die_at_step,
};

int death_at(const struct victim *victim, enum death_kind kind,
	     unsigned int nth)
{
	struct dying dying = {
		.victim = victim,
		.kind = nth ? kind : DEATH_SYSCALL,
		.nth = nth,
	};
	int result;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, dying.line))
		return -errno;
	child_start(&dying.child, live_and_die, &dying);
	close(dying.line[1]);
	if (victim->parted)
		victim->parted(victim->argument);
	result = die_at[dying.kind](&dying);
	close(dying.line[0]);
	return result;
}
