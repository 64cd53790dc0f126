// SPDX-License-Identifier: GPL-2.0
/*
 * Multicast: one message into many mailboxes, all of them or none.
 *
 * First each mailbox gets its copy made and keeps a place for it, then all get
 * the message. Where there is no room the multicast gives all places back, and
 * waits there as any sender does; when its turn comes it has that place, and
 * tries the others again. So whoever sleeps keeps nothing: two multicasts cannot
 * wait for each other, and nobody waits for room that only lies ready for a
 * multicast that waits elsewhere. The price is that a place got by waiting may
 * have to be given back: each mailbox has its line, all of them together have
 * none, and one multicast may overtake another that needs more.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mailbox/delivery.h"
#include "mailbox/mailbox.h"
#include "mailbox/message.h"
#include "mailbox/policy.h"
#include "mailbox/port.h"
#include "mailbox/vector.h"

/*
 * Two multicasts put their messages into the mailboxes one after the other, so
 * that all mailboxes which get both get them in one order.
 */
static DEFINE_MUTEX(multicast_lock);

/**
 * struct target - one mailbox of a multicast
 * @given: as user space gave it
 * @file: of its descriptor, with a reference
 * @s: the send to it
 * @msg: its copy of the message, until that is sent
 */
struct target {
	struct ipcchan_target given;
	struct file *file;
	struct ipcchan_sending s;
	struct ipcchan_msg *msg;
};

/**
 * struct multicast - one in progress
 * @targets: the mailboxes
 * @nr: how many have their file
 * @refused: the one that is the cause of an error; the number of them if none is
 */
struct multicast {
	struct target *targets;
	u32 nr;
	u32 refused;
};

static struct ipcchan_flow *flow_of(const struct target *t)
{
	return t->s.port->flow;
}

static struct ipcchan_target __user *
user_target(const struct ipcchan_mailbox_multicast *a, u32 i)
{
	return u64_to_user_ptr(a->mailboxes + (u64)i * a->target_size);
}

static bool is_target(const struct multicast *mc,
		      const struct ipcchan_flow *flow)
{
	for (u32 i = 0; i < mc->nr; i++)
		if (flow_of(&mc->targets[i]) == flow)
			return true;
	return false;
}

/* Makes the file the next target, if it can be one; the reference is kept. */
static int add_target(struct multicast *mc, struct file *file)
{
	struct ipcchan_port *port = ipcchan_mailbox_port(file);
	struct target *t = &mc->targets[mc->nr];

	if (!port)
		return -EBADF;
	if (!(port->rights & IPCCHAN_RIGHT_SEND))
		return -EPERM;
	if (!port->flow->delivery->can_reserve)
		return -EOPNOTSUPP;
	if (is_target(mc, port->flow))
		return -EINVAL;
	t->file = file;
	t->s.port = port;
	t->s.policy = port->flow->policy;
	mc->nr++;
	return 0;
}

/* All are read before any is looked at, as the arrays of messages are. */
static int load_targets(struct multicast *mc,
			const struct ipcchan_mailbox_multicast *a)
{
	for (u32 i = 0; i < a->count; i++) {
		struct ipcchan_target *given = &mc->targets[i].given;
		int err = copy_struct_from_user(given, sizeof(*given),
						user_target(a, i),
						a->target_size);

		if (err)
			return err;
	}
	return 0;
}

static int find_target(struct multicast *mc)
{
	const struct ipcchan_target *given = &mc->targets[mc->nr].given;
	struct file *file;
	int err;

	if (given->flags)
		return -EOPNOTSUPP;
	file = fget(given->fd);
	if (!file)
		return -EBADF;
	err = add_target(mc, file);
	if (err)
		fput(file);
	return err;
}

static int find_targets(struct multicast *mc, u32 count)
{
	while (mc->nr < count) {
		int err = find_target(mc);

		if (err) {
			mc->refused = mc->nr;
			return err;
		}
	}
	return 0;
}

static int copy_files(struct ipcchan_msg *msg, const struct ipcchan_msg *first)
{
	struct ipcchan_attachments *attachments;

	if (!first->attachments)
		return 0;
	attachments = ipcchan_attachments_copy(msg->user, first->attachments);
	if (IS_ERR(attachments))
		return PTR_ERR(attachments);
	msg->attachments = attachments;
	return 0;
}

/* The first is copied from user memory, the others from it: all are the same. */
static struct ipcchan_msg *copy_message(const struct target *t,
					const struct ipcchan_msg *first,
					const struct ipcchan_message *slot)
{
	struct ipcchan_msg *msg;
	int err;

	if (!first)
		return ipcchan_mailbox_load_slot(t->s.port, slot);
	msg = ipcchan_msg_new(t->s.port->session, slot->size);
	if (IS_ERR(msg))
		return msg;
	msg->entry.type = slot->type;
	msg->entry.priority = slot->priority;
	memcpy(msg->data, first->data, slot->size);
	err = copy_files(msg, first);
	if (!err)
		return msg;
	ipcchan_msg_put(msg);
	return ERR_PTR(err);
}

static int load_message(struct multicast *mc,
			const struct ipcchan_message *slot)
{
	struct ipcchan_msg *first = NULL;

	for (u32 i = 0; i < mc->nr; i++) {
		struct target *t = &mc->targets[i];
		int err = ipcchan_mailbox_check_slot(flow_of(t), slot);
		struct ipcchan_msg *msg = ERR_PTR(err);

		if (!err)
			msg = copy_message(t, first, slot);
		if (IS_ERR(msg)) {
			mc->refused = i;
			return PTR_ERR(msg);
		}
		t->msg = msg;
		first = first ?: msg;
	}
	return 0;
}

