/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access: which rights mode and owner of an object give to whom.
 */
#ifndef IPCCHAN_ACCESS_H
#define IPCCHAN_ACCESS_H

#include "object/object.h"

u32 ipcchan_access_rights(const struct ipcchan_object *obj,
			  const struct ipcchan_session *session)
	__must_hold(&obj->ns->names.lock);

#endif /* IPCCHAN_ACCESS_H */
