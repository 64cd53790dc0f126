/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Structures of the ABI, copied word by word.
 */
#ifndef IPCCHAN_WORDS_H
#define IPCCHAN_WORDS_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/**
 * ipcchan_words_load() - copy a structure in
 * @to: takes it; aligned to words
 * @from: where it is in user memory
 * @size: bytes, a multiple of those of a word
 *
 * For what is short and copied by each call: copy_from_user() looks at where it
 * ends, and at what kind of memory @to is in, which costs more than to copy it.
 *
 * Return: 0 or -EFAULT.
 */
static __always_inline int ipcchan_words_load(void *to, const void __user *from,
					      size_t size)
{
	const u64 __user *user = from;
	u64 *words = to;

	if (!user_read_access_begin(from, size))
		return -EFAULT;
	for (; size >= 4 * sizeof(u64); size -= 4 * sizeof(u64)) {
		unsafe_get_user(words[0], &user[0], fault);
		unsafe_get_user(words[1], &user[1], fault);
		unsafe_get_user(words[2], &user[2], fault);
		unsafe_get_user(words[3], &user[3], fault);
		words += 4;
		user += 4;
	}
	for (; size; size -= sizeof(u64))
		unsafe_get_user(*words++, user++, fault);
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

#endif /* IPCCHAN_WORDS_H */
