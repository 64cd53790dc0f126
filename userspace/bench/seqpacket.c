// SPDX-License-Identifier: GPL-2.0
/*
 * A pair of AF_UNIX sockets that keep the borders of messages.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "mechanism.h"

static int ends[2];

static void set_up(size_t size)
{
	(void)size;
	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0, "socketpair");
}

static void put(struct payload *payload, size_t size)
{
	must(send(ends[0], &payload->round, size, 0), size, "send");
}

static void take(struct payload *payload, size_t size)
{
	must(recv(ends[1], &payload->round, size, 0), size, "recv");
}

static void ask(struct payload *payload, size_t size)
{
	put(payload, size);
	must(recv(ends[0], &payload->round, size, 0), size, "recv");
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		take(payload, size);
		answer(payload);
		must(send(ends[1], &payload->round, size, 0), size, "send");
	}
}

static void tear_down(void)
{
	close(ends[0]);
	close(ends[1]);
}

const struct mechanism seqpacket_mechanism = {
	.name = "AF_UNIX seqpacket",
	.is_rival = true,
	.set_up = set_up,
	.ask = ask,
	.serve = serve,
	.put = put,
	.take = take,
	.tear_down = tear_down,
};
