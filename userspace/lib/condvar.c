// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Condition variable: what a mutex protects has changed.
 */
#include "internal.h"

int ipcchan_condvar_open(const struct ipcchan *session, const char *name,
			 uint32_t rights,
			 const struct ipcchan_condvar_options *options)
{
	struct ipcchan_condvar_options known = IPCCHAN_CONDVAR_OPTIONS;
	struct ipcchan_condvar_open call = { .rights = rights };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 CONDVAR_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = ipcchan_copy_name_to_open(call.name, name, &known.flags);
	if (error)
		return error;
	call.flags = known.flags;
	call.mode = known.mode;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_CONDVAR_OPEN, &call);
}

int ipcchan_condvar_wait(int condvar, int mutex,
			 const struct ipcchan_wait_options *options)
{
	struct ipcchan_wait_options known = IPCCHAN_WAIT_OPTIONS;
	struct ipcchan_condvar_wait call = { .mutex = mutex };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 WAIT_OPTIONS_SIZE_VER0, options);

	if (error)
		return error;
	call.deadline_ns = known.deadline_ns;
	call.flags = known.flags;
	return ipcchan_sys_ioctl(condvar, IPCCHAN_IOC_CONDVAR_WAIT, &call);
}

int ipcchan_condvar_signal(int condvar, uint32_t count)
{
	struct ipcchan_condvar_signal call = { .count = count };

	return ipcchan_sys_ioctl(condvar, IPCCHAN_IOC_CONDVAR_SIGNAL, &call);
}

int ipcchan_condvar_info(int condvar, struct ipcchan_condvar_info *info,
			 size_t size)
{
	return ipcchan_ask(condvar, IPCCHAN_IOC_CONDVAR_INFO, info, size);
}
