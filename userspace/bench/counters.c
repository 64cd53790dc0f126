// SPDX-License-Identifier: GPL-2.0
/*
 * Counting what the kernel is asked to do: by perf_event_open(2), on tracepoints.
 */
#include "counters.h"

#include <err.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EVENTS	"/sys/kernel/tracing/events/"

/*
 * Seconds until the kernel has noticed that nobody counts any more: it does more in each
 * context switch before, and waits a second in case that somebody is to count again.
 */
#define AFTERMATH	2

enum counter { SYSCALLS, WAKEUPS, NR_COUNTERS };

/* Both are of the task that asks: who is woken by an interrupt is not among them. */
static const char *const tracepoints[NR_COUNTERS] = {
	[SYSCALLS] = EVENTS "raw_syscalls/sys_enter/id",
	[WAKEUPS] = EVENTS "sched/sched_waking/id",
};

static unsigned int number_of(const char *tracepoint)
{
	FILE *file = fopen(tracepoint, "re");
	unsigned int number;

	if (!file || fscanf(file, "%u", &number) != 1)
		err(1, "%s", tracepoint);
	fclose(file);
	return number;
}

/* Those of this process, and of the children that it has from now on. */
static int start_counter(enum counter which)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attributes),
		.config = number_of(tracepoints[which]),
		.inherit = 1,
	};
	int counter = syscall(SYS_perf_event_open, &attributes, 0, -1, -1,
			      PERF_FLAG_FD_CLOEXEC);

	if (counter < 0)
		err(1, "perf_event_open");
	return counter;
}

static void count(const struct pair *pair, uint64_t *counted)
{
	int counters[NR_COUNTERS];

	for (int i = 0; i < NR_COUNTERS; i++)
		counters[i] = start_counter(i);
	pair_run(pair);
	for (int i = 0; i < NR_COUNTERS; i++) {
		must(read(counters[i], &counted[i], sizeof(*counted)),
		     sizeof(*counted), "read");
		close(counters[i]);
	}
	sleep(AFTERMATH);
}

/* Who sleeps when may differ a little between the two: that is none, not less than none. */
static double per_round(uint64_t more, uint64_t less, double rounds)
{
	return more > less ? (more - less) / rounds : 0;
}

struct counts counts_per_round(const struct pair *pair)
{
	const double rounds = (double)REPEATS * pair->rounds;
	struct pair twice = *pair;
	uint64_t more[NR_COUNTERS];
	uint64_t less[NR_COUNTERS];

	twice.rounds *= 2;
	count(&twice, more);
	count(pair, less);
	return (struct counts){
		.syscalls = per_round(more[SYSCALLS], less[SYSCALLS], rounds),
		.wakeups = per_round(more[WAKEUPS], less[WAKEUPS], rounds),
	};
}
