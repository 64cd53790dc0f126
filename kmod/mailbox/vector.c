// SPDX-License-Identifier: GPL-2.0
/*
 * Vectors: the array of struct ipcchan_message that SEND, RECEIVE and PEEK take.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mailbox/flow.h"
#include "mailbox/message.h"
#include "mailbox/segments.h"
#include "mailbox/vector.h"

static void __user *element(const struct ipcchan_vector *vec, u32 i)
{
	return u64_to_user_ptr(vec->user + (u64)i * vec->stride);
}

static int store_element(const struct ipcchan_vector *vec, u32 i,
			 const struct ipcchan_message *out)
{
	size_t size = min_t(size_t, vec->stride, sizeof(*out));

	if (likely(size == sizeof(*out)))
		return copy_to_user(element(vec, i), out, sizeof(*out)) ?
		       -EFAULT : 0;
	return copy_to_user(element(vec, i), out, size) ? -EFAULT : 0;
}

static int load_elements(struct ipcchan_vector *vec)
{
	for (u32 i = 0; i < vec->count; i++) {
		int err = ipcchan_slot_load(&vec->slots[i], element(vec, i),
					    vec->stride);

		if (err)
			return err;
	}
	return 0;
}

/**
 * ipcchan_vector_load() - copy the array in
 * @vec: to fill
 * @user: address of the array
 * @count: its elements
 * @stride: size of an element as user space knows it
 *
 * Return: 0, then ipcchan_vector_free() is due; or -EINVAL, -E2BIG, -EFAULT,
 * -ENOMEM.
 */
int ipcchan_vector_load(struct ipcchan_vector *vec, u64 user, u32 count,
			u32 stride)
{
	int err;

	if (!count || count > IPCCHAN_BATCH_MAX ||
	    stride < IPCCHAN_MESSAGE_SIZE_VER0)
		return -EINVAL;
	if (stride > PAGE_SIZE)
		return -E2BIG;
	vec->slots = &vec->one;
	if (count > 1)
		vec->slots = kmalloc_array(count, sizeof(*vec->slots),
					   GFP_KERNEL_ACCOUNT);
	if (!vec->slots)
		return -ENOMEM;
	vec->count = count;
	vec->stride = stride;
	vec->user = user;
	err = load_elements(vec);
	if (err)
		ipcchan_vector_free(vec);
	return err;
}

/**
 * ipcchan_vector_free() - end a loaded array
 * @vec: the array
 */
void ipcchan_vector_free(struct ipcchan_vector *vec)
{
	if (vec->slots != &vec->one)
		kfree(vec->slots);
}

/* In the initial namespace each has the number that it is. */
static uid_t number_of_user(struct user_namespace *users, kuid_t uid)
{
	return users == &init_user_ns ? __kuid_val(uid) :
					from_kuid_munged(users, uid);
}

static gid_t number_of_group(struct user_namespace *users, kgid_t gid)
{
	return users == &init_user_ns ? __kgid_val(gid) :
					from_kgid_munged(users, gid);
}

static pid_t number_of_pid(struct pid_namespace *pids, struct pid *pid)
{
	return pids == &init_pid_ns ? pid_nr(pid) : pid_nr_ns(pid, pids);
}

/**
 * struct sender - who sent a message, as the current task sees it
 * @tgid: the process
 * @tid: the thread
 * @uid: its effective user
 * @gid: its effective group
 */
struct sender {
	pid_t tgid;
	pid_t tid;
	uid_t uid;
	gid_t gid;
};

static __always_inline struct sender sender_of(const struct ipcchan_msg *msg)
{
	struct pid_namespace *pids = ns_of_pid(task_pid(current));
	struct user_namespace *users = current_user_ns();
	bool hearsay = msg->is_restored;

	return (struct sender) {
		.tgid = hearsay ? msg->told_tgid : number_of_pid(pids, msg->tgid),
		.tid = hearsay ? msg->told_tid : number_of_pid(pids, msg->tid),
		.uid = number_of_user(users, msg->uid),
		.gid = number_of_group(users, msg->gid),
	};
}

/**
 * ipcchan_vector_describe() - what user space is told of a message
 * @msg: the message
 * @lost: messages lost before it
 * @out: to fill, less what depends on a buffer: data and size
 */
