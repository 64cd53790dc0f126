// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Event: something has happened.
 */
#include "internal.h"

int ipcchan_event_open(const struct ipcchan *session, const char *name,
		       uint32_t rights,
		       const struct ipcchan_event_options *options)
{
	struct ipcchan_event_options known = IPCCHAN_EVENT_OPTIONS;
	struct ipcchan_event_open call = { .rights = rights };
	int error = ipcchan_copy_options(&known, sizeof(known),
					 EVENT_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = ipcchan_copy_name_to_open(call.name, name, &known.flags);
	if (error)
		return error;
	call.flags = known.flags;
	call.mode = known.mode;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_EVENT_OPEN, &call);
}

int ipcchan_event_wait(int event, const struct ipcchan_wait_options *options)
{
	return ipcchan_wait_to_go_on(event, IPCCHAN_IOC_EVENT_WAIT, options);
}

int ipcchan_event_set(int event)
{
	struct ipcchan_event_set call = {};

	return ipcchan_sys_ioctl(event, IPCCHAN_IOC_EVENT_SET, &call);
}

int ipcchan_event_reset(int event)
{
	struct ipcchan_event_reset call = {};

	return ipcchan_sys_ioctl(event, IPCCHAN_IOC_EVENT_RESET, &call);
}

int ipcchan_event_pulse(int event)
{
	struct ipcchan_event_pulse call = {};

	return ipcchan_sys_ioctl(event, IPCCHAN_IOC_EVENT_PULSE, &call);
}

int ipcchan_event_info(int event, struct ipcchan_event_info *info, size_t size)
{
	return ipcchan_ask(event, IPCCHAN_IOC_EVENT_INFO, info, size);
}
