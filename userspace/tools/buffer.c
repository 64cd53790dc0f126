// SPDX-License-Identifier: GPL-2.0
/*
 * Memory, and room for one message.
 */
#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "report.h"

/* Enough for most messages. */
#define FIRST_ROOM	(64U << 10)

void *resize(void *memory, size_t size)
{
	memory = realloc(memory, size ?: 1);
	if (!memory)
		fail(NULL, -ENOMEM);
	return memory;
}

static void set_room(struct buffer *buffer, uint32_t room)
{
	void *data = ipcchan_message_data(&buffer->message);

	ipcchan_message_set(&buffer->message, resize(data, room), room);
}

void buffer_init(struct buffer *buffer, uint32_t limit)
{
	buffer->message.data = 0;
	buffer->limit = limit;
	set_room(buffer, limit < FIRST_ROOM ? limit : FIRST_ROOM);
}

void buffer_take_fds(struct buffer *buffer)
{
	ipcchan_message_set_fds(&buffer->message, buffer->fds,
				IPCCHAN_FDS_MAX);
}

void buffer_close_fds(struct buffer *buffer)
{
	uint32_t i;

	for (i = 0; i < buffer->message.nr_fds; i++)
		close(buffer->fds[i]);
}

bool buffer_grow(struct buffer *buffer)
{
	if (buffer->message.length > buffer->limit)
		return false;
	set_room(buffer, buffer->message.length);
	return true;
}
