/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Quota: what each user of the machine holds.
 */
#ifndef IPCCHAN_QUOTA_H
#define IPCCHAN_QUOTA_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/uidgid.h>

/**
 * DOC: Quota
 *
 * A user is a kuid, whatever namespaces its processes are in, and is known
 * while a session, an object or a message refers to it. An object counts for
 * the user whose session made it, a message for the user whose session the
 * sending descriptor was opened through: nobody can use up another's share but
 * with a descriptor that the other passed on. The module keeps this table itself
 * because the kernel's (ucounts) cannot be used by modules.
 */

/**
 * struct ipcchan_user - one user's account
 * @uid: who; immutable
 * @usage: references; the table has none
 * @objects: objects charged; atomic
 * @bytes: bytes of messages and regions charged; atomic
 * @fds: descriptors in messages charged; atomic
 */
struct ipcchan_user {
	kuid_t uid;
	refcount_t usage;
	atomic_long_t objects;
	atomic_long_t bytes;
	atomic_long_t fds;
};

struct ipcchan_user *ipcchan_user_lookup(kuid_t uid);
void ipcchan_user_put(struct ipcchan_user *user);

/**
 * ipcchan_user_get() - one more reference
 * @user: the user
 *
 * Return: @user.
 */
static inline struct ipcchan_user *ipcchan_user_get(struct ipcchan_user *user)
{
	refcount_inc(&user->usage);
	return user;
}

void ipcchan_quota_exit(void);

int ipcchan_user_charge_object(struct ipcchan_user *user);
void ipcchan_user_uncharge_object(struct ipcchan_user *user);
int ipcchan_user_charge_bytes(struct ipcchan_user *user, unsigned long bytes);
void ipcchan_user_uncharge_bytes(struct ipcchan_user *user,
				 unsigned long bytes);
int ipcchan_user_charge_fds(struct ipcchan_user *user, unsigned long nr);
void ipcchan_user_uncharge_fds(struct ipcchan_user *user, unsigned long nr);

#endif /* IPCCHAN_QUOTA_H */
