// SPDX-License-Identifier: GPL-2.0
/*
 * The cigarette smokers: each has one of three ingredients, and an agent puts the two
 * others on the table. Smokers who take one and then the other may get one each, and
 * wait for ever; semaphores have no owners, so nobody is told of it. WAIT_ALL takes
 * both or none.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

#define SMOKERS	3
#define ROUNDS	60

/**
 * struct smoking_room - what all know
 * @session: of the part
 * @lies: semaphores: an ingredient lies on the table
 * @smoked: semaphore: a cigarette was
 * @smokes: how many each smoker had; shared
 */
struct smoking_room {
	struct ipcchan *session;
	int lies[SMOKERS];
	int smoked;
	atomic_int *smokes;
};

static struct smoking_room room_new(struct ipcchan *session)
{
	struct smoking_room room = {
		.session = session,
		.smoked = semaphore_new(session, 0),
		.smokes = shared_new(SMOKERS * sizeof(*room.smokes)),
	};

	for (int i = 0; i < SMOKERS; i++)
		room.lies[i] = semaphore_new(session, 0);
	return room;
}

static void smoke_naive(void *context, int smoker)
{
	const struct smoking_room *room = context;

	semaphore_acquire(room->lies[(smoker + 1) % SMOKERS]);
	semaphore_acquire(room->lies[(smoker + 2) % SMOKERS]);
	semaphore_release(room->smoked);
}

static struct ipcchan_semaphore_info semaphore_info(int semaphore)
{
	struct ipcchan_semaphore_info info = { 0 };

	require(ipcchan_semaphore_info(semaphore, &info, sizeof(info)),
		"ask a semaphore for its state");
	return info;
}

/* Each waits for its first ingredient: what is for one goes to two. */
static bool run_naive(struct ipcchan *session)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);
	struct smoking_room room = room_new(session);
	struct crew crew = { 0 };
	uint32_t left;
	int result;

	crew_start(&crew, SMOKERS, smoke_naive, &room);
	for (int i = 0; i < SMOKERS; i++)
		while (!semaphore_info(room.lies[i]).waiters)
			look_again(deadline);
	semaphore_release(room.lies[0]);
	semaphore_release(room.lies[1]);
	options.deadline_ns = ipcchan_deadline_in(DOUBT);
	result = ipcchan_semaphore_acquire(room.smoked, 1, &options);
	left = semaphore_info(room.lies[0]).value +
	       semaphore_info(room.lies[1]).value;
	printf("   naive, one and then the other: of 2 put there %u are left, and nobody\n"
	       "      smokes [%s]\n", left, ipcchan_error_name(result));
	crew_kill(&crew);
	return check(result == -ETIMEDOUT && !left, "somebody smokes.");
}

/* Until the ingredients are killed. */
static void smoke_both(void *context, int smoker)
{
	const struct smoking_room *room = context;
	int wanted[] = {
		room->lies[(smoker + 1) % SMOKERS],
		room->lies[(smoker + 2) % SMOKERS],
	};

	while (both_acquire(room->session, wanted, 1)) {
		room->smokes[smoker]++;
		semaphore_release(room->smoked);
	}
}

static bool run_both(struct ipcchan *session)
{
	struct smoking_room room = room_new(session);
	int meant[SMOKERS] = { 0 };
	struct crew crew = { 0 };
	unsigned int seed = 1;
	bool good = true;

	crew_start(&crew, SMOKERS, smoke_both, &room);
	for (int i = 0; i < ROUNDS; i++) {
		int smoker = rand_r(&seed) % SMOKERS;

		meant[smoker]++;
		semaphore_release(room.lies[(smoker + 2) % SMOKERS]);
		semaphore_release(room.lies[(smoker + 1) % SMOKERS]);
		semaphore_acquire(room.smoked);
	}
	for (int i = 0; i < SMOKERS; i++)
		require(ipcchan_object_kill(room.lies[i]), "clear the table");
	good = crew_join(&crew);
	printf("   both at once: the smokers have %d + %d + %d cigarettes, of %d\n",
	       room.smokes[0], room.smokes[1], room.smokes[2], ROUNDS);
	for (int i = 0; i < SMOKERS; i++)
		good &= check(room.smokes[i] == meant[i],
			      "%d were meant for smoker %d.", meant[i], i);
	return good;
}

bool smokers_run(struct ipcchan *session)
{
	bool good;

	puts("Three cigarette smokers, and an agent with ingredients for one of them.");
	good = run_naive(session);
	return run_both(session) && good;
}
