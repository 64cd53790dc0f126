// SPDX-License-Identifier: GPL-2.0
/*
 * Two mailboxes.
 */
#include <err.h>
#include <ipcchan.h>

#include "mechanism.h"

static struct ipcchan *session;
static struct ipcchan_mailbox *requests;
static struct ipcchan_mailbox *answers;

static long checked(long result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s [%s]", what, ipcchan_error_text(result),
		     ipcchan_error_name(result));
	return result;
}

static struct ipcchan_mailbox *new_mailbox(void)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE;
	checked(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
				     IPCCHAN_RIGHT_RECEIVE, &options, &mailbox),
		"create a mailbox");
	return mailbox;
}

static void set_up(size_t size)
{
	(void)size;
	checked(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	requests = new_mailbox();
	answers = new_mailbox();
}

static void put_in(const struct ipcchan_mailbox *mailbox,
		   const struct payload *payload, size_t size)
{
	checked(ipcchan_mailbox_send(mailbox, &payload->round, size, NULL),
		"send");
}

static void take_out(const struct ipcchan_mailbox *mailbox,
		     struct payload *payload, size_t size)
{
	must(checked(ipcchan_mailbox_receive(mailbox, &payload->round, size,
					     NULL), "receive"),
	     size, "receive");
}

static void put(struct payload *payload, size_t size)
{
	put_in(requests, payload, size);
}

static void take(struct payload *payload, size_t size)
{
	take_out(requests, payload, size);
}

static void ask(struct payload *payload, size_t size)
{
	put(payload, size);
	take_out(answers, payload, size);
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	while (rounds--) {
		take(payload, size);
		answer(payload);
		put_in(answers, payload, size);
	}
}

static void tear_down(void)
{
	ipcchan_mailbox_close(requests);
	ipcchan_mailbox_close(answers);
	ipcchan_session_close(session);
}

const struct mechanism mailbox_mechanism = {
	.name = "ipcchan send, receive",
	.set_up = set_up,
	.ask = ask,
	.serve = serve,
	.put = put,
	.take = take,
	.tear_down = tear_down,
};
