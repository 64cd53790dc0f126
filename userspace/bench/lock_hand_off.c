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
#include "lock.h"

#include <err.h>
#include <unistd.h>

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

static void ask(struct payload *payload, size_t size)
{
	(void)size;
	if (!payload->round)
		await_server();
	step();
	answer(payload);
}

/* The server is one lock behind. */
static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	(void)payload;
	(void)size;
	lock_be(lock, 2);
	own = LOCKS - 1;
	lock->take(own);
	must(write(ready[1], "", 1), 1, "write");
	while (rounds--)
		step();
	lock->give(own);
}

static void tear_down(void)
{
	lock->give(own);
	lock->tear_down();
	close(ready[0]);
	close(ready[1]);
}

struct mechanism lock_hand_off(const struct lock *which)
{
	lock = which;
	return (struct mechanism){
		.name = which->name,
		.set_up = set_up,
		.ask = ask,
		.serve = serve,
		.tear_down = tear_down,
	};
}
