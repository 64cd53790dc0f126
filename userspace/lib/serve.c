// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Servers: a loop that answers requests.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "internal.h"

/* Enough for most requests; a longer one stays until there is room for it. */
#define FIRST_ROOM	(16U << 10)

#define STOP_WITHIN	IPCCHAN_MILLISECONDS(100)

/**
 * struct serving - one ipcchan_serve()
 * @mailbox: Which.
 * @handle: The handler.
 * @context: Its context.
 * @options: How.
 * @request: What was received.
 * @reply: What is still to be given; token 0: nothing.
 * @buffer: Room for the bytes of a request, owned.
 * @room: How many.
 * @limit: How many there may ever be.
 * @flags: IPCCHAN_TRUNCATE if the next request is to be cut, else 0.
 * @fds: Room for its descriptors.
 */
struct serving {
	const struct ipcchan_mailbox *mailbox;
	ipcchan_serve_handler handle;
	void *context;
	struct ipcchan_serve_options options;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	void *buffer;
	uint32_t room;
	uint32_t limit;
	uint32_t flags;
	int fds[IPCCHAN_FDS_MAX];
};

void ipcchan_serve_stop(struct ipcchan_stop *stop)
{
	__atomic_store_n(&stop->is_set, 1, __ATOMIC_RELEASE);
}

static bool is_stopped(const struct serving *serving)
{
	const struct ipcchan_stop *stop = serving->options.stop;

	return stop && __atomic_load_n(&stop->is_set, __ATOMIC_ACQUIRE);
}

/* Only a deadline ends the wait for a request also if nothing else does. */
static uint64_t next_look(const struct serving *serving)
{
	if (!serving->options.stop)
		return IPCCHAN_DEADLINE_NEVER;
	return ipcchan_deadline_in(serving->options.stop_within_ns ?:
				   STOP_WITHIN);
}

static bool nobody_waits(int error)
{
	return error == -ECANCELED || error == -ESRCH;
}

/* Whoever waits for a reply that cannot be given is told so by another. */
static int reply_instead(struct serving *serving, int error)
{
	struct ipcchan_message reply;

	ipcchan_message_set(&reply, NULL, 0);
	reply.type = -error;
	reply.token = serving->reply.token;
	return ipcchan_mailbox_reply(serving->mailbox, &reply, sizeof(reply));
}

/* The reply was not given: 0 if there is nothing to stop for. */
static int replace_reply(struct serving *serving, int error)
{
	if (!nobody_waits(error))
		error = reply_instead(serving, error);
	serving->reply.token = 0;
	return nobody_waits(error) ? 0 : error;
}

/* By a call of its own, not by that which receives the next request. */
static int reply_now(struct serving *serving)
{
	int error;

	if (!serving->reply.token)
		return 0;
	error = ipcchan_mailbox_reply(serving->mailbox, &serving->reply,
				      sizeof(serving->reply));
	if (serving->options.replied)
		serving->options.replied(&serving->reply, error,
					 serving->context);
	if (error)
		return replace_reply(serving, error);
	serving->reply.token = 0;
	return 0;
}

static int resize(struct serving *serving, uint32_t room)
{
	void *buffer = ipcchan_sys_new(room);

	if (!buffer)
		return -ENOMEM;
	free(serving->buffer);
	serving->buffer = buffer;
	serving->room = room;
	return 0;
}

/* The next request is longer than the buffer, and stays until it is not. */
static int make_room(struct serving *serving)
{
	uint32_t length = serving->request.length;

	if (length > serving->limit) {
		serving->flags = IPCCHAN_TRUNCATE;
		length = serving->limit;
	}
	return length > serving->room ? resize(serving, length) : 0;
}

/* Also gives the reply to the one before. */
static int receive_next(struct serving *serving)
{
	struct ipcchan_call_options how = IPCCHAN_CALL_OPTIONS;

	how.flags = serving->flags;
	how.deadline_ns = next_look(serving);
	ipcchan_message_set(&serving->request, serving->buffer, serving->room);
	ipcchan_message_set_fds(&serving->request, serving->fds,
				IPCCHAN_FDS_MAX);
	return ipcchan_mailbox_reply_receive(serving->mailbox, &serving->reply,
					     &serving->request,
					     sizeof(serving->request), &how);
}

static int receive_failed(struct serving *serving, int error)
{
	if (serving->reply.token)
		return replace_reply(serving, error);
	switch (error) {
	case -EMSGSIZE:
		return make_room(serving);
	case -ETIMEDOUT:
		return 0;
	case -EINTR:
		return is_stopped(serving) ? 0 : error;
	default:
		return error;
	}
}

static void close_fds(const struct serving *serving)
{
	uint32_t i;

	if (serving->request.flags & IPCCHAN_MESSAGE_FDS_CLOSED)
		return;
	for (i = 0; i < serving->request.nr_fds; i++)
		ipcchan_sys_close(serving->fds[i]);
}

static int handle(struct serving *serving)
{
	uint64_t token = serving->request.token;
	int result;
	int error;

	ipcchan_message_set(&serving->reply, NULL, 0);
	result = serving->handle(serving->mailbox, &serving->request,
				 &serving->reply, serving->context);
	close_fds(serving);
	serving->reply.token = result > 0 ? 0 : token;
	if (result >= 0 && !serving->options.replied)
		return 0;
	error = reply_now(serving);
	return result < 0 ? result : error;
}

static int serve_next(struct serving *serving)
{
	int result = receive_next(serving);

	if (result < 0)
		return receive_failed(serving, result);
	serving->reply.token = 0;
	serving->flags = 0;
	if (!(serving->request.flags & IPCCHAN_MESSAGE_NOTICE))
		return handle(serving);
	if (serving->options.notice)
		serving->options.notice(&serving->request, serving->context);
	return 0;
}

static int serve(struct serving *serving)
{
	int result = 0;

	while (!result && !is_stopped(serving))
		result = serve_next(serving);
	return result ?: reply_now(serving);
}

int ipcchan_serve(const struct ipcchan_mailbox *mailbox,
		  ipcchan_serve_handler handler, void *context,
		  const struct ipcchan_serve_options *options)
{
	struct serving serving = {
		.mailbox = mailbox,
		.handle = handler,
		.context = context,
		.options = IPCCHAN_SERVE_OPTIONS,
	};
	int result = ipcchan_copy_options(&serving.options,
					  sizeof(serving.options),
					  SERVE_OPTIONS_SIZE_VER0, options);

	if (!result && (serving.options.flags || serving.options.reserved))
		result = -EOPNOTSUPP;
	if (result)
		return result;
	serving.limit = serving.options.max_size ?: UINT32_MAX;
	result = resize(&serving, serving.limit < FIRST_ROOM ? serving.limit :
							       FIRST_ROOM);
	if (!result)
		result = serve(&serving);
	free(serving.buffer);
	return result;
}
