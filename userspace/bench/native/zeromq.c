// SPDX-License-Identifier: GPL-2.0
/*
 * ZeroMQ over ipc://: PUSH and PULL both ways; or REQ and REP, which take turns.
 */
#include <err.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "mechanism.h"

static void *context;
static void *in;
static void *out;
static zmq_msg_t sent;
static zmq_msg_t received;

static void check(int result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s", what, zmq_strerror(zmq_errno()));
}

static void begin(void)
{
	context = must_have(zmq_ctx_new(), "zmq_ctx_new");
	zmq_msg_init(&received);
}

/* The server binds, whichever kind of socket it is. */
static void *new_socket(enum side side, int kind, const char *name)
{
	const char *path = path_of("ipc://", name);
	void *own = must_have(zmq_socket(context, kind), "zmq_socket");

	if (side == SERVER)
		check(zmq_bind(own, path), path);
	else
		check(zmq_connect(own, path), path);
	return own;
}

static void open_stream(enum side side, size_t size)
{
	int requests = side == CLIENT ? ZMQ_PUSH : ZMQ_PULL;
	int answers = side == CLIENT ? ZMQ_PULL : ZMQ_PUSH;
	void *first;
	void *second;

	(void)size;
	begin();
	first = new_socket(side, requests, "requests");
	second = new_socket(side, answers, "answers");
	out = side == CLIENT ? first : second;
	in = side == CLIENT ? second : first;
}

static void open_call(enum side side, size_t size)
{
	(void)size;
	begin();
	in = new_socket(side, side == CLIENT ? ZMQ_REQ : ZMQ_REP, "calls");
	out = in;
}

static void close_all(void)
{
	zmq_msg_close(&received);
	if (out != in)
		zmq_close(out);
	zmq_close(in);
	zmq_ctx_term(context);
}

static void *reserve(size_t size)
{
	check(zmq_msg_init_size(&sent, size), "zmq_msg_init_size");
	return zmq_msg_data(&sent);
}

static void send_message(size_t size)
{
	must(zmq_msg_send(&sent, out, 0), size, "zmq_msg_send");
}

static const void *receive(size_t size)
{
	must(zmq_msg_recv(&received, in, 0), size, "zmq_msg_recv");
	return zmq_msg_data(&received);
}

static void tear_down_stream(void)
{
	unlink(path_of("", "requests"));
	unlink(path_of("", "answers"));
}

static void tear_down_call(void)
{
	unlink(path_of("", "calls"));
}

const struct mechanism zeromq_stream_mechanism = {
	.name = "ZeroMQ PUSH, PULL",
	.tear_down = tear_down_stream,
	.open = open_stream,
	.close = close_all,
	.reserve = reserve,
	.send = send_message,
	.receive = receive,
};

const struct mechanism zeromq_call_mechanism = {
	.name = "ZeroMQ REQ, REP",
	.is_lockstep = true,
	.tear_down = tear_down_call,
	.open = open_call,
	.close = close_all,
	.reserve = reserve,
	.send = send_message,
	.receive = receive,
};
