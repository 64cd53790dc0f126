/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of the dining philosophers.
 */
#ifndef DEMO_TABLE_H
#define DEMO_TABLE_H

#include <stdatomic.h>

#include "kit.h"

#define SEATS	5
#define MEALS	20

/**
 * struct plates - what is shared
 * @taken: how many have each fork: one, or there is a collision
 * @meals: of each philosopher
 * @collisions: forks that two had
 * @seen: meals of both neighbours when each philosopher ended its last meal
 * @longest: most meals of both neighbours between two of one philosopher
 * @refused: philosophers who were told of a deadlock
 * @circle: which
 */
struct plates {
	atomic_int taken[SEATS];
	atomic_int meals[SEATS];
	atomic_int collisions;
	atomic_int seen[SEATS];
	atomic_int longest;
	atomic_int refused;
	struct circle circle;
};

/**
 * struct table - what all know
 * @session: of the part
 * @forks: mutexes; that of a seat's left hand, and of its right hand the next one
 * @gong: barrier of all philosophers
 * @arbitrator: mailbox of who says who may eat, or NULL
 * @plates: shared
 */
struct table {
	struct ipcchan *session;
	int forks[SEATS];
	int gong;
	struct ipcchan_mailbox *arbitrator;
	struct plates *plates;
};

/** table_eat - eat, having both forks */
void table_eat(const struct table *table, int seat);

/** arbitrator_start - start the arbitrator, which ends when all have eaten */
pid_t arbitrator_start(struct table *table);

/** arbitrator_dine - as a philosopher: ask for both forks, eat, give them back */
void arbitrator_dine(const struct table *table, int seat);

#endif /* DEMO_TABLE_H */
