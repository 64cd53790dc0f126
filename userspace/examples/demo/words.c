// SPDX-License-Identifier: GPL-2.0
/*
 * Words, as wc -w of the C locale sees them. Not <ctype.h>: it follows the
 * locale.
 */
#include "words.h"

bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_printable(char c)
{
	return c > ' ' && c <= '~';
}

bool is_word(const char *text, size_t length, enum word_rule rule)
{
	if (rule == WORD_IS_ANYTHING)
		return length > 0;
	for (size_t i = 0; i < length; i++)
		if (is_printable(text[i]))
			return true;
	return false;
}

void words_skip_run(struct words *words)
{
	while (words->at < words->end && !is_space(*words->at))
		words->at++;
}

bool words_next(struct words *words, struct word *word)
{
	while (words->at < words->end) {
		word->text = words->at;
		words_skip_run(words);
		word->length = words->at - word->text;
		if (is_word(word->text, word->length, words->rule))
			return true;
		while (words->at < words->end && is_space(*words->at))
			words->at++;
	}
	return false;
}
