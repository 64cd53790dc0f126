// SPDX-License-Identifier: GPL-2.0
/* Minimising programs. */

#include <string.h>

#include "minimise.h"

/**
 * struct attempt - the state of minimising a program
 * @machine: To try on.
 * @program: What is known to do.
 * @shorter: What is tried.
 * @goal: What it must reach.
 * @nr_goal: How many.
 */
struct attempt {
	struct fuzz_machine *machine;
	struct fuzz_program *program;
	struct fuzz_program shorter;
	__u64 goal[FUZZ_FRESH];
	size_t nr_goal;
};

/* False if there is a finding. */
static bool try_shorter(struct attempt *a)
{
	bool is_good;

	if (!a->shorter.nr || a->shorter.nr == a->program->nr)
		return true;
	is_good = fuzz_execute(a->machine, &a->shorter);
	if (!is_good || fuzz_coverage_has(&a->machine->coverage, a->goal,
					  a->nr_goal))
		*a->program = a->shorter;
	return is_good;
}

static bool try_without_worker(struct attempt *a, unsigned int worker)
{
	a->shorter.nr = 0;
	for (unsigned int i = 0; i < a->program->nr; i++)
		if (a->program->calls[i].worker != worker)
			*fuzz_program_add(&a->shorter) = a->program->calls[i];
	return try_shorter(a);
}

static bool try_without_rest(struct attempt *a, unsigned int nr)
{
	a->shorter = *a->program;
	if (a->shorter.nr > nr)
		a->shorter.nr = nr;
	return try_shorter(a);
}

bool fuzz_minimise(struct fuzz_machine *machine, struct fuzz_program *program)
{
	static struct attempt a;
	bool is_good = true;

	a.machine = machine;
	a.program = program;
	a.nr_goal = machine->coverage.nr_fresh;
	memcpy(a.goal, machine->coverage.fresh, a.nr_goal * sizeof(a.goal[0]));
	for (unsigned int i = 1; is_good && i < FUZZ_WORKERS; i++)
		is_good = try_without_worker(&a, i);
	for (int i = 0; is_good && i < 3; i++)
		is_good = try_without_rest(&a, program->nr - program->nr / 4);
	return is_good;
}
