/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words, as wc -w of the C locale sees them.
 */
#ifndef DEMO_WORDS_H
#define DEMO_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum word_rule - what makes a run of bytes between spaces a word
 * @WORD_IS_PRINTABLE: it has a printable character (busybox, coreutils to 9.4)
 * @WORD_IS_ANYTHING: nothing more (coreutils from 9.5 on)
 */
enum word_rule {
	WORD_IS_PRINTABLE,
	WORD_IS_ANYTHING,
};

/**
 * struct word - a word where it stands; not terminated
 * @text: its first byte
 * @length: its bytes
 */
struct word {
	const char *text;
	size_t length;
};

/**
 * struct words - what is left of a text that is taken apart
 * @at: the next byte
 * @end: behind the last byte
 * @rule: of wc -w on this machine
 */
struct words {
	const char *at;
	const char *end;
	enum word_rule rule;
};

bool is_space(char c);

/** is_word - do these bytes, none of them a space, make a word? */
bool is_word(const char *text, size_t length, enum word_rule rule);

/** words_skip_run - leave out the bytes up to the next space */
void words_skip_run(struct words *words);

/** words_next - take the next word; false if there is none */
bool words_next(struct words *words, struct word *word);

#endif /* DEMO_WORDS_H */
