/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Vectors: the array of struct ipcchan_message that SEND, RECEIVE and PEEK take.
 */
#ifndef IPCCHAN_VECTOR_H
#define IPCCHAN_VECTOR_H

#include <linux/mm.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/ipcchan.h>

#include "mailbox/segments.h"
#include "words.h"

struct ipcchan_needs;
struct ipcchan_msg;
struct ipcchan_taken;

/**
 * struct ipcchan_vector - the array, in kernel memory
 * @slots: its elements; @one, or allocated
 * @count: how many
 * @stride: size of an element in user memory
 * @user: address of the array in user memory
 * @takes: who stores a message there has taken it: so it gets its descriptors,
 *	and its token; set before load
 * @one: the usual case needs no allocation
 */
struct ipcchan_vector {
	struct ipcchan_message *slots;
	u32 count;
	u32 stride;
	u64 user;
	bool takes;
	struct ipcchan_message one;
};

/*
 * IPCCHAN_MESSAGE_OF_BYTES - bytes of the structure, as who wants no requests knows it
 *
 * This is the library's, where it receives but bytes: as usual as all of it.
 */
#define IPCCHAN_MESSAGE_OF_BYTES offsetof(struct ipcchan_message, token)

/* The word of an element that a field is in, which has two fields, or this one. */
#define WORD(field) (offsetof(struct ipcchan_message, field) / sizeof(u64))

/* All that is input, of what there is. */
static __always_inline int
ipcchan_slot_load_input(struct ipcchan_message *slot, const void __user *user,
			u32 stride)
{
	const u64 __user *from = user;
	u64 *to = (u64 *)slot;

	if (!user_read_access_begin(user, stride))
		return -EFAULT;
	unsafe_get_user(to[WORD(data)], &from[WORD(data)], fault);
	unsafe_get_user(to[WORD(size)], &from[WORD(size)], fault);
	unsafe_get_user(to[WORD(type)], &from[WORD(type)], fault);
	unsafe_get_user(to[WORD(flags)], &from[WORD(flags)], fault);
	unsafe_get_user(to[WORD(fds)], &from[WORD(fds)], fault);
	to[WORD(token)] = 0;
	to[WORD(nr_segments)] = 0;
	if (stride == sizeof(*slot)) {
		unsafe_get_user(to[WORD(token)], &from[WORD(token)], fault);
		unsafe_get_user(to[WORD(nr_segments)], &from[WORD(nr_segments)],
				fault);
	}
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

#undef WORD

/**
 * ipcchan_slot_load() - copy an element in
 * @slot: takes it
 * @user: where it is
 * @stride: its size, as user space knows it
 *
 * Of what is output for all calls, nothing is to be looked at: of the usual sizes,
 * it is not even copied.
 *
 * Return: 0, -EFAULT, -E2BIG or -EINVAL.
 */
static __always_inline int ipcchan_slot_load(struct ipcchan_message *slot,
					     const void __user *user,
					     u32 stride)
{
	int err;

	if (likely(stride == sizeof(*slot) || stride == IPCCHAN_MESSAGE_OF_BYTES))
		err = ipcchan_slot_load_input(slot, user, stride);
	else
		err = copy_struct_from_user(slot, sizeof(*slot), user, stride);
	if (unlikely(err))
		return err;
	return slot->nr_segments ? ipcchan_segments_check(slot) : 0;
}

/**
 * ipcchan_vector_load_one() - copy an array of one element in
 * @vec: to fill; ipcchan_vector_free() is not needed
 * @user: address of the element
 * @stride: its size, as user space knows it
 * @min_stride: the least that it may be
 *
 * Return: 0, -EINVAL, -E2BIG or -EFAULT.
 */
static __always_inline int
ipcchan_vector_load_one(struct ipcchan_vector *vec, u64 user, u32 stride,
			u32 min_stride)
{
	if (stride < min_stride)
		return -EINVAL;
	if (stride > PAGE_SIZE)
		return -E2BIG;
	vec->slots = &vec->one;
	vec->count = 1;
	vec->stride = stride;
	vec->user = user;
	return ipcchan_slot_load(&vec->one, u64_to_user_ptr(user), stride);
}

int ipcchan_vector_load(struct ipcchan_vector *vec, u64 user, u32 count,
			u32 stride);
void ipcchan_vector_free(struct ipcchan_vector *vec);
void ipcchan_vector_describe(const struct ipcchan_msg *msg, u64 lost,
			     struct ipcchan_message *out);
int ipcchan_vector_store(const struct ipcchan_vector *vec, u32 i,
			 const struct ipcchan_taken *taken);
int ipcchan_vector_store_error(const struct ipcchan_vector *vec, u64 token,
			       u32 error);
int ipcchan_vector_store_flags(const struct ipcchan_vector *vec, u32 i,
			       u32 flags);
int ipcchan_vector_store_fds(const struct ipcchan_vector *vec, u32 i,
			     struct ipcchan_taken *taken);
void ipcchan_vector_take_fds_back(const struct ipcchan_vector *vec, u32 i,
				  struct ipcchan_taken *taken);
int ipcchan_vector_store_needs(const struct ipcchan_vector *vec,
			       const struct ipcchan_needs *needs);

#endif /* IPCCHAN_VECTOR_H */
