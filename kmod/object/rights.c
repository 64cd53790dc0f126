// SPDX-License-Identifier: GPL-2.0
/*
 * Rights: which go together, and which a mode gives.
 */
#include <linux/errno.h>

#include "object/rights.h"

/* No descriptor has the one without the other. */
static bool lacks_read(u32 rights)
{
	return (rights & IPCCHAN_RIGHT_MAP_WRITE) &&
	       !(rights & IPCCHAN_RIGHT_MAP_READ);
}

/**
 * ipcchan_rights_check() - can a descriptor have these rights
 * @known: of the object's type
 * @rights: as user space asks for them
 *
 * Return: 0, -EOPNOTSUPP for rights that the type does not know, -EINVAL for
 * none at all or for MAP_WRITE without MAP_READ.
 */
int ipcchan_rights_check(const struct ipcchan_rights *known, u32 rights)
{
	if (rights & ~known->all)
		return -EOPNOTSUPP;
	if (!rights || lacks_read(rights))
		return -EINVAL;
	return 0;
}

/**
 * ipcchan_rights_of_mode() - what one class of a mode gives
 * @known: of the object's type
 * @mode: its lowest three bits are the class's r, w and x
 *
 * Return: IPCCHAN_RIGHT_* bits.
 */
u32 ipcchan_rights_of_mode(const struct ipcchan_rights *known, u32 mode)
{
	u32 rights = 0;

	if (mode & 0004)
		rights |= known->read;
	if (mode & 0002)
		rights |= known->write;
	return lacks_read(rights) ? rights & ~IPCCHAN_RIGHT_MAP_WRITE : rights;
}
