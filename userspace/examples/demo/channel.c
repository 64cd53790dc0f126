// SPDX-License-Identifier: GPL-2.0
/*
 * A channel: an anonymous mailbox with one end for senders and one for
 * receivers.
 */
#include <err.h>

#include "channel.h"

/* Two batches for each worker can wait before the reader has to. */
#define CAPACITY_MESSAGES	512

void require(long result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s [%s]", what, ipcchan_error_text(result),
		     ipcchan_error_name(result));
}

static struct ipcchan_mailbox *open_end(struct ipcchan_mailbox *both,
					uint32_t right)
{
	struct ipcchan_mailbox *end;
	int fd = ipcchan_object_restrict(ipcchan_mailbox_fd(both), right, 0);

	require(fd, "restrict a mailbox to one right");
	require(ipcchan_mailbox_from_fd(fd, &end), "open an end of a mailbox");
	return end;
}

void channel_open(struct channel *channel, struct ipcchan *session)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *both;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.capacity_messages = CAPACITY_MESSAGES;
	options.max_message_size = MESSAGE_MAX;
	require(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
				     IPCCHAN_RIGHT_RECEIVE, &options, &both),
		"create a mailbox");
	channel->in = open_end(both, IPCCHAN_RIGHT_SEND);
	channel->out = open_end(both, IPCCHAN_RIGHT_RECEIVE);
	ipcchan_mailbox_close(both);
}

void channel_close_in(struct channel *channel)
{
	ipcchan_mailbox_close(channel->in);
	channel->in = NULL;
}

void channel_close_out(struct channel *channel)
{
	ipcchan_mailbox_close(channel->out);
	channel->out = NULL;
}
