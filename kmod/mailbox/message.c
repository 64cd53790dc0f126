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

static size_t memory_of(u32 size)
{
	return struct_size_t(struct ipcchan_msg, data, size);
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

/**
 * ipcchan_msg_new() - make a message of the current task
 * @session: through which it is sent; its user is charged
 * @size: bytes; the caller fills them in, and the priority, the type and the
 *	attachments
 *
 * The charge is what the message takes in memory, so that empty messages count.
 *
 * Return: the message with one reference, or ERR_PTR(-EDQUOT or -ENOMEM).
 */
struct ipcchan_msg *ipcchan_msg_new(struct ipcchan_session *session, u32 size)
{
	struct ipcchan_msg *msg;
	int err = ipcchan_user_charge_bytes(session->user, memory_of(size));

	if (err)
		return ERR_PTR(err);
	/* The size is the sender's choice: its failure is no news for the log. */
	msg = kvmalloc(memory_of(size), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!msg) {
		ipcchan_user_uncharge_bytes(session->user, memory_of(size));
		return ERR_PTR(-ENOMEM);
	}
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
	refcount_set(&msg->usage, 1);
	stamp(msg, session);
	return msg;
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
 * ipcchan_msg_get() - one more reference
 * @msg: the message
 *
 * Return: @msg.
 */
struct ipcchan_msg *ipcchan_msg_get(struct ipcchan_msg *msg)
{
	refcount_inc(&msg->usage);
	return msg;
}

/**
 * ipcchan_msg_put() - give a reference back; may sleep
 * @msg: the message
 */
void ipcchan_msg_put(struct ipcchan_msg *msg)
{
	if (!refcount_dec_and_test(&msg->usage))
		return;
	ipcchan_attachments_free(msg->attachments);
	put_pid(msg->taker);
	put_pid(msg->tgid);
	put_pid(msg->tid);
	ipcchan_user_uncharge_bytes(msg->user, memory_of(msg->entry.size));
	ipcchan_user_put(msg->user);
	kfree(msg->spare);
	kvfree(msg);
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
