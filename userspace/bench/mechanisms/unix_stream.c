// SPDX-License-Identifier: GPL-2.0
/*
 * AF_UNIX sockets of a stream. They keep no borders; here all have the same size.
 */
#include <sys/socket.h>

#include "sockets.h"

static void set_up(const struct shape *shape)
{
	sockets_open(SOCK_STREAM, shape);
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	must(send(sockets_in(channel), &payload->round, size, 0), size, "send");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	must(recv(sockets_out(channel), &payload->round, size, MSG_WAITALL),
	     size, "recv");
}

const struct mechanism unix_stream_mechanism = {
	.name = "AF_UNIX stream",
	.is_rival = true,
	.can = sockets_can,
	.open = set_up,
	.send = put,
	.receive = take,
	.fd = sockets_out,
	.close = sockets_close,
};
