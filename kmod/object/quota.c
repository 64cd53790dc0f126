// SPDX-License-Identifier: GPL-2.0
/*
 * Quota: what each user of the machine holds.
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "limits.h"
#include "object/quota.h"

static DEFINE_MUTEX(users_lock);

/* Users by kuid; a user is in it exactly while its usage is not zero. */
static struct xarray users __guarded_by(&users_lock) =
	XARRAY_INIT(users, XA_FLAGS_ACCOUNT);

static struct ipcchan_user *new_user(kuid_t uid)
	__must_hold(&users_lock)
{
	struct ipcchan_user *user = kzalloc(sizeof(*user), GFP_KERNEL_ACCOUNT);
	int err;

	lockdep_assert_held(&users_lock);
	if (!user)
		return ERR_PTR(-ENOMEM);
	user->uid = uid;
	refcount_set(&user->usage, 1);
	err = xa_insert(&users, __kuid_val(uid), user, GFP_KERNEL);
	if (!err)
		return user;
	kfree(user);
	return ERR_PTR(err);
}

/**
 * ipcchan_user_lookup() - a user's account
 * @uid: who
 *
 * Return: the account with a reference, or ERR_PTR(-ENOMEM).
 */
struct ipcchan_user *ipcchan_user_lookup(kuid_t uid)
{
	struct ipcchan_user *user;

	guard(mutex)(&users_lock);
	user = xa_load(&users, __kuid_val(uid));
	return user ? ipcchan_user_get(user) : new_user(uid);
}

/**
 * ipcchan_user_put() - give a reference back; may sleep
 * @user: the user
 */
void ipcchan_user_put(struct ipcchan_user *user)
{
	if (!refcount_dec_and_mutex_lock(&user->usage, &users_lock))
		return;
	xa_erase(&users, __kuid_val(user->uid));
	mutex_unlock(&users_lock);
	WARN_ON_ONCE(atomic_long_read(&user->objects) ||
		     atomic_long_read(&user->bytes) ||
		     atomic_long_read(&user->fds));
	kfree(user);
}

static bool try_charge(atomic_long_t *used, unsigned long amount,
		       unsigned long max)
{
	long old = atomic_long_read(used);

	do {
		if (!ipcchan_limits_allow(old, amount, max))
			return false;
	} while (!atomic_long_try_cmpxchg(used, &old, old + amount));
	return true;
}

/**
 * ipcchan_user_charge_object() - one more object for a user
 * @user: the user
 *
 * Return: 0, or -ENOSPC if it has all it may.
 */
int ipcchan_user_charge_object(struct ipcchan_user *user)
{
	/* A parameter: the old or the new value, both were right. */
	unsigned long max = READ_ONCE(ipcchan_limits.max_user_objects);

	return try_charge(&user->objects, 1, max) ? 0 : -ENOSPC;
}

/**
 * ipcchan_user_uncharge_object() - one object less for a user
 * @user: the user it was charged to
 */
void ipcchan_user_uncharge_object(struct ipcchan_user *user)
{
	atomic_long_dec(&user->objects);
}

/**
 * ipcchan_user_charge_bytes() - more bytes for a user
 * @user: the user
 * @bytes: how many
 *
 * Return: 0, or -EDQUOT if that were more than it may hold.
 */
int ipcchan_user_charge_bytes(struct ipcchan_user *user, unsigned long bytes)
{
	/* A parameter: the old or the new value, both were right. */
	unsigned long max = READ_ONCE(ipcchan_limits.max_user_bytes);

	return try_charge(&user->bytes, bytes, max) ? 0 : -EDQUOT;
}

/**
 * ipcchan_user_uncharge_bytes() - fewer bytes for a user
 * @user: the user they were charged to
 * @bytes: how many
 */
void ipcchan_user_uncharge_bytes(struct ipcchan_user *user,
				 unsigned long bytes)
{
	atomic_long_sub(bytes, &user->bytes);
}

/**
 * ipcchan_user_charge_fds() - more descriptors in messages of a user
 * @user: the user
 * @nr: how many
 *
 * Return: 0, or -ETOOMANYREFS if that were more than it may have there.
 */
int ipcchan_user_charge_fds(struct ipcchan_user *user, unsigned long nr)
{
	/* A parameter: the old or the new value, both were right. */
	unsigned long max = READ_ONCE(ipcchan_limits.max_user_fds);

	return try_charge(&user->fds, nr, max) ? 0 : -ETOOMANYREFS;
}

/**
 * ipcchan_user_uncharge_fds() - fewer descriptors in messages of a user
 * @user: the user they were charged to
 * @nr: how many
 */
void ipcchan_user_uncharge_fds(struct ipcchan_user *user, unsigned long nr)
{
	atomic_long_sub(nr, &user->fds);
}

/**
 * ipcchan_quota_exit() - the module goes: nobody may hold anything any more
 *
 * Sessions, objects and messages refer to their user, so a leak of any of them
 * is seen here.
 */
void ipcchan_quota_exit(void)
{
	guard(mutex)(&users_lock);
	WARN_ON(!xa_empty(&users));
	xa_destroy(&users);
}
