/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The corpus: programs worth changing, as each was the first to reach something.
 *
 * A file of it holds one program a line.
 */
#ifndef FUZZ_CORPUS_H
#define FUZZ_CORPUS_H

#include "program.h"
#include "random.h"

/* More are not kept: the module has not so many places. */
#define FUZZ_KEPT		2048

/**
 * struct fuzz_corpus - programs
 * @nr: How many.
 * @programs: They.
 */
struct fuzz_corpus {
	unsigned int nr;
	struct fuzz_program programs[FUZZ_KEPT];
};

/** fuzz_corpus_add - keep a program, if it has a call and there is room */
void fuzz_corpus_add(struct fuzz_corpus *corpus,
		     const struct fuzz_program *program);

/** fuzz_corpus_load - add a file; false, and it says why, if it is no corpus */
bool fuzz_corpus_load(struct fuzz_corpus *corpus, const char *path);

/** fuzz_corpus_pick - one of them; NULL if there is none */
const struct fuzz_program *fuzz_corpus_pick(const struct fuzz_corpus *corpus,
					    struct fuzz_random *random);

#endif /* FUZZ_CORPUS_H */
