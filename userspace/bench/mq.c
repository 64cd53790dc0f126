// SPDX-License-Identifier: GPL-2.0
/*
 * Two POSIX message queues.
 */
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <unistd.h>

#include "mechanism.h"

static mqd_t requests;
static mqd_t answers;

/* Nobody else needs the name, and so it cannot be left behind. */
static mqd_t new_queue(const char *what, size_t size)
{
	struct mq_attr attributes = { .mq_maxmsg = 10, .mq_msgsize = size };
	char name[64];
	mqd_t queue;

	snprintf(name, sizeof(name), "/ipcchan-bench-%d-%s", getpid(), what);
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
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

static void put_in(mqd_t queue, const struct payload *payload, size_t size)
{
	must(mq_send(queue, (const char *)&payload->round, size, 0), 0,
	     "mq_send");
}

static void take_out(mqd_t queue, struct payload *payload, size_t size)
{
	must(mq_receive(queue, (char *)&payload->round, size, NULL), size,
	     "mq_receive");
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
	mq_close(requests);
	mq_close(answers);
}

const struct mechanism mq_mechanism = {
	.name = "POSIX mq",
	.is_rival = true,
	.set_up = set_up,
	.ask = ask,
	.serve = serve,
	.put = put,
	.take = take,
	.tear_down = tear_down,
};
