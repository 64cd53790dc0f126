// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Semaphore: units that are taken and given.
 */
#include "internal.h"

int ipcchan_semaphore_open(const struct ipcchan *session, const char *name,
			   uint32_t rights,
			   const struct ipcchan_semaphore_options *options)
{
	struct ipcchan_semaphore_options known = IPCCHAN_SEMAPHORE_OPTIONS;
	struct ipcchan_semaphore_open call = { .rights = rights };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 SEMAPHORE_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = ipcchan_copy_name_to_open(call.name, name, &known.flags);
	if (error)
		return error;
	call.flags = known.flags;
	call.mode = known.mode;
	call.value = known.value;
	call.max = known.max;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_SEMAPHORE_OPEN, &call);
}

int ipcchan_semaphore_acquire(int semaphore, uint32_t units,
			      const struct ipcchan_wait_options *options)
{
	struct ipcchan_wait_options known = IPCCHAN_WAIT_OPTIONS;
	struct ipcchan_semaphore_acquire call = { .units = units };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 WAIT_OPTIONS_SIZE_VER0, options);

	if (error)
		return error;
	call.deadline_ns = known.deadline_ns;
	call.flags = known.flags;
	return ipcchan_sys_ioctl(semaphore, IPCCHAN_IOC_SEMAPHORE_ACQUIRE,
				 &call);
}

int ipcchan_semaphore_release(int semaphore, uint32_t units, uint32_t flags)
{
	struct ipcchan_semaphore_release call = {
		.units = units,
		.flags = flags,
	};

	return ipcchan_sys_ioctl(semaphore, IPCCHAN_IOC_SEMAPHORE_RELEASE,
				 &call);
}

int ipcchan_semaphore_info(int semaphore, struct ipcchan_semaphore_info *info,
			   size_t size)
{
	return ipcchan_ask(semaphore, IPCCHAN_IOC_SEMAPHORE_INFO, info, size);
}
