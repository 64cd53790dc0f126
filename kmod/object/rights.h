/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rights: which go together, and which a mode gives.
 */
#ifndef IPCCHAN_RIGHTS_H
#define IPCCHAN_RIGHTS_H

#include <linux/types.h>
#include <linux/ipcchan.h>

/**
 * struct ipcchan_rights - rights that a type of objects knows
 * @all: all of them
 * @read: what mode bit r gives
 * @write: what mode bit w gives
 */
struct ipcchan_rights {
	u32 all;
	u32 read;
	u32 write;
};

int ipcchan_rights_check(const struct ipcchan_rights *known, u32 rights);
u32 ipcchan_rights_of_mode(const struct ipcchan_rights *known, u32 mode);

#endif /* IPCCHAN_RIGHTS_H */
