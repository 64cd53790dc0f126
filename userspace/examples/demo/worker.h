/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A worker: receives lines and counts their words.
 */
#ifndef DEMO_WORKER_H
#define DEMO_WORKER_H

#include "channel.h"
#include "table.h"
#include "words.h"

/**
 * struct worker - one worker
 * @number: which, from 0
 * @rule: what a word is
 * @table: where to count
 * @lines: where from
 * @reports: to the collector
 */
struct worker {
	uint32_t number;
	enum word_rule rule;
	struct table *table;
	struct ipcchan_mailbox *lines;
	struct ipcchan_mailbox *reports;
};

/** worker_run - work until no line is left and nobody can send another */
void worker_run(const struct worker *worker);

#endif /* DEMO_WORKER_H */
