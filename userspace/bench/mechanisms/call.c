// SPDX-License-Identifier: GPL-2.0
/*
 * Calls of a mailbox: the request and its reply in one system call, and the reply
 * and the next request in another.
 */
#include <ipcchan.h>

#include "mechanism.h"

static struct ipcchan *session;
static struct ipcchan_mailbox *client;
static struct ipcchan_mailbox *server;

/* How it waits; NULL: as is usual. */
static const struct ipcchan_call_options *how;

/* A description of its own for each side, as if each had opened it. */
static struct ipcchan_mailbox *side(const struct ipcchan_mailbox *mailbox,
				    uint32_t right)
{
	int fd = ipcchan_object_restrict(ipcchan_mailbox_fd(mailbox), right, 0);
	struct ipcchan_mailbox *restricted;

	must_not_fail(fd, "restrict");
	must_not_fail(ipcchan_mailbox_from_fd(fd, &restricted), "use a mailbox");
	return restricted;
}

static bool can(const struct shape *shape)
{
	return shape->order == BY_ARRIVAL && !shape->streams && !shape->depth &&
	       shape->channels == 2 && !shape->audience;
}

static void set_up_to_wait(const struct ipcchan_call_options *options)
{
	struct ipcchan_mailbox_options kind = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	how = options;
	kind.flags = IPCCHAN_OPEN_CREATE;
	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	must_not_fail(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
					   IPCCHAN_RIGHT_RECEIVE, &kind,
					   &mailbox), "create a mailbox");
	client = side(mailbox, IPCCHAN_RIGHT_SEND);
	server = side(mailbox, IPCCHAN_RIGHT_RECEIVE);
	ipcchan_mailbox_close(mailbox);
}

static void set_up(const struct shape *shape)
{
	(void)shape;
	set_up_to_wait(NULL);
}

static void set_up_to_yield(const struct shape *shape)
{
	static struct ipcchan_call_options options = IPCCHAN_CALL_OPTIONS;

	(void)shape;
	options.flags = IPCCHAN_YIELD;
	set_up_to_wait(&options);
}

/* What a call leaves in them is nothing that the next call looks at. */
static void ask(struct payload *payload, size_t size)
{
	static struct ipcchan_message request;
	static struct ipcchan_message reply;

	request.data = (uintptr_t)&payload->round;
	request.size = size;
	reply.data = request.data;
	reply.size = size;
	must_not_fail(ipcchan_mailbox_call(client, &request, &reply,
					   sizeof(request), how), "call");
	must(reply.length, size, "call");
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	struct ipcchan_message request;
	struct ipcchan_message reply;

	ipcchan_message_set(&reply, &payload->round, size);
	ipcchan_message_set(&request, &payload->round, size);
	while (rounds--) {
		must(must_not_fail(ipcchan_mailbox_reply_receive(server, &reply,
								 &request,
								 sizeof(request),
								 how),
				   "reply and receive"), 1, "reply and receive");
		must(request.length, size, "reply and receive");
		answer_request(payload);
		reply.token = request.token;
	}
	must_not_fail(ipcchan_mailbox_reply(server, &reply, sizeof(reply)),
		      "reply");
}

static void tear_down(void)
{
	ipcchan_mailbox_close(client);
	ipcchan_mailbox_close(server);
	ipcchan_session_close(session);
}

const struct mechanism call_mechanism = {
	.name = "ipcchan call",
	.can = can,
	.open = set_up,
	.call = ask,
	.serve = serve,
	.close = tear_down,
};

const struct mechanism call_yield_mechanism = {
	.name = "ipcchan call, YIELD",
	.can = can,
	.open = set_up_to_yield,
	.call = ask,
	.serve = serve,
	.close = tear_down,
};
