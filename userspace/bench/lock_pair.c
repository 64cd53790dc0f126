// SPDX-License-Identifier: GPL-2.0
/*
 * A lock that nobody else wants: taken, and given back.
 */
#include "lock.h"

static const struct lock *lock;

static void set_up(size_t size)
{
	(void)size;
	lock->set_up();
	lock_be(lock, 1);
}

static void ask(struct payload *payload, size_t size)
{
	(void)size;
	lock->take(0);
	lock->give(0);
	answer(payload);
}

/* There is nothing to do for another process. */
static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	(void)payload;
	(void)size;
	(void)rounds;
}

static void tear_down(void)
{
	lock->tear_down();
}

struct mechanism lock_pair(const struct lock *which)
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
