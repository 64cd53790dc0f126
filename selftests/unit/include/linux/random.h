/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A seed for a test by chance: the one asked for, or another each time.
 */
#ifndef IPCCHAN_LINUX_RANDOM_H
#define IPCCHAN_LINUX_RANDOM_H

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <linux/types.h>

static inline u32 get_random_u32(void)
{
	const char *wanted = getenv("IPCCHAN_TEST_SEED");

	return wanted ? strtoul(wanted, NULL, 0) : time(NULL);
}

static inline void get_random_bytes(void *buffer, size_t size)
{
	if (getrandom(buffer, size, 0) != (ssize_t)size)
		abort();
}

#endif /* IPCCHAN_LINUX_RANDOM_H */
