/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs: what the fuzzer makes up, runs, keeps and replays.
 *
 * A program is a list of calls. Those of worker 0 are made first, one by one.
 * Then the process forks, each of the two starts a thread, and the four workers
 * 1 to 4 (1, 2: threads of the first process; 3, 4: of the second) make theirs
 * at once, each in the order of the list.
 *
 * As text a call is "WORKER OP ARGUMENT...", the arguments in hexadecimal, 0
 * for those that are left out at the end; calls are separated by ";" or a new
 * line, and what follows "#" is a remark.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "op.h"

#define FUZZ_WORKERS		5
#define FUZZ_CALLS		96

/* Bytes that the text of any program fits into. */
#define FUZZ_TEXT		40960

/**
 * struct fuzz_call - a call of a program
 * @op: What is called.
 * @worker: Who calls.
 * @args: With what; see op->args.
 */
struct fuzz_call {
	const struct fuzz_op *op;
	unsigned int worker;
	__u64 args[FUZZ_ARGS];
};

/**
 * struct fuzz_program - a program
 * @nr: Number of calls.
 * @calls: The calls.
 */
struct fuzz_program {
	unsigned int nr;
	struct fuzz_call calls[FUZZ_CALLS];
};

/** fuzz_program_print - write the text, on one line, into FUZZ_TEXT bytes */
void fuzz_program_print(const struct fuzz_program *program, char *text);

/** fuzz_program_parse - false, and *@where tells where, if it is no program */
bool fuzz_program_parse(struct fuzz_program *program, const char *text,
			const char **where);

/** fuzz_program_add - a new call at the end, zeroed; NULL if it is full */
struct fuzz_call *fuzz_program_add(struct fuzz_program *program);

/** fuzz_program_remove - take call @index out */
void fuzz_program_remove(struct fuzz_program *program, unsigned int index);

#endif /* FUZZ_PROGRAM_H */
