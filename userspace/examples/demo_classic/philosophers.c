// SPDX-License-Identifier: GPL-2.0
/*
 * The dining philosophers, in four ways. The naive one is led into the deadlock: all
 * have their left fork before any wants the right one. One of them is refused then,
 * puts its fork down, and all eat.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"
#include "process.h"
#include "table.h"

static int meals_beside(const struct plates *plates, int seat)
{
	return plates->meals[(seat + 1) % SEATS] +
	       plates->meals[(seat + SEATS - 1) % SEATS];
}

/* It is hungry again at once: what its neighbours ate meanwhile, it waited for. */
static void note_wait(struct plates *plates, int seat)
{
	int waited = meals_beside(plates, seat) - plates->seen[seat];

	if (plates->meals[seat] && waited > plates->longest)
		plates->longest = waited;
}

void table_eat(const struct table *table, int seat)
{
	struct plates *plates = table->plates;
	int right = (seat + 1) % SEATS;

	note_wait(plates, seat);
	plates->collisions += atomic_fetch_add(&plates->taken[seat], 1);
	plates->collisions += atomic_fetch_add(&plates->taken[right], 1);
	nap();
	plates->taken[seat]--;
	plates->taken[right]--;
	plates->meals[seat]++;
	plates->seen[seat] = meals_beside(plates, seat);
}

static void put_down(const struct table *table, int seat)
{
	mutex_unlock(table->forks[seat]);
	mutex_unlock(table->forks[(seat + 1) % SEATS]);
}

/* As mutex_lock(), but a deadlock is returned and told. */
static int try_fork(int fork, struct circle *circle)
{
	struct ipcchan_lock_options options = IPCCHAN_LOCK_OPTIONS;
	int result;

	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	options.cycle = circle->steps;
	options.cycle_count = IPCCHAN_CYCLE_MAX;
	options.cycle_length = &circle->length;
	result = ipcchan_mutex_lock(fork, &options);
	if (result != -EDEADLK)
		require(result, "take a fork");
	return result;
}

static void dine_naive(void *context, int seat)
{
	const struct table *table = context;
	int right = table->forks[(seat + 1) % SEATS];
	struct circle circle = { 0 };

	mutex_lock(table->forks[seat]);
	barrier_meet(table->gong);
	if (try_fork(right, &circle)) {
		table->plates->refused++;
		table->plates->circle = circle;
		mutex_unlock(table->forks[seat]);
		mutex_lock(table->forks[seat]);
		mutex_lock(right);
	}
	table_eat(table, seat);
	put_down(table, seat);
}

static void dine_ranked(void *context, int seat)
{
	const struct table *table = context;
	int right = (seat + 1) % SEATS;
	int first = seat < right ? seat : right;

	barrier_meet(table->gong);
	for (int i = 0; i < MEALS; i++) {
		mutex_lock(table->forks[first]);
		mutex_lock(table->forks[seat + right - first]);
		table_eat(table, seat);
		put_down(table, seat);
	}
}

static void dine_both(void *context, int seat)
{
	const struct table *table = context;
	int forks[] = {
		table->forks[seat], table->forks[(seat + 1) % SEATS],
	};

	barrier_meet(table->gong);
	for (int i = 0; i < MEALS; i++) {
		both_acquire(table->session, forks, 0);
		table_eat(table, seat);
		put_down(table, seat);
	}
}

static void dine_asking(void *context, int seat)
{
	const struct table *table = context;

	barrier_meet(table->gong);
	for (int i = 0; i < MEALS; i++)
		arbitrator_dine(table, seat);
}

static struct table table_lay(struct ipcchan *session, bool is_ranked)
{
	struct table table = {
		.session = session,
		.gong = barrier_new(session, SEATS),
		.plates = shared_new(sizeof(*table.plates)),
	};

	for (int i = 0; i < SEATS; i++)
		table.forks[i] = mutex_new(session, 0, is_ranked ? i + 1 : 0);
	return table;
}

static bool check_meals(const struct plates *plates, int meals)
{
	bool good = check(!plates->collisions, "%d forks were used by two.",
			  plates->collisions);

	for (int i = 0; i < SEATS; i++)
		good &= check(plates->meals[i] == meals, "%d ate %d times.", i,
			      plates->meals[i]);
	return good;
}

static bool dine(struct table *table, const char *name,
		 void (*way)(void *context, int seat))
{
	struct crew crew = { 0 };
	bool good;

	crew_start(&crew, SEATS, way, table);
	good = crew_join(&crew) && check_meals(table->plates, MEALS);
	printf("   %-21s each eats %d times, and waits for at most %d meals beside it\n",
	       name, MEALS, table->plates->longest);
	return good;
}

static bool run_naive(struct ipcchan *session)
{
	struct table table = table_lay(session, false);
	const struct plates *plates = table.plates;
	struct crew crew = { 0 };
	struct crew ended;
	bool good;

	crew_start(&crew, SEATS, dine_naive, &table);
	ended = crew;
	good = crew_join(&crew) && check_meals(plates, 1);
	printf("   naive, left, then right: %d of %d is refused, EDEADLK:\n      ",
	       plates->refused, SEATS);
	circle_show(&plates->circle);
	puts("      it puts its fork down, and all eat");
	good &= check(plates->refused == 1, "not one is refused.");
	return circle_check(&plates->circle, &ended) && good;
}

/* The lower one first; the other way round is refused, though both are free. */
static bool run_ranked(struct ipcchan *session)
{
	struct table table = table_lay(session, true);
	struct circle circle = { .length = 1 };
	bool good = dine(&table, "the lower fork first:", dine_ranked);
	int result;

	mutex_lock(table.forks[SEATS - 1]);
	result = try_fork(table.forks[0], &circle);
	mutex_unlock(table.forks[SEATS - 1]);
	printf("      the forks have ranks: the higher one first is %s\n",
	       result == -EDEADLK ? "refused, EDEADLK" : "not refused");
	return check(result == -EDEADLK && !circle.length,
		     "the rank is no matter.") && good;
}

static bool run_both(struct ipcchan *session)
{
	struct table table = table_lay(session, false);

	return dine(&table, "both at once:", dine_both);
}

static bool run_arbitrator(struct ipcchan *session)
{
	struct table table = table_lay(session, false);
	pid_t arbitrator = arbitrator_start(&table);
	bool good = dine(&table, "by an arbitrator:", dine_asking);

	return check(process_join(arbitrator), "the arbitrator failed.") &&
	       good;
}

bool philosophers_run(struct ipcchan *session)
{
	bool good;

	printf("%d dining philosophers, and a fork between each two.\n", SEATS);
	good = run_naive(session);
	good = run_ranked(session) && good;
	good = run_both(session) && good;
	return run_arbitrator(session) && good;
}
