// SPDX-License-Identifier: GPL-2.0
/*
 * Tokens: numbers that nobody can guess and that never come again.
 *
 * A counter, so that none comes again, encrypted, so that none tells of another:
 * a multiplication, and two rounds of a Feistel network with halfsiphash as round
 * function. That is a permutation of all numbers of 64 bits, which who sees tokens,
 * without the key, cannot tell from one that was chosen by chance. Of the three
 * rounds which that takes (Luby and Rackoff, 1988), the first need only keep the
 * upper halves of two numbers apart (Naor and Reingold, 1999), as multiplying by a
 * secret odd number does.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/random.h>

#include "mailbox/token.h"

static struct ipcchan_token_key key __ro_after_init;
static atomic64_t last;

/**
 * ipcchan_token_of() - encrypt a number
 * @key: the secret
 * @number: the number
 *
 * Return: its token; no other number has the same.
 */
u64 ipcchan_token_of(const struct ipcchan_token_key *key, u64 number)
{
	u64 spread = number * (key->factor | 1);
	u32 left = spread;
	u32 right = spread >> 32;

	for (u32 i = 0; i < IPCCHAN_TOKEN_ROUNDS; i++) {
		u32 mixed = left ^ hsiphash_1u32(right, &key->rounds[i]);

		left = right;
		right = mixed;
	}
	return (u64)left << 32 | right;
}

/**
 * ipcchan_token_init() - choose the secret
 */
void __init ipcchan_token_init(void)
{
	get_random_bytes(&key, sizeof(key));
}

/**
 * ipcchan_token_new() - a token that was never given before
 *
 * Return: the token, not 0.
 */
u64 ipcchan_token_new(void)
{
	u64 token;

	/* One number of all has the token 0. */
	do {
		token = ipcchan_token_of(&key, atomic64_inc_return(&last));
	} while (unlikely(!token));
	return token;
}
