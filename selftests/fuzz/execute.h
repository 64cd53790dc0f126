/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running a program, in a process group of its own that is gone afterwards.
 *
 * A program that gets no further, as calls may sleep for ever, is interrupted by
 * a signal or, after some signals or at once, killed. That a call does not end
 * that has to, or a process that is killed, is a finding.
 */
#ifndef FUZZ_EXECUTE_H
#define FUZZ_EXECUTE_H

#include "coverage.h"
#include "judge.h"

/**
 * struct fuzz_machine - what is needed to run programs
 * @shared: What the last program left; its finding.
 * @coverage: What was reached.
 * @charges: What users are charged.
 * @is_stuck: A process cannot be killed: no further program can be judged.
 * @calls: Calls made so far.
 * @programs: Programs run so far.
 */
struct fuzz_machine {
	struct fuzz_shared *shared;
	struct fuzz_coverage coverage;
	struct fuzz_charges charges;
	bool is_stuck;
	__u64 calls;
	__u64 programs;
};

/** fuzz_machine_open - false if something is missing */
bool fuzz_machine_open(struct fuzz_machine *machine);
void fuzz_machine_close(struct fuzz_machine *machine);

/** fuzz_execute - false if there is a finding: machine->shared->finding */
bool fuzz_execute(struct fuzz_machine *machine,
		  const struct fuzz_program *program);

#endif /* FUZZ_EXECUTE_H */
