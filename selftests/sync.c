// SPDX-License-Identifier: GPL-2.0
/* Synchronisation: the calls, with defaults, and threads that make them. */

#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "sync.h"

/* INFO of what is there. */
static void info_or_abort(int object, unsigned long request, void *info)
{
	if (!call(object, request, info))
		return;
	perror("# INFO");
	abort();
}

struct ipcchan_mutex_info mutex_info(int mutex)
{
	struct ipcchan_mutex_info info = {};

	info_or_abort(mutex, IPCCHAN_IOC_MUTEX_INFO, &info);
	return info;
}

struct ipcchan_semaphore_info semaphore_info(int semaphore)
{
	struct ipcchan_semaphore_info info = {};

	info_or_abort(semaphore, IPCCHAN_IOC_SEMAPHORE_INFO, &info);
	return info;
}

struct ipcchan_event_info event_info(int event)
{
	struct ipcchan_event_info info = {};

	info_or_abort(event, IPCCHAN_IOC_EVENT_INFO, &info);
	return info;
}

struct ipcchan_condvar_info condvar_info(int condvar)
{
	struct ipcchan_condvar_info info = {};

	info_or_abort(condvar, IPCCHAN_IOC_CONDVAR_INFO, &info);
	return info;
}

struct ipcchan_barrier_info barrier_info(int barrier)
{
	struct ipcchan_barrier_info info = {};

	info_or_abort(barrier, IPCCHAN_IOC_BARRIER_INFO, &info);
	return info;
}

struct ipcchan_rwlock_info rwlock_info(int rwlock)
{
	struct ipcchan_rwlock_info info = {};

	info_or_abort(rwlock, IPCCHAN_IOC_RWLOCK_INFO, &info);
	return info;
}

bool await_in_line(int object, unsigned int nr)
{
	__u64 deadline = deadline_must_happen();

	while (object_info(object).items != nr) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return false;
		nap();
	}
	return true;
}

int in_thread(int (*function)(void *argument), void *argument)
{
	struct sleeper sleeper;

	sleeper_start(&sleeper, function, argument);
	return sleeper_join(&sleeper);
}

static int take_turn(void *argument)
{
	struct turn *turn = argument;
	struct turns *turns = turn->turns;
	struct sched_param best = { .sched_priority = 1 + turn->number };
	int error = 0;

	if (turns->by_priority && sched_setscheduler(0, SCHED_FIFO, &best))
		return -errno;
	error = turns->have(turns->object);
	if (error)
		return error;
	turns->order[turns->had++] = turn->number;
	return turns->let_go ? turns->let_go(turns->object) : 0;
}

bool turns_start(struct turns *turns, int nr)
{
	turns->nr = nr;
	for (int i = 0; i < nr; i++) {
		struct turn *turn = &turns->threads[i];

		turn->turns = turns;
		turn->number = i;
		sleeper_start(&turn->sleeper, take_turn, turn);
		if (!await_in_line(turns->object, i + 1))
			return false;
	}
	return true;
}

bool turns_end(struct turns *turns)
{
	bool is_as_due = true;

	for (int i = 0; i < turns->nr; i++)
		is_as_due &= !sleeper_join(&turns->threads[i].sleeper);
	for (int i = 0; i < turns->nr; i++)
		is_as_due &= turns->order[i] ==
			     (turns->by_priority ? turns->nr - 1 - i : i);
	return is_as_due && turns->had == turns->nr;
}

static int interrupted;
static int handled;
static int seen_in_line;

/* Only system calls, as in any handler. */
static void note_signal(int signal)
{
	struct ipcchan_object_info info = {};
	int error = errno;

	call(interrupted, IPCCHAN_IOC_OBJECT_INFO, &info);
	seen_in_line = info.items;
	__atomic_add_fetch(&handled, 1, __ATOMIC_RELEASE);
	errno = error;
}

bool handle_signals(int object, int flags)
{
	struct sigaction action = {
		.sa_handler = note_signal,
		.sa_flags = flags,
	};

	interrupted = object;
	return !sigaction(SIGUSR1, &action, NULL);
}

int interrupt(struct sleeper *sleeper)
{
	int before = handled;

	if (pthread_kill(sleeper->thread, SIGUSR1) ||
	    !await_counter(&handled, before + 1))
		return HANGS;
	return seen_in_line;
}

int poll_now(int object)
{
	struct pollfd poller = { .fd = object, .events = POLLIN };

	poll(&poller, 1, 0);
	return poller.revents;
}

int poll_for_input(void *object)
{
	struct pollfd poller = { .fd = *(int *)object, .events = POLLIN };

	return poll(&poller, 1, MUST_HAPPEN_SECONDS * 1000) == 1 ?
	       poller.revents : HANGS;
}

pid_t fork_with(void)
{
	pid_t child = fork();

	while (!child)
		pause();
	return child;
}

int execute(void)
{
	execl("/usr/bin/sleep", "sleep", "100", NULL);
	execl("/bin/sleep", "sleep", "100", NULL);
	return -errno;
}

static int lock(void *mutex)
{
	return mutex_lock(*(int *)mutex);
}

void start_lock(struct sleeper *sleeper, int *mutex)
{
	sleeper_start(sleeper, lock, mutex);
}
