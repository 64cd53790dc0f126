/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kinds of objects for synchronisation, each in a file of its own.
 */
#ifndef IPCCHAN_SYNC_KINDS_H
#define IPCCHAN_SYNC_KINDS_H

#include <linux/init.h>

void __init ipcchan_mutex_init(void);

#endif /* IPCCHAN_SYNC_KINDS_H */
