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

/**
 * ipcchan_deadline_within() - the end of a time that is inside a deadline
 * @deadline: the deadline
 * @now: when it begins, on the deadline's clock
 * @ns: how long it is
 *
 * Return: when it ends, not behind the deadline.
 */
ktime_t ipcchan_deadline_within(const struct ipcchan_deadline *deadline,
				ktime_t now, u64 ns)
{
	if (deadline->expires <= now || ns >= deadline->expires - now)
		return deadline->expires;
	return now + ns;
}
