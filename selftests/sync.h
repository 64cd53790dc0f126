/* SPDX-License-Identifier: GPL-2.0 */
/* Synchronisation: the calls, with defaults, and threads that make them. */
#ifndef SYNC_H
#define SYNC_H

#include "ipcchan_selftest.h"

/* A deadline that comes. */
#define deadline_brief()	deadline_after(NSEC_PER_MSEC)

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

/**
 * semaphore_open - by default: a new anonymous one, with all rights
 * @session: descriptor of the device
 * @units: that are there
 *
 * Further arguments are initialisers of struct ipcchan_semaphore_open.
 */
#define semaphore_open(session, units, ...)				\
	call(session, IPCCHAN_IOC_SEMAPHORE_OPEN,			\
	     &(struct ipcchan_semaphore_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_SIGNAL,			\
		.value = (units),					\
		.max = 100,						\
		__VA_ARGS__						\
	     })

/** semaphore_acquire - by default it sleeps, not for ever */
#define semaphore_acquire(semaphore, nr, ...)				\
	call(semaphore, IPCCHAN_IOC_SEMAPHORE_ACQUIRE,			\
	     &(struct ipcchan_semaphore_acquire){			\
		.deadline_ns = deadline_must_happen(),			\
		.units = (nr),						\
		__VA_ARGS__						\
	     })

#define semaphore_try(semaphore, nr)					\
	semaphore_acquire(semaphore, nr, .flags = IPCCHAN_NONBLOCK)

#define semaphore_release(semaphore, nr, ...)				\
	call(semaphore, IPCCHAN_IOC_SEMAPHORE_RELEASE,			\
	     &(struct ipcchan_semaphore_release){			\
		.units = (nr),						\
		__VA_ARGS__						\
	     })

struct ipcchan_semaphore_info semaphore_info(int semaphore);

/** event_open - by default: a new anonymous one that is not set */
#define event_open(session, ...)					\
	call(session, IPCCHAN_IOC_EVENT_OPEN,				\
	     &(struct ipcchan_event_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_SIGNAL,			\
		__VA_ARGS__						\
	     })