/*
 * A drop must not be told to memory that cannot be written, so that is tried
 * before anything is sent.
 */
static int prepare_flags(const struct multicast *mc,
			 const struct ipcchan_mailbox_multicast *a)
{
	for (u32 i = 0; i < mc->nr; i++)
		if (mc->targets[i].s.policy->drops_new &&
		    put_user(0, &user_target(a, i)->flags))
			return -EFAULT;
	return 0;
}

/* The caller may have unmapped the array by now: then it is not told. */
static void tell_dropped(const struct multicast *mc,
			 const struct ipcchan_mailbox_multicast *a)
{
	for (u32 i = 0; i < mc->nr; i++)
		if (mc->targets[i].s.dropped)
			put_user(IPCCHAN_MESSAGE_DROPPED,
				 &user_target(a, i)->flags);
}

static void give_back_places(struct multicast *mc)
{
	for (u32 i = 0; i < mc->nr; i++) {
		struct target *t = &mc->targets[i];

		if (t->s.has_place)
			ipcchan_flow_unreserve(flow_of(t), &t->s, t->msg);
	}
}

static int reserve(struct multicast *mc, u32 i,
		   const struct ipcchan_deadline *deadline)
{
	struct target *t = &mc->targets[i];
	int err = ipcchan_flow_reserve(flow_of(t), &t->s, t->msg, deadline);

	if (err)
		mc->refused = i;
	return err;
}

/* Takes a place where it has none yet, and does not wait. */
static int reserve_rest(struct multicast *mc)
{
	const struct ipcchan_deadline now = { .nonblock = true };
	int err = 0;

	for (u32 i = 0; !err && i < mc->nr; i++)
		if (!mc->targets[i].s.has_place)
			err = reserve(mc, i, &now);
	return err;
}

/*
 * Takes all places, or none. Each round but the last ends in the line of the
 * mailbox that was full, so that there are no more rounds than others take room
 * in between.
 */
static int reserve_all(struct multicast *mc,
		       const struct ipcchan_deadline *deadline)
{
	int err;

	do {
		err = reserve_rest(mc);
		if (!err)
			return 0;
		give_back_places(mc);
		if (err == -EAGAIN)
			err = reserve(mc, mc->refused, deadline);
	} while (!err);
	return err;
}

static void commit_all(struct multicast *mc)
{
	guard(mutex)(&multicast_lock);
	for (u32 i = 0; i < mc->nr; i++) {
		struct target *t = &mc->targets[i];

		ipcchan_flow_commit(flow_of(t), &t->s, t->msg);
		t->msg = NULL;
	}
}

static int send_to_all(struct multicast *mc,
		       const struct ipcchan_mailbox_multicast *a,
		       const struct ipcchan_message *slot,
		       const struct ipcchan_deadline *deadline)
{
	int err = load_targets(mc, a) ?:
		  find_targets(mc, a->count) ?:
		  load_message(mc, slot) ?:
		  prepare_flags(mc, a) ?:
		  reserve_all(mc, deadline);

	if (err)
		return err;
	commit_all(mc);
	tell_dropped(mc, a);
	return 0;
}

static void free_targets(struct multicast *mc)
{
	for (u32 i = 0; i < mc->nr; i++) {
		struct target *t = &mc->targets[i];

		if (t->msg)
			ipcchan_msg_put(t->msg);
		fput(t->file);
	}
	kvfree(mc->targets);
}

static int check(const struct ipcchan_mailbox_multicast *a)
{
	if ((a->flags & ~(IPCCHAN_NONBLOCK | IPCCHAN_REALTIME)) || a->reserved)
		return -EOPNOTSUPP;
	if (!a->count || a->count > IPCCHAN_MULTICAST_MAX ||
	    a->target_size < IPCCHAN_TARGET_SIZE_VER0)
		return -EINVAL;
	return a->target_size > PAGE_SIZE ? -E2BIG : 0;
}

static int multicast(struct file *file, struct ipcchan_mailbox_multicast *a,
		     const struct ipcchan_message *slot)
{
	struct multicast mc = { .refused = a->count };
	struct ipcchan_deadline deadline;
	int err;

	mc.targets = kvcalloc(a->count, sizeof(*mc.targets),
			      GFP_KERNEL_ACCOUNT);
	if (!mc.targets)
		return -ENOMEM;
	ipcchan_mailbox_deadline(file, a->flags, a->deadline_ns, &deadline);
	err = send_to_all(&mc, a, slot, &deadline);
	a->refused = mc.refused;
	free_targets(&mc);
	return err ?: a->count;
}

/**
 * ipcchan_mailbox_multicast() - IPCCHAN_IOC_MAILBOX_MULTICAST
 * @file: of /dev/ipcchan
 * @arg: struct ipcchan_mailbox_multicast
 *
 * Return: the number of mailboxes, or -errno and nothing was sent.
 */
long ipcchan_mailbox_multicast(struct file *file, void *arg)
{
	struct ipcchan_mailbox_multicast *a = arg;
	struct ipcchan_vector vec;
	int ret;

	a->refused = a->count;
	ret = check(a) ?:
	      ipcchan_vector_load(&vec, a->message, 1, a->message_size);
	if (ret)
		return ret;
	ret = multicast(file, a, vec.slots);
	ipcchan_vector_free(&vec);
	return ret;
}
