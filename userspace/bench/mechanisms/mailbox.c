// SPDX-License-Identifier: GPL-2.0
/*
 * Mailboxes: one for each channel.
 */
#include <err.h>
#include <ipcchan.h>
#include <stdlib.h>

#include "mechanism.h"

#define SIZE_MAX_OF_MAILBOX	(1UL << 20)
#define DEPTH_MAX		65536

/* Bytes that a record takes in a pack, at most, besides its own. */
#define RECORD_EXTRA	16

static struct ipcchan *session;
static struct ipcchan_mailbox **mailboxes;
static unsigned int nr_mailboxes;
static enum order order;

static bool can(const struct shape *shape)
{
	return shape->size <= SIZE_MAX_OF_MAILBOX && shape->depth <= DEPTH_MAX;
}

static struct ipcchan_mailbox *new_mailbox(const struct shape *shape, size_t size)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE;
	if (size > 4096) {
		options.max_message_size = size;
		options.capacity_bytes = 4 * size;
	}
	if (shape->depth) {
		options.max_message_size = size ?: 1;
		options.capacity_messages = shape->depth;
		options.capacity_bytes = shape->depth * (size ?: 1);
	}
	must_not_fail(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
					   IPCCHAN_RIGHT_RECEIVE, &options,
					   &mailbox), "create a mailbox");
	return mailbox;
}

static void set_up_for(const struct shape *shape, size_t size)
{
	order = shape->order;
	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	nr_mailboxes = shape->channels;
	mailboxes = calloc(nr_mailboxes, sizeof(*mailboxes));
	if (!mailboxes)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_mailboxes; i++)
		mailboxes[i] = new_mailbox(shape, size);
}

static void set_up(const struct shape *shape)
{
	set_up_for(shape, shape->size);
}

static void put_in_order(unsigned int channel, struct payload *payload,
			 size_t size)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;

	options.type = payload->type;
	options.priority = payload->priority;
	must_not_fail(ipcchan_mailbox_send(mailboxes[channel], &payload->round,
					   size, &options), "send");
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	if (order == BY_ARRIVAL)
		must_not_fail(ipcchan_mailbox_send(mailboxes[channel],
						   &payload->round, size, NULL),
			      "send");
	else
		put_in_order(channel, payload, size);
}

static long take_tagged(unsigned int channel, struct payload *payload,
			size_t size)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;

	options.flags = IPCCHAN_FILTER;
	options.type_min = payload->type;
	options.type_max = payload->type;
	return ipcchan_mailbox_receive(mailboxes[channel], &payload->round,
				       size, &options);
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	long length;

	if (order == BY_TAG)
		length = take_tagged(channel, payload, size);
	else
		length = ipcchan_mailbox_receive(mailboxes[channel],
						 &payload->round, size, NULL);
	must(must_not_fail(length, "receive"), size, "receive");
}

static void describe(struct ipcchan_message *messages,
		     struct payload **payloads, unsigned int count, size_t size)
{
	if (count > IPCCHAN_BATCH_MAX)
		errx(1, "%u messages at once are too many", count);
	for (unsigned int i = 0; i < count; i++)
		ipcchan_message_set(&messages[i], &payloads[i]->round, size);
}

static void put_all(unsigned int channel, struct payload **payloads,
		    unsigned int count, size_t size)
{
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];

	describe(messages, payloads, count, size);
	must(must_not_fail(ipcchan_mailbox_send_batch(mailboxes[channel],
						      messages, count,
						      sizeof(*messages), NULL),
			   "send"), count, "send");
}

static void take_all(unsigned int channel, struct payload **payloads,
		     unsigned int count, size_t size)
{
	struct ipcchan_message messages[IPCCHAN_BATCH_MAX];

	describe(messages, payloads, count, size);
	must(must_not_fail(ipcchan_mailbox_receive_batch(mailboxes[channel],
							 messages, count,
							 sizeof(*messages),
							 NULL), "receive"),
	     count, "receive");
	must(messages[count - 1].length, size, "receive");
}

/* In one message, and so in one buffer. */
static char pack_buffer[IPCCHAN_BATCH_MAX * 128];

static size_t pack_size(const struct shape *shape)
{
	return shape->batch * (shape->size + RECORD_EXTRA);
}

static bool can_pack(const struct shape *shape)
{
	return shape->batch > 1 && pack_size(shape) <= sizeof(pack_buffer);
}

static void set_up_to_pack(const struct shape *shape)
{
	set_up_for(shape, pack_size(shape));
}

static void put_pack(unsigned int channel, struct payload **payloads,
		     unsigned int count, size_t size)
{
	struct ipcchan_pack pack;

	ipcchan_pack_begin(&pack, pack_buffer, sizeof(pack_buffer));
	for (unsigned int i = 0; i < count; i++)
		must_not_fail(ipcchan_pack_add(&pack, &payloads[i]->round, size, 0),
			      "add to a pack");
	must_not_fail(ipcchan_mailbox_send(mailboxes[channel], pack.data, pack.size,
					   NULL), "send");
}

/* What was received is there to be used, in the pack: there is no reason to copy it. */
static void take_pack(unsigned int channel, struct payload **payloads,
		      unsigned int count, size_t size)
{
	long length = ipcchan_mailbox_receive(mailboxes[channel], pack_buffer,
					      sizeof(pack_buffer), NULL);
	struct ipcchan_unpack unpack;

	(void)payloads;
	ipcchan_pack_open(&unpack, pack_buffer, must_not_fail(length, "receive"));
	for (unsigned int i = 0; i < count; i++) {
		struct ipcchan_record record;

		must_not_fail(ipcchan_pack_next(&unpack, &record), "unpack");
		must(record.size, size, "unpack");
	}
}

static void put_to_all(unsigned int count, struct payload *payload, size_t size)
{
	struct ipcchan_target targets[IPCCHAN_MULTICAST_MAX] = {};
	struct ipcchan_message message;

	if (count > IPCCHAN_MULTICAST_MAX)
		errx(1, "%u mailboxes at once are too many", count);
	for (unsigned int i = 0; i < count; i++)
		targets[i].fd = ipcchan_mailbox_fd(mailboxes[i]);
	ipcchan_message_set(&message, &payload->round, size);
	must(must_not_fail(ipcchan_mailbox_multicast(session, targets, count,
						     &message, NULL),
			   "multicast"), count, "multicast");
}

static int fd(unsigned int channel)
{
	return ipcchan_mailbox_fd(mailboxes[channel]);
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_mailboxes; i++)
		ipcchan_mailbox_close(mailboxes[i]);
	free(mailboxes);
	ipcchan_session_close(session);
}

const struct mechanism mailbox_mechanism = {
	.name = "ipcchan send, receive",
	.can = can,
	.open = set_up,
	.send = put,
	.receive = take,
	.send_all = put_all,
	.receive_all = take_all,
	.send_to_all = put_to_all,
	.fd = fd,
	.close = tear_down,
};

const struct mechanism pack_mechanism = {
	.name = "ipcchan pack",
	.can = can_pack,
	.open = set_up_to_pack,
	.send = put,
	.receive = take,
	.send_all = put_pack,
	.receive_all = take_pack,
	.close = tear_down,
};
