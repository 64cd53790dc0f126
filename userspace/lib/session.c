// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Session: one open of the device.
 */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

static int session_new(int fd, struct ipcchan **session)
{
	struct ipcchan *new = ipcchan_sys_new(sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->fd = fd;
	*session = new;
	return 0;
}

int ipcchan_session_open(struct ipcchan **session)
{
	int fd = ipcchan_sys_open(IPCCHAN_DEVICE);
	int error;

	if (fd < 0)
		return fd;
	error = session_new(fd, session);
	if (error)
		ipcchan_sys_close(fd);
	return error;
}

int ipcchan_session_from_fd(int fd, struct ipcchan **session)
{
	struct ipcchan_device_info info;
	int error = ipcchan_ask(fd, IPCCHAN_IOC_DEVICE_INFO, &info, sizeof(info));

	return error ? error : session_new(fd, session);
}

void ipcchan_session_close(struct ipcchan *session)
{
	if (!session)
		return;
	ipcchan_sys_close(session->fd);
	free(session);
}

int ipcchan_session_fd(const struct ipcchan *session)
{
	return session->fd;
}

int ipcchan_device_info(const struct ipcchan *session,
			struct ipcchan_device_info *info, size_t size)
{
	return ipcchan_ask(session->fd, IPCCHAN_IOC_DEVICE_INFO, info, size);
}
