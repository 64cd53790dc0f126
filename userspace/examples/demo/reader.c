// SPDX-License-Identifier: GPL-2.0
/*
 * The reader: sends the lines of a file, a batch of messages at a time.
 */
#include <errno.h>
#include <string.h>

#include "reader.h"
#include "report.h"

/**
 * struct source - what is left to send
 * @at: the next byte
 * @end: behind the last byte
 * @rule: what a word is
 * @in_word: @at is inside a word that was sent as the end of the last message
 */
struct source {
	const char *at;
	const char *end;
	enum word_rule rule;
	bool in_word;
};

/*
 * How much of a line goes into one message: if not all, then up to the last
 * space that fits, so that only a word longer than a message is cut.
 */
static size_t part_length(const char *line, size_t length)
{
	if (length <= MESSAGE_MAX)
		return length;
	for (length = MESSAGE_MAX; length; length--)
		if (is_space(line[length - 1]))
			return length;
	return MESSAGE_MAX;
}

/* Does the part that begins at @at, cut after @length, end in a counted word? */
static bool ends_in_word(const struct source *source, size_t length)
{
	const char *run = source->at + length;

	while (run > source->at && !is_space(run[-1]))
		run--;
	if (run == source->at && source->in_word)
		return true;
	return is_word(run, source->at + length - run, source->rule);
}

static void next_part(struct source *source, struct ipcchan_message *message)
{
	const char *newline = memchr(source->at, '\n', source->end - source->at);
	size_t line = (newline ? newline : source->end) - source->at;
	size_t length = part_length(source->at, line);

	ipcchan_message_set(message, source->at, length);
	message->type = source->in_word ? LINE_REST : LINE;
	source->in_word = length < line && ends_in_word(source, length);
	source->at += length;
	if (length == line && newline)
		source->at++;
}

/* False when all receivers are gone. */
static bool send_all(struct ipcchan_mailbox *lines,
		     const struct ipcchan_message *messages, size_t nr)
{
	while (nr) {
		int sent = ipcchan_mailbox_send_batch(lines, messages, nr,
						      sizeof(*messages), NULL);

		if (sent == -EPIPE)
			return false;
		require(sent, "send lines");
		messages += sent;
		nr -= sent;
	}
	return true;
}

void reader_run(const struct text *text, struct ipcchan_mailbox *lines,
		struct ipcchan_mailbox *reports)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	struct source source = {
		.at = text->bytes,
		.end = text->bytes + text->size,
		.rule = text->rule,
	};
	struct ipcchan_message batch[BATCH];
	struct report report = { 0 };
	size_t nr;

	do {
		for (nr = 0; nr < BATCH && source.at < source.end; nr++)
			next_part(&source, &batch[nr]);
		report.number += nr;
	} while (send_all(lines, batch, nr) && nr == BATCH);
	options.type = REPORT_READER_DONE;
	require(ipcchan_mailbox_send(reports, &report, sizeof(report), &options),
		"report to the collector");
}
