// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Mutex: one at a time.
 */
#include <errno.h>

#include "internal.h"

int ipcchan_mutex_open(const struct ipcchan *session, const char *name,
		       uint32_t rights,
		       const struct ipcchan_mutex_options *options)
{
	struct ipcchan_mutex_options known = IPCCHAN_MUTEX_OPTIONS;
	struct ipcchan_mutex_open call = { .rights = rights };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 MUTEX_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = ipcchan_copy_name_to_open(call.name, name, &known.flags);
	if (error)
		return error;
	call.flags = known.flags;
	call.mode = known.mode;
	call.rank = known.rank;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_MUTEX_OPEN, &call);
}

int ipcchan_mutex_lock(int mutex, const struct ipcchan_lock_options *options)
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
	result = ipcchan_sys_ioctl(mutex, IPCCHAN_IOC_MUTEX_LOCK, &call);
	if (result == -EDEADLK && known.cycle_length)
		*known.cycle_length = call.cycle_length;
	return result;
}

int ipcchan_mutex_unlock(int mutex)
{
	struct ipcchan_mutex_unlock call = {};

	return ipcchan_sys_ioctl(mutex, IPCCHAN_IOC_MUTEX_UNLOCK, &call);
}

int ipcchan_mutex_consistent(int mutex)
{
	struct ipcchan_mutex_consistent call = {};

	return ipcchan_sys_ioctl(mutex, IPCCHAN_IOC_MUTEX_CONSISTENT, &call);
}

int ipcchan_mutex_info(int mutex, struct ipcchan_mutex_info *info, size_t size)
{
	return ipcchan_ask(mutex, IPCCHAN_IOC_MUTEX_INFO, info, size);
}
