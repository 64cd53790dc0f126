/* SPDX-License-Identifier: GPL-2.0 */
/* Synchronisation: the calls, with defaults, and threads that make them. */
#ifndef SYNC_H
#define SYNC_H

#include "ipcchan_selftest.h"

/**
 * mutex_open - by default: a new anonymous mutex with all rights
 * @session: descriptor of the device
 *
 * Further arguments are initialisers of struct ipcchan_mutex_open.
 */
#define mutex_open(session, ...)					\
	call(session, IPCCHAN_IOC_MUTEX_OPEN,				\
	     &(struct ipcchan_mutex_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_LOCK,				\
		__VA_ARGS__						\
	     })

/** mutex_lock - by default it sleeps, not for ever */
#define mutex_lock(mutex, ...)						\
	call(mutex, IPCCHAN_IOC_MUTEX_LOCK,				\
	     &(struct ipcchan_mutex_lock){				\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/** mutex_try - lock it now or not at all */
#define mutex_try(mutex)	mutex_lock(mutex, .flags = IPCCHAN_NONBLOCK)

#define mutex_unlock(mutex, ...)					\
	call(mutex, IPCCHAN_IOC_MUTEX_UNLOCK,				\
	     &(struct ipcchan_mutex_unlock){ __VA_ARGS__ })

#define mutex_consistent(mutex, ...)					\
	call(mutex, IPCCHAN_IOC_MUTEX_CONSISTENT,			\
	     &(struct ipcchan_mutex_consistent){ __VA_ARGS__ })

struct ipcchan_mutex_info mutex_info(int mutex);

/** await_waiters - until so many stand in line for an object */
bool await_in_line(int object, unsigned int nr);

/** start_lock - a thread that locks a mutex, and ends with it */
void start_lock(struct sleeper *sleeper, int *mutex);

#endif /* SYNC_H */