void ipcchan_vector_describe(const struct ipcchan_msg *msg, u64 lost,
			     struct ipcchan_message *out)
{
	struct sender sender = sender_of(msg);

	*out = (struct ipcchan_message) {
		.length = msg->entry.size,
		.type = msg->entry.type,
		.priority = msg->entry.priority,
		.flags = msg->is_restored ? IPCCHAN_MESSAGE_RESTORED : 0,
		.sequence = msg->entry.sequence,
		.time_ns = msg->entry.time_ns,
		.client = msg->entry.client,
		.tgid = sender.tgid,
		.tid = sender.tid,
		.uid = sender.uid,
		.gid = sender.gid,
		.lost = lost,
		.nr_fds = ipcchan_msg_nr_fds(msg),
		.deadline_ns = IPCCHAN_DEADLINE_NEVER,
	};
}

static __always_inline u32 flags_of(const struct ipcchan_vector *vec,
				    const struct ipcchan_message *slot,
				    const struct ipcchan_taken *taken)
{
	const struct ipcchan_msg *msg = taken->msg;
	u32 flags = taken->flags;

	if (msg->is_restored)
		flags |= IPCCHAN_MESSAGE_RESTORED;
	if (msg->entry.size > slot->size)
		flags |= IPCCHAN_MESSAGE_TRUNCATED;
	if (vec->takes && ipcchan_msg_nr_fds(msg) > slot->nr_fds)
		flags |= IPCCHAN_MESSAGE_FDS_CLOSED;
	return flags;
}

/* Of a user who knows the structure as it was at another time. */
static noinline int store_part(const struct ipcchan_vector *vec, u32 i,
			       const struct ipcchan_taken *taken)
{
	const struct ipcchan_message *slot = &vec->slots[i];
	struct ipcchan_message out;

	ipcchan_vector_describe(taken->msg, taken->lost, &out);
	out.data = slot->data;
	out.size = slot->size;
	out.fds = slot->fds;
	out.nr_segments = slot->nr_segments;
	out.token = vec->takes ? taken->msg->token : 0;
	out.deadline_ns = taken->msg->deadline_ns;
	out.flags = flags_of(vec, slot, taken);
	return store_element(vec, i, &out);
}

