// SPDX-License-Identifier: GPL-2.0
/*
 * A process that is killed at each point of a call, as the only one on its side
 * of a mailbox: those on the other side get all that was sent, once and in
 * order, and then are told.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>

#include "death_points.h"
#include "ipcchan_selftest.h"

/* Messages of a batch, and that the mailbox takes. */
#define BATCH			4
#define CAPACITY		3

/* Most points that a call may have. */
#define MOST_POINTS		300

/**
 * struct batch - messages with the numbers in them; half of them on each page
 * @messages: To send, or received.
 * @numbers: Their bytes.
 */
struct batch {
	struct ipcchan_message messages[BATCH];
	unsigned int numbers[BATCH];
};

/*
 * A mailbox with one descriptor for each side, and one to watch.
 */
FIXTURE(peer)
{
	int session;
	int sender;
	int receiver;
	int watcher;
	struct batch *batch;
	struct victim victim;
};

static bool peer_open(void *fixture)
{
	FIXTURE_DATA(peer) * self = fixture;
	int mailbox = mailbox_open(self->session,
				   .capacity_messages = CAPACITY);

	self->sender = object_restrict(mailbox, IPCCHAN_RIGHT_SEND, 0);
	self->receiver = object_restrict(mailbox, IPCCHAN_RIGHT_RECEIVE, 0);
	self->watcher = object_restrict(mailbox, IPCCHAN_RIGHT_PEEK |
					IPCCHAN_RIGHT_ADMIN, 0);
	close(mailbox);
	return self->watcher >= 0;
}

static void peer_close(void *fixture)
{
	FIXTURE_DATA(peer) * self = fixture;

	close(self->sender);
	close(self->receiver);
	close(self->watcher);
}

FIXTURE_SETUP(peer)
{
	unsigned char *pages;

	self->session = session_open();
	ASSERT_LE(0, self->session);
	pages = shared_alloc(2 * DEATH_PAGE);
	self->batch = (void *)(pages + DEATH_PAGE -
			       BATCH / 2 * sizeof(self->batch->messages[0]));
	self->victim.argument = self;
	self->victim.pages[0] = pages;
	self->victim.pages[1] = pages + DEATH_PAGE;
	self->victim.nr_pages = 2;
	ASSERT_TRUE(peer_open(self));
}

FIXTURE_TEARDOWN(peer)
{
	peer_close(self);
	close(self->session);
}

/* Numbers from 1 on, until something stops it: how many, and @error why. */
static int take_all(int mailbox, int *error)
{
	int nr = 0;

	for (;;) {
		unsigned int number;
		struct ipcchan_message message =
			MESSAGE(&number, sizeof(number));

		*error = mailbox_receive(mailbox, &message, 1);
		if (*error != 1)
			return nr;
		if ((int)number != ++nr || message.sequence != number)
			*error = -EILSEQ;
		if (*error != 1)
			return nr;
	}
}

static int put_all(int mailbox, int *error)
{
	unsigned int number = 0;

	do {
		struct ipcchan_message message =
			MESSAGE(&number, sizeof(number));

		number++;
		message.type = number;
		*error = mailbox_send(mailbox, &message, 1);
	} while (*error == 1);
	return number - 1;
}

/**
 * struct survivor - what somebody on the other side does
 * @sleeper: Who.
 * @work: Messages come or go until it is told the end.
 * @mailbox: Its descriptor.
 * @error: What it was told.
 */
struct survivor {
	struct sleeper sleeper;
	int (*work)(int mailbox, int *error);
	int mailbox;
	int error;
};

static int survive(void *argument)
{
	struct survivor *survivor = argument;

	return survivor->work(survivor->mailbox, &survivor->error);
}

static void survivor_start(struct survivor *survivor, int mailbox,
			   int (*work)(int mailbox, int *error))
{
	survivor->mailbox = mailbox;
	survivor->work = work;
	sleeper_start(&survivor->sleeper, survive, survivor);
}

/* How many messages, if it was told EPIPE, and poll(2) tells the same. */
static int survivor_join(struct survivor *survivor)
{
	struct pollfd poller = { .fd = survivor->mailbox };
	int nr = sleeper_join(&survivor->sleeper);

	if (nr == HANGS || survivor->error != -EPIPE)
		return nr == HANGS ? HANGS : survivor->error;
	poll(&poller, 1, 0);
	return poller.revents & (POLLHUP | POLLERR) ? nr : -ENODATA;
}

/* Of the one side, in a process that dies; it is the only one there. */

