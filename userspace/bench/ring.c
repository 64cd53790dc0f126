// SPDX-License-Identifier: GPL-2.0
/*
 * A pipe of two rings.
 */
#include <err.h>
#include <ipcchan.h>

#include "mechanism.h"

#define RING_SIZE	(64U << 10)

static struct ipcchan *session;
static struct ipcchan_pipe *client;
static struct ipcchan_pipe *server;
static bool is_mapped;

static void checked(long result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s [%s]", what, ipcchan_error_text(result),
		     ipcchan_error_name(result));
}

static void set_up(size_t size)
{
	(void)size;
	checked(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	checked(ipcchan_pipe_pair(session, RING_SIZE, &client, &server),
		"make a pipe");
	is_mapped = false;
}

/* Each process maps its own end, once it is there. */
static void map(struct ipcchan_pipe *pipe)
{
	if (is_mapped)
		return;
	checked(ipcchan_pipe_map(pipe), "map a pipe");
	is_mapped = true;
}

static void put_in(struct ipcchan_pipe *pipe, const struct payload *payload,
		   size_t size)
{
	checked(ipcchan_pipe_write(pipe, &payload->round, size, 0,
				   IPCCHAN_DEADLINE_NEVER), "write");
}

static void take_out(struct ipcchan_pipe *pipe, struct payload *payload,
		     size_t size)
{
	struct ipcchan_record record;

	checked(ipcchan_pipe_read(pipe, &payload->round, size, &record,
				  IPCCHAN_DEADLINE_NEVER), "read");
	must(record.size, size, "read");
}

static void put(struct payload *payload, size_t size)
{
	map(client);
	put_in(client, payload, size);
}

static void take(struct payload *payload, size_t size)
{
	map(server);
	take_out(server, payload, size);
}

static void ask(struct payload *payload, size_t size)
{
	put(payload, size);
	take_out(client, payload, size);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		take(payload, size);
		answer(payload);
		put_in(server, payload, size);
	}
}

static void tear_down(void)
{
	ipcchan_pipe_close(client);
	ipcchan_pipe_close(server);
	ipcchan_session_close(session);
}

const struct mechanism ring_mechanism = {
	.name = "ipcchan ring",
	.set_up = set_up,
	.ask = ask,
	.serve = serve,
	.put = put,
	.take = take,
	.tear_down = tear_down,
};
