// SPDX-License-Identifier: GPL-2.0
/*
 * Mutexes of the C library, of several processes, which tell of an owner that has died:
 * plain ones, and those whose waiters lend their priority to the owner.
 */
#include <pthread.h>

#include "lock.h"

static pthread_mutex_t *mutexes;

static void set_up_with(int protocol)
{
	pthread_mutexattr_t attributes;

	mutexes = shared_new(LOCKS * sizeof(*mutexes));
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setprotocol(&attributes, protocol);
	for (int i = 0; i < LOCKS; i++)
		must(pthread_mutex_init(&mutexes[i], &attributes), 0,
		     "pthread_mutex_init");
	pthread_mutexattr_destroy(&attributes);
}

static void set_up(void)
{
	set_up_with(PTHREAD_PRIO_NONE);
}

static void set_up_pi(void)
{
	set_up_with(PTHREAD_PRIO_INHERIT);
}

static void take(unsigned int which)
{
	must(pthread_mutex_lock(&mutexes[which]), 0, "pthread_mutex_lock");
}

static void give(unsigned int which)
{
	must(pthread_mutex_unlock(&mutexes[which]), 0, "pthread_mutex_unlock");
}

static void tear_down(void)
{
	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&mutexes[i]);
	shared_free(mutexes, LOCKS * sizeof(*mutexes));
}

const struct lock pthread_lock = {
	.name = "pthread mutex, robust",
	.is_rival = true,
	.set_up = set_up,
	.take = take,
	.give = give,
	.tear_down = tear_down,
};

const struct lock pthread_pi_lock = {
	.name = "pthread mutex, robust, PI",
	.is_rival = true,
	.set_up = set_up_pi,
	.take = take,
	.give = give,
	.tear_down = tear_down,
};
