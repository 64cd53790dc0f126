/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When something is used, of which nothing is known here.
 */
#ifndef IPCCHAN_LINUX_INIT_H
#define IPCCHAN_LINUX_INIT_H

#include <linux/compiler.h>

#define __ro_after_init

#endif /* IPCCHAN_LINUX_INIT_H */
