// SPDX-License-Identifier: GPL-2.0
/*
 * A race: processes add to one counter. Each loads it, sleeps, and stores it, so that
 * what others stored meanwhile is lost, on any machine; or does so under a mutex.
 */
#include <stdio.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

#define WORKERS	4
#define TIMES	50

/**
 * struct race - what all know
 * @mutex: of the counter, or NONE
 * @start: a barrier
 * @counter: shared
 */
struct race {
	int mutex;
	int start;
	int *counter;
};

static void add(void *context, int number)
{
	const struct race *race = context;
	int value;

	(void)number;
	barrier_meet(race->start);
	for (int i = 0; i < TIMES; i++) {
		mutex_lock(race->mutex);
		value = *race->counter;
		nap();
		*race->counter = value + 1;
		mutex_unlock(race->mutex);
	}
}

static bool race_hold(struct race *race, int mutex)
{
	struct crew crew = { 0 };

	race->mutex = mutex;
	*race->counter = 0;
	crew_start(&crew, WORKERS, add, race);
	return crew_join(&crew);
}

bool race_run(struct ipcchan *session)
{
	struct race race = {
		.start = barrier_new(session, WORKERS),
		.counter = shared_new(sizeof(int)),
	};
	int lost;
	bool good;

	printf("A race: %d processes add 1 to a counter, %d times each.\n",
	       WORKERS, TIMES);
	good = race_hold(&race, NONE);
	lost = WORKERS * TIMES - *race.counter;
	printf("   naive: it is %d, so %d are lost\n", *race.counter, lost);
	good &= check(lost > 0, "no race.");
	good &= race_hold(&race, mutex_new(session, 0, 0));
	lost = WORKERS * TIMES - *race.counter;
	printf("   under a mutex: it is %d, so %d are lost\n", *race.counter,
	       lost);
	return check(!lost, "the mutex let two in.") && good;
}
