// SPDX-License-Identifier: GPL-2.0
/*
 * Checks: what must hold, and what must not fail.
 */
#include <err.h>
#include <ipcchan.h>
#include <stdarg.h>
#include <stdio.h>

#include "check.h"

void require(long result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s [%s]", what, ipcchan_error_text(result),
		     ipcchan_error_name(result));
}

bool check(bool holds, const char *format, ...)
{
	va_list values;

	if (holds)
		return true;
	va_start(values, format);
	fputs("   FAIL: ", stdout);
	vprintf(format, values);
	putchar('\n');
	va_end(values);
	return false;
}
