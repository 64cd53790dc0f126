// SPDX-License-Identifier: GPL-2.0
/*
 * AF_UNIX sockets that keep the borders of messages.
 */
#include <err.h>
#include <sys/socket.h>

#include "sockets.h"

#define BATCH_MAX	64

static void set_up(const struct shape *shape)
{
	sockets_open(SOCK_SEQPACKET, shape);
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	must(send(sockets_in(channel), &payload->round, size, 0), size, "send");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	must(recv(sockets_out(channel), &payload->round, size, 0), size,
	     "recv");
}

/* Where the bytes of each message are. */
static void describe(struct mmsghdr *messages, struct iovec *parts,
		     struct payload **payloads, unsigned int count, size_t size)
{
	if (count > BATCH_MAX)
		errx(1, "%u messages at once are too many", count);
	for (unsigned int i = 0; i < count; i++) {
		parts[i].iov_base = &payloads[i]->round;
		parts[i].iov_len = size;
		messages[i].msg_hdr = (struct msghdr){
			.msg_iov = &parts[i],
			.msg_iovlen = 1,
		};
	}
}

static void put_all(unsigned int channel, struct payload **payloads,
		    unsigned int count, size_t size)
{
	struct mmsghdr messages[BATCH_MAX];
	struct iovec parts[BATCH_MAX];

	describe(messages, parts, payloads, count, size);
	must(sendmmsg(sockets_in(channel), messages, count, 0), count,
	     "sendmmsg");
}

static void take_all(unsigned int channel, struct payload **payloads,
		     unsigned int count, size_t size)
{
	struct mmsghdr messages[BATCH_MAX];
	struct iovec parts[BATCH_MAX];

	describe(messages, parts, payloads, count, size);
	must(recvmmsg(sockets_out(channel), messages, count, 0, NULL), count,
	     "recvmmsg");
	must(messages[count - 1].msg_len, size, "recvmmsg");
}

const struct mechanism seqpacket_mechanism = {
	.name = "AF_UNIX seqpacket",
	.is_rival = true,
	.can = sockets_can,
	.open = set_up,
	.send = put,
	.receive = take,
	.send_all = put_all,
	.receive_all = take_all,
	.fd = sockets_out,
	.close = sockets_close,
};
