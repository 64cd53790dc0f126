// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Calls: requests, and their replies.
 */
#include <errno.h>

#include "internal.h"

/* All of them pass structures of this size to the kernel as it is. */
static inline int copy_call_options(struct ipcchan_call_options *known,
				    const struct ipcchan_call_options *options,
				    size_t message_size)
{
	if (message_size > _IOC_SIZEMASK)
		return -EINVAL;
	if (!options)
		return 0;
	return ipcchan_copy_options(known, sizeof(*known),
				    CALL_OPTIONS_SIZE_VER0, options);
}

int ipcchan_mailbox_call(const struct ipcchan_mailbox *mailbox,
			 struct ipcchan_message *request,
			 struct ipcchan_message *reply, size_t message_size,
			 const struct ipcchan_call_options *options)
{
	struct ipcchan_call_options known = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_mailbox_call call = {
		.request = (uintptr_t)request,
		.reply = (uintptr_t)reply,
		.message_size = message_size,
	};
	int result = copy_call_options(&known, options, message_size);

	if (result)
		return result;
	call.flags = known.flags;
	call.deadline_ns = known.deadline_ns;
	call.cycle = (uintptr_t)known.cycle;
	call.cycle_count = known.cycle_count;
	call.step_size = known.cycle_count ? known.step_size : 0;
	result = ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_CALL, &call);
	if (result == -EDEADLK && known.cycle_length)
		*known.cycle_length = call.cycle_length;
	return result;
}

int ipcchan_mailbox_call_start(const struct ipcchan_mailbox *mailbox,
			       struct ipcchan_message *request,
			       size_t message_size,
			       const struct ipcchan_call_options *options)
{
	struct ipcchan_call_options known = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_mailbox_call_start call = {
		.request = (uintptr_t)request,
		.message_size = message_size,
	};
	int error = copy_call_options(&known, options, message_size);

	if (error)
		return error;
	call.flags = known.flags;
	call.deadline_ns = known.deadline_ns;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_CALL_START,
				 &call);
}

int ipcchan_mailbox_call_wait(const struct ipcchan_mailbox *mailbox,
			      uint64_t token, struct ipcchan_message *reply,
			      size_t message_size,
			      const struct ipcchan_call_options *options)
{
	struct ipcchan_call_options known = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_mailbox_call_wait call = {
		.reply = (uintptr_t)reply,
		.message_size = message_size,
		.token = token,
	};
	int error = copy_call_options(&known, options, message_size);

	if (error)
		return error;
	call.flags = known.flags;
	call.deadline_ns = known.deadline_ns;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_CALL_WAIT,
				 &call);
}

int ipcchan_mailbox_call_cancel(const struct ipcchan_mailbox *mailbox,
				uint64_t token)
{
	struct ipcchan_mailbox_call_cancel call = { .token = token };

	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_CALL_CANCEL,
				 &call);
}

int ipcchan_mailbox_reply(const struct ipcchan_mailbox *mailbox,
			  const struct ipcchan_message *reply,
			  size_t message_size)
{
	struct ipcchan_mailbox_reply call = {
		.message = (uintptr_t)reply,
		.message_size = message_size,
	};

	if (message_size > _IOC_SIZEMASK)
		return -EINVAL;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_REPLY, &call);
}

int ipcchan_mailbox_reply_receive(const struct ipcchan_mailbox *mailbox,
				  struct ipcchan_message *reply,
				  struct ipcchan_message *message,
				  size_t message_size,
				  const struct ipcchan_call_options *options)
{
	struct ipcchan_call_options known = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_mailbox_reply_receive call = {
		.reply = (uintptr_t)reply,
		.message = (uintptr_t)message,
		.message_size = message_size,
	};
	int error = copy_call_options(&known, options, message_size);

	if (error)
		return error;
	call.flags = known.flags;
	call.deadline_ns = known.deadline_ns;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_REPLY_RECEIVE,
				 &call);
}

ssize_t ipcchan_mailbox_call_read(const struct ipcchan_mailbox *mailbox,
				  uint64_t token, void *buffer, size_t size,
				  uint32_t offset)
{
	struct ipcchan_mailbox_call_read call = {
		.token = token,
		.buffer = (uintptr_t)buffer,
		.size = size > UINT32_MAX ? UINT32_MAX : size,
		.offset = offset,
	};

	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_CALL_READ,
				 &call);
}

int ipcchan_mailbox_call_forward(const struct ipcchan_mailbox *mailbox,
				 uint64_t token,
				 const struct ipcchan_mailbox *other)
{
	struct ipcchan_mailbox_call_forward call = {
		.token = token,
		.fd = other->fd,
	};

	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_CALL_FORWARD,
				 &call);
}

int ipcchan_mailbox_call_list(const struct ipcchan_mailbox *mailbox,
			      uint64_t after,
			      struct ipcchan_call_info *entries, size_t count,
			      size_t entry_size)
{
	struct ipcchan_mailbox_call_list call = {
		.after = after,
		.entries = (uintptr_t)entries,
		.count = count,
		.entry_size = entry_size,
	};

	if (count > IPCCHAN_LIST_MAX || entry_size > _IOC_SIZEMASK)
		return -EINVAL;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_CALL_LIST,
				 &call);
}
