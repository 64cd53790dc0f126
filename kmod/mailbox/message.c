// SPDX-License-Identifier: GPL-2.0
/*
 * Messages: bytes, and files, with the identity of their sender.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/overflow.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "mailbox/message.h"
#include "object/quota.h"
#include "object/session.h"

/**
 * ipcchan_msg_memory() - what a message takes in memory, which is its charge
 * @room: bytes that it has room for
 *
 * Return: bytes.
 */
size_t ipcchan_msg_memory(u32 room)
{
	return struct_size_t(struct ipcchan_msg, within, room);
}

static void stamp(struct ipcchan_msg *msg, struct ipcchan_session *session)
{
	msg->entry.time_ns = ktime_get_ns();
	msg->entry.client = session->client;
	msg->user = ipcchan_user_get(session->user);
	msg->tgid = get_pid(task_tgid(current));
	msg->tid = get_pid(task_pid(current));
	msg->uid = current_euid();
	msg->gid = current_egid();
}

/*
 * What is larger than a page comes as a power of two of them. Most large messages are
 * that long themselves, so that what they have besides would double it.
 */
static bool fits_within(u32 room)
{
	return ipcchan_msg_memory(room) <= PAGE_SIZE;
}

/**
 * ipcchan_msg_alloc() - memory for a message to come
 * @room: bytes that it has room for
 *
 * Return: the memory, not charged, for ipcchan_msg_renew(), _adopt() or _free();
 * or NULL.
 */
struct ipcchan_msg *ipcchan_msg_alloc(u32 room)
{
	/* The size is the sender's choice: its failure is no news for the log. */
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;
	struct ipcchan_msg *msg;

	msg = kmalloc(struct_size(msg, within, fits_within(room) ? room : 0), gfp);
	if (!msg)
		return NULL;
	msg->room = room;
	msg->data = fits_within(room) ? msg->within : kvmalloc(room, gfp);
	if (msg->data)
		return msg;
	kfree(msg);
	return NULL;
}

static void init(struct ipcchan_msg *msg, u32 size)
{
	INIT_LIST_HEAD(&msg->entry.node);
	msg->entry.sequence = 0;
	msg->entry.priority = 0;
	msg->entry.size = size;
	msg->entry.type = 0;
	msg->lost = 0;
	msg->sending = NULL;
	msg->is_held = false;
	msg->is_withdrawn = false;
	msg->spare = NULL;
	msg->attachments = NULL;
	msg->flags = 0;
	msg->holder = NULL;
	msg->taker = NULL;
	msg->peer = NULL;
	msg->is_restored = false;
	msg->token = 0;
	msg->deadline_ns = IPCCHAN_DEADLINE_NEVER;
	msg->call = NULL;
	refcount_set(&msg->usage, 1);
}

/**
 * ipcchan_msg_renew() - make a message of the current task, of memory if there is
 * @spare: memory of a message that is no more, which is used or freed; or NULL
 * @session: through which it is sent; its user is charged
 * @size: bytes; the caller fills them in, and the priority, the type and the
 *	attachments
 *
 * The charge is what the message takes in memory, so that empty messages count.
 *
 * Return: the message with one reference, or ERR_PTR(-EDQUOT or -ENOMEM).
 */
struct ipcchan_msg *ipcchan_msg_renew(struct ipcchan_msg *spare,
				      struct ipcchan_session *session,
				      u32 size)
{
	u32 room = spare && spare->room >= size ? spare->room : size;
	int err;

	err = ipcchan_user_charge_bytes(session->user, ipcchan_msg_memory(room));
	if (err) {
		ipcchan_msg_free(spare);
		return ERR_PTR(err);
	}
	if (spare && spare->room < size) {
		ipcchan_msg_free(spare);
		spare = NULL;
	}
	spare = spare ?: ipcchan_msg_alloc(room);
	if (!spare) {
		ipcchan_user_uncharge_bytes(session->user, ipcchan_msg_memory(room));
		return ERR_PTR(-ENOMEM);
	}
	init(spare, size);
	stamp(spare, session);
	return spare;
}

/* Nobody has to be told apart: what it holds is what it would get. */
static bool is_of_current(const struct ipcchan_msg *msg,
			  const struct ipcchan_session *session)
{
	return msg->user == session->user && msg->tid == task_pid(current) &&
	       msg->tgid == task_tgid(current);
}

/**
 * ipcchan_msg_reuse() - make a message of one that is kept for that
 * @kept: with one reference, the caller's; it has no files, and room for @size
 * @session: as for ipcchan_msg_renew()
 * @size: likewise
 *
 * If it was of the current task, it keeps its charge and its identity.
 *
 * Return: as ipcchan_msg_renew(); @kept is used or gone in all cases.
 */
