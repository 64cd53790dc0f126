// SPDX-License-Identifier: GPL-2.0
/*
 * nng over ipc://: one pair of sockets.
 */
#include <err.h>
#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>
#include <unistd.h>

#include "mechanism.h"

/* Messages: the most that nng buffers, so that a stream of small ones flows. */
#define BUFFERED	1024

static nng_socket own;
static nng_msg *sent;
static nng_msg *received;

static void check(int error, const char *what)
{
	if (error)
		errx(1, "%s: %s", what, nng_strerror(error));
}

/* The client waits for the server, so that none of them has to try again. */
static void open_side(enum side side, size_t size)
{
	const char *path = path_of("ipc://", "pair");

	(void)size;
	check(nng_pair0_open(&own), "nng_pair0_open");
	check(nng_socket_set_int(own, NNG_OPT_SENDBUF, BUFFERED), "SENDBUF");
	check(nng_socket_set_int(own, NNG_OPT_RECVBUF, BUFFERED), "RECVBUF");
	if (side == SERVER) {
		check(nng_listen(own, path, NULL, 0), path);
		return;
	}
	while (access(path_of("", "pair"), F_OK))
		usleep(1000);
	check(nng_dial(own, path_of("ipc://", "pair"), NULL, 0), "nng_dial");
}

static void close_side(void)
{
	nng_close(own);
}

static void *reserve(size_t size)
{
	check(nng_msg_alloc(&sent, size), "nng_msg_alloc");
	return nng_msg_body(sent);
}

static void send_message(size_t size)
{
	(void)size;
	check(nng_sendmsg(own, sent, 0), "nng_sendmsg");
}

static const void *receive(size_t size)
{
	check(nng_recvmsg(own, &received, 0), "nng_recvmsg");
	must(nng_msg_len(received), size, "nng_recvmsg");
	return nng_msg_body(received);
}

static void release(void)
{
	nng_msg_free(received);
}

static void tear_down(void)
{
	unlink(path_of("", "pair"));
}

const struct mechanism nng_mechanism = {
	.name = "nng pair",
	.tear_down = tear_down,
	.open = open_side,
	.close = close_side,
	.reserve = reserve,
	.send = send_message,
	.receive = receive,
	.release = release,
};
