// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks that are copied: by memcpy(), through a mailbox, and through a socket.
 */
#include <err.h>
#include <ipcchan.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "blocks.h"

/* The longest message that a mailbox takes. */
#define PIECE	((size_t)1 << 20)

static struct ipcchan *session;
static struct ipcchan_mailbox *blocks;
static struct ipcchan_mailbox *answers;
static int ends[2];
static void *target;

static size_t piece_of(size_t left)
{
	return left < PIECE ? left : PIECE;
}

static struct ipcchan_mailbox *new_mailbox(void)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE;
	options.max_message_size = PIECE;
	options.capacity_bytes = 4 * PIECE;
	must_not_fail(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
					   IPCCHAN_RIGHT_RECEIVE, &options, &mailbox),
		      "create a mailbox");
	return mailbox;
}

static void set_up_mailboxes(size_t size)
{
	(void)size;
	must_not_fail(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	blocks = new_mailbox();
	answers = new_mailbox();
}

static void send_all(const struct ipcchan_mailbox *mailbox, const char *block,
		     size_t size)
{
	for (size_t at = 0; at < size; at += piece_of(size - at))
		must_not_fail(ipcchan_mailbox_send(mailbox, block + at,
						   piece_of(size - at), NULL),
			      "send");
}

static void receive_all(const struct ipcchan_mailbox *mailbox, char *block,
			size_t size)
{
	for (size_t at = 0; at < size; at += piece_of(size - at))
		must(ipcchan_mailbox_receive(mailbox, block + at,
					     piece_of(size - at), NULL),
		     piece_of(size - at), "receive");
}

static void ask_by_mailbox(struct payload *payload, size_t size,
			   unsigned int rounds)
{
	while (rounds--) {
		pages_write(&payload->round, size, payload->round);
		send_all(blocks, (char *)&payload->round, size);
		receive_all(answers, (char *)&payload->round, sizeof(payload->round));
	}
}

static void serve_by_mailbox(struct payload *payload, size_t size,
			     unsigned int rounds)
{
	while (rounds--) {
		receive_all(blocks, (char *)&payload->round, size);
		pages_check(&payload->round, size, payload->round);
		pages_write(&payload->round, size, ~payload->round);
		answer(payload);
		send_all(answers, (char *)&payload->round,
			 sizeof(payload->round));
	}
}

static void tear_down_mailboxes(void)
{
	ipcchan_mailbox_close(blocks);
	ipcchan_mailbox_close(answers);
	ipcchan_session_close(session);
}

const struct way copy_way = {
	.name = "ipcchan send, receive",
	.work = {
		.servers = 1,
		.set_up = set_up_mailboxes,
		.ask = ask_by_mailbox,
		.serve = serve_by_mailbox,
		.tear_down = tear_down_mailboxes,
	},
};

static void set_up_stream(size_t size)
{
	(void)size;
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0, "socketpair");
}

static void ask_by_stream(struct payload *payload, size_t size,
			  unsigned int rounds)
{
	while (rounds--) {
		pages_write(&payload->round, size, payload->round);
		must(send(ends[0], &payload->round, size, 0), size, "send");
		must(recv(ends[0], &payload->round, sizeof(payload->round), 0),
		     sizeof(payload->round), "recv");
	}
}

static void serve_by_stream(struct payload *payload, size_t size,
			    unsigned int rounds)
{
	while (rounds--) {
		must(recv(ends[1], &payload->round, size, MSG_WAITALL), size,
		     "recv");
		pages_check(&payload->round, size, payload->round);
		pages_write(&payload->round, size, ~payload->round);
		answer(payload);
		must(send(ends[1], &payload->round, sizeof(payload->round), 0),
		     sizeof(payload->round), "send");
	}
}

static void tear_down_stream(void)
{
	close(ends[0]);
	close(ends[1]);
}

const struct way stream_way = {
	.name = "AF_UNIX stream",
	.is_rival = true,
	.work = {
		.servers = 1,
		.set_up = set_up_stream,
		.ask = ask_by_stream,
		.serve = serve_by_stream,
		.tear_down = tear_down_stream,
	},
};

static void set_up_target(size_t size)
{
	target = calloc(1, size);
	if (!target)
		err(1, "calloc");
}

static void ask_memcpy(struct payload *payload, size_t size,
		       unsigned int rounds)
{
	while (rounds--) {
		memcpy(target, &payload->round, size);
		/* The copy has to be made, though nobody looks at it. */
		__asm__ volatile("" : : "r" (target) : "memory");
		answer(payload);
	}
}

static void tear_down_target(void)
{
	free(target);
}

const struct way memcpy_way = {
	.name = "memcpy, alone",
	.is_cheap = true,
	.work = {
		.set_up = set_up_target,
		.ask = ask_memcpy,
		.tear_down = tear_down_target,
	},
};
