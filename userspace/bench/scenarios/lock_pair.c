// SPDX-License-Identifier: GPL-2.0
/*
 * A lock that nobody else wants: taken, and given back.
 */
#include "../measure.h"
#include "../locks/lock.h"
#include "scenario.h"

/*
 * By how much there are more pairs in a repeat than round trips, so that what an
 * interrupt costs is little against them; and more again of those that do not enter the
 * kernel.
 */
#define MORE_PAIRS	100

static const struct lock *lock;

static void set_up(size_t size)
{
	(void)size;
	lock->set_up();
	lock_be(lock, 1);
}

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	(void)size;
	for (unsigned int i = 0; i < rounds; i++) {
		lock->take(0);
		lock->give(0);
	}
	payload->round += rounds;
}

static void tear_down(void)
{
	lock->tear_down();
}

static const struct work work = {
	.set_up = set_up,
	.ask = ask,
	.tear_down = tear_down,
};

static void run(const struct scenario *scenario)
{
	for (size_t i = 0; all_locks[i]; i++) {
		struct subject subject = {
			.scenario = scenario->name,
			.of = "a pair",
			.mechanism = all_locks[i]->name,
			.is_rival = all_locks[i]->is_rival,
			.work = &work,
			.size = sizeof(uint64_t),
			.rounds = MORE_PAIRS * settings.rounds,
			.counted_rounds = 20,
		};

		lock = all_locks[i];
		if (!lock->exists || lock->exists())
			measure(&subject);
	}
}

const struct scenario lock_pair_scenario = {
	.name = "lock_pair",
	.title = "A lock taken and given back, that nobody else wants",
	.run = run,
};
