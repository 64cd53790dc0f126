// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Snapshots of mailboxes.
 */
#include "internal.h"

int ipcchan_mailbox_snapshot(const struct ipcchan_mailbox *mailbox,
			     void *buffer, uint64_t *size)
{
	struct ipcchan_mailbox_snapshot call = {
		.buffer = (uintptr_t)buffer,
		.size = *size,
	};
	int result = ipcchan_sys_ioctl(mailbox->fd,
				       IPCCHAN_IOC_MAILBOX_SNAPSHOT, &call);

	*size = call.size;
	return result;
}

int ipcchan_mailbox_restore(const struct ipcchan_mailbox *mailbox,
			    const void *buffer, uint64_t size)
{
	struct ipcchan_mailbox_restore call = {
		.buffer = (uintptr_t)buffer,
		.size = size,
	};

	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_RESTORE,
				 &call);
}
