/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tokens: numbers that nobody can guess and that never come again.
 */
#ifndef IPCCHAN_TOKEN_H
#define IPCCHAN_TOKEN_H

#include <linux/siphash.h>
#include <linux/types.h>

#define IPCCHAN_TOKEN_ROUNDS 2

/**
 * struct ipcchan_token_key - what makes the tokens of one load of the module
 * @factor: a secret; its lowest bit counts as set
 * @rounds: a secret for each
 */
struct ipcchan_token_key {
	u64 factor;
	hsiphash_key_t rounds[IPCCHAN_TOKEN_ROUNDS];
};

u64 ipcchan_token_of(const struct ipcchan_token_key *key, u64 number);
void ipcchan_token_init(void);
u64 ipcchan_token_new(void);

#endif /* IPCCHAN_TOKEN_H */