struct ipcchan_msg *ipcchan_msg_reuse(struct ipcchan_msg *kept,
				      struct ipcchan_session *session,
				      u32 size)
{
	if (!is_of_current(kept, session))
		return ipcchan_msg_renew(ipcchan_msg_spare(kept), session,
					 size);
	/* What else a message has is as it was when it was made. */
	kept->entry.size = size;
	kept->entry.time_ns = ktime_get_ns();
	kept->entry.client = session->client;
	kept->lost = 0;
	kept->flags = 0;
	kept->is_withdrawn = false;
	kept->uid = current_euid();
	kept->gid = current_egid();
	return kept;
}

/**
 * ipcchan_msg_adopt() - make a message of nobody yet, of memory; cannot fail
 * @spare: the memory
 * @user: who was charged for it; the message gets a reference, and the charge
 *
 * Return: the message with one reference, for ipcchan_msg_identify().
 */
struct ipcchan_msg *ipcchan_msg_adopt(struct ipcchan_msg *spare,
				      struct ipcchan_user *user)
{
	init(spare, 0);
	spare->entry.time_ns = ktime_get_ns();
	spare->user = ipcchan_user_get(user);
	spare->tgid = NULL;
	spare->tid = NULL;
	return spare;
}

/**
 * ipcchan_msg_new() - make a message of the current task
 * @session: as for ipcchan_msg_renew()
 * @size: likewise
 *
 * Return: likewise.
 */
struct ipcchan_msg *ipcchan_msg_new(struct ipcchan_session *session, u32 size)
{
	return ipcchan_msg_renew(NULL, session, size);
}

/**
 * ipcchan_msg_identify() - make a message one of another task
 * @msg: new
 * @like: a message of that task
 */
void ipcchan_msg_identify(struct ipcchan_msg *msg,
			  const struct ipcchan_msg *like)
{
	put_pid(msg->tgid);
	put_pid(msg->tid);
	msg->tgid = get_pid(like->tgid);
	msg->tid = get_pid(like->tid);
	msg->uid = like->uid;
	msg->gid = like->gid;
	msg->entry.client = like->entry.client;
}

/**
 * ipcchan_msg_restore() - make a message what it is said to have been
 * @msg: new
 * @told: what is said; the caller has checked all but the users
 *
 * Return: 0, or -EINVAL if a user has no number in this user namespace.
 */
int ipcchan_msg_restore(struct ipcchan_msg *msg,
			const struct ipcchan_message *told)
{
	put_pid(msg->tgid);
	put_pid(msg->tid);
	msg->tgid = NULL;
	msg->tid = NULL;
	msg->told_tgid = told->tgid;
	msg->told_tid = told->tid;
	msg->is_restored = true;
	msg->uid = make_kuid(current_user_ns(), told->uid);
	msg->gid = make_kgid(current_user_ns(), told->gid);
	msg->lost = told->lost;
	msg->entry.sequence = told->sequence;
	msg->entry.client = told->client;
	msg->entry.time_ns = told->time_ns;
	msg->entry.type = told->type;
	msg->entry.priority = told->priority;
	return uid_valid(msg->uid) && gid_valid(msg->gid) ? 0 : -EINVAL;
}

/**
 * ipcchan_msg_spare() - end a message and keep its memory
 * @msg: with one reference, the caller's; may sleep
 *
 * Return: the memory, for ipcchan_msg_renew() or ipcchan_msg_free().
 */
struct ipcchan_msg *ipcchan_msg_spare(struct ipcchan_msg *msg)
{
	ipcchan_attachments_free(msg->attachments);
	put_pid(msg->taker);
	put_pid(msg->tgid);
	put_pid(msg->tid);
	ipcchan_user_uncharge_bytes(msg->user, ipcchan_msg_memory(msg->room));
	ipcchan_user_put(msg->user);
	kfree(msg->spare);
	return msg;
}

/**
 * ipcchan_msg_free() - free the memory of a message that is no more
 * @spare: the memory, or NULL
 */
void ipcchan_msg_free(struct ipcchan_msg *spare)
{
	if (spare && spare->data != spare->within)
		kvfree(spare->data);
	kfree(spare);
}

/**
 * ipcchan_msgs_put() - give back a reference of each message of a list
 * @messages: linked by their entries; empty afterwards
 */
void ipcchan_msgs_put(struct list_head *messages)
{
	struct ipcchan_msg *msg;
	struct ipcchan_msg *next;

	list_for_each_entry_safe(msg, next, messages, entry.node) {
		list_del_init(&msg->entry.node);
		ipcchan_msg_put(msg);
	}
}
