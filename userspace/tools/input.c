// SPDX-License-Identifier: GPL-2.0
/*
 * Messages out of standard input.
 */
#include "input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"

#define FIRST_ROOM	(64U << 10)

void input_init(struct input *input, size_t limit)
{
	*input = (struct input){
		.data = resize(NULL, FIRST_ROOM),
		.room = FIRST_ROOM,
		.limit = limit,
	};
}

static void make_room(struct input *input)
{
	memmove(input->data, input->data + input->start,
		input->end - input->start);
	input->end -= input->start;
	input->start = 0;
	if (input->end < input->room)
		return;
	input->room *= 2;
	input->data = resize(input->data, input->room);
}

/* Read what there is: 0 or -errno. */
static int read_more(struct input *input)
{
	ssize_t got;

	if (input->end - input->start > input->limit)
		return -EMSGSIZE;
	make_room(input);
	do {
		got = read(STDIN_FILENO, input->data + input->end,
			   input->room - input->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	input->end += got;
	input->at_end = !got;
	return 0;
}

int input_all(struct input *input, struct ipcchan_message *message)
{
	while (!input->at_end) {
		int error = read_more(input);

		if (error)
			return error;
	}
	if (input->end > input->limit)
		return -EMSGSIZE;
	ipcchan_message_set(message, input->data, input->end);
	return 1;
}

/* The next line that is complete: false if there is none. */
static bool take_line(struct input *input, struct ipcchan_message *message)
{
	char *line = input->data + input->start;
	size_t size = input->end - input->start;
	char *newline = memchr(line, '\n', size);

	if (!newline && !(input->at_end && size))
		return false;
	if (newline)
		size = newline - line;
	ipcchan_message_set(message, line, size);
	input->start += size + (newline ? 1 : 0);
	return true;
}

int input_lines(struct input *input, struct ipcchan_message *messages)
{
	int count = 0;

	for (;;) {
		while (count < IPCCHAN_BATCH_MAX &&
		       take_line(input, &messages[count]))
			count++;
		if (count || input->at_end)
			return count;
		int error = read_more(input);

		if (error)
			return error;
	}
}
