// SPDX-License-Identifier: GPL-2.0
/*
 * Deadlines: until when a call may sleep.
 */
#include "wait/deadline.h"

/**
 * ipcchan_deadline_init() - take a deadline as the UAPI gives it
 * @deadline: to fill
 * @ns: absolute nanoseconds; what no clock reaches is never
 * @clock: CLOCK_MONOTONIC or CLOCK_REALTIME
 * @nonblock: the call may not sleep, whatever the time
 */
void ipcchan_deadline_init(struct ipcchan_deadline *deadline, u64 ns,
			   clockid_t clock, bool nonblock)
{
	deadline->expires = ns > KTIME_MAX ? KTIME_MAX : ns;
	deadline->clock = clock;
	deadline->nonblock = nonblock;
}
