/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A function that mixes as well as the kernel's, but that keeps no secret.
 */
#ifndef IPCCHAN_LINUX_SIPHASH_H
#define IPCCHAN_LINUX_SIPHASH_H

#include <linux/types.h>

typedef struct {
	unsigned long key[2];
} hsiphash_key_t;

static inline u64 hsiphash_mix(u64 z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static inline u32 hsiphash_1u32(const u32 a, const hsiphash_key_t *key)
{
	return hsiphash_mix(hsiphash_mix(a ^ key->key[0]) ^ key->key[1]);
}

#endif /* IPCCHAN_LINUX_SIPHASH_H */
