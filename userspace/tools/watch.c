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

/* @files: the signals, and the output. */
static int await_reason(struct pollfd files[2])
{
	struct signalfd_siginfo taken;

	for (;;) {
		if (poll(files, 2, -1) < 0)
			continue;
		if (files[0].revents & POLLIN &&
		    read(files[0].fd, &taken, sizeof(taken)) == sizeof(taken))
			return taken.ssi_signo;
		if (files[1].revents)
			return OUTPUT_GONE;
	}
}

static void *watch(void *files)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	atomic_store(&reason, await_reason(files));
	for (;;) {
		pthread_kill(main_thread, POKE);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void start_thread(struct pollfd files[2])
{
	pthread_t thread;
	int error;

	main_thread = pthread_self();
	error = pthread_create(&thread, NULL, watch, files);
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

void watch_start(int output)
{
	static struct pollfd files[2];
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
	files[0].fd = signalfd(-1, &watched, SFD_CLOEXEC);
	files[0].events = POLLIN;
	files[1].fd = output;
	if (files[0].fd < 0)
		fail(NULL, -errno);
	pthread_sigmask(SIG_BLOCK, &pokes, NULL);
	start_thread(files);
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
