/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: who opened /dev/ipcchan.
 */
#ifndef IPCCHAN_SESSION_H
#define IPCCHAN_SESSION_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct cred;
struct file;
struct inode;
struct ipcchan_ns;
struct ipcchan_user;

/**
 * struct ipcchan_session - one open(2) of /dev/ipcchan; immutable but @usage and
 *	@calls
 * @usage: references: one of the device file, one per handle opened through it
 * @client: client id, never used again by another session
 * @cred: credentials of the opener; every permission is checked on them
 * @ns: the IPC namespace of the opener, entered
 * @user: who pays for what this session makes and sends
 * @calls: that it has outstanding; atomic
 */
struct ipcchan_session {
	refcount_t usage;
	u64 client;
	const struct cred *cred;
	struct ipcchan_ns *ns;
	struct ipcchan_user *user;
	atomic_t calls;
};

struct ipcchan_session *ipcchan_session_new(const struct cred *cred);
struct ipcchan_session *ipcchan_session_get(struct ipcchan_session *session);
void ipcchan_session_put(struct ipcchan_session *session);
int ipcchan_session_release(struct inode *inode, struct file *file);

#endif /* IPCCHAN_SESSION_H */
