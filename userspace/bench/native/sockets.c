// SPDX-License-Identifier: GPL-2.0
/*
 * A pair of AF_UNIX sockets, that keep the borders of messages, or that carry bytes: then
 * who receives knows the length.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "mechanism.h"

/* Of a message with borders: more than that the kernel has to find in one piece. */
#define LONGEST		65536

static int ends[2];
static int own;

static void set_up_pair(int type)
{
	const int room = CAPACITY;

	must(socketpair(AF_UNIX, type, 0, ends), 0, "socketpair");
	for (int i = 0; i < 2; i++)
		must(setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &room,
				sizeof(room)),
		     0, "SO_SNDBUF");
}

static void set_up_stream(size_t size)
{
	(void)size;
	set_up_pair(SOCK_STREAM);
}

static void set_up_seqpacket(size_t size)
{
	(void)size;
	set_up_pair(SOCK_SEQPACKET);
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

/* MSG_WAITALL means nothing where there are borders. */
static const void *receive(size_t size)
{
	void *buffer = buffer_of(size);

	must(recv(own, buffer, size, MSG_WAITALL), size, "recv");
	return buffer;
}

static void tear_down(void)
{
	close(ends[0]);
	close(ends[1]);
}

const struct mechanism unix_stream_mechanism = {
	.name = "AF_UNIX stream",
	.set_up = set_up_stream,
	.tear_down = tear_down,
	.open = open_side,
	.reserve = buffer_of,
	.send = send_bytes,
	.receive = receive,
};

const struct mechanism seqpacket_mechanism = {
	.name = "AF_UNIX seqpacket",
	.longest = LONGEST,
	.set_up = set_up_seqpacket,
	.tear_down = tear_down,
	.open = open_side,
	.reserve = buffer_of,
	.send = send_bytes,
	.receive = receive,
};
