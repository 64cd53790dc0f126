// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons to stop that must not cost a message.
 */
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

/* What interrupts the main thread. */
#define POKE	SIGUSR1

#define OUTPUT_GONE	(-1)

/* 0, OUTPUT_GONE, or a signal. */
static atomic_int reason;
static pthread_t main_thread;
static sigset_t watched;

static void poked(int signal)
{
	(void)signal;
}

static int await_reason(int signals)
{
	struct pollfd files[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO, .events = 0 },
	};
	struct signalfd_siginfo taken;

	for (;;) {
		if (poll(files, 2, -1) < 0)
			continue;
		if (files[0].revents & POLLIN &&
		    read(signals, &taken, sizeof(taken)) == sizeof(taken))
			return taken.ssi_signo;
		if (files[1].revents)
			return OUTPUT_GONE;
	}
}

static void *watch(void *signals)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	atomic_store(&reason, await_reason(*(int *)signals));
	for (;;) {
		pthread_kill(main_thread, POKE);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void start_thread(int *signals)
{
	pthread_t thread;
	int error;

	main_thread = pthread_self();
	error = pthread_create(&thread, NULL, watch, signals);
	if (error)
		fail(NULL, -error);
}

/* One that we were started to ignore (nohup, a background job) stays so. */
static void watch_for(int signal_number)
{
	struct sigaction old;

	sigaction(signal_number, NULL, &old);
	if (old.sa_handler != SIG_IGN)
		sigaddset(&watched, signal_number);
}

void watch_start(void)
{
	static int signals;
	const struct sigaction poke = { .sa_handler = poked };
	sigset_t pokes;

	sigemptyset(&watched);
	watch_for(SIGHUP);
	watch_for(SIGINT);
	watch_for(SIGTERM);
	sigemptyset(&pokes);
	sigaddset(&pokes, POKE);
	signal(SIGPIPE, SIG_IGN);
	sigaction(POKE, &poke, NULL);
	pthread_sigmask(SIG_BLOCK, &watched, NULL);
	signals = signalfd(-1, &watched, SFD_CLOEXEC);
	if (signals < 0)
		fail(NULL, -errno);
	pthread_sigmask(SIG_BLOCK, &pokes, NULL);
	start_thread(&signals);
	pthread_sigmask(SIG_UNBLOCK, &pokes, NULL);
}

bool watch_says_stop(void)
{
	return atomic_load(&reason) != 0;
}

void watch_end(void)
{
	int signal_number = atomic_load(&reason);

	if (signal_number <= 0)
		return;
	signal(signal_number, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, &watched, NULL);
	raise(signal_number);
}
