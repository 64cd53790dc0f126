/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ipcchan show: of mutexes and all else that can be waited by.
 */
#ifndef IPCCHAN_SHOW_SYNC_H
#define IPCCHAN_SHOW_SYNC_H

#include <ipcchan.h>
#include <stdbool.h>

#include "table.h"

/* Add what an object of such a kind tells of itself, or fail(): false if it is none. */
bool show_sync(struct fields *fields, const struct ipcchan *session,
	       const struct ipcchan_object_info *object);

#endif /* IPCCHAN_SHOW_SYNC_H */
