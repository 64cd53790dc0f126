// SPDX-License-Identifier: GPL-2.0
/*
 * The service of the demo: how often a word stands in a text.
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "process.h"
#include "service.h"

void text_load(struct text *text, const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat stat;

	if (!file || fstat(fileno(file), &stat))
		err(1, "%s", path);
	text->bytes = malloc(stat.st_size);
	if (!text->bytes)
		err(1, "%s", path);
	text->size = fread(text->bytes, 1, stat.st_size, file);
	fclose(file);
}

static bool is_letter(const struct text *text, size_t at)
{
	return at < text->size && isalpha((unsigned char)text->bytes[at]);
}

size_t text_word(const struct text *text, size_t offset, char *word)
{
	size_t length = 0;

	while (offset < text->size && !is_letter(text, offset))
		offset++;
	while (is_letter(text, offset + length) && length < WORD_SIZE - 1)
		length++;
	memcpy(word, text->bytes + offset, length);
	word[length] = '\0';
	return length;
}

unsigned long text_count(const struct text *text, const char *word)
{
	size_t length = strlen(word);
	unsigned long count = 0;
	const char *at = text->bytes;
	const char *end = text->bytes + text->size;

	while ((at = memmem(at, end - at, word, length))) {
		size_t offset = at - text->bytes;

		if ((!offset || !is_letter(text, offset - 1)) &&
		    !is_letter(text, offset + length))
			count++;
		at += length;
	}
	return count;
}

struct ipcchan_mailbox *mailbox_named(const char *name, uint32_t rights)
{
	struct ipcchan_mailbox *mailbox;
	struct ipcchan *session;

	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	require(ipcchan_mailbox_open(session, name, rights, NULL, &mailbox),
		name);
	return mailbox;
}

struct ipcchan_mailbox *mailbox_make(const struct ipcchan *session,
				     const char *name)
{
	struct ipcchan_mailbox_options options = IPCCHAN_MAILBOX_OPTIONS;
	struct ipcchan_mailbox *mailbox;

	options.flags = IPCCHAN_OPEN_CREATE;
	require(ipcchan_mailbox_open(session, name, IPCCHAN_RIGHT_ADMIN,
				     &options, &mailbox), name);
	return mailbox;
}

static int answer(const struct ipcchan_mailbox *mailbox,
		  struct ipcchan_message *request,
		  struct ipcchan_message *reply, void *context)
{
	static unsigned long count;
	char word[WORD_SIZE] = "";

	(void)mailbox;
	if (request->length < WORD_SIZE)
		memcpy(word, ipcchan_message_data(request), request->length);
	count = text_count(context, word);
	ipcchan_message_set(reply, &count, sizeof(count));
	return 0;
}

pid_t service_start(const struct text *text, const char *name)
{
	pid_t pid = process_start();
	struct ipcchan_mailbox *mailbox;

	if (pid)
		return pid;
	mailbox = mailbox_named(name, IPCCHAN_RIGHT_RECEIVE);
	ipcchan_serve(mailbox, answer, (void *)text, NULL);
	_exit(0);
}

long service_ask(const struct ipcchan_mailbox *mailbox, const char *word,
		 uint64_t deadline_ns)
{
	struct ipcchan_call_options options = IPCCHAN_CALL_OPTIONS;
	struct ipcchan_message request;
	struct ipcchan_message reply;
	unsigned long count;
	int error;

	options.deadline_ns = deadline_ns;
	ipcchan_message_set(&request, word, strlen(word));
	ipcchan_message_set(&reply, &count, sizeof(count));
	error = ipcchan_mailbox_call(mailbox, &request, &reply, sizeof(request),
				     &options);
	return error ? error : (long)count;
}
