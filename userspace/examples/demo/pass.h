/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One pass: all words of the text counted once.
 */
#ifndef DEMO_PASS_H
#define DEMO_PASS_H

#include "collector.h"
#include "table.h"
#include "text.h"

/**
 * struct pass - how a pass went
 * @region: where @table is
 * @table: what was counted
 * @findings: of the collector
 * @seconds: how long it took
 * @all_ended_well: every process ended as it should
 */
struct pass {
	struct ipcchan_region *region;
	struct table *table;
	struct findings findings;
	double seconds;
	bool all_ended_well;
};

/**
 * pass_run - count the words of a text
 * @pass: to fill
 * @text: the text
 * @nr_workers: processes that count
 * @stop_at: kill the worker that is about to count this word, or STOP_NEVER
 */
void pass_run(struct pass *pass, const struct text *text, uint32_t nr_workers,
	      uint64_t stop_at);
void pass_end(struct pass *pass);

#endif /* DEMO_PASS_H */
