/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words for numbers of the ABI: deliveries, policies and the like.
 */
#ifndef IPCCHAN_WORDS_H
#define IPCCHAN_WORDS_H

#include <argp.h>
#include <stdint.h>

/**
 * struct word - a number and what it is called
 * @text: The word; NULL ends a table.
 * @number: The number.
 */
struct word {
	const char *text;
	uint32_t number;
};

extern const struct word deliveries[];
extern const struct word policies[];
extern const struct word subscriber_policies[];
extern const struct word notices[];
extern const struct word call_states[];

/* The word for a number; "?" if a newer kernel knows more. */
const char *word_of(const struct word *words, uint32_t number);

/* The number of a word; a usage error that names them all if it is none. */
uint32_t parse_word(struct argp_state *state, const char *what,
		    const char *text, const struct word *words);

#endif /* IPCCHAN_WORDS_H */
