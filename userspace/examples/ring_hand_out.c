// SPDX-License-Identifier: GPL-2.0
/*
 * A mailbox hands out rings: a client makes a ring, sends the server the end to read
 * it by, and then writes to it without system calls.
 */
#include <errno.h>
#include <ipcchan.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDS	100000U

static void must(long result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s [%s]\n", what, ipcchan_error_text(result),
		ipcchan_error_name(result));
	exit(1);
}

/* The descriptor is in the message; the client's own copy goes. */
static void send_end(struct ipcchan_mailbox *mailbox, struct ipcchan_ring *end)
{
	int fd = ipcchan_ring_fd(end);
	struct ipcchan_message message;

	ipcchan_message_set(&message, NULL, 0);
	ipcchan_message_set_fds(&message, &fd, 1);
	must(ipcchan_mailbox_send_batch(mailbox, &message, 1, sizeof(message),
					NULL), "send an end");
	ipcchan_ring_close(end);
}

static void be_client(struct ipcchan *session, struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;
	uint32_t i;

	must(ipcchan_ring_create(session, 65536, &producer, &consumer),
	     "create a ring");
	send_end(mailbox, consumer);
	must(ipcchan_ring_map(producer), "map a ring");
	for (i = 0; i < RECORDS; i++)
		must(ipcchan_ring_write(producer, &i, sizeof(i), 0,
					IPCCHAN_DEADLINE_NEVER), "write");
	ipcchan_ring_close(producer);
}

static struct ipcchan_ring *receive_end(struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_message message;
	struct ipcchan_ring *ring;
	int fd;

	ipcchan_message_set(&message, NULL, 0);
	ipcchan_message_set_fds(&message, &fd, 1);
	must(ipcchan_mailbox_receive_batch(mailbox, &message, 1,
					   sizeof(message), NULL),
	     "receive an end");
	must(ipcchan_ring_from_fd(fd, &ring), "use an end");
	must(ipcchan_ring_map(ring), "map a ring");
	return ring;
}

/* Until the client has closed its end. */
static uint32_t be_server(struct ipcchan_mailbox *mailbox)
{
	struct ipcchan_ring *ring = receive_end(mailbox);
	struct ipcchan_record record;
	uint32_t count = 0;
	uint32_t number;
	int error;

	for (;;) {
		error = ipcchan_ring_read(ring, &number, sizeof(number), &record,
					  IPCCHAN_DEADLINE_NEVER);
		if (error || number != count)
			break;
		count++;
	}
	if (error != -EPIPE)
		must(error ? error : -EPROTO, "read");
	ipcchan_ring_close(ring);
	return count;
}

int main(void)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;
	struct ipcchan *session;
	uint32_t count;

	must(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	options.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_FDS;
	must(ipcchan_mailbox_open(session, NULL, IPCCHAN_RIGHT_SEND |
				  IPCCHAN_RIGHT_RECEIVE, &options, &mailbox),
	     "create a mailbox");
	if (!fork()) {
		be_client(session, mailbox);
		return 0;
	}
	count = be_server(mailbox);
	wait(NULL);
	printf("%u of %u records arrived in order\n", count, RECORDS);
	return count != RECORDS;
}
