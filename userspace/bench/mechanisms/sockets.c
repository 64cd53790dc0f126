// SPDX-License-Identifier: GPL-2.0
/*
 * Pairs of AF_UNIX sockets, of one type or another: a pair for each channel.
 */
#include "sockets.h"

#include <err.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * What root may have in a socket. The kernel charges the room that it takes, not the
 * bytes: up to twice as much, and some hundreds for each message.
 */
#define ROOM_MAX	(32UL << 20)
#define OVERHEAD	1024

static int (*pairs)[2];
static unsigned int nr_pairs;

static size_t room_of(const struct shape *shape)
{
	return (shape->depth + 1) * (2 * shape->size + OVERHEAD);
}

bool sockets_can(const struct shape *shape)
{
	return shape->order == BY_ARRIVAL && shape->size &&
	       room_of(shape) <= ROOM_MAX;
}

static void give_room(int end, const struct shape *shape)
{
	const int room = room_of(shape);

	if (shape->depth)
		must(setsockopt(end, SOL_SOCKET, SO_SNDBUFFORCE, &room,
				sizeof(room)), 0, "SO_SNDBUFFORCE");
}

void sockets_open(int type, const struct shape *shape)
{
	nr_pairs = shape->channels;
	pairs = calloc(nr_pairs, sizeof(*pairs));
	if (!pairs)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_pairs; i++) {
		must(socketpair(AF_UNIX, type, 0, pairs[i]), 0, "socketpair");
		give_room(pairs[i][0], shape);
	}
}

int sockets_in(unsigned int channel)
{
	return pairs[channel][0];
}

int sockets_out(unsigned int channel)
{
	return pairs[channel][1];
}

void sockets_close(void)
{
	for (unsigned int i = 0; i < nr_pairs; i++) {
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
	free(pairs);
}
