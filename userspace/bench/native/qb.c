// SPDX-License-Identifier: GPL-2.0
/*
 * libqb's ring buffers: two, each with a semaphore that counts what is in it. It has
 * no way to wait for room.
 */
#include <err.h>
#include <errno.h>
#include <qb/qbrb.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "mechanism.h"

static qb_ringbuffer_t *created[2];
static qb_ringbuffer_t *in;
static qb_ringbuffer_t *out;

static qb_ringbuffer_t *open_ring(int number, uint32_t flags)
{
	char name[64];

	snprintf(name, sizeof(name), "ipcchan-bench-%d-%d", getpgrp(), number);
	return must_have(qb_rb_open(name, CAPACITY,
				    QB_RB_FLAG_SHARED_PROCESS | flags, 0),
			 "qb_rb_open");
}

static void set_up(size_t size)
{
	(void)size;
	for (int i = 0; i < 2; i++)
		created[i] = open_ring(i, QB_RB_FLAG_CREATE);
}

static void open_side(enum side side, size_t size)
{
	(void)size;
	in = open_ring(side == CLIENT, 0);
	out = open_ring(side == SERVER, 0);
}

static void close_side(void)
{
	qb_rb_close(in);
	qb_rb_close(out);
}

static void *reserve(size_t size)
{
	void *place;

	while (!(place = qb_rb_chunk_alloc(out, size))) {
		if (errno != EAGAIN)
			err(1, "qb_rb_chunk_alloc");
		sched_yield();
	}
	return place;
}

static void commit(size_t size)
{
	must(qb_rb_chunk_commit(out, size), 0, "qb_rb_chunk_commit");
}

static const void *receive(size_t size)
{
	void *chunk;

	must(qb_rb_chunk_peek(in, &chunk, -1), size, "qb_rb_chunk_peek");
	return chunk;
}

static void release(void)
{
	qb_rb_chunk_reclaim(in);
}

static void tear_down(void)
{
	for (int i = 0; i < 2; i++)
		qb_rb_close(created[i]);
}

const struct mechanism qb_mechanism = {
	.name = "libqb ring buffer",
	.longest = CAPACITY / 4,
	.set_up = set_up,
	.tear_down = tear_down,
	.open = open_side,
	.close = close_side,
	.reserve = reserve,
	.send = commit,
	.receive = receive,
	.release = release,
};
