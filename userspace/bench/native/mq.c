// SPDX-License-Identifier: GPL-2.0
/*
 * Two POSIX message queues, as the kernel gives them to everybody: more, and longer,
 * messages would need a sysctl.
 */
#include <err.h>
#include <mqueue.h>
#include <stdio.h>
#include <unistd.h>

#include "mechanism.h"

/* Messages of a queue, and bytes of each, at most. */
#define DEPTH		10
#define LONGEST		8192

static mqd_t requests;
static mqd_t answers;
static mqd_t in;
static mqd_t out;

/* Nobody else needs the name, and so it cannot be left behind. */
static mqd_t new_queue(const char *of, size_t size)
{
	struct mq_attr attributes = {
		.mq_maxmsg = DEPTH,
		.mq_msgsize = size,
	};
	char name[64];
	mqd_t queue;

	snprintf(name, sizeof(name), "/ipcchan-bench-%d-%s", getpid(), of);
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
	if (queue < 0)
		err(1, "mq_open");
	must(mq_unlink(name), 0, "mq_unlink");
	return queue;
}

static void set_up(size_t size)
{
	requests = new_queue("requests", size);
	answers = new_queue("answers", size);
}

static void open_side(enum side side, size_t size)
{
	(void)size;
	in = side == CLIENT ? answers : requests;
	out = side == CLIENT ? requests : answers;
}

static void send_message(size_t size)
{
	must(mq_send(out, buffer_of(size), size, 0), 0, "mq_send");
}

static const void *receive(size_t size)
{
	void *buffer = buffer_of(size);

	must(mq_receive(in, buffer, size, NULL), size, "mq_receive");
	return buffer;
}

static void tear_down(void)
{
	mq_close(requests);
	mq_close(answers);
}

const struct mechanism mq_mechanism = {
	.name = "POSIX mq",
	.longest = LONGEST,
	.set_up = set_up,
	.tear_down = tear_down,
	.open = open_side,
	.reserve = buffer_of,
	.send = send_message,
	.receive = receive,
};
