// SPDX-License-Identifier: GPL-2.0
/*
 * Ours. All are of one session, which stays open.
 */
#include <ipcchan.h>
#include <unistd.h>

#include "object.h"

#define RING_SIZE	4096

static struct ipcchan *session;

static struct ipcchan *the_session(void)
{
	if (!session)
		must_not_fail(ipcchan_session_open(&session),
			      "open " IPCCHAN_DEVICE);
	return session;
}

static void make_mailbox(struct made *made)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE;
	must_not_fail(ipcchan_mailbox_open(the_session(), NULL,
					   IPCCHAN_RIGHT_SEND |
					   IPCCHAN_RIGHT_RECEIVE, &options,
					   &mailbox), "create a mailbox");
	made->handles[0] = mailbox;
}

static void drop_mailbox(struct made *made)
{
	ipcchan_mailbox_close(made->handles[0]);
}

static void make_mutex(struct made *made)
{
	made->fds[0] = must_not_fail(ipcchan_mutex_open(the_session(), NULL,
							IPCCHAN_RIGHT_WAIT,
							NULL),
				     "create a mutex");
}

static void make_semaphore(struct made *made)
{
	struct ipcchan_semaphore_options options = IPCCHAN_SEMAPHORE_OPTIONS;

	options.value = 1;
	options.max = 1;
	made->fds[0] = must_not_fail(ipcchan_semaphore_open(the_session(), NULL,
							    IPCCHAN_RIGHT_WAIT,
							    &options),
				     "create a semaphore");
}

static void make_event(struct made *made)
{
	made->fds[0] = must_not_fail(ipcchan_event_open(the_session(), NULL,
							IPCCHAN_RIGHT_WAIT,
							NULL),
				     "create an event");
}

static void drop_fd(struct made *made)
{
	must(close(made->fds[0]), 0, "close");
}

static void make_ring(struct made *made)
{
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;

	must_not_fail(ipcchan_ring_create(the_session(), RING_SIZE, &producer,
					  &consumer), "create a ring");
	made->handles[0] = producer;
	made->handles[1] = consumer;
}

static void drop_ring(struct made *made)
{
	ipcchan_ring_close(made->handles[0]);
	ipcchan_ring_close(made->handles[1]);
}

const struct object mailbox_object = {
	.name = "ipcchan mailbox",
	.make = make_mailbox,
	.drop = drop_mailbox,
};

const struct object mutex_object = {
	.name = "ipcchan mutex",
	.make = make_mutex,
	.drop = drop_fd,
};

const struct object semaphore_object = {
	.name = "ipcchan semaphore",
	.make = make_semaphore,
	.drop = drop_fd,
};

const struct object event_object = {
	.name = "ipcchan event",
	.make = make_event,
	.drop = drop_fd,
};

const struct object ring_object = {
	.name = "ipcchan ring",
	.make = make_ring,
	.drop = drop_ring,
};
