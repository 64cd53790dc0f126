// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: who opened /dev/ipcchan.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "object/namespace.h"
#include "object/quota.h"
#include "object/session.h"

static atomic64_t last_client;

/**
 * ipcchan_session_new() - start a session in the current IPC namespace
 * @cred: credentials of the opened file
 *
 * Return: the session with one reference, or ERR_PTR(-ENOMEM).
 */
struct ipcchan_session *ipcchan_session_new(const struct cred *cred)
{
	struct ipcchan_session *session;
	int err;

	session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	if (!session)
		return ERR_PTR(-ENOMEM);
	session->user = ipcchan_user_lookup(cred->fsuid);
	if (IS_ERR(session->user)) {
		err = PTR_ERR(session->user);
		goto err_free_session;
	}
	session->ns = ipcchan_ns_enter();
	if (IS_ERR(session->ns)) {
		err = PTR_ERR(session->ns);
		goto err_put_user;
	}
	session->cred = get_cred(cred);
	session->client = atomic64_inc_return(&last_client);
	refcount_set(&session->usage, 1);
	return session;

err_put_user:
	ipcchan_user_put(session->user);
err_free_session:
	kfree(session);
	return ERR_PTR(err);
}

/**
 * ipcchan_session_get() - one more reference
 * @session: the session
 *
 * Return: @session.
 */
struct ipcchan_session *ipcchan_session_get(struct ipcchan_session *session)
{
	refcount_inc(&session->usage);
	return session;
}

/**
 * ipcchan_session_put() - give a reference back; the last one ends the session
 * @session: the session
 */
void ipcchan_session_put(struct ipcchan_session *session)
{
	if (!refcount_dec_and_test(&session->usage))
		return;
	ipcchan_ns_leave(session->ns);
	ipcchan_user_put(session->user);
	put_cred(session->cred);
	kfree(session);
}

/**
 * ipcchan_session_release() - file operation: the device file is gone
 * @inode: unused
 * @file: of the device
 *
 * Return: 0.
 */
int ipcchan_session_release(struct inode *inode, struct file *file)
{
	ipcchan_session_put(file->private_data);
	return 0;
}
