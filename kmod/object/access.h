/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access: which rights mode and owner of an object give to whom.
 */
#ifndef IPCCHAN_ACCESS_H
#define IPCCHAN_ACCESS_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct ipcchan_object;
struct ipcchan_session;

/**
 * struct ipcchan_access - owner and mode of an object
 * @mode: permission bits, 0 to 0777
 * @uid: owner
 * @gid: group
 */
struct ipcchan_access {
	umode_t mode;
	kuid_t uid;
	kgid_t gid;
};

u32 ipcchan_access_rights(const struct ipcchan_object *obj,
			  const struct ipcchan_session *session);

#endif /* IPCCHAN_ACCESS_H */
