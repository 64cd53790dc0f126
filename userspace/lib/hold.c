// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Held messages: what was received with IPCCHAN_HOLD is done, or goes back.
 */
#include <errno.h>

#include "internal.h"

/* The batch calls in the kernel's own terms. */
static int check_held(size_t count, size_t held_size)
{
	if (count > IPCCHAN_BATCH_MAX || held_size > _IOC_SIZEMASK)
		return -EINVAL;
	return 0;
}

int ipcchan_mailbox_commit(const struct ipcchan_mailbox *mailbox,
			   const struct ipcchan_held *held, size_t count,
			   size_t held_size)
{
	struct ipcchan_mailbox_commit call = {
		.held = (uintptr_t)held,
		.count = count,
		.held_size = held_size,
	};
	int error = check_held(count, held_size);

	if (error)
		return error;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_COMMIT, &call);
}

int ipcchan_mailbox_release(const struct ipcchan_mailbox *mailbox,
			    const struct ipcchan_held *held, size_t count,
			    size_t held_size)
{
	struct ipcchan_mailbox_release call = {
		.held = (uintptr_t)held,
		.count = count,
		.held_size = held_size,
	};
	int error = check_held(count, held_size);

	if (error)
		return error;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_RELEASE, &call);
}
