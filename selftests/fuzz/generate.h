/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making up programs, from nothing or from others. All that is random comes
 * from the source that is given: the same state makes the same program.
 */
#ifndef FUZZ_GENERATE_H
#define FUZZ_GENERATE_H

#include "program.h"
#include "random.h"

/** fuzz_generate - a new program */
void fuzz_generate(struct fuzz_random *random, struct fuzz_program *program);

/** fuzz_opening - how programs may begin: text number @index, or NULL */
const char *fuzz_opening(size_t index);

/** fuzz_mutate - change a program a little; @other may lend it calls */
void fuzz_mutate(struct fuzz_random *random, struct fuzz_program *program,
		 const struct fuzz_program *other);

#endif /* FUZZ_GENERATE_H */
