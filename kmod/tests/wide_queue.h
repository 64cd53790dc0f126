/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue of all priorities, for tests.
 */
#ifndef IPCCHAN_TESTS_WIDE_QUEUE_H
#define IPCCHAN_TESTS_WIDE_QUEUE_H

#include "mailbox/queue.h"

/* Makes an empty queue of all priorities; each file of tests has one at a time. */
static inline void ipcchan_test_wide_queue(struct ipcchan_queue *q)
{
	static struct ipcchan_queue_band bands[IPCCHAN_PRIORITIES];

	ipcchan_queue_init(q);
	ipcchan_queue_widen(q, bands);
}

#endif /* IPCCHAN_TESTS_WIDE_QUEUE_H */
