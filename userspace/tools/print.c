// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes and messages on standard output.
 */
#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "json.h"
#include "watch.h"

static void drop(struct iovec *part, size_t *size)
{
	size_t dropped = *size < part->iov_len ? *size : part->iov_len;

	part->iov_base = (char *)part->iov_base + dropped;
	part->iov_len -= dropped;
	*size -= dropped;
}

/* Write all @parts, in one call if the file takes them. */
static int print_parts(struct iovec *parts, int count)
{
	while (count) {
		ssize_t written = writev(STDOUT_FILENO, parts, count);
		size_t rest = written;

		if (written < 0 && (errno != EINTR || watch_says_stop()))
			return -errno;
		if (written < 0)
			continue;
		drop(parts, &rest);
		while (count && !parts->iov_len) {
			count--;
			parts++;
			if (count)
				drop(parts, &rest);
		}
	}
	return 0;
}

int print_bytes(const void *data, size_t size)
{
	struct iovec part = { (void *)data, size };

	return print_parts(&part, 1);
}

static int print_head(char *head, size_t size,
		      const struct ipcchan_message *message)
{
	char lost[40] = "";
	char fds[24] = "";

	if (message->nr_fds)
		snprintf(fds, sizeof(fds), " fds %u", message->nr_fds);
	if (message->lost)
		snprintf(lost, sizeof(lost), " lost %llu",
			 (unsigned long long)message->lost);
	return snprintf(head, size,
			"#%llu%s pid %u uid %u type %u priority %u%s: ",
			(unsigned long long)message->sequence, lost,
			message->tgid, message->uid, message->type,
			message->priority, fds);
}

static int print_line(const struct ipcchan_message *message, bool verbose)
{
	char head[160];
	int size = 0;

	if (verbose)
		size = print_head(head, sizeof(head), message);
	struct iovec parts[] = {
		{ head, size },
		{ ipcchan_message_data(message), message->length },
		{ (char *)"\n", 1 },
	};

	return print_parts(parts, 3);
}

static int print_json(const struct ipcchan_message *message)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int error;

	if (!out)
		return -errno;
	json_message(out, message);
	error = fclose(out) ? -errno : print_bytes(text, size);
	free(text);
	return error;
}

int print_message(const struct print_options *options,
		  const struct ipcchan_message *message)
{
	switch (options->format) {
	case PRINT_RAW:
		return print_bytes(ipcchan_message_data(message),
				   message->length);
	case PRINT_JSON:
		return print_json(message);
	case PRINT_LINES:
		break;
	}
	return print_line(message, options->verbose);
}
