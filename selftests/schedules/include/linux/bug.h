/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must not be is the end of the test.
 */
#ifndef IPCCHAN_SCHEDULES_LINUX_BUG_H
#define IPCCHAN_SCHEDULES_LINUX_BUG_H

#include <asm/bug.h>
#include <linux/build_bug.h>

void ipcchan_broken(const char *file, int line, const char *what);

#undef WARN_ON_ONCE
#define WARN_ON_ONCE(condition) \
	((condition) ? ipcchan_broken(__FILE__, __LINE__, #condition) : (void)0)

#endif /* IPCCHAN_SCHEDULES_LINUX_BUG_H */