static int send_batch(void *fixture)
{
	FIXTURE_DATA(peer) * self = fixture;

	return mailbox_send(self->sender, self->batch->messages, BATCH);
}

static void leave_sender(void *fixture)
{
	FIXTURE_DATA(peer) * self = fixture;

	close(self->sender);
	self->sender = -1;
}

static int receive_batch(void *fixture)
{
	FIXTURE_DATA(peer) * self = fixture;

	return mailbox_receive(self->receiver, self->batch->messages, BATCH);
}

static void leave_receiver(void *fixture)
{
	FIXTURE_DATA(peer) * self = fixture;

	close(self->receiver);
	self->receiver = -1;
}

/* A sender dies while a receiver waits: it gets all that was accepted. */
static int kill_sender(void *fixture, enum death_kind kind, unsigned int nth)
{
	FIXTURE_DATA(peer) * self = fixture;
	struct survivor receiver = {};
	int result;
	int nr;

	numbers_fill(self->batch->messages, self->batch->numbers, BATCH, 1);
	self->victim.run = send_batch;
	self->victim.parted = leave_sender;
	survivor_start(&receiver, self->receiver, take_all);
	result = death_at(&self->victim, kind, nth);
	nr = survivor_join(&receiver);
	if (nr < 0)
		return nr;
	if (nr != (int)mailbox_info(self->watcher).sent)
		return -EBADMSG;
	return result;
}

/* What the dead received are the first, whole; the others are still there. */
static bool is_accounted(void *fixture, int sent)
{
	FIXTURE_DATA(peer) * self = fixture;
	struct ipcchan_mailbox_info info = mailbox_info(self->watcher);
	int received = info.received;

	if (info.held || (int)info.sent != sent ||
	    (int)info.messages != sent - received)
		return false;
	for (int i = 0; i < received; i++)
		if ((int)self->batch->numbers[i] != i + 1 ||
		    (int)self->batch->messages[i].sequence != i + 1)
			return false;
	for (int i = received; i < sent; i++)
		if (peek_number(self->watcher, i - received) != i + 1)
			return false;
	return true;
}

/* A receiver dies while a sender waits for room. */
static int kill_receiver(void *fixture, enum death_kind kind, unsigned int nth)
{
	FIXTURE_DATA(peer) * self = fixture;
	struct survivor sender = {};
	int result;
	int nr;

	numbers_buffer(self->batch->messages, self->batch->numbers, BATCH);
	self->victim.run = receive_batch;
	self->victim.parted = leave_receiver;
	survivor_start(&sender, self->sender, put_all);
	if (!await_waiters(self->watcher, 1, 0))
		return HANGS;
	result = death_at(&self->victim, kind, nth);
	nr = survivor_join(&sender);
	if (nr < 0)
		return nr;
	return is_accounted(self, nr) ? result : -EBADMSG;
}

/* All points: how many, or what was wrong with the last. */
static int sweep(void *fixture, enum death_kind kind,
		 int (*one)(void *fixture, enum death_kind kind,
			    unsigned int nth))
{
	FIXTURE_DATA(peer) * self = fixture;
	unsigned int nth = 0;
	int result;

	do {
		peer_close(self);
		if (!peer_open(self))
			return -ENXIO;
		result = one(self, kind, ++nth);
	} while (result == DIED && nth < MOST_POINTS);
	return result > 0 ? (int)nth - 1 : result;
}

FIXTURE_VARIANT(peer)
{
	enum death_kind kind;
};

FIXTURE_VARIANT_ADD(peer, at_the_system_call)
{
	.kind = DEATH_SYSCALL,
};

FIXTURE_VARIANT_ADD(peer, at_an_access)
{
	.kind = DEATH_ACCESS,
};

FIXTURE_VARIANT_ADD(peer, at_a_step)
{
	.kind = DEATH_STEP,
};

TEST_F(peer, receiver_gets_all_that_a_killed_sender_sent_and_then_the_end)
{
	int points;

	if (deaths_missing(variant->kind))
		SKIP(return, "no %s", deaths_missing(variant->kind));
	points = sweep(self, variant->kind, kill_sender);
	TH_LOG("%d points", points);
	EXPECT_LT(0, points);
}

TEST_F(peer, sender_of_a_killed_receiver_loses_nothing_and_is_told)
{
	int points;

	if (deaths_missing(variant->kind))
		SKIP(return, "no %s", deaths_missing(variant->kind));
	points = sweep(self, variant->kind, kill_receiver);
	TH_LOG("%d points", points);
	EXPECT_LT(0, points);
}

#include "ipcchan_selftest_main.h"