/** event_wait - by default it sleeps, not for ever */
#define event_wait(event, ...)						\
	call(event, IPCCHAN_IOC_EVENT_WAIT,				\
	     &(struct ipcchan_event_wait){				\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

#define event_try(event)	event_wait(event, .flags = IPCCHAN_NONBLOCK)

#define event_set(event, ...)						\
	call(event, IPCCHAN_IOC_EVENT_SET,				\
	     &(struct ipcchan_event_set){ __VA_ARGS__ })

#define event_reset(event, ...)						\
	call(event, IPCCHAN_IOC_EVENT_RESET,				\
	     &(struct ipcchan_event_reset){ __VA_ARGS__ })

#define event_pulse(event, ...)						\
	call(event, IPCCHAN_IOC_EVENT_PULSE,				\
	     &(struct ipcchan_event_pulse){ __VA_ARGS__ })

struct ipcchan_event_info event_info(int event);

/** condvar_open - by default: a new anonymous one, with all rights */
#define condvar_open(session, ...)					\
	call(session, IPCCHAN_IOC_CONDVAR_OPEN,				\
	     &(struct ipcchan_condvar_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_SIGNAL,			\
		__VA_ARGS__						\
	     })

/** condvar_wait - with a mutex that this thread has; not for ever */
#define condvar_wait(condvar, with, ...)				\
	call(condvar, IPCCHAN_IOC_CONDVAR_WAIT,				\
	     &(struct ipcchan_condvar_wait){				\
		.deadline_ns = deadline_must_happen(),			\
		.mutex = (with),					\
		__VA_ARGS__						\
	     })

#define condvar_signal(condvar, nr, ...)				\
	call(condvar, IPCCHAN_IOC_CONDVAR_SIGNAL,			\
	     &(struct ipcchan_condvar_signal){				\
		.count = (nr),						\
		__VA_ARGS__						\
	     })

struct ipcchan_condvar_info condvar_info(int condvar);

/** barrier_open - by default: a new anonymous one, for @nr parties */
#define barrier_open(session, nr, ...)					\
	call(session, IPCCHAN_IOC_BARRIER_OPEN,				\
	     &(struct ipcchan_barrier_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_LOCK,				\
		.parties = (nr),					\
		__VA_ARGS__						\
	     })

/** barrier_wait - by default it sleeps, not for ever */
#define barrier_wait(barrier, ...)					\
	call(barrier, IPCCHAN_IOC_BARRIER_WAIT,				\
	     &(struct ipcchan_barrier_wait){				\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

#define barrier_reset(barrier, ...)					\
	call(barrier, IPCCHAN_IOC_BARRIER_RESET,			\
	     &(struct ipcchan_barrier_reset){ __VA_ARGS__ })

struct ipcchan_barrier_info barrier_info(int barrier);

/** rwlock_open - by default: a new anonymous one, with all rights */
#define rwlock_open(session, ...)					\
	call(session, IPCCHAN_IOC_RWLOCK_OPEN,				\
	     &(struct ipcchan_rwlock_open){				\
		.flags = IPCCHAN_OPEN_CREATE,				\
		.mode = 0600,						\
		.rights = IPCCHAN_RIGHTS_LOCK,				\
		__VA_ARGS__						\
	     })

/** rwlock_lock - by default for writing, and it sleeps, not for ever */
#define rwlock_lock(rwlock, ...)					\
	call(rwlock, IPCCHAN_IOC_RWLOCK_LOCK,				\
	     &(struct ipcchan_rwlock_lock){				\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

#define rwlock_write(rwlock)	rwlock_lock(rwlock)
#define rwlock_read(rwlock)						\
	rwlock_lock(rwlock, .flags = IPCCHAN_RWLOCK_SHARED)

/** rwlock_try_write, rwlock_try_read - have it now or not at all */
#define rwlock_try_write(rwlock)					\
	rwlock_lock(rwlock, .flags = IPCCHAN_NONBLOCK)
#define rwlock_try_read(rwlock)						\
	rwlock_lock(rwlock, .flags = IPCCHAN_NONBLOCK |			\
				     IPCCHAN_RWLOCK_SHARED)

#define rwlock_unlock(rwlock, ...)					\
	call(rwlock, IPCCHAN_IOC_RWLOCK_UNLOCK,				\
	     &(struct ipcchan_rwlock_unlock){ __VA_ARGS__ })

/** rwlock_upgrade - by default it sleeps, not for ever */
#define rwlock_upgrade(rwlock, ...)					\
	call(rwlock, IPCCHAN_IOC_RWLOCK_UPGRADE,			\
	     &(struct ipcchan_rwlock_upgrade){				\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

#define rwlock_downgrade(rwlock, ...)					\
	call(rwlock, IPCCHAN_IOC_RWLOCK_DOWNGRADE,			\
	     &(struct ipcchan_rwlock_downgrade){ __VA_ARGS__ })

#define rwlock_consistent(rwlock, ...)					\
	call(rwlock, IPCCHAN_IOC_RWLOCK_CONSISTENT,			\
	     &(struct ipcchan_rwlock_consistent){ __VA_ARGS__ })

struct ipcchan_rwlock_info rwlock_info(int rwlock);

/** await_in_line - until so many stand in line for an object */
bool await_in_line(int object, unsigned int nr);

/** in_thread - what a function returns in a thread of its own, which then ends */
int in_thread(int (*function)(void *argument), void *argument);

/**
 * struct turns - threads that stand in line, and who had an object in which order
 * @object: The object.
 * @have: Wait for it; it is the caller's alone then.
 * @let_go: Of it; or NULL.
 * @by_priority: The later a thread comes, the better is its priority.
 * @threads: They.
 * @nr: How many there are.
 * @order: Their numbers, in the order in which they had it.
 * @had: How many have had it.
 */
struct turns {
	int object;
	int (*have)(int object);
	int (*let_go)(int object);
	bool by_priority;
	struct turn {
		struct turns *turns;
		int number;
		struct sleeper sleeper;
	} threads[8];
	int nr;
	int order[8];
	int had;
};

/** turns_start - one after the other; false if one does not stand in line */
bool turns_start(struct turns *turns, int nr);

/** turns_end - did each have it, in the order that was due? */
bool turns_end(struct turns *turns);

/** handle_signals - SIGUSR1 interrupts a wait for @object; flags of sigaction(2) */
bool handle_signals(int object, int flags);

/** interrupt - how many stood in line for the object when the handler ran, or HANGS */
int interrupt(struct sleeper *sleeper);

/** poll_now - what poll(2) says of an object, at once */
int poll_now(int object);

/** poll_for_input - a function for a thread: wait for POLLIN of *@object */
int poll_for_input(void *object);

/** fork_with - a child of the caller that has all descriptors, and does nothing */
pid_t fork_with(void);

/** execute - become another program, which lives on; returns only if it cannot */
int execute(void);

/** start_lock - a thread that locks a mutex, and ends with it */
void start_lock(struct sleeper *sleeper, int *mutex);

/**
 * wait_any - wait for one of the entries of an array; by default not for ever
 * @session: descriptor of the device
 * @all: array of struct ipcchan_wait_entry
 *
 * Further arguments are initialisers of struct ipcchan_wait_any.
 */
#define wait_any(session, all, ...)					\
	call(session, IPCCHAN_IOC_WAIT_ANY,				\
	     &(struct ipcchan_wait_any){				\
		.entries = (uintptr_t)(all),				\
		.count = ARRAY_SIZE(all),				\
		.entry_size = sizeof((all)[0]),				\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/** wait_all - likewise for all of them */
#define wait_all(session, all, ...)					\
	call(session, IPCCHAN_IOC_WAIT_ALL,				\
	     &(struct ipcchan_wait_all){				\
		.entries = (uintptr_t)(all),				\
		.count = ARRAY_SIZE(all),				\
		.entry_size = sizeof((all)[0]),				\
		.deadline_ns = deadline_must_happen(),			\
		__VA_ARGS__						\
	     })

/** wait_list - who waits for whom, into an array */
#define wait_list(session, all, ...)					\
	call(session, IPCCHAN_IOC_WAIT_LIST,				\
	     &(struct ipcchan_wait_list){				\
		.entries = (uintptr_t)(all),				\
		.count = ARRAY_SIZE(all),				\
		.entry_size = sizeof((all)[0]),				\
		__VA_ARGS__						\
	     })

#endif /* SYNC_H */
