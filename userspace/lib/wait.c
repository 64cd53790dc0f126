// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Waits for several things, and who waits for whom.
 */
#include <errno.h>

#include "internal.h"

static int wait_for(const struct ipcchan *session, unsigned long request,
		    struct ipcchan_wait_entry *entries, unsigned int count,
		    const struct ipcchan_lock_options *options)
{
	struct ipcchan_lock_options known = IPCCHAN_LOCK_OPTIONS;
	struct ipcchan_wait_any call = {
		.entries = (uintptr_t)entries,
		.count = count,
		.entry_size = sizeof(*entries),
	};
	int result = ipcchan_copy_options(&known, sizeof(known),
					  LOCK_OPTIONS_SIZE_VER0, options);

	if (result)
		return result;
	call.deadline_ns = known.deadline_ns;
	call.flags = known.flags;
	call.cycle = (uintptr_t)known.cycle;
	call.cycle_count = known.cycle_count;
	call.step_size = known.cycle_count ? known.step_size : 0;
	result = ipcchan_sys_ioctl(session->fd, request, &call);
	if (result == -EDEADLK && known.cycle_length)
		*known.cycle_length = call.cycle_length;
	return result;
}

int ipcchan_wait_any(const struct ipcchan *session,
		     struct ipcchan_wait_entry *entries, unsigned int count,
		     const struct ipcchan_lock_options *options)
{
	return wait_for(session, IPCCHAN_IOC_WAIT_ANY, entries, count, options);
}

int ipcchan_wait_all(const struct ipcchan *session,
		     struct ipcchan_wait_entry *entries, unsigned int count,
		     const struct ipcchan_lock_options *options)
{
	return wait_for(session, IPCCHAN_IOC_WAIT_ALL, entries, count, options);
}

int ipcchan_wait_list(const struct ipcchan *session, unsigned int first,
		      struct ipcchan_wait_info *entries, unsigned int max,
		      size_t size)
{
	struct ipcchan_wait_list call = {
		.entries = (uintptr_t)entries,
		.count = max,
		.entry_size = size,
		.first = first,
	};

	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_WAIT_LIST, &call);
}
