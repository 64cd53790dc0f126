// SPDX-License-Identifier: GPL-2.0
/*
 * The 32-bit side of compat_test: answers messages until nobody can send any.
 *
 * usage: compat_peer RECEIVE_FD SEND_FD
 */

#include <stdlib.h>

#include "compat_peer.h"
#include "ipcchan_selftest.h"

_Static_assert(sizeof(long) == 4, "this is to be the 32-bit side");

static unsigned char requests[IPCCHAN_BATCH_MAX][REQUEST_SIZE];
static struct reply replies[IPCCHAN_BATCH_MAX];
static int fds[IPCCHAN_BATCH_MAX][IPCCHAN_FDS_MAX];

static int take_requests(int mailbox, struct ipcchan_message *messages)
{
	for (int i = 0; i < IPCCHAN_BATCH_MAX; i++)
		messages[i] = MESSAGE(requests[i], REQUEST_SIZE,
				      .fds = (uintptr_t)fds[i],
				      .nr_fds = IPCCHAN_FDS_MAX);
	return mailbox_receive(mailbox, messages, IPCCHAN_BATCH_MAX);
}

static void make_reply(int i, struct ipcchan_message *message)
{
	replies[i].received = *message;
	for (int at = 0; at < REQUEST_SIZE; at++)
		replies[i].bytes[at] = ~requests[i][at];
	*message = MESSAGE(&replies[i], sizeof(replies[i]),
			   .fds = message->fds, .nr_fds = message->nr_fds,
			   .type = message->type + 1,
			   .priority = message->priority);
}

int main(int argc, char **argv)
{
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];
	int in = atoi(argv[1]);
	int out = atoi(argv[2]);
	int nr;

	for (;;) {
		nr = take_requests(in, messages);
		if (nr < 0)
			return nr == -EPIPE ? 0 : -nr;
		for (int i = 0; i < nr; i++)
			make_reply(i, &messages[i]);
		if (mailbox_send(out, messages, nr) != nr)
			return 1;
	}
}
