/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reasons to stop that must not cost a message: a signal that ends the process,
 * and a reader of standard output that went away.
 *
 * A received message is gone from its mailbox, so nothing may end the process
 * between receiving and writing it. A thread takes the signals and watches
 * standard output; when there is a reason it interrupts the main thread, again
 * and again, so that no moment is missed. Sleeping in RECEIVE ends with EINTR
 * then, and nothing was taken.
 */
#ifndef IPCCHAN_WATCH_H
#define IPCCHAN_WATCH_H

#include <stdbool.h>

void watch_start(void);
bool watch_says_stop(void);

/* If a signal was the reason, die of it now. */
void watch_end(void);

#endif /* IPCCHAN_WATCH_H */
