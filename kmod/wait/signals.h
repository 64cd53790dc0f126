/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals: does the one that interrupts a call restart it?
 */
#ifndef IPCCHAN_SIGNALS_H
#define IPCCHAN_SIGNALS_H

#include <linux/types.h>

bool ipcchan_signals_restart(void);

#endif /* IPCCHAN_SIGNALS_H */
