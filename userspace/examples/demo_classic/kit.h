/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kit: what all parts of the demo need.
 */
#ifndef DEMO_KIT_H
#define DEMO_KIT_H

#include <ipcchan.h>
#include <stdbool.h>
#include <sys/types.h>

/**
 * DOC: Kit
 *
 * Objects are anonymous: children of fork(2) have their descriptors too, and they go
 * with the processes of the part. What fails, or takes longer than there is patience,
 * ends the process with a message, so nothing hangs.
 */

/* In which all that is awaited happens, also on a busy machine. */
#define PATIENCE	IPCCHAN_SECONDS(30)

/* After which it is believed that what should not happen does not. */
#define DOUBT		IPCCHAN_MILLISECONDS(100)

/* In place of a mutex or the like: the naive way, without. */
#define NONE		-1

/** shared_new - memory, zeroed, that is the same for children of fork(2) */
void *shared_new(size_t size);

/** nap - let others run for a moment */
void nap(void);

/** look_again - come back after a moment, for another look before a deadline */
void look_again(uint64_t deadline_ns);

int mutex_new(struct ipcchan *session, uint32_t flags, uint32_t rank);

/** mutex_lock - lock; returns 0 or IPCCHAN_OWNER_DEAD */
int mutex_lock(int mutex);

void mutex_unlock(int mutex);

struct ipcchan_mutex_info mutex_info(int mutex);

int semaphore_new(struct ipcchan *session, uint32_t value);

/** semaphore_acquire - take a unit; false: the semaphore was killed */
bool semaphore_acquire(int semaphore);

void semaphore_release(int semaphore);

int event_new(struct ipcchan *session, uint32_t flags);

int barrier_new(struct ipcchan *session, uint32_t parties);

/** barrier_meet - meet the others; who ends then is not missed */
void barrier_meet(int barrier);

/**
 * both_acquire - have two mutexes, or a unit of two semaphores, in one moment
 * @session: of this process or its parent
 * @fds: the two
 * @units: of each: 1 of semaphores, 0 of mutexes
 *
 * Return: false: one of them was killed.
 */
bool both_acquire(struct ipcchan *session, const int fds[2], uint32_t units);

/* Processes of one crew. */
#define CREW_MAX	16

/**
 * struct crew - processes that do something together
 * @pids: of them
 * @nr: how many
 */
struct crew {
	pid_t pids[CREW_MAX];
	int nr;
};

/** crew_add - start one more, which runs @work with its number, and ends */
void crew_add(struct crew *crew, void (*work)(void *context, int number),
	      void *context);

/** crew_start - start @nr of them */
void crew_start(struct crew *crew, int nr,
		void (*work)(void *context, int number), void *context);

/** crew_join - await their ends; did all end well? */
bool crew_join(struct crew *crew);

/** crew_kill - kill them all */
void crew_kill(struct crew *crew);

/**
 * struct circle - who waits for whom, as told with EDEADLK
 * @length: steps, or 0
 * @steps: of it
 */
struct circle {
	uint32_t length;
	struct ipcchan_step steps[IPCCHAN_CYCLE_MAX];
};

/** circle_show - print it, up to the end of the line */
void circle_show(const struct circle *circle);

/** circle_check - is it all of the crew, each waiting for the next one? */
bool circle_check(const struct circle *circle, const struct crew *crew);

#endif /* DEMO_KIT_H */
