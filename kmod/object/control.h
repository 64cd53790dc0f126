/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control: the ioctls that every kind of object has.
 */
#ifndef IPCCHAN_CONTROL_H
#define IPCCHAN_CONTROL_H

#include <linux/init.h>

#include "object/object.h"

void ipcchan_object_describe(struct ipcchan_object *obj, u32 rights,
			     struct ipcchan_object_info *info)
	__must_hold(&obj->ns->names.lock);

void __init ipcchan_control_init(void);

#endif /* IPCCHAN_CONTROL_H */
