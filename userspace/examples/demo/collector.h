/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The collector: watches the others, and kills one if that is its task.
 */
#ifndef DEMO_COLLECTOR_H
#define DEMO_COLLECTOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "channel.h"
#include "table.h"

/**
 * struct crew - the processes of one pass
 * @reader: pid of the reader
 * @workers: pids of the workers
 * @nr_workers: how many
 */
struct crew {
	pid_t reader;
	pid_t workers[WORKERS_MAX];
	uint32_t nr_workers;
};

/* For victim: nobody. */
#define NOBODY	(-1)

/**
 * struct findings - what the collector saw
 * @sent: messages the reader sent, 0 until it reported
 * @victim: the worker it killed, or NOBODY
 * @victim_pid: the pid the kernel stamped on that worker's report
 * @taken_by_then: messages received when it was killed
 * @hangs: nothing moved for too long
 */
struct findings {
	uint64_t sent;
	int victim;
	pid_t victim_pid;
	uint64_t taken_by_then;
	bool hangs;
};

/** taken_messages - messages that all workers together received */
uint64_t taken_messages(const struct table *table);

/** collector_run - until all processes of the crew closed @reports, or hang */
void collector_run(const struct crew *crew, const struct table *table,
		   struct ipcchan_mailbox *reports, struct findings *findings);

#endif /* DEMO_COLLECTOR_H */
