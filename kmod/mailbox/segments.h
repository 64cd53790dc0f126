/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments: the bytes of a message, in one piece of user memory or in several.
 */
#ifndef IPCCHAN_SEGMENTS_H
#define IPCCHAN_SEGMENTS_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/ipcchan.h>

/* Longest message that is copied without the checks for long ones, bytes. */
#define IPCCHAN_SHORT	256

int ipcchan_segments_check(const struct ipcchan_message *slot);
int ipcchan_segments_load_long(const struct ipcchan_message *slot, void *data);
int ipcchan_segments_store_long(const struct ipcchan_message *slot,
				const void *data, u32 size);

/*
 * A short message is copied word by word. The calls that copy more check each time
 * what kind of memory @data is in, which costs more than to copy this.
 */
static inline int ipcchan_bytes_load(u64 user, void *data, u32 size)
{
	const void __user *from = u64_to_user_ptr(user);

	if (!user_read_access_begin(from, size))
		return -EFAULT;
	for (; size >= 4 * sizeof(u64); size -= 4 * sizeof(u64)) {
		u64 *word = data;
		const u64 __user *user_word = from;

		unsafe_get_user(word[0], &user_word[0], fault);
		unsafe_get_user(word[1], &user_word[1], fault);
		unsafe_get_user(word[2], &user_word[2], fault);
		unsafe_get_user(word[3], &user_word[3], fault);
		data += 4 * sizeof(u64);
		from += 4 * sizeof(u64);
	}
	for (; size >= sizeof(u64); size -= sizeof(u64)) {
		unsafe_get_user(*(u64 *)data, (u64 __user *)from, fault);
		data += sizeof(u64);
		from += sizeof(u64);
	}
	for (; size; size--)
		unsafe_get_user(*(u8 *)data++, (u8 __user *)from++, fault);
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

static inline int ipcchan_bytes_store(u64 user, const void *data, u32 size)
{
	void __user *to = u64_to_user_ptr(user);

	if (!user_write_access_begin(to, size))
		return -EFAULT;
	for (; size >= 4 * sizeof(u64); size -= 4 * sizeof(u64)) {
		const u64 *word = data;
		u64 __user *user_word = to;

		unsafe_put_user(word[0], &user_word[0], fault);
		unsafe_put_user(word[1], &user_word[1], fault);
		unsafe_put_user(word[2], &user_word[2], fault);
		unsafe_put_user(word[3], &user_word[3], fault);
		data += 4 * sizeof(u64);
		to += 4 * sizeof(u64);
	}
	for (; size >= sizeof(u64); size -= sizeof(u64)) {
		unsafe_put_user(*(u64 *)data, (u64 __user *)to, fault);
		data += sizeof(u64);
		to += sizeof(u64);
	}
	for (; size; size--)
		unsafe_put_user(*(u8 *)data++, (u8 __user *)to++, fault);
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

/**
 * ipcchan_segments_load() - copy the bytes of a message in
 * @slot: checked
 * @data: takes @slot->size bytes
 *
 * Return: 0 or -EFAULT.
 */
static inline int ipcchan_segments_load(const struct ipcchan_message *slot,
					void *data)
{
	if (likely(!slot->nr_segments && slot->size <= IPCCHAN_SHORT))
		return ipcchan_bytes_load(slot->data, data, slot->size);
	return ipcchan_segments_load_long(slot, data);
}

/**
 * ipcchan_segments_store() - copy bytes of a message out
 * @slot: checked
 * @data: the bytes
 * @size: how many, not more than @slot->size
 *
 * Return: 0 or -EFAULT.
 */
static inline int ipcchan_segments_store(const struct ipcchan_message *slot,
					 const void *data, u32 size)
{
	if (likely(!slot->nr_segments && size <= IPCCHAN_SHORT))
		return ipcchan_bytes_store(slot->data, data, size);
	return ipcchan_segments_store_long(slot, data, size);
}

#endif /* IPCCHAN_SEGMENTS_H */
