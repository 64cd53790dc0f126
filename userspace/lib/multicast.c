// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Multicast: one message to many mailboxes.
 */
#include <errno.h>

#include "internal.h"

static int multicast(const struct ipcchan *session,
		     struct ipcchan_mailbox_multicast *call)
{
	if (call->message_size > _IOC_SIZEMASK ||
	    call->target_size > _IOC_SIZEMASK)
		return -EINVAL;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_MAILBOX_MULTICAST,
				 call);
}

int ipcchan_mailbox_multicast(const struct ipcchan *session,
			      struct ipcchan_target *targets, size_t count,
			      const struct ipcchan_message *message,
			      const struct ipcchan_multicast_options *options)
{
	struct ipcchan_multicast_options known = {
		.deadline_ns = IPCCHAN_DEADLINE_NEVER,
		.message_size = IPCCHAN_MESSAGE_SIZE_VER0,
		.target_size = IPCCHAN_TARGET_SIZE_VER0,
	};
	struct ipcchan_mailbox_multicast call = {
		.mailboxes = (uintptr_t)targets,
		.count = count,
		.message = (uintptr_t)message,
		.refused = count,
	};
	int result = ipcchan_copy_options(&known, sizeof(known),
					  MULTICAST_OPTIONS_SIZE_VER0, options);

	if (!result && count > IPCCHAN_MULTICAST_MAX)
		result = -EINVAL;
	if (result)
		return result;
	call.target_size = known.target_size;
	call.message_size = known.message_size;
	call.flags = known.flags;
	call.deadline_ns = known.deadline_ns;
	result = multicast(session, &call);
	if (result < 0 && known.refused)
		*known.refused = call.refused;
	return result;
}
