// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The version, given by the Makefile.
 */
#include "internal.h"

const char *ipcchan_version(void)
{
	return IPCCHAN_VERSION;
}
