// SPDX-License-Identifier: GPL-2.0
/*
 * Messages in JSON.
 */
#include "json.h"

#include <inttypes.h>
#include <stdbool.h>

#include "words.h"

/* Bytes of the UTF-8 sequence that begins with @first; 0: none does. */
static size_t sequence_size(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Not overlong, not a surrogate, not beyond U+10FFFF. */
static bool is_second(unsigned char first, unsigned char second)
{
	unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

static bool is_sequence(const unsigned char *bytes, size_t size)
{
	size_t i;

	if (size > 1 && !is_second(bytes[0], bytes[1]))
		return false;
	for (i = 2; i < size; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return false;
	return true;
}

static bool is_utf8(const unsigned char *bytes, size_t size)
{
	while (size) {
		size_t one = sequence_size(*bytes);

		if (!one || one > size || !is_sequence(bytes, one))
			return false;
		bytes += one;
		size -= one;
	}
	return true;
}

static void print_string(FILE *out, const unsigned char *bytes, size_t size)
{
	for (; size; bytes++, size--)
		if (*bytes == '"' || *bytes == '\\')
			fprintf(out, "\\%c", *bytes);
		else if (*bytes == '\n')
			fputs("\\n", out);
		else if (*bytes < 0x20 || *bytes == 0x7f)
			fprintf(out, "\\u%04x", *bytes);
		else
			putc_unlocked(*bytes, out);
}

static void print_base64(FILE *out, const unsigned char *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < size; i += 3) {
		uint32_t group = bytes[i] << 16;

		if (i + 1 < size)
			group |= bytes[i + 1] << 8;
		if (i + 2 < size)
			group |= bytes[i + 2];
		putc_unlocked(digits[group >> 18], out);
		putc_unlocked(digits[group >> 12 & 63], out);
		putc_unlocked(i + 1 < size ? digits[group >> 6 & 63] : '=', out);
		putc_unlocked(i + 2 < size ? digits[group & 63] : '=', out);
	}
}

void json_message(FILE *out, const struct ipcchan_message *message)
{
	const unsigned char *bytes = ipcchan_message_data(message);
	bool text = is_utf8(bytes, message->length);

	fprintf(out, "{\"sequence\":%" PRIu64 ",\"time_ns\":%" PRIu64
		",\"client\":%" PRIu64, (uint64_t)message->sequence,
		(uint64_t)message->time_ns, (uint64_t)message->client);
	fprintf(out, ",\"pid\":%u,\"tid\":%u,\"uid\":%u,\"gid\":%u",
		message->tgid, message->tid, message->uid, message->gid);
	fprintf(out, ",\"lost\":%" PRIu64, (uint64_t)message->lost);
	fprintf(out, ",\"fds\":%u", message->nr_fds);
	if (message->flags & IPCCHAN_MESSAGE_NOTICE)
		fprintf(out, ",\"notice\":\"%s\"",
			word_of(notices, message->type));
	fprintf(out, ",\"type\":%u,\"priority\":%u,\"length\":%u,\"%s\":\"",
		message->type, message->priority, message->length,
		text ? "data" : "base64");
	(text ? print_string : print_base64)(out, bytes, message->length);
	fputs("\"}\n", out);
}
