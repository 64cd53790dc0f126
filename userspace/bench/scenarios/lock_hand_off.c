// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes that hand locks to each other.
 *
 * Each walks round a circle of three locks, one behind the other. A step is to take the
 * next lock, and then to give back the one before. So each take has to wait, each give
 * is to somebody who sleeps, and who has given a lock wants another one next, which it
 * gets only from him: nobody can overtake, whether or not the kind of lock is fair.
 *
 *	client					server
 *	------					------
 *	has 1 and 2				waits for 1
 *	gives 1 ------------------------------>	has 0 and 1
 *	waits for 0				gives 0
 *	has 2 and 0 <--------------------------	waits for 2
 *	gives 2 ...
 *
 * That is no deadlock: who is waited for has two locks, and gives the one that is wanted
 * before it wants another.
 */
#include <err.h>
#include <unistd.h>

#include "../locks/lock.h"
#include "../measure.h"
#include "scenario.h"

static const struct lock *lock;

/* The one that this process has between its steps. */
static unsigned int own;

/* The server says so when it has its first. */
static int ready[2];

static void set_up(size_t size)
{
	(void)size;
	must(pipe(ready), 0, "pipe");
	lock->set_up();
	lock_be(lock, 1);
	own = 0;
	lock->take(own);
}

static void await_server(void)
{
	char byte;

	must(read(ready[0], &byte, sizeof(byte)), sizeof(byte), "read");
}

static void step(void)
{
	unsigned int next = own == LOCKS - 1 ? 0 : own + 1;

	lock->take(next);
	lock->give(own);
	own = next;
}

static void ask(struct payload *payload, size_t size, unsigned int rounds)
{
	(void)size;
	if (!payload->round)
		await_server();
	payload->round += rounds;
	while (rounds--)
		step();
}

/* The server is one lock behind. */
static void be(unsigned int who)
{
	(void)who;
	lock_be(lock, 2);
	own = LOCKS - 1;
	lock->take(own);
	must(write(ready[1], "", 1), 1, "write");
}

/* At its end it has a lock that nobody wants any more. */
static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	(void)payload;
	(void)size;
	while (rounds--)
		step();
}

static void tear_down(void)
{
	lock->give(own);
	lock->tear_down();
	close(ready[0]);
	close(ready[1]);
}

static const struct work work = {
	.servers = 1,
	.set_up = set_up,
	.be = be,
	.ask = ask,
	.serve = serve,
	.tear_down = tear_down,
};

/* In a round it is handed over twice. */
static void run(const struct scenario *scenario)
{
	for (size_t i = 0; all_locks[i]; i++) {
		struct subject subject = {
			.scenario = scenario->name,
			.of = "a hand-off",
			.mechanism = all_locks[i]->name,
			.is_rival = all_locks[i]->is_rival,
			.work = &work,
			.size = sizeof(uint64_t),
			.rounds = settings.rounds,
			.counted_rounds = 20,
			.parts = 2,
		};

		lock = all_locks[i];
		if (!lock->keeps_nobody_out &&
		    (!lock->exists || lock->exists()))
			measure(&subject);
	}
}

const struct scenario lock_hand_off_scenario = {
	.name = "lock_hand_off",
	.title = "A lock given to who sleeps for it",
	.run = run,
};
