// SPDX-License-Identifier: GPL-2.0
/* The corpus. */

#include <stdio.h>
#include <string.h>

#include "corpus.h"

void fuzz_corpus_add(struct fuzz_corpus *corpus,
		     const struct fuzz_program *program)
{
	if (program->nr && corpus->nr < FUZZ_KEPT)
		corpus->programs[corpus->nr++] = *program;
}

bool fuzz_corpus_load(struct fuzz_corpus *corpus, const char *path)
{
	static struct fuzz_program program;
	static char line[FUZZ_TEXT];
	const char *where = path;
	bool is_good = true;
	FILE *file = fopen(path, "re");

	if (!file) {
		fprintf(stderr, "fuzz: %s cannot be read\n", path);
		return false;
	}
	while (is_good && fgets(line, sizeof(line), file)) {
		is_good = fuzz_program_parse(&program, line, &where);
		fuzz_corpus_add(corpus, &program);
	}
	if (!is_good)
		fprintf(stderr, "fuzz: %s: no call of a program: %.*s\n", path,
			(int)strcspn(where, ";\n"), where);
	fclose(file);
	return is_good;
}

const struct fuzz_program *fuzz_corpus_pick(const struct fuzz_corpus *corpus,
					    struct fuzz_random *random)
{
	return corpus->nr ? &corpus->programs[fuzz_below(random, corpus->nr)] :
			    NULL;
}
