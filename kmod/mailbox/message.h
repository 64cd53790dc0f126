/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages: bytes, and files, with the identity of their sender.
 */
#ifndef IPCCHAN_MESSAGE_H
#define IPCCHAN_MESSAGE_H

#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "mailbox/attach.h"
#include "mailbox/drr.h"
#include "mailbox/log.h"
#include "mailbox/queue.h"

struct ipcchan_call;
struct ipcchan_message;
struct ipcchan_sending;
struct ipcchan_peer;
struct ipcchan_port;
struct ipcchan_session;
struct ipcchan_user;
struct pid;

/**
 * struct ipcchan_msg - one message; immutable once sent but for those
 *	up to @peer, which are under the lock of the flow
 * @entry: where it is queued, held or to be freed
 * @turn: likewise, in a mailbox where senders take turns
 * @stored: where it stands in a log
 * @copies: receivers of a log that are copying it
 * @lost: messages dropped right before it
 * @sending: whose offer it is, or NULL
 * @is_held: a receiver holds it
 * @is_withdrawn: it was an offer, and is not any more
 * @spare: memory to free with it
 * @flags: IPCCHAN_MESSAGE_* to be told with it
 * @holder: the port that holds it after it was copied out, or NULL
 * @holding: in the tree of @holder
 * @taker: process that received it last to hold it, with a reference, or NULL
 * @peer: what is told of the description it was sent through, until it is done
 *	with; or NULL
 * @usage: references: one of the flow (or of who takes it out), one per PEEK
 *	and per receiver of a log
 * @user: whom it is charged to, with a reference
 * @tgid: sending process, with a reference
 * @tid: sending thread, with a reference
 * @uid: its effective user
 * @gid: its effective group
 * @attachments: its files, owned; NULL if it has none
 * @told_tgid: of a restored message, what is told instead of @tgid
 * @told_tid: likewise
 * @is_restored: RESTORE made it, so its identity is hearsay
 * @token: of a request, by which it is answered; of a reply or a notice, that of
 *	the request; else 0
 * @deadline_ns: until when the answer is waited for, or IPCCHAN_DEADLINE_NEVER
 * @call: of a request, until it was received or is no more; under the lock of its
 *	flow; else NULL
 * @room: bytes that there is memory for at @data
 * @data: the bytes, @entry.size of them: @within, or memory of their own
 * @within: where they are if all fits into a page
 */
struct ipcchan_msg {
	struct ipcchan_queue_entry entry;
	struct ipcchan_drr_entry turn;
	struct ipcchan_log_entry stored;
	u32 copies;
	u64 lost;
	struct ipcchan_sending *sending;
	bool is_held;
	bool is_withdrawn;
	void *spare;
	u32 flags;
	struct ipcchan_port *holder;
	struct rb_node holding;
	struct pid *taker;
	struct ipcchan_peer *peer;
	refcount_t usage;
	struct ipcchan_user *user;
	struct pid *tgid;
	struct pid *tid;
	kuid_t uid;
	kgid_t gid;
	struct ipcchan_attachments *attachments;
	u32 told_tgid;
	u32 told_tid;
	bool is_restored;
	u64 token;
	u64 deadline_ns;
	struct ipcchan_call *call;
	u32 room;
	u8 *data;
	u8 within[];
};

struct ipcchan_msg *ipcchan_msg_new(struct ipcchan_session *session, u32 size);
struct ipcchan_msg *ipcchan_msg_renew(struct ipcchan_msg *spare,
				      struct ipcchan_session *session,
				      u32 size);
struct ipcchan_msg *ipcchan_msg_reuse(struct ipcchan_msg *kept,
				      struct ipcchan_session *session,
				      u32 size);
struct ipcchan_msg *ipcchan_msg_spare(struct ipcchan_msg *msg);
struct ipcchan_msg *ipcchan_msg_alloc(u32 room);
struct ipcchan_msg *ipcchan_msg_adopt(struct ipcchan_msg *spare,
				      struct ipcchan_user *user);
size_t ipcchan_msg_memory(u32 room);
void ipcchan_msg_free(struct ipcchan_msg *spare);
void ipcchan_msg_identify(struct ipcchan_msg *msg,
			  const struct ipcchan_msg *like);
int ipcchan_msg_restore(struct ipcchan_msg *msg,
			const struct ipcchan_message *told);
/**
 * ipcchan_msg_get() - one more reference
 * @msg: the message
 *
 * Return: @msg.
 */
static inline struct ipcchan_msg *ipcchan_msg_get(struct ipcchan_msg *msg)
{
	refcount_inc(&msg->usage);
	return msg;
}

/**
 * ipcchan_msg_put() - give a reference back; may sleep
 * @msg: the message
 */
static inline void ipcchan_msg_put(struct ipcchan_msg *msg)
{
	if (refcount_dec_and_test(&msg->usage))
		ipcchan_msg_free(ipcchan_msg_spare(msg));
}

void ipcchan_msgs_put(struct list_head *messages);

/* How many descriptors who receives it gets. */
static inline u32 ipcchan_msg_nr_fds(const struct ipcchan_msg *msg)
{
	return msg->attachments ? msg->attachments->nr : 0;
}

#define ipcchan_msg_of(e) container_of(e, struct ipcchan_msg, entry)
#define ipcchan_msg_of_stored(e) container_of(e, struct ipcchan_msg, stored)

#endif /* IPCCHAN_MESSAGE_H */
