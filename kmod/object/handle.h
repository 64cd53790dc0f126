/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handles: open file descriptions of objects.
 */
#ifndef IPCCHAN_HANDLE_H
#define IPCCHAN_HANDLE_H

#include <linux/types.h>

struct file;
struct inode;
struct ipcchan_object;
struct ipcchan_session;
struct seq_file;

/**
 * struct ipcchan_handle - private data of an object's file; immutable
 * @obj: the object, with a reference
 * @session: through which it was opened, with a reference
 * @rights: IPCCHAN_RIGHT_*
 * @file: whose private data it is; there as long as the handle
 * @endpoint: what the type keeps for each description, or NULL
 * @is_open: the type was told that it is there
 *
 * What a process may do to an object is what the handle says, whoever the
 * process is: a descriptor is a capability.
 */
struct ipcchan_handle {
	struct ipcchan_object *obj;
	struct ipcchan_session *session;
	u32 rights;
	struct file *file;
	void *endpoint;
	bool is_open;
};

struct file *ipcchan_handle_open(struct ipcchan_object *obj,
				 struct ipcchan_session *session, u32 rights,
				 u32 flags);
int ipcchan_handle_release(struct inode *inode, struct file *file);
long ipcchan_handle_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg);
void ipcchan_handle_show_fdinfo(struct seq_file *m, struct file *file);

#endif /* IPCCHAN_HANDLE_H */
