// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Waits for one object, by calls of several kinds that have the same fields.
 */
#include <errno.h>

#include "internal.h"

_Static_assert(sizeof(struct ipcchan_rwlock_lock) == sizeof(struct ipcchan_mutex_lock) &&
	       sizeof(struct ipcchan_rwlock_upgrade) ==
		       sizeof(struct ipcchan_mutex_lock),
	       "locks of one kind have other fields");
_Static_assert(sizeof(struct ipcchan_barrier_wait) == sizeof(struct ipcchan_event_wait),
	       "waits of one kind have other fields");

int ipcchan_wait_to_lock(int lock, unsigned int command,
			 const struct ipcchan_lock_options *options)
{
	struct ipcchan_lock_options known = IPCCHAN_LOCK_OPTIONS;
	struct ipcchan_mutex_lock call = {};
	int result = ipcchan_copy_options(&known, sizeof(known),
					  LOCK_OPTIONS_SIZE_VER0, options);

	if (result)
		return result;
	call.deadline_ns = known.deadline_ns;
	call.cycle = (uintptr_t)known.cycle;
	call.cycle_count = known.cycle_count;
	call.step_size = known.cycle_count ? known.step_size : 0;
	call.flags = known.flags;
	result = ipcchan_sys_ioctl(lock, command, &call);
	if (result == -EDEADLK && known.cycle_length)
		*known.cycle_length = call.cycle_length;
	return result;
}

int ipcchan_wait_to_go_on(int object, unsigned int command,
			  const struct ipcchan_wait_options *options)
{
	struct ipcchan_wait_options known = IPCCHAN_WAIT_OPTIONS;
	struct ipcchan_event_wait call = {};
	int error = ipcchan_copy_options(&known, sizeof(known),
					 WAIT_OPTIONS_SIZE_VER0, options);

	if (error)
		return error;
	call.deadline_ns = known.deadline_ns;
	call.flags = known.flags;
	return ipcchan_sys_ioctl(object, command, &call);
}
