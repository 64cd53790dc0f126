// SPDX-License-Identifier: GPL-2.0
/*
 * A bridge with one lane, for cars in both directions: a mutex and a condition
 * variable. Cars go in the order in which they came, those of one direction together;
 * a car waits while one comes towards it.
 */
#include <stdatomic.h>
#include <stdio.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

#define CARS		8
#define CROSSINGS	15

/**
 * struct lane - what is shared; all but the first two under the mutex
 * @on: cars on the bridge, in each direction
 * @met: cars that met one from the other side
 * @came: cars that came to the bridge
 * @went: cars that drove on it
 * @most: cars that were on it together
 * @longest: most cars that a car waited for
 */
struct lane {
	atomic_int on[2];
	atomic_int met;
	int came;
	int went;
	int most;
	int longest;
};

/**
 * struct bridge - what all know
 * @mutex: of the lane, or NONE
 * @moved: condition variable
 * @start: a barrier
 * @lane: shared
 */
struct bridge {
	int mutex;
	int moved;
	int start;
	struct lane *lane;
};

static void await_move(const struct bridge *bridge)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	require(ipcchan_condvar_wait(bridge->moved, bridge->mutex, &options),
		"wait for a condition variable");
}

static void tell_move(const struct bridge *bridge)
{
	require(ipcchan_condvar_signal(bridge->moved, IPCCHAN_CONDVAR_ALL),
		"signal a condition variable");
}

static void enter(const struct bridge *bridge, int direction)
{
	struct lane *lane = bridge->lane;
	int before;
	int place;

	mutex_lock(bridge->mutex);
	before = lane->went;
	place = lane->came++;
	while (place != lane->went || lane->on[!direction])
		await_move(bridge);
	if (lane->went - before > lane->longest)
		lane->longest = lane->went - before;
	lane->went++;
	if (++lane->on[direction] > lane->most)
		lane->most = lane->on[direction];
	tell_move(bridge);
	mutex_unlock(bridge->mutex);
}

static void leave(const struct bridge *bridge, int direction)
{
	mutex_lock(bridge->mutex);
	bridge->lane->on[direction]--;
	tell_move(bridge);
	mutex_unlock(bridge->mutex);
}

static void drive(struct lane *lane, int direction)
{
	nap();
	lane->met += lane->on[!direction] > 0;
}

static void cross_naive(void *context, int car)
{
	const struct bridge *bridge = context;
	struct lane *lane = bridge->lane;

	barrier_meet(bridge->start);
	for (int i = 0; i < CROSSINGS; i++) {
		lane->on[car % 2]++;
		drive(lane, car % 2);
		lane->on[car % 2]--;
	}
}

static void cross_ours(void *context, int car)
{
	const struct bridge *bridge = context;

	for (int i = 0; i < CROSSINGS; i++) {
		enter(bridge, car % 2);
		drive(bridge->lane, car % 2);
		leave(bridge, car % 2);
	}
}

static struct bridge bridge_new(struct ipcchan *session)
{
	struct ipcchan_condvar_options options = IPCCHAN_CONDVAR_OPTIONS;
	struct bridge bridge = {
		.mutex = mutex_new(session, 0, 0),
		.start = barrier_new(session, CARS),
		.lane = shared_new(sizeof(*bridge.lane)),
	};

	options.flags = IPCCHAN_OPEN_CREATE;
	bridge.moved = ipcchan_condvar_open(session, NULL, IPCCHAN_RIGHT_WAIT |
					    IPCCHAN_RIGHT_SIGNAL, &options);
	require(bridge.moved, "create a condition variable");
	return bridge;
}

bool bridge_run(struct ipcchan *session)
{
	struct bridge naive = bridge_new(session);
	struct bridge ours = bridge_new(session);
	const struct lane *lane = ours.lane;
	struct crew crew = { 0 };
	bool good;

	printf("A bridge with one lane: %d cars from both sides cross it %d times each.\n",
	       CARS, CROSSINGS);
	crew_start(&crew, CARS, cross_naive, &naive);
	good = crew_join(&crew);
	printf("   naive: %d times a car meets one from the other side\n",
	       naive.lane->met);
	good &= check(naive.lane->met > 0, "no race.");
	crew_start(&crew, CARS, cross_ours, &ours);
	good &= crew_join(&crew);
	printf("   with a condition variable: %d; %d cross it, up to %d together;\n"
	       "      a car waits for at most %d others\n",
	       lane->met, lane->went, lane->most, lane->longest);
	good &= check(!lane->met && lane->went == CARS * CROSSINGS,
		      "the bridge is not right.");
	return check(lane->longest < CARS, "one waited too long.") && good;
}
