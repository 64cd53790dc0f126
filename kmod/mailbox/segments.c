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

static int copy_in(u64 user, void *data, u32 size)
{
	return copy_from_user(data, u64_to_user_ptr(user), size) ? -EFAULT : 0;
}

static int copy_out(u64 user, void *data, u32 size)
{
	return copy_to_user(u64_to_user_ptr(user), data, size) ? -EFAULT : 0;
}

/**
 * ipcchan_segments_load_long() - ipcchan_segments_load() of any message
 * @slot: as there
 * @data: likewise
 *
 * Return: likewise.
 */
int ipcchan_segments_load_long(const struct ipcchan_message *slot, void *data)
{
	if (likely(!slot->nr_segments))
		return copy_in(slot->data, data, slot->size);
	return copy_pieces(slot, data, slot->size, copy_in);
}

/**
 * ipcchan_segments_store_long() - ipcchan_segments_store() of any message
 * @slot: as there
 * @data: likewise
 * @size: likewise
 *
 * Return: likewise.
 */
int ipcchan_segments_store_long(const struct ipcchan_message *slot,
				const void *data, u32 size)
{
	if (likely(!slot->nr_segments))
		return copy_out(slot->data, (void *)data, size);
	return copy_pieces(slot, (void *)data, size, copy_out);
}
