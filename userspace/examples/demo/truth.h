/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The truth: what wc -w says.
 */
#ifndef DEMO_TRUTH_H
#define DEMO_TRUTH_H

#include <stdint.h>

#include "words.h"

/** truth_words - run wc -w on the file at @path */
uint64_t truth_words(const char *path);

/** truth_rule - find out which bytes wc -w takes for words */
enum word_rule truth_rule(void);

#endif /* DEMO_TRUTH_H */
