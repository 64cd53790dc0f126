// SPDX-License-Identifier: GPL-2.0
/*
 * Priority inversion: the nicest process has a mutex, and others, the important one
 * last, stand in line. In the order of arrival the important one waits for them all;
 * with IPCCHAN_OPEN_PRIORITY only for who has the mutex. That one is lent no priority.
 */
#include <err.h>
#include <stdio.h>
#include <sys/resource.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

#define WAITERS	4
#define NICEST	19
/* What proc(5) calls priority, of nice 0. */
#define NORMAL	20

/* In the order of arrival. */
static const int nices[WAITERS] = { 15, 10, 5, 0 };

/**
 * struct ranking - what is shared; under the mutex
 * @served: nice values, in the order in which they had the mutex
 * @nr: how many had it
 * @owner: priority of its first owner, while all waited
 */
struct ranking {
	int served[WAITERS];
	int nr;
	int owner;
};

/**
 * struct queue - what all know
 * @mutex: that they want
 * @ranking: shared
 */
struct queue {
	int mutex;
	struct ranking *ranking;
};

static void await_waiters(int mutex, uint32_t nr)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	while (mutex_info(mutex).waiters != nr)
		look_again(deadline);
}

static void await_owner(int mutex)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	while (!mutex_info(mutex).owner_tid)
		look_again(deadline);
}

static void be_nice(int value)
{
	if (setpriority(PRIO_PROCESS, 0, value))
		err(1, "setpriority");
}

/* As the scheduler sees it: what was lent would be in it. */
static int own_priority(void)
{
	FILE *file = fopen("/proc/self/stat", "re");
	int priority = 0;

	if (!file || fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u "
			    "%*u %*u %*u %*u %*u %*u %*d %*d %d",
			    &priority) != 1)
		err(1, "/proc/self/stat");
	fclose(file);
	return priority;
}

static void own(void *context, int number)
{
	const struct queue *queue = context;

	(void)number;
	be_nice(NICEST);
	mutex_lock(queue->mutex);
	await_waiters(queue->mutex, WAITERS);
	queue->ranking->owner = own_priority();
	mutex_unlock(queue->mutex);
}

static void stand_in_line(void *context, int number)
{
	const struct queue *queue = context;
	struct ranking *ranking = queue->ranking;
	int value = nices[number - 1];

	be_nice(value);
	mutex_lock(queue->mutex);
	ranking->served[ranking->nr++] = value;
	mutex_unlock(queue->mutex);
}

static bool serve(struct ipcchan *session, struct queue *queue, uint32_t flags)
{
	struct crew crew = { 0 };

	queue->mutex = mutex_new(session, flags, 0);
	queue->ranking = shared_new(sizeof(*queue->ranking));
	crew_add(&crew, own, queue);
	await_owner(queue->mutex);
	for (int i = 0; i < WAITERS; i++) {
		crew_add(&crew, stand_in_line, queue);
		if (i < WAITERS - 1)
			await_waiters(queue->mutex, i + 1);
	}
	return crew_join(&crew);
}

static void show(const char *name, const int *values)
{
	printf("   %s: nice", name);
	for (int i = 0; i < WAITERS; i++)
		printf(" %d", values[i]);
	putchar('\n');
}

bool priority_run(struct ipcchan *session)
{
	struct queue fifo;
	struct queue priority;
	bool good;

	printf("Priorities: %d processes wait for one of nice %d; the important one comes last.\n",
	       WAITERS, NICEST);
	good = serve(session, &fifo, 0);
	good &= serve(session, &priority, IPCCHAN_OPEN_PRIORITY);
	show("in the order of arrival", fifo.ranking->served);
	show("PRIORITY", priority.ranking->served);
	for (int i = 0; i < WAITERS; i++) {
		good &= check(fifo.ranking->served[i] == nices[i] &&
			      priority.ranking->served[i] ==
			      nices[WAITERS - 1 - i], "place %d.", i);
	}
	printf("   Nobody who waits delays a better one. But the owner is lent no priority:\n"
	       "   nice %d while nice 0 waits; who keeps the owner from running delays both.\n",
	       priority.ranking->owner - NORMAL);
	return check(priority.ranking->owner == NORMAL + NICEST,
		     "the owner was lent priority.") && good;
}
