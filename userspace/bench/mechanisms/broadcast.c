// SPDX-License-Identifier: GPL-2.0
/*
 * One mailbox that broadcasts to the audience, and a mailbox for each other channel.
 */
#include <err.h>
#include <ipcchan.h>
#include <stdlib.h>

#include "mechanism.h"

static struct ipcchan *session;

/* What is sent to all goes there. */
static struct ipcchan_mailbox *stage;

/* What each channel is received from; the audience's are subscriptions. */
static struct ipcchan_mailbox **channels;
static unsigned int nr_channels;

static bool can(const struct shape *shape)
{
	return shape->audience && shape->order == BY_ARRIVAL;
}

static struct ipcchan_mailbox *new_mailbox(uint32_t delivery)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.delivery = delivery;
	must_not_fail(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
					   IPCCHAN_RIGHT_RECEIVE, &options,
					   &mailbox), "create a mailbox");
	return mailbox;
}

/* A description of its own, as if its reader had opened the mailbox. */
static struct ipcchan_mailbox *new_subscription(void)
{
	struct ipcchan_subscribe_options options = IPCCHAN_SUBSCRIBE_OPTIONS;
	struct ipcchan_mailbox *mailbox;
	int fd = must_not_fail(ipcchan_object_restrict(ipcchan_mailbox_fd(stage),
						       IPCCHAN_RIGHT_RECEIVE,
						       0), "restrict");

	must_not_fail(ipcchan_mailbox_from_fd(fd, &mailbox), "use a mailbox");
	options.policy = IPCCHAN_POLICY_BLOCK;
	must_not_fail(ipcchan_mailbox_subscribe(mailbox, &options),
		      "subscribe");
	return mailbox;
}

static void set_up(const struct shape *shape)
{
	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	stage = new_mailbox(IPCCHAN_DELIVERY_BROADCAST);
	nr_channels = shape->channels;
	channels = calloc(nr_channels, sizeof(*channels));
	if (!channels)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_channels; i++)
		channels[i] = i < shape->audience ?
				      new_subscription() :
				      new_mailbox(IPCCHAN_DELIVERY_QUEUE);
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	must_not_fail(ipcchan_mailbox_send(channels[channel], &payload->round,
					   size, NULL), "send");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	must(must_not_fail(ipcchan_mailbox_receive(channels[channel],
						   &payload->round, size,
						   NULL), "receive"),
	     size, "receive");
}

static void put_to_all(unsigned int count, struct payload *payload, size_t size)
{
	(void)count;
	must_not_fail(ipcchan_mailbox_send(stage, &payload->round, size, NULL),
		      "send");
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_channels; i++)
		ipcchan_mailbox_close(channels[i]);
	free(channels);
	ipcchan_mailbox_close(stage);
	ipcchan_session_close(session);
}

const struct mechanism broadcast_mechanism = {
	.name = "ipcchan broadcast",
	.can = can,
	.open = set_up,
	.send = put,
	.receive = take,
	.send_to_all = put_to_all,
	.close = tear_down,
};
