// SPDX-License-Identifier: GPL-2.0
/*
 * A computation in phases: in each, a party writes its cell, and then looks at those
 * of the others, which must have written theirs. One is killed in the middle: the
 * others are told, it is replaced, and they go on at a barrier that was reset.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "kit.h"
#include "parts.h"
#include "process.h"

#define PARTIES	4
#define PHASES	20
#define FATAL	8
#define VICTIM	(PARTIES - 1)

/**
 * struct grid - what is shared
 * @cells: of each party, the phase in which it is
 * @early: looks that saw a cell of another phase
 * @told: parties that were told of a death
 */
struct grid {
	atomic_int cells[PARTIES];
	atomic_int early;
	atomic_int told;
};

/**
 * struct computation - what all know
 * @barrier: between the phases, or NONE
 * @go_on: event: the barrier is in order again
 * @first: phase that a party begins with
 * @last: phase that a party ends with
 * @fatal: phase in which the victim is killed, or 0
 * @grid: shared
 */
struct computation {
	int barrier;
	int go_on;
	int first;
	int last;
	int fatal;
	struct grid *grid;
};

/*
 * Is the barrier broken? Who ends after the last phase leaves; else that would be a
 * death.
 */
static bool is_broken(const struct computation *computation, int phase)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;
	int result;

	if (computation->barrier == NONE)
		return false;
	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	if (phase == computation->last)
		options.flags = IPCCHAN_BARRIER_LEAVE;
	result = ipcchan_barrier_wait(computation->barrier, &options);
	if (result == -EOWNERDEAD)
		return true;
	require(result, "wait at a barrier");
	return false;
}

static void await_go(const struct computation *computation)
{
	struct ipcchan_wait_options options = IPCCHAN_WAIT_OPTIONS;

	computation->grid->told++;
	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	require(ipcchan_event_wait(computation->go_on, &options),
		"wait for an event");
}

/* None is more than one phase ahead, as that one waits for us. */
static void look(struct grid *grid, int phase)
{
	for (int i = 0; i < PARTIES; i++) {
		int cell = grid->cells[i];

		grid->early += cell < phase || cell > phase + 1;
	}
}

static void compute(void *context, int number)
{
	const struct computation *computation = context;
	struct grid *grid = computation->grid;

	for (int i = computation->first; i <= computation->last; i++) {
		if (i == computation->fatal && number == VICTIM)
			raise(SIGKILL);
		for (int j = 0; j < number; j++)
			nap();
		grid->cells[number] = i;
		while (is_broken(computation, i))
			await_go(computation);
		look(grid, i);
	}
}

/* Returns when the others were told. */
static bool await_death(struct crew *crew, const struct grid *grid)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);
	bool well = process_join(crew->pids[VICTIM]);

	while (grid->told < PARTIES - 1)
		look_again(deadline);
	crew->nr = VICTIM;
	return check(!well, "the victim lives.");
}

static bool run_naive(void)
{
	struct computation computation = {
		.barrier = NONE,
		.first = 1,
		.last = PHASES,
		.grid = shared_new(sizeof(*computation.grid)),
	};
	struct crew crew = { 0 };
	bool good;

	crew_start(&crew, PARTIES, compute, &computation);
	good = crew_join(&crew);
	printf("   naive: %d looks see a cell of another phase\n",
	       computation.grid->early);
	return check(computation.grid->early > 0, "no race.") && good;
}

static bool run_ours(struct ipcchan *session)
{
	struct computation computation = {
		.barrier = barrier_new(session, PARTIES),
		.go_on = event_new(session, IPCCHAN_OPEN_MANUAL_RESET),
		.first = 1,
		.last = PHASES,
		.fatal = FATAL,
		.grid = shared_new(sizeof(*computation.grid)),
	};
	struct grid *grid = computation.grid;
	struct crew crew = { 0 };
	bool good;

	crew_start(&crew, PARTIES, compute, &computation);
	good = await_death(&crew, grid);
	printf("   with a barrier: one is killed in phase %d, %d are told: EOWNERDEAD\n",
	       FATAL, grid->told);
	require(ipcchan_barrier_reset(computation.barrier), "reset a barrier");
	require(ipcchan_event_set(computation.go_on), "set an event");
	computation.first = FATAL;
	computation.fatal = 0;
	crew_add(&crew, compute, &computation);
	good = crew_join(&crew) && good;
	printf("   it is replaced, and all end phase %d; %d looks see a cell of another phase\n",
	       grid->cells[VICTIM], grid->early);
	good &= check(grid->told == PARTIES - 1, "%d were told.", grid->told);
	for (int i = 0; i < PARTIES; i++)
		good &= check(grid->cells[i] == PHASES, "%d is in phase %d.", i,
			      grid->cells[i]);
	return check(!grid->early, "the barrier let one through.") && good;
}

bool phases_run(struct ipcchan *session)
{
	bool good;

	printf("%d parties compute in %d phases, and wait for each other between.\n",
	       PARTIES, PHASES);
	good = run_naive();
	return run_ours(session) && good;
}
