// SPDX-License-Identifier: GPL-2.0
/*
 * What is in a message: its number, and behind it that number plus 1, plus 2, ...
 */
#include "payload.h"

#include <err.h>
#include <inttypes.h>

void payload_fill(void *message, size_t size, uint64_t number)
{
	uint64_t *words = message;

	for (size_t i = 0; i < size / sizeof(*words); i++)
		words[i] = number + i;
}

bool payload_check(const void *message, size_t size, uint64_t number)
{
	const uint64_t *words = message;
	uint64_t wrong = 0;

	if (words[0] == LAST)
		number = LAST;
	for (size_t i = 0; i < size / sizeof(*words); i++)
		wrong |= words[i] ^ (number + i);
	if (wrong)
		errx(1, "received message %" PRIu64 " instead of %" PRIu64
		     ", or a broken one", words[0], number);
	return number != LAST;
}
