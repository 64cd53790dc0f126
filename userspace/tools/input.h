/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages out of standard input: all of it as one, or a line each.
 */
#ifndef IPCCHAN_INPUT_H
#define IPCCHAN_INPUT_H

#include <ipcchan.h>
#include <stdbool.h>

/**
 * struct input - what was read and not yet sent
 * @data: Room for what is read.
 * @room: Bytes of it.
 * @limit: Bytes of the longest message.
 * @start: Where the bytes not yet given out begin in @data.
 * @end: Where they end.
 * @at_end: Nothing more will be read.
 */
struct input {
	char *data;
	size_t room;
	size_t limit;
	size_t start;
	size_t end;
	bool at_end;
};

void input_init(struct input *input, size_t limit);

/* All of it: 1 or -errno, -EMSGSIZE being for what is beyond the limit. */
int input_all(struct input *input, struct ipcchan_message *message);

/*
 * Up to IPCCHAN_BATCH_MAX lines without their newlines, at least one, as soon
 * as there is one: how many, 0 at the end, or -errno. They are valid until the
 * next call.
 */
int input_lines(struct input *input, struct ipcchan_message *messages);

#endif /* IPCCHAN_INPUT_H */
