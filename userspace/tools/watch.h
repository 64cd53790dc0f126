/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reasons to stop that must not cost a message: a signal that ends the process,
 * and a reader of the output that went away.
 *
 * A received message is gone from its mailbox, so nothing may end the process
 * between receiving and writing it. A thread takes the signals and watches
 * the output; when there is a reason it interrupts the main thread, again
 * and again, so that no moment is missed. Sleeping in RECEIVE ends with EINTR
 * then, and nothing was taken.
 */
#ifndef IPCCHAN_WATCH_H
#define IPCCHAN_WATCH_H

#include <stdbool.h>

/* In place of a descriptor: there is no output whose reader could go away. */
#define NO_OUTPUT	(-1)

/* @output: its reader going away is a reason. */
void watch_start(int output);
bool watch_says_stop(void);

/* If a signal was the reason, die of it now. */
void watch_end(void);

#endif /* IPCCHAN_WATCH_H */
