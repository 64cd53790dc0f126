/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's tools/ have these elsewhere.
 */
#include <asm/bug.h>
