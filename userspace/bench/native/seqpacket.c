// SPDX-License-Identifier: GPL-2.0
/*
 * A pair of AF_UNIX sockets that keep the borders of messages.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "mechanism.h"

/* More than that the kernel has to find in one piece. */
#define LONGEST		65536

static int ends[2];
static int own;

static void set_up(size_t size)
{
	const int room = CAPACITY;

	(void)size;
	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0, "socketpair");
	for (int i = 0; i < 2; i++)
		must(setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &room,
				sizeof(room)),
		     0, "SO_SNDBUF");
}

static void open_side(enum side side, size_t size)
{
	(void)size;
	own = ends[side == SERVER];
}

static void send_bytes(size_t size)
{
	must(send(own, buffer_of(size), size, 0), size, "send");
}

static const void *receive(size_t size)
{
	void *buffer = buffer_of(size);

	must(recv(own, buffer, size, 0), size, "recv");
	return buffer;
}

static void tear_down(void)
{
	close(ends[0]);
	close(ends[1]);
}

const struct mechanism seqpacket_mechanism = {
	.name = "AF_UNIX seqpacket",
	.longest = LONGEST,
	.set_up = set_up,
	.tear_down = tear_down,
	.open = open_side,
	.reserve = buffer_of,
	.send = send_bytes,
	.receive = receive,
};
