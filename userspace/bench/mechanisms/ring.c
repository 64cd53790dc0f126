// SPDX-License-Identifier: GPL-2.0
/*
 * Rings: a pipe of them for each channel, of which one is used.
 */
#include <err.h>
#include <ipcchan.h>
#include <stdlib.h>
#include <string.h>

#include "mechanism.h"

#define RING_SIZE	(64U << 10)
#define YIELDS		3

/* Bytes of a ring that a record takes at most, besides its own. */
#define RECORD_EXTRA	16

/**
 * struct channel - a pipe
 * @in: The end that is written to.
 * @out: That which is read from.
 * @has_in: This process has mapped the former.
 * @has_out: It has mapped the latter.
 */
struct channel {
	struct ipcchan_pipe *in;
	struct ipcchan_pipe *out;
	bool has_in;
	bool has_out;
};

static struct ipcchan *session;
static struct channel *channels;
static unsigned int nr_channels;

/* How often an end lets others run before it sleeps. */
static uint32_t yields;

static bool can(const struct shape *shape)
{
	return shape->order == BY_ARRIVAL && shape->size <= RING_SIZE / 4 &&
	       shape->depth * (shape->size + RECORD_EXTRA) <= RING_SIZE / 2;
}

static void set_up_to_wait(const struct shape *shape, uint32_t how_often)
{
	yields = how_often;
	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	nr_channels = shape->channels;
	channels = calloc(nr_channels, sizeof(*channels));
	if (!channels)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_channels; i++)
		must_not_fail(ipcchan_pipe_pair(session, RING_SIZE,
						&channels[i].in,
						&channels[i].out),
			      "make a pipe");
}

static void set_up(const struct shape *shape)
{
	set_up_to_wait(shape, 0);
}

static void set_up_to_yield(const struct shape *shape)
{
	set_up_to_wait(shape, YIELDS);
}

/* Each process maps its own ends, once it is there. */
static void map(struct ipcchan_pipe *pipe, bool *is_mapped)
{
	if (__builtin_expect(*is_mapped, 1))
		return;
	must_not_fail(ipcchan_pipe_map(pipe), "map a pipe");
	ipcchan_ring_set_yields(ipcchan_pipe_producer(pipe), yields);
	ipcchan_ring_set_yields(ipcchan_pipe_consumer(pipe), yields);
	*is_mapped = true;
}

static void put(unsigned int number, struct payload *payload, size_t size)
{
	struct channel *channel = &channels[number];

	map(channel->in, &channel->has_in);
	must_not_fail(ipcchan_pipe_write(channel->in, &payload->round, size, 0,
					 IPCCHAN_DEADLINE_NEVER), "write");
}

static void take(unsigned int number, struct payload *payload, size_t size)
{
	struct channel *channel = &channels[number];
	struct ipcchan_record record;

	map(channel->out, &channel->has_out);
	must_not_fail(ipcchan_pipe_read(channel->out, &payload->round, size,
					&record, IPCCHAN_DEADLINE_NEVER),
		      "read");
	must(record.size, size, "read");
}

/* In place, and published together; there is room for them, as that was asked for. */
static void put_all(unsigned int number, struct payload **payloads, unsigned int count,
		    size_t size)
{
	struct channel *channel = &channels[number];
	struct ipcchan_ring *ring;

	map(channel->in, &channel->has_in);
	ring = ipcchan_pipe_producer(channel->in);
	for (unsigned int i = 0; i < count; i++) {
		void *place;

		must_not_fail(ipcchan_ring_reserve(ring, size, &place), "reserve");
		memcpy(place, &payloads[i]->round, size);
		must_not_fail(ipcchan_ring_commit(ring, size, 0), "commit");
	}
	must_not_fail(ipcchan_ring_publish(ring), "publish");
}

static void take_all(unsigned int number, struct payload **payloads, unsigned int count,
		     size_t size)
{
	struct channel *channel = &channels[number];
	struct ipcchan_ring *ring;

	map(channel->out, &channel->has_out);
	ring = ipcchan_pipe_consumer(channel->out);
	for (unsigned int i = 0; i < count; i++) {
		struct ipcchan_record record;

		must_not_fail(ipcchan_ring_peek(ring, &record), "peek");
		must(record.size, size, "peek");
		memcpy(&payloads[i]->round, record.data, size);
		must_not_fail(ipcchan_ring_consume(ring), "consume");
	}
	must_not_fail(ipcchan_ring_release(ring), "release");
}

/* Written, but not to be seen before this end waits. */
static void put_quietly(const struct ipcchan_pipe *pipe, const struct payload *payload,
			size_t size)
{
	struct ipcchan_ring *ring = ipcchan_pipe_producer(pipe);
	void *place;

	must_not_fail(ipcchan_ring_reserve(ring, size, &place), "reserve");
	memcpy(place, &payload->round, size);
	must_not_fail(ipcchan_ring_commit(ring, size, 0), "commit");
}

static void set_up_to_turn(const struct shape *shape)
{
	struct shape one_pipe = *shape;

	one_pipe.channels = 1;
	set_up(&one_pipe);
}

/* One pipe is for both directions here: its first end is the client's. */
static void call(struct payload *payload, size_t size)
{
	struct channel *channel = &channels[0];
	struct ipcchan_record record;

	map(channel->in, &channel->has_in);
	put_quietly(channel->in, payload, size);
	must_not_fail(ipcchan_pipe_wait(channel->in, IPCCHAN_DEADLINE_NEVER), "wait");
	must_not_fail(ipcchan_pipe_read(channel->in, &payload->round, size, &record,
					IPCCHAN_DEADLINE_NEVER), "read");
	must(record.size, size, "read");
}

static void serve(struct payload *payload, size_t size, unsigned int rounds)
{
	struct channel *channel = &channels[0];
	struct ipcchan_record record;

	map(channel->out, &channel->has_out);
	while (rounds--) {
		must_not_fail(ipcchan_pipe_wait(channel->out, IPCCHAN_DEADLINE_NEVER),
			      "wait");
		must_not_fail(ipcchan_pipe_read(channel->out, &payload->round, size,
						&record, IPCCHAN_DEADLINE_NEVER),
			      "read");
		must(record.size, size, "read");
		answer_request(payload);
		put_quietly(channel->out, payload, size);
	}
	must_not_fail(ipcchan_ring_publish(ipcchan_pipe_producer(channel->out)),
		      "publish");
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_channels; i++) {
		ipcchan_pipe_close(channels[i].in);
		ipcchan_pipe_close(channels[i].out);
	}
	free(channels);
	ipcchan_session_close(session);
}

/* Where nobody waits there is nothing to see of it. */
static bool can_yield(const struct shape *shape)
{
	return can(shape) && shape->channels == 2;
}

static bool can_turn(const struct shape *shape)
{
	return can_yield(shape) && !shape->streams;
}

const struct mechanism ring_mechanism = {
	.name = "ipcchan ring",
	.can = can,
	.open = set_up,
	.send = put,
	.receive = take,
	.send_all = put_all,
	.receive_all = take_all,
	.close = tear_down,
};

const struct mechanism ring_yield_mechanism = {
	.name = "ipcchan ring, yields",
	.can = can_yield,
	.open = set_up_to_yield,
	.send = put,
	.receive = take,
	.close = tear_down,
};

const struct mechanism ring_turn_mechanism = {
	.name = "ipcchan ring, in turn",
	.can = can_turn,
	.open = set_up_to_turn,
	.call = call,
	.serve = serve,
	.close = tear_down,
};