/* All that is output, word by word: what is input only stays as it is there. */
static int store_words(const struct ipcchan_vector *vec,
		       const struct ipcchan_message *slot,
		       struct ipcchan_message __user *to,
		       const struct ipcchan_taken *taken)
{
	const struct ipcchan_msg *msg = taken->msg;
	struct sender sender = sender_of(msg);

	if (!user_write_access_begin(to, min_t(size_t, vec->stride, sizeof(*to))))
		return -EFAULT;
	unsafe_put_user(msg->entry.size, &to->length, fault);
	unsafe_put_user(msg->entry.type, &to->type, fault);
	unsafe_put_user(msg->entry.priority, &to->priority, fault);
	unsafe_put_user(flags_of(vec, slot, taken), &to->flags, fault);
	unsafe_put_user(ipcchan_msg_nr_fds(msg), &to->nr_fds, fault);
	unsafe_put_user(msg->entry.sequence, &to->sequence, fault);
	unsafe_put_user(msg->entry.time_ns, &to->time_ns, fault);
	unsafe_put_user(msg->entry.client, &to->client, fault);
	unsafe_put_user(sender.tgid, &to->tgid, fault);
	unsafe_put_user(sender.tid, &to->tid, fault);
	unsafe_put_user(sender.uid, &to->uid, fault);
	unsafe_put_user(sender.gid, &to->gid, fault);
	unsafe_put_user(taken->lost, &to->lost, fault);
	if (vec->stride > IPCCHAN_MESSAGE_OF_BYTES) {
		unsafe_put_user(vec->takes ? msg->token : 0, &to->token, fault);
		unsafe_put_user(msg->deadline_ns, &to->deadline_ns, fault);
		unsafe_put_user(0, &to->error, fault);
	}
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

/**
 * ipcchan_vector_store() - copy a message out, less its descriptors
 * @vec: the array
 * @i: element whose buffer takes it
 * @taken: the message; cut if it is longer than the buffer
 *
 * Return: 0, or -EFAULT if not all of it could be written.
 */
int ipcchan_vector_store(const struct ipcchan_vector *vec, u32 i,
			 const struct ipcchan_taken *taken)
{
	const struct ipcchan_message *slot = &vec->slots[i];
	const struct ipcchan_msg *msg = taken->msg;
	u32 size = min(slot->size, msg->entry.size);

	if (ipcchan_segments_store(slot, msg->data, size))
		return -EFAULT;
	if (unlikely(vec->stride < sizeof(*slot) &&
		     vec->stride != IPCCHAN_MESSAGE_OF_BYTES))
		return store_part(vec, i, taken);
	return store_words(vec, slot, element(vec, i), taken);
}

/**
 * ipcchan_vector_store_error() - tell why there is no reply in the first element
 * @vec: the array
 * @token: of the call
 * @error: errno
 *
 * Return: 0, or -EFAULT if it could not be told.
 */
int ipcchan_vector_store_error(const struct ipcchan_vector *vec, u64 token,
			       u32 error)
{
	const struct ipcchan_message *slot = &vec->slots[0];
	struct ipcchan_message out = {
		.data = slot->data,
		.size = slot->size,
		.fds = slot->fds,
		.nr_segments = slot->nr_segments,
		.deadline_ns = IPCCHAN_DEADLINE_NEVER,
		.token = token,
		.error = error,
	};

	return store_element(vec, 0, &out);
}

/**
 * ipcchan_vector_store_flags() - tell what became of a message that was sent
 * @vec: the array
 * @i: its element
 * @flags: IPCCHAN_MESSAGE_*
 *
 * Return: 0, or -EFAULT if it could not be told.
 */
int ipcchan_vector_store_flags(const struct ipcchan_vector *vec, u32 i,
			       u32 flags)
{
	struct ipcchan_message __user *to = element(vec, i);

	return put_user(flags, &to->flags);
}

/* So that the caller can receive into the element again. */
static int restore_room(const struct ipcchan_vector *vec, u32 i)
{
	struct ipcchan_message __user *to = element(vec, i);

	return put_user(vec->slots[i].nr_fds, &to->nr_fds);
}

/**
 * ipcchan_vector_store_fds() - give a message's descriptors to the caller
 * @vec: the array
 * @i: element that has the message
 * @taken: the message; what is opened is noted there
 *
 * The last step, since others see its effect.
 *
 * Return: 0, also if they find no room, which the element's flags say; or
 * -errno and none: -EFAULT, -EMFILE, -ENOMEM, or what a security module says.
 */
int ipcchan_vector_store_fds(const struct ipcchan_vector *vec, u32 i,
			     struct ipcchan_taken *taken)
{
	const struct ipcchan_attachments *a = taken->msg->attachments;
	struct ipcchan_opened *opened;

	if (!a || a->nr > vec->slots[i].nr_fds)
		return 0;
	opened = ipcchan_attachments_open(a, vec->slots[i].fds);
	if (!IS_ERR(opened)) {
		taken->opened = opened;
		return 0;
	}
	return restore_room(vec, i) ?: PTR_ERR(opened);
}

/**
 * ipcchan_vector_take_fds_back() - close them again: it was not received
 * @vec: the array
 * @i: element that had the message
 * @taken: the message, which may be gone
 */
void ipcchan_vector_take_fds_back(const struct ipcchan_vector *vec, u32 i,
				  struct ipcchan_taken *taken)
{
	if (!taken->opened)
		return;
	ipcchan_opened_close(taken->opened);
	/* The array may be unmapped by now; nothing is there to be told. */
	restore_room(vec, i);
}

/**
 * ipcchan_vector_store_needs() - tell what the first element has no room for
 * @vec: the array
 * @needs: of the message that did not fit
 *
 * Return: -EMSGSIZE, or -EFAULT if that could not be told.
 */
int ipcchan_vector_store_needs(const struct ipcchan_vector *vec,
			       const struct ipcchan_needs *needs)
{
	struct ipcchan_message __user *first = element(vec, 0);

	if (put_user(needs->length, &first->length) ||
	    put_user(needs->nr_fds, &first->nr_fds))
		return -EFAULT;
	return -EMSGSIZE;
}
