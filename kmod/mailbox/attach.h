/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attachments: the files of a message.
 */
#ifndef IPCCHAN_ATTACH_H
#define IPCCHAN_ATTACH_H

#include <linux/types.h>
#include <linux/ipcchan.h>

struct file;
struct ipcchan_user;

/**
 * DOC: Attachments
 *
 * A descriptor of the sender becomes a file that the message has a reference to,
 * and with each receive a new descriptor. The references go with the message,
 * however it ends.
 *
 * A file in a message is reached through the mailbox only. So a file that could
 * lead back there is refused, else both might keep each other for ever: which
 * these are, and why no others, says docs/decisions/005.
 *
 * An extent is a file that is made here, of a descriptor of the sender, who gets none
 * of it: it is only in the message, and what it stands for is back when that goes.
 */

/**
 * struct ipcchan_attachments - the files of one message; immutable
 * @user: whom they are charged to; the message has a reference
 * @nr: how many, at least 1
 * @files: each with a reference; in the order of the sender
 */
struct ipcchan_attachments {
	struct ipcchan_user *user;
	u32 nr;
	struct file *files[];
};

/**
 * struct ipcchan_opened - the descriptors of one receive of such a message
 * @nr: how many
 * @fds: their numbers in the process that receives
 */
struct ipcchan_opened {
	u32 nr;
	int fds[];
};

struct ipcchan_attachments *
ipcchan_attachments_new(struct ipcchan_user *user,
			const struct ipcchan_message *slot);
struct ipcchan_attachments *
ipcchan_attachments_copy(struct ipcchan_user *user,
			 const struct ipcchan_attachments *from);
void ipcchan_attachments_free(struct ipcchan_attachments *a);

struct ipcchan_opened *
ipcchan_attachments_open(const struct ipcchan_attachments *a, u64 fds);
void ipcchan_opened_keep(struct ipcchan_opened *opened);
void ipcchan_opened_close(struct ipcchan_opened *opened);

#endif /* IPCCHAN_ATTACH_H */
