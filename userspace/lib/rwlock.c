// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Reader/writer lock: many who read, or one who writes.
 */
#include "internal.h"

int ipcchan_rwlock_open(const struct ipcchan *session, const char *name,
			uint32_t rights,
			const struct ipcchan_rwlock_options *options)
{
	struct ipcchan_rwlock_options known = IPCCHAN_RWLOCK_OPTIONS;
	struct ipcchan_rwlock_open call = { .rights = rights };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 RWLOCK_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = ipcchan_copy_name_to_open(call.name, name, &known.flags);
	if (error)
		return error;
	call.flags = known.flags;
	call.mode = known.mode;
	call.rank = known.rank;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_RWLOCK_OPEN, &call);
}

int ipcchan_rwlock_lock(int rwlock, const struct ipcchan_lock_options *options)
{
	return ipcchan_wait_to_lock(rwlock, IPCCHAN_IOC_RWLOCK_LOCK, options);
}

int ipcchan_rwlock_unlock(int rwlock)
{
	struct ipcchan_rwlock_unlock call = {};

	return ipcchan_sys_ioctl(rwlock, IPCCHAN_IOC_RWLOCK_UNLOCK, &call);
}

int ipcchan_rwlock_upgrade(int rwlock,
			   const struct ipcchan_lock_options *options)
{
	return ipcchan_wait_to_lock(rwlock, IPCCHAN_IOC_RWLOCK_UPGRADE, options);
}

int ipcchan_rwlock_downgrade(int rwlock)
{
	struct ipcchan_rwlock_downgrade call = {};

	return ipcchan_sys_ioctl(rwlock, IPCCHAN_IOC_RWLOCK_DOWNGRADE, &call);
}

int ipcchan_rwlock_consistent(int rwlock)
{
	struct ipcchan_rwlock_consistent call = {};

	return ipcchan_sys_ioctl(rwlock, IPCCHAN_IOC_RWLOCK_CONSISTENT, &call);
}

int ipcchan_rwlock_info(int rwlock, struct ipcchan_rwlock_info *info,
			size_t size)
{
	return ipcchan_ask(rwlock, IPCCHAN_IOC_RWLOCK_INFO, info, size);
}
