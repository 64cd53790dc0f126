// SPDX-License-Identifier: GPL-2.0
/* Synchronisation: the calls, with defaults, and threads that make them. */

#include <stdio.h>
#include <stdlib.h>

#include "sync.h"

/* INFO of what is there. */
static void info_or_abort(int object, unsigned long request, void *info)
{
	if (!call(object, request, info))
		return;
	perror("# INFO");
	abort();
}

struct ipcchan_mutex_info mutex_info(int mutex)
{
	struct ipcchan_mutex_info info = {};

	info_or_abort(mutex, IPCCHAN_IOC_MUTEX_INFO, &info);
	return info;
}

struct ipcchan_semaphore_info semaphore_info(int semaphore)
{
	struct ipcchan_semaphore_info info = {};

	info_or_abort(semaphore, IPCCHAN_IOC_SEMAPHORE_INFO, &info);
	return info;
}

struct ipcchan_event_info event_info(int event)
{
	struct ipcchan_event_info info = {};

	info_or_abort(event, IPCCHAN_IOC_EVENT_INFO, &info);
	return info;
}

struct ipcchan_condvar_info condvar_info(int condvar)
{
	struct ipcchan_condvar_info info = {};

	info_or_abort(condvar, IPCCHAN_IOC_CONDVAR_INFO, &info);
	return info;
}

struct ipcchan_barrier_info barrier_info(int barrier)
{
	struct ipcchan_barrier_info info = {};

	info_or_abort(barrier, IPCCHAN_IOC_BARRIER_INFO, &info);
	return info;
}

struct ipcchan_rwlock_info rwlock_info(int rwlock)
{
	struct ipcchan_rwlock_info info = {};

	info_or_abort(rwlock, IPCCHAN_IOC_RWLOCK_INFO, &info);
	return info;
}

bool await_in_line(int object, unsigned int nr)
{
	__u64 deadline = deadline_must_happen();

	while (object_info(object).items != nr) {
		if (now_ns(CLOCK_MONOTONIC) > deadline)
			return false;
		nap();
	}
	return true;
}

static int lock(void *mutex)
{
	return mutex_lock(*(int *)mutex);
}

void start_lock(struct sleeper *sleeper, int *mutex)
{
	sleeper_start(sleeper, lock, mutex);
}
