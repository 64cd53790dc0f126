// SPDX-License-Identifier: GPL-2.0
/*
 * Locks: all kinds, in all scenarios.
 */
#include "locks.h"

#include <err.h>

#include "figures.h"
#include "lock.h"
#include "table.h"

/*
 * By how much there are more pairs in a repeat than hand-offs, so that what an interrupt
 * costs is little against them; and more again of those that do not enter the kernel.
 */
#define MORE_PAIRS	10

/* Rounds while system calls are counted: one too many in ten would show. */
#define COUNTED_ROUNDS	20

static const struct lock *const locks[] = {
	&getppid_lock,
	&pthread_lock,
	&pthread_pi_lock,
	&posix_semaphore_lock,
	&sysv_lock,
	&sysv_undo_lock,
	&ntsync_mutex_lock,
	&ntsync_semaphore_lock,
	&mutex_lock,
	&semaphore_lock,
	&semaphore_undo_lock,
};

#define NR_LOCKS	(sizeof(locks) / sizeof(*locks))

/* Of a pair, and of a hand-off; no time: it cannot. */
static struct figures pairs[NR_LOCKS];
static struct figures hand_offs[NR_LOCKS];

static struct figures measure_pair(const struct lock *lock, unsigned int rounds)
{
	const struct mechanism mechanism = lock_pair(lock);
	struct pair pair = {
		.mechanism = &mechanism,
		.size = sizeof(uint64_t),
		.rounds = MORE_PAIRS * rounds,
	};
	struct figures figures = figures_measure(&pair, COUNTED_ROUNDS);

	if (figures.syscalls)
		return figures;
	pair.rounds *= MORE_PAIRS;
	return figures_measure(&pair, COUNTED_ROUNDS);
}

/* A round is two of them. */
static struct figures measure_hand_off(const struct lock *lock,
				       unsigned int rounds)
{
	const struct mechanism mechanism = lock_hand_off(lock);
	const struct pair pair = {
		.mechanism = &mechanism,
		.size = sizeof(uint64_t),
		.rounds = rounds,
	};
	struct figures figures = figures_measure(&pair, COUNTED_ROUNDS);

	figures.ns /= 2;
	figures.syscalls /= 2;
	figures.switches /= 2;
	return figures;
}

static double spread_of(size_t at)
{
	return pairs[at].spread > hand_offs[at].spread ? pairs[at].spread :
							 hand_offs[at].spread;
}

bool locks_run(unsigned int rounds, double widest)
{
	bool alike = true;

	for (size_t at = 0; at < NR_LOCKS; at++) {
		const struct lock *lock = locks[at];

		if (lock->exists && !lock->exists())
			continue;
		pairs[at] = measure_pair(lock, rounds);
		if (!lock->keeps_nobody_out)
			hand_offs[at] = measure_hand_off(lock, rounds);
		if (spread_of(at) <= widest)
			continue;
		alike = false;
		warnx("%s: repeats differ by %.2f %%", lock->name,
		      100 * spread_of(at));
	}
	return alike;
}

static struct libscols_table *new_table(bool json, const char *unit)
{
	struct libscols_table *table = table_new("locks", json);
	char name[40];

	table_column(table, "lock", false);
	snprintf(name, sizeof(name), "%s of a pair", unit);
	table_column(table, json ? "pair" : name, true);
	table_column(table, json ? "pair_syscalls" : "system calls", true);
	snprintf(name, sizeof(name), "%s of a hand-off", unit);
	table_column(table, json ? "hand_off" : name, true);
	table_column(table, json ? "hand_off_syscalls" : "system calls", true);
	table_column(table, json ? "hand_off_switches" : "context switches",
		     true);
	table_column(table, json ? "spread" : "spread %", true);
	return table;
}

static void add_line(struct libscols_table *table, bool json, size_t at)
{
	struct libscols_line *line = table_line(table);
	const struct figures *pair = &pairs[at];
	const struct figures *hand_off = &hand_offs[at];
	size_t next = 0;

	table_cell(line, &next, "%s", locks[at]->name);
	if (!pair->ns) {
		table_nothing(line, &next, json, 6);
		return;
	}
	table_cell(line, &next, "%.0f", pair->ns);
	table_cell(line, &next, "%.2f", pair->syscalls);
	if (hand_off->ns) {
		table_cell(line, &next, "%.0f", hand_off->ns);
		table_cell(line, &next, "%.2f", hand_off->syscalls);
		table_cell(line, &next, "%.2f", hand_off->switches);
	} else {
		table_nothing(line, &next, json, 3);
	}
	table_cell(line, &next, json ? "%.6f" : "%.2f",
		   spread_of(at) * (json ? 1 : 100));
}

static struct libscols_table *fill_table(bool json, const char *unit)
{
	struct libscols_table *table = new_table(json, unit);

	for (size_t at = 0; at < NR_LOCKS; at++)
		add_line(table, json, at);
	return table;
}

void locks_print(FILE *out, const char *unit)
{
	fprintf(out, "A lock taken and given back, and one given to who waits for it:\n");
	table_print(out, fill_table(false, unit));
}

void locks_print_json(FILE *out)
{
	table_print_field(out, fill_table(true, NULL));
}
