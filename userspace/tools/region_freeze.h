/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "region freeze" and "region thaw" share.
 */
#ifndef IPCCHAN_REGION_FREEZE_H
#define IPCCHAN_REGION_FREEZE_H

#include <argp.h>
#include <ipcchan.h>

error_t parse_region(int key, char *text, struct argp_state *state);

/* Do it to the region, or fail(). */
int change_region(const char *name,
		  int (*function)(const struct ipcchan_region *region));

#endif /* IPCCHAN_REGION_FREEZE_H */
