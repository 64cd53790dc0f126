// SPDX-License-Identifier: GPL-2.0
/*
 * Semaphores of the C library, in memory that processes share.
 */
#include <semaphore.h>

#include "lock.h"

static sem_t *semaphores;

static void set_up(void)
{
	semaphores = shared_new(LOCKS * sizeof(*semaphores));
	for (int i = 0; i < LOCKS; i++)
		must(sem_init(&semaphores[i], true, 1), 0, "sem_init");
}

static void take(unsigned int which)
{
	must(sem_wait(&semaphores[which]), 0, "sem_wait");
}

static void give(unsigned int which)
{
	must(sem_post(&semaphores[which]), 0, "sem_post");
}

static void tear_down(void)
{
	for (int i = 0; i < LOCKS; i++)
		sem_destroy(&semaphores[i]);
	shared_free(semaphores, LOCKS * sizeof(*semaphores));
}

const struct lock posix_semaphore_lock = {
	.name = "POSIX semaphore",
	.is_rival = true,
	.set_up = set_up,
	.take = take,
	.give = give,
	.tear_down = tear_down,
};
