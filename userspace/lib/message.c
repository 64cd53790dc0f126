// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Messages: sent to, received from, and peeked at in a mailbox.
 */
#include <errno.h>

#include "internal.h"

/* A buffer may be larger than any message; the kernel need not know. */
static uint32_t buffer_size(size_t size)
{
	return size > UINT32_MAX ? UINT32_MAX : size;
}

/* The batch calls in the kernel's own terms. */
static int check_batch(size_t count, size_t message_size)
{
	if (count > IPCCHAN_BATCH_MAX || message_size > _IOC_SIZEMASK)
		return -EINVAL;
	return 0;
}

static int send_batch(const struct ipcchan_mailbox *mailbox,
		      const struct ipcchan_message *messages, size_t count,
		      size_t message_size,
		      const struct ipcchan_send_options *options)
{
	struct ipcchan_mailbox_send call = {
		.messages = (uintptr_t)messages,
		.count = count,
		.message_size = message_size,
		.flags = options->flags,
		.policy = options->policy,
		.deadline_ns = options->deadline_ns,
	};
	int error = check_batch(count, message_size);

	if (error)
		return error;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_SEND, &call);
}

static int copy_send_options(struct ipcchan_send_options *known,
			     const struct ipcchan_send_options *options)
{
	return ipcchan_copy_options(known, sizeof(*known),
				    SEND_OPTIONS_SIZE_VER0, options);
}

int ipcchan_mailbox_send(const struct ipcchan_mailbox *mailbox,
			 const void *data, size_t size,
			 const struct ipcchan_send_options *options)
{
	struct ipcchan_send_options known = IPCCHAN_SEND_OPTIONS;
	struct ipcchan_message message;
	int result = copy_send_options(&known, options);

	if (result)
		return result;
	if (size > UINT32_MAX)
		return -EMSGSIZE;
	ipcchan_message_set(&message, data, size);
	ipcchan_message_set_fds(&message, known.fds, known.nr_fds);
	message.type = known.type;
	message.priority = known.priority;
	result = send_batch(mailbox, &message, 1, sizeof(message), &known);
	if (result < 0)
		return result;
	return message.flags & IPCCHAN_MESSAGE_DROPPED ? 1 : 0;
}

int ipcchan_mailbox_send_batch(const struct ipcchan_mailbox *mailbox,
			       const struct ipcchan_message *messages,
			       size_t count, size_t message_size,
			       const struct ipcchan_send_options *options)
{
	struct ipcchan_send_options known = IPCCHAN_SEND_OPTIONS;
	int error = copy_send_options(&known, options);

	if (error)
		return error;
	return send_batch(mailbox, messages, count, message_size, &known);
}

int ipcchan_mailbox_receive_batch(const struct ipcchan_mailbox *mailbox,
				  struct ipcchan_message *messages,
				  size_t count, size_t message_size,
				  const struct ipcchan_receive_options *options)
{
	struct ipcchan_receive_options known = IPCCHAN_RECEIVE_OPTIONS;
	struct ipcchan_mailbox_receive call = {
		.messages = (uintptr_t)messages,
		.count = count,
		.message_size = message_size,
	};
	int error = ipcchan_copy_options(&known, sizeof(known),
					 RECEIVE_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = check_batch(count, message_size);
	if (error)
		return error;
	call.flags = known.flags;
	call.min_count = known.min_count;
	call.deadline_ns = known.deadline_ns;
	call.linger_ns = known.linger_ns;
	call.client = known.client;
	call.type_min = known.type_min;
	call.type_max = known.type_max;
	call.min_priority = known.min_priority;
	call.after = known.after;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_RECEIVE, &call);
}

/* Who is not told a token cannot answer, so a request stays where it is. */
#define NO_REQUEST	offsetof(struct ipcchan_message, token)

ssize_t ipcchan_mailbox_receive(const struct ipcchan_mailbox *mailbox,
				void *buffer, size_t size,
				const struct ipcchan_receive_options *options)
{
	struct ipcchan_message message;
	int result;

	/* Without its sequence nobody could say that the message is done. */
	if (options && (options->flags & IPCCHAN_HOLD))
		return -EINVAL;
	ipcchan_message_set(&message, buffer, buffer_size(size));
	result = ipcchan_mailbox_receive_batch(mailbox, &message, 1,
					       NO_REQUEST, options);
	return result < 0 ? result : (ssize_t)message.length;
}

int ipcchan_mailbox_peek_batch(const struct ipcchan_mailbox *mailbox,
			       struct ipcchan_message *messages,
			       size_t count, size_t message_size,
			       const struct ipcchan_peek_options *options)
{
	struct ipcchan_peek_options known = IPCCHAN_PEEK_OPTIONS;
	struct ipcchan_mailbox_peek call = {
		.messages = (uintptr_t)messages,
		.count = count,
		.message_size = message_size,
	};
	int error = ipcchan_copy_options(&known, sizeof(known),
					 PEEK_OPTIONS_SIZE_VER0, options);

	if (!error)
		error = check_batch(count, message_size);
	if (!error && known.reserved)
		error = -EOPNOTSUPP;
	if (error)
		return error;
	call.flags = known.flags;
	call.index = known.index;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_PEEK, &call);
}

ssize_t ipcchan_mailbox_peek(const struct ipcchan_mailbox *mailbox,
			     void *buffer, size_t size,
			     const struct ipcchan_peek_options *options)
{
	struct ipcchan_message message;
	int result;

	ipcchan_message_set(&message, buffer, buffer_size(size));
	result = ipcchan_mailbox_peek_batch(mailbox, &message, 1,
					    sizeof(message), options);
	return result < 0 ? result : (ssize_t)message.length;
}

int ipcchan_mailbox_subscribe(const struct ipcchan_mailbox *mailbox,
			      const struct ipcchan_subscribe_options *options)
{
	struct ipcchan_subscribe_options known = IPCCHAN_SUBSCRIBE_OPTIONS;
	struct ipcchan_mailbox_subscribe call = {};
	int error = ipcchan_copy_options(&known, sizeof(known),
					 SUBSCRIBE_OPTIONS_SIZE_VER0, options);

	if (error)
		return error;
	call.flags = known.flags;
	call.policy = known.policy;
	call.history = known.history;
	return ipcchan_sys_ioctl(mailbox->fd, IPCCHAN_IOC_MAILBOX_SUBSCRIBE,
				 &call);
}
