// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Barrier: all go on when the last has come.
 */
#include "internal.h"

int ipcchan_barrier_open(const struct ipcchan *session, const char *name,
			 uint32_t rights,
			 const struct ipcchan_barrier_options *options)
{
	struct ipcchan_barrier_options known = IPCCHAN_BARRIER_OPTIONS;
	struct ipcchan_barrier_open call = { .rights = rights };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 BARRIER_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = ipcchan_copy_name_to_open(call.name, name, &known.flags);
	if (error)
		return error;
	call.flags = known.flags;
	call.mode = known.mode;
	call.parties = known.parties;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_BARRIER_OPEN, &call);
}

int ipcchan_barrier_wait(int barrier,
			 const struct ipcchan_wait_options *options)
{
	return ipcchan_wait_to_go_on(barrier, IPCCHAN_IOC_BARRIER_WAIT, options);
}

int ipcchan_barrier_reset(int barrier)
{
	struct ipcchan_barrier_reset call = {};

	return ipcchan_sys_ioctl(barrier, IPCCHAN_IOC_BARRIER_RESET, &call);
}

int ipcchan_barrier_info(int barrier, struct ipcchan_barrier_info *info,
			 size_t size)
{
	return ipcchan_ask(barrier, IPCCHAN_IOC_BARRIER_INFO, info, size);
}
