/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The line of an object: who stands before whom.
 */
#ifndef IPCCHAN_LINE_H
#define IPCCHAN_LINE_H

#include "sync/sync.h"

void ipcchan_line_enter(struct ipcchan_want *want)
	__must_hold(&ipcchan_waits.lock);
void ipcchan_line_order(struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock);

#endif /* IPCCHAN_LINE_H */
