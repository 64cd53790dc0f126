// SPDX-License-Identifier: GPL-2.0
/*
 * Segments: the bytes of a message, in one piece of user memory or in several.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/uaccess.h>
#include <linux/ipcchan.h>

#include "mailbox/segments.h"

/* Longest message that is copied without the checks for long ones, bytes. */
#define SHORT 256

static int load_array(const struct ipcchan_message *slot,
		      struct ipcchan_segment *segments)
{
	if (copy_from_user(segments, u64_to_user_ptr(slot->data),
			   slot->nr_segments * sizeof(*segments)))
		return -EFAULT;
	return 0;
}

static noinline_for_stack int check_array(const struct ipcchan_message *slot)
{
	struct ipcchan_segment segments[IPCCHAN_SEGMENTS_MAX];
	u64 left = slot->size;
	int err = load_array(slot, segments);

	for (u32 i = 0; !err && i < slot->nr_segments; i++) {
		if (segments[i].size > left)
			return -EINVAL;
		left -= segments[i].size;
	}
	return err ?: left ? -EINVAL : 0;
}

/**
 * ipcchan_segments_check() - is it said where all bytes of a message are
 * @slot: as user space gave it
 *
 * Return: 0, -EINVAL or -EFAULT.
 */
int ipcchan_segments_check(const struct ipcchan_message *slot)
{
	if (likely(!slot->nr_segments))
		return 0;
	return slot->nr_segments > IPCCHAN_SEGMENTS_MAX ? -EINVAL :
							  check_array(slot);
}

/*
 * One copies between a piece of user memory and of ours. The array may have
 * changed since it was checked: then it leads nowhere.
 */
static noinline_for_stack int
copy_pieces(const struct ipcchan_message *slot, void *data, u32 size,
	    int (*copy)(u64 user, void *data, u32 size))
{
	struct ipcchan_segment segments[IPCCHAN_SEGMENTS_MAX];
	int err = load_array(slot, segments);

	for (u32 i = 0; !err && size && i < slot->nr_segments; i++) {
		u32 piece = min_t(u64, segments[i].size, size);

		err = copy(segments[i].base, data, piece);
		data += piece;
		size -= piece;
	}
	return err ?: size ? -EFAULT : 0;
}

/*
 * A short message is copied word by word. The calls that copy more check each time
 * what kind of memory @data is in, which costs more than to copy this.
 */
static int copy_in_short(u64 user, void *data, u32 size)
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

static int copy_out_short(u64 user, const void *data, u32 size)
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

static int copy_in(u64 user, void *data, u32 size)
{
	if (size <= SHORT)
		return copy_in_short(user, data, size);
	return copy_from_user(data, u64_to_user_ptr(user), size) ? -EFAULT : 0;
}

static int copy_out(u64 user, void *data, u32 size)
{
	if (size <= SHORT)
		return copy_out_short(user, data, size);
	return copy_to_user(u64_to_user_ptr(user), data, size) ? -EFAULT : 0;
}

/**
 * ipcchan_segments_load() - copy the bytes of a message in
 * @slot: checked
 * @data: takes @slot->size bytes
 *
 * Return: 0 or -EFAULT.
 */
int ipcchan_segments_load(const struct ipcchan_message *slot, void *data)
{
	if (likely(!slot->nr_segments))
		return copy_in(slot->data, data, slot->size);
	return copy_pieces(slot, data, slot->size, copy_in);
}

/**
 * ipcchan_segments_store() - copy bytes of a message out
 * @slot: checked
 * @data: the bytes
 * @size: how many, not more than @slot->size
 *
 * Return: 0 or -EFAULT.
 */
int ipcchan_segments_store(const struct ipcchan_message *slot,
			   const void *data, u32 size)
{
	if (likely(!slot->nr_segments))
		return copy_out(slot->data, (void *)data, size);
	return copy_pieces(slot, (void *)data, size, copy_out);
}
