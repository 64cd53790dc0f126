// SPDX-License-Identifier: GPL-2.0
/*
 * Deadlines: until when a call may sleep.
 */
#include "wait/deadline.h"

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
