// SPDX-License-Identifier: GPL-2.0
/*
 * Work: what all kinds of it need.
 */
#include "work.h"

#include <err.h>
#include <ipcchan.h>
#include <stdlib.h>
#include <sys/mman.h>

unsigned int answer_pause;

void die_of(long result, long wanted, const char *what)
{
	if (result < 0)
		err(1, "%s", what);
	errx(1, "%s: gave %ld, not %ld", what, result, wanted);
}

void die_of_ours(long result, const char *what)
{
	errx(1, "%s: %s [%s]", what, ipcchan_error_text(result),
	     ipcchan_error_name(result));
}

struct payload *payload_new(size_t size)
{
	struct payload *payload;

	if (size < sizeof(payload->round))
		size = sizeof(payload->round);
	payload = calloc(1, sizeof(*payload) + size);
	if (!payload)
		err(1, "calloc");
	return payload;
}

void *shared_new(size_t size)
{
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		err(1, "mmap");
	return shared;
}

void shared_free(void *shared, size_t size)
{
	munmap(shared, size);
}
