// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Mutex: one at a time.
 */
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
	return ipcchan_wait_to_lock(mutex, IPCCHAN_IOC_MUTEX_LOCK, options);
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
