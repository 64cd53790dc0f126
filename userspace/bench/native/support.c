// SPDX-License-Identifier: GPL-2.0
/*
 * What several mechanisms need.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mechanism.h"
#include "support.h"

static char folder[64];

void must(long result, long wanted, const char *what)
{
	if (__builtin_expect(result == wanted, 1))
		return;
	if (result < 0)
		err(1, "%s", what);
	errx(1, "%s: gave %ld, not %ld", what, result, wanted);
}

void *must_have(void *pointer, const char *what)
{
	if (!pointer)
		err(1, "%s", what);
	return pointer;
}

void *buffer_of(size_t size)
{
	static void *buffer;
	static size_t room;

	if (size > room) {
		buffer = must_have(realloc(buffer, size), "realloc");
		room = size;
	}
	return buffer;
}

void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/ipcchan-bench-XXXXXX");
	must_have(mkdtemp(folder), folder);
}

void remove_folder(void)
{
	if (rmdir(folder))
		warn("%s", folder);
}

const char *path_of(const char *scheme, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s%s/%s", scheme, folder, name);
	return path;
}
