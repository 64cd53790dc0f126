// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Deadlines: absolute times on CLOCK_MONOTONIC.
 */
#include <time.h>

#include "internal.h"

uint64_t ipcchan_deadline_in(uint64_t ns)
{
	struct timespec now;
	uint64_t now_ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = IPCCHAN_SECONDS(now.tv_sec) + (uint64_t)now.tv_nsec;
	if (ns > IPCCHAN_DEADLINE_NEVER - now_ns)
		return IPCCHAN_DEADLINE_NEVER;
	return now_ns + ns;
}
