// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Requests to be told of events.
 */
#include <errno.h>

#include "internal.h"

int ipcchan_mailbox_notify(const struct ipcchan_mailbox *mailbox,
			   const struct ipcchan_notify_options *options)
{
	struct ipcchan_notify_options known = IPCCHAN_NOTIFY_OPTIONS;
	int error = ipcchan_copy_options(&known, sizeof(known),
					 NOTIFY_OPTIONS_SIZE_VER0, options);
	struct ipcchan_mailbox_notify call = {
		.fd = known.eventfd < 0 ? IPCCHAN_NO_FD :
					  (uint32_t)known.eventfd,
		.events = known.events,
		.watermark = known.watermark,
		.flags = known.flags,
	};

	if (!error && known.reserved)
		error = -EOPNOTSUPP;
	if (error)
		return error;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_NOTIFY, &call);
}
