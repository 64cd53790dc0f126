// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Mailbox: its life and its state. What goes through it is in message.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "internal.h"

static int mailbox_new(int fd, struct ipcchan_mailbox **mailbox)
{
	struct ipcchan_mailbox *new = ipcchan_sys_new(sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->fd = fd;
	*mailbox = new;
	return 0;
}

static int mailbox_open_fd(const struct ipcchan *session, const char *name,
			   uint32_t rights,
			   const struct ipcchan_mailbox_options *options)
{
	struct ipcchan_mailbox_open call = {
		.flags = options->flags | (name ? 0 : IPCCHAN_OPEN_CREATE),
		.mode = options->mode,
		.rights = rights,
		.capacity_messages = options->capacity_messages,
		.max_message_size = options->max_message_size,
		.delivery = options->delivery,
		.capacity_bytes = options->capacity_bytes,
		.policy = options->policy,
		.history = options->history,
		.aging_ns = options->aging_ns,
	};
	int error = ipcchan_copy_name(call.name, name);

	if (error)
		return error;
	if (name && !*name)
		return -EINVAL;
	return ipcchan_sys_ioctl(session->fd, IPCCHAN_IOC_MAILBOX_OPEN, &call);
}

int ipcchan_mailbox_open(const struct ipcchan *session, const char *name,
			 uint32_t rights,
			 const struct ipcchan_mailbox_options *options,
			 struct ipcchan_mailbox **mailbox)
{
	struct ipcchan_mailbox_options known = IPCCHAN_MAILBOX_OPTIONS;
	int error = ipcchan_copy_options(&known, sizeof(known),
					 MAILBOX_OPTIONS_SIZE_VER0, options);
	int fd;

	if (error)
		return error;
	fd = mailbox_open_fd(session, name, rights, &known);
	if (fd < 0)
		return fd;
	error = mailbox_new(fd, mailbox);
	if (error)
		ipcchan_sys_close(fd);
	return error;
}

int ipcchan_mailbox_from_fd(int fd, struct ipcchan_mailbox **mailbox)
{
	int error = ipcchan_check_kind(fd, IPCCHAN_KIND_MAILBOX);

	return error ? error : mailbox_new(fd, mailbox);
}

void ipcchan_mailbox_close(struct ipcchan_mailbox *mailbox)
{
	if (!mailbox)
		return;
	ipcchan_sys_close(mailbox->fd);
	free(mailbox);
}

int ipcchan_mailbox_fd(const struct ipcchan_mailbox *mailbox)
{
	return mailbox->fd;
}

int ipcchan_mailbox_info(const struct ipcchan_mailbox *mailbox,
			 struct ipcchan_mailbox_info *info, size_t size)
{
	return ipcchan_ask(mailbox->fd, IPCCHAN_IOC_MAILBOX_INFO, info, size);
}

int ipcchan_mailbox_filter(const struct ipcchan_mailbox *mailbox,
			   const struct ipcchan_mailbox_filter *filter,
			   size_t size)
{
	struct ipcchan_mailbox_filter any = IPCCHAN_MAILBOX_FILTER;

	if (!filter) {
		filter = &any;
		size = sizeof(any);
	}
	return ipcchan_sys_ioctl_sized(mailbox->fd, IPCCHAN_IOC_MAILBOX_FILTER,
				       (void *)filter, size);
}

int ipcchan_mailbox_senders(const struct ipcchan_mailbox *mailbox,
			    uint64_t after,
			    struct ipcchan_mailbox_sender *entries,
			    size_t count, size_t entry_size)
{
	struct ipcchan_mailbox_senders call = {
		.after = after,
		.entries = (uintptr_t)entries,
		.count = count,
		.entry_size = entry_size,
	};

	if (count > IPCCHAN_LIST_MAX || entry_size > _IOC_SIZEMASK)
		return -EINVAL;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_SENDERS,
				 &call);
}
