/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks: what keeps all others out until it is given back.
 */
#ifndef BENCH_LOCK_H
#define BENCH_LOCK_H

#include "../work.h"

/**
 * DOC: Locks
 *
 * One file for each family, with its rows in all_locks[]. What is done with
 * them is a scenario, a file each, and the same code for all locks.
 */

/* So many of each are made: those that two processes need to hand them over. */
#define LOCKS	3

/**
 * struct lock - a kind of lock
 * @name: For people.
 * @is_rival: It is not ours.
 * @keeps_nobody_out: It is none, but what it costs to ask the kernel for one.
 * @exists: This kernel has it; NULL: all have.
 * @set_up: Make LOCKS of them, taken by nobody.
 * @be: In a process, before all it does: be a party of this number, which is not 0;
 *	NULL: parties are told apart without.
 * @take: Take one, now or later.
 * @give: Give it back.
 * @tear_down: Undo @set_up; nobody has one.
 */
struct lock {
	const char *name;
	bool is_rival;
	bool keeps_nobody_out;
	bool (*exists)(void);
	void (*set_up)(void);
	void (*be)(unsigned int party);
	void (*take)(unsigned int which);
	void (*give)(unsigned int which);
	void (*tear_down)(void);
};

extern const struct lock getppid_lock;
extern const struct lock pthread_lock;
extern const struct lock pthread_pi_lock;
extern const struct lock posix_semaphore_lock;
extern const struct lock sysv_lock;
extern const struct lock sysv_undo_lock;
extern const struct lock ntsync_mutex_lock;
extern const struct lock ntsync_semaphore_lock;
extern const struct lock mutex_lock;
extern const struct lock semaphore_lock;
extern const struct lock semaphore_undo_lock;

/* All of them; the last is NULL. */
extern const struct lock *const all_locks[];

static inline void lock_be(const struct lock *lock, unsigned int party)
{
	if (lock->be)
		lock->be(party);
}

#endif /* BENCH_LOCK_H */
