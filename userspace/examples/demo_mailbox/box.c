// SPDX-License-Identifier: GPL-2.0
/*
 * Boxes: mailboxes, with what all parts of the demo do to them.
 */
#include <err.h>
#include <time.h>

#include "box.h"
#include "check.h"

/* Between two looks; others need the processor to get where they are awaited. */
#define MOMENT_NS	100000

struct ipcchan_mailbox *box_open(struct ipcchan *session, const char *name,
				 uint32_t rights,
				 struct ipcchan_mailbox_options options)
{
	struct ipcchan_mailbox *box;

	options.flags |= IPCCHAN_OPEN_CREATE;
	require(ipcchan_mailbox_open(session, name, rights, &options, &box),
		"create a mailbox");
	return box;
}

struct ipcchan_mailbox *box_new(struct ipcchan *session, uint32_t capacity)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;

	options.capacity_messages = capacity;
	return box_open(session, NULL, IPCCHAN_RIGHT_SEND |
			IPCCHAN_RIGHT_RECEIVE | IPCCHAN_RIGHT_ADMIN, options);
}

struct ipcchan_mailbox *box_restrict(struct ipcchan_mailbox *box,
				     uint32_t right)
{
	struct ipcchan_mailbox *end;
	int fd = ipcchan_object_restrict(ipcchan_mailbox_fd(box), right, 0);

	require(fd, "restrict a mailbox to one right");
	require(ipcchan_mailbox_from_fd(fd, &end), "open an end of a mailbox");
	return end;
}

void box_kill(struct ipcchan_mailbox *box)
{
	require(ipcchan_object_kill(ipcchan_mailbox_fd(box)),
		"kill a mailbox");
	ipcchan_mailbox_close(box);
}

struct ipcchan_mailbox_info box_info(struct ipcchan_mailbox *box)
{
	struct ipcchan_mailbox_info info = { 0 };

	require(ipcchan_mailbox_info(box, &info, sizeof(info)),
		"ask a mailbox for its state");
	return info;
}

void box_send(struct ipcchan_mailbox *box, uint32_t type, const void *data,
	      size_t size)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;

	options.type = type;
	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	require(ipcchan_mailbox_send(box, data, size, &options), "send");
}

struct ipcchan_message box_receive(struct ipcchan_mailbox *box, void *data,
				   size_t size)
{
	struct ipcchan_receive_options options = IPCCHAN_RECEIVE_OPTIONS;
	struct ipcchan_message message;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	ipcchan_message_set(&message, data, size);
	require(ipcchan_mailbox_receive_batch(box, &message, 1, sizeof(message),
					      &options), "receive");
	return message;
}

void box_await_receivers(struct ipcchan_mailbox *box, uint32_t nr)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);

	while (box_info(box).waiting_receivers != nr)
		look_again(deadline);
}

void look_again(uint64_t deadline_ns)
{
	struct timespec moment = { .tv_nsec = MOMENT_NS };

	if (ipcchan_deadline_in(0) > deadline_ns)
		errx(1, "FAIL: what is awaited does not happen");
	nanosleep(&moment, NULL);
}
