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
#pragma GCC unroll 4
	for (size_t i = 0; i < size / sizeof(u64); i++)
		unsafe_get_user(words[i], &user[i], fault);
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

#endif /* IPCCHAN_WORDS_H */
