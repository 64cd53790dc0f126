/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A channel: an anonymous mailbox with one end for senders and one for
 * receivers, as pipe(2) has them.
 */
#ifndef DEMO_CHANNEL_H
#define DEMO_CHANNEL_H

#include <ipcchan.h>

/* Bytes of the longest message, and messages in one call. */
#define MESSAGE_MAX	65536
#define BATCH		IPCCHAN_BATCH_MAX

/**
 * struct channel - the two ends of a mailbox
 * @in: can only send
 * @out: can only receive
 *
 * A process closes the end that it does not use. Then the mailbox knows who is
 * left: receiving from an empty one ends with EPIPE when the last sender is
 * gone, however it went.
 */
struct channel {
	struct ipcchan_mailbox *in;
	struct ipcchan_mailbox *out;
};

void channel_open(struct channel *channel, struct ipcchan *session);
void channel_close_in(struct channel *channel);
void channel_close_out(struct channel *channel);

/** require - exit with a message if @result, of doing @what, is an error */
void require(long result, const char *what);

#endif /* DEMO_CHANNEL_H */
