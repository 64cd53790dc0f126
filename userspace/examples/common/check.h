/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks: what must hold, and what must not fail.
 */
#ifndef DEMO_CHECK_H
#define DEMO_CHECK_H

#include <stdbool.h>

/** require - exit with a message if @result, of doing @what, is an error */
void require(long result, const char *what);

/** check - return @holds; if it does not, say so, as printf(3) does */
bool check(bool holds, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* DEMO_CHECK_H */
