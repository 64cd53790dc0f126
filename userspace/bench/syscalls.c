// SPDX-License-Identifier: GPL-2.0
/*
 * Counting system calls: by perf_event_open(2), on the tracepoint of their entry.
 */
#include "syscalls.h"

#include <err.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRACEPOINT	"/sys/kernel/tracing/events/raw_syscalls/sys_enter/id"

/*
 * Seconds until the kernel has noticed that nobody counts any more: it does more in each
 * context switch before, and waits a second in case that somebody is to count again.
 */
#define AFTERMATH	2

static unsigned int tracepoint(void)
{
	FILE *file = fopen(TRACEPOINT, "re");
	unsigned int id;

	if (!file || fscanf(file, "%u", &id) != 1)
		err(1, TRACEPOINT);
	fclose(file);
	return id;
}

/* Those of this process, and of the children that it has from now on. */
static int start_counter(void)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attributes),
		.config = tracepoint(),
		.inherit = 1,
	};
	int counter = syscall(SYS_perf_event_open, &attributes, 0, -1, -1,
			      PERF_FLAG_FD_CLOEXEC);

	if (counter < 0)
		err(1, "perf_event_open");
	return counter;
}

static uint64_t count(const struct pair *pair)
{
	int counter = start_counter();
	uint64_t begun;

	pair_run(pair);
	must(read(counter, &begun, sizeof(begun)), sizeof(begun), "read");
	close(counter);
	sleep(AFTERMATH);
	return begun;
}

double syscalls_per_round(const struct pair *pair)
{
	struct pair twice = *pair;

	twice.rounds *= 2;
	return (double)(count(&twice) - count(pair)) / (REPEATS * pair->rounds);
}
