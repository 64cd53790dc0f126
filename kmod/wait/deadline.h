/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deadlines: until when a call may sleep.
 */
#ifndef IPCCHAN_DEADLINE_H
#define IPCCHAN_DEADLINE_H

#include <linux/ktime.h>
#include <linux/types.h>

/**
 * struct ipcchan_deadline - until when a call may sleep
 * @expires: absolute time, KTIME_MAX for never
 * @clock: CLOCK_MONOTONIC or CLOCK_REALTIME
 * @nonblock: it may not sleep at all
 * @yields: it lets others run some times before
 */
struct ipcchan_deadline {
	ktime_t expires;
	clockid_t clock;
	bool nonblock;
	bool yields;
};

/**
 * ipcchan_deadline_init() - take a deadline as the UAPI gives it
 * @deadline: to fill
 * @ns: absolute nanoseconds; what no clock reaches is never
 * @clock: CLOCK_MONOTONIC or CLOCK_REALTIME
 * @nonblock: the call may not sleep, whatever the time
 *
 * It yields to nobody, unless the caller sets that.
 */
static inline void ipcchan_deadline_init(struct ipcchan_deadline *deadline,
					 u64 ns, clockid_t clock, bool nonblock)
{
	deadline->expires = ns > KTIME_MAX ? KTIME_MAX : ns;
	deadline->clock = clock;
	deadline->nonblock = nonblock;
	deadline->yields = false;
}

ktime_t ipcchan_deadline_within(const struct ipcchan_deadline *deadline,
				ktime_t now, u64 ns);

#endif /* IPCCHAN_DEADLINE_H */
