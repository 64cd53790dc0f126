/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text whose words are counted.
 */
#ifndef DEMO_TEXT_H
#define DEMO_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "words.h"

/**
 * struct text - a file
 * @path: where it is
 * @bytes: its content, mapped
 * @size: of @bytes
 * @words: what wc -w says
 * @rule: how wc -w counts
 */
struct text {
	const char *path;
	const char *bytes;
	size_t size;
	uint64_t words;
	enum word_rule rule;
};

/** text_open - map the file at @path, and ask wc -w */
void text_open(struct text *text, const char *path);

#endif /* DEMO_TEXT_H */
