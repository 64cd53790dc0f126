/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that are taken away from a process, so that each access to them stops
 * it, by userfaultfd(2).
 */
#ifndef DEATH_PAGES_H
#define DEATH_PAGES_H

#include "death_points.h"

/**
 * struct pages - the pages of a victim
 * @victim: Whose.
 * @faults: Its userfaultfd, in the test.
 * @is_there: Which of them it has.
 * @copies: What is in the others.
 */
struct pages {
	const struct victim *victim;
	int faults;
	bool is_there[DEATH_PAGES];
	unsigned char copies[DEATH_PAGES][DEATH_PAGE];
};

/** pages_watch - in the victim: a descriptor that tells of accesses */
int pages_watch(const struct victim *victim);

/** pages_take - take all of them; @faults is the descriptor of the victim */
void pages_take(struct pages *pages, const struct victim *victim, int faults);

/** pages_pass - an access has been told of: let it go on, and take all others */
void pages_pass(struct pages *pages);

/** pages_return - give back all that are taken */
void pages_return(struct pages *pages);

#endif /* DEATH_PAGES_H */
