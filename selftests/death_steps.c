// SPDX-License-Identifier: GPL-2.0
/* Steps: death at the nth function of the module that a process enters. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "death_steps.h"

#define EVENT "/sys/kernel/tracing/events/ftrace/function/id"
#define TRACING "/proc/sys/kernel/ftrace_enabled"

/*
 * What a file shows to others has the prefix; file operations do not have it.
 * That a function of the kernel is named like this makes a step more, no more.
 */
#define STEPS "ip == ipcchan_* || ip == mailbox_* || ip == region_*"

static int counter = -1;
static int cpu;

static int event_id(void)
{
	FILE *file = fopen(EVENT, "re");
	int id;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &id) != 1)
		id = -1;
	fclose(file);
	return id;
}

/*
 * On one processor, to which those who are to die are bound: a counter of one
 * process would have to be made anew for each, and takes the kernel long.
 */
static int counter_open(int id)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = id,
		.sample_period = 1,
		.disabled = 1,
		.exclude_callchain_user = 1,
	};

	return syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
		       PERF_FLAG_FD_CLOEXEC);
}

static bool set_tracing(char value)
{
	int fd = open(TRACING, O_WRONLY | O_CLOEXEC);
	bool is_set = write(fd, &value, 1) == 1;

	close(fd);
	return is_set;
}

static int filtered_counter_open(int id)
{
	int fd = counter_open(id);

	if (fd < 0)
		return -1;
	if (!ioctl(fd, PERF_EVENT_IOC_SET_FILTER, STEPS) &&
	    !fcntl(fd, F_SETSIG, SIGKILL) && !fcntl(fd, F_SETFL, O_ASYNC))
		return fd;
	close(fd);
	return -1;
}

/*
 * Before main(), so that all tests of the program share it. Until it has its
 * filter it counts every function of the kernel. A slow kernel would then do
 * nothing but timer interrupts, so in between there is no tracing.
 */
static void __attribute__((constructor)) open_counter(void)
{
	int id = event_id();

	cpu = sched_getcpu();
	if (id < 0 || !set_tracing('0'))
		return;
	counter = filtered_counter_open(id);
	if (!set_tracing('1'))
		abort();
}

const char *steps_missing(void)
{
	return counter < 0 ? EVENT : NULL;
}

void steps_arm(unsigned int nth)
{
	unsigned long long period = nth;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one) ||
	    fcntl(counter, F_SETOWN, getpid()) ||
	    ioctl(counter, PERF_EVENT_IOC_PERIOD, &period) ||
	    ioctl(counter, PERF_EVENT_IOC_ENABLE, 0))
		abort();
}

void steps_disarm(void)
{
	if (ioctl(counter, PERF_EVENT_IOC_DISABLE, 0))
		abort();
}
