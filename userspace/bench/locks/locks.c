// SPDX-License-Identifier: GPL-2.0
/*
 * All locks.
 */
#include "lock.h"

const struct lock *const all_locks[] = {
	&getppid_lock,
	&pthread_lock,
	&pthread_pi_lock,
	&posix_semaphore_lock,
	&sysv_lock,
	&sysv_undo_lock,
	&ntsync_mutex_lock,
	&ntsync_semaphore_lock,
	&mutex_lock,
	&semaphore_lock,
	&semaphore_undo_lock,
	NULL,
};
