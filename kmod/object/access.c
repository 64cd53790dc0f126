// SPDX-License-Identifier: GPL-2.0
/*
 * Access: which rights mode and owner of an object give to whom.
 */
#include <linux/cred.h>

#include "object/access.h"
#include "object/session.h"

/* As inode_permission(): the first class that fits decides. */
static umode_t class_bits(const struct ipcchan_access *access)
{
	if (uid_eq(current_fsuid(), access->uid))
		return access->mode >> 6;
	if (in_group_p(access->gid))
		return access->mode >> 3;
	return access->mode;
}

static u32 rights_of_current(const struct ipcchan_object *obj)
	__must_hold(&obj->ns->names.lock)
{
	const struct ipcchan_type *type = obj->type;
	umode_t bits = class_bits(&obj->names.access);
	u32 rights = ipcchan_rights_of_mode(&type->rights, bits);

	lockdep_assert_held(&obj->ns->names.lock);
	if (ipcchan_ns_has_override(obj->ns))
		return type->rights.all;
	if (uid_eq(current_fsuid(), obj->names.access.uid))
		rights |= IPCCHAN_RIGHT_ADMIN;
	return rights;
}

/**
 * ipcchan_access_rights() - all rights that a session may have to an object
 * @obj: the object; its namespace's names are locked
 * @session: in the same namespace
 *
 * Judges by the credentials of the session, not of the caller: a session passed
 * on is a capability like any other descriptor.
 *
 * Return: IPCCHAN_RIGHT_* bits.
 */
u32 ipcchan_access_rights(const struct ipcchan_object *obj,
			  const struct ipcchan_session *session)
{
	const struct cred *old;
	u32 rights;

	lockdep_assert_held(&obj->ns->names.lock);
	old = override_creds(session->cred);
	rights = rights_of_current(obj);
	revert_creds(old);
	return rights;
}
