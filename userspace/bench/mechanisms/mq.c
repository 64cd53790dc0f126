// SPDX-License-Identifier: GPL-2.0
/*
 * POSIX message queues.
 */
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mechanism.h"

/* What the kernel gives root at most. */
#define DEPTH_MAX	65536
#define SIZE_MAX_OF_MQ	(16UL << 20)

/* Messages of a queue, if nobody says otherwise. */
#define DEPTH_USUAL	10

static mqd_t *queues;
static unsigned int nr_queues;

static bool can(const struct shape *shape)
{
	return shape->order != BY_TAG && shape->depth <= DEPTH_MAX &&
	       shape->size <= SIZE_MAX_OF_MQ;
}

/* Nobody else needs the name, and so it cannot be left behind. */
static mqd_t new_queue(unsigned int number, const struct shape *shape)
{
	struct mq_attr attributes = {
		.mq_maxmsg = shape->depth ?: DEPTH_USUAL,
		.mq_msgsize = shape->size ?: 1,
	};
	char name[64];
	mqd_t queue;

	snprintf(name, sizeof(name), "/ipcchan-bench-%d-%u", getpid(), number);
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
	if (queue < 0)
		err(1, "mq_open");
	must(mq_unlink(name), 0, "mq_unlink");
	return queue;
}

static void set_up(const struct shape *shape)
{
	nr_queues = shape->channels;
	queues = calloc(nr_queues, sizeof(*queues));
	if (!queues)
		err(1, "calloc");
	for (unsigned int i = 0; i < nr_queues; i++)
		queues[i] = new_queue(i, shape);
}

static void put(unsigned int channel, struct payload *payload, size_t size)
{
	must(mq_send(queues[channel], (const char *)&payload->round, size,
		     payload->priority), 0, "mq_send");
}

static void take(unsigned int channel, struct payload *payload, size_t size)
{
	must(mq_receive(queues[channel], (char *)&payload->round, size ?: 1,
			&payload->priority), size, "mq_receive");
}

/* Of Linux: a queue's descriptor is one of a file. */
static int fd(unsigned int channel)
{
	return queues[channel];
}

static void tear_down(void)
{
	for (unsigned int i = 0; i < nr_queues; i++)
		mq_close(queues[i]);
	free(queues);
}

const struct mechanism mq_mechanism = {
	.name = "POSIX mq",
	.is_rival = true,
	.can = can,
	.open = set_up,
	.send = put,
	.receive = take,
	.fd = fd,
	.close = tear_down,
};
