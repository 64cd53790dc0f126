/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the processes tell each other: types of messages.
 */
#ifndef DEMO_REPORT_H
#define DEMO_REPORT_H

#include <stdint.h>

/**
 * enum line_type - messages from the reader to the workers
 * @LINE: a line, or the part of a long one that fits into a message
 * @LINE_REST: a part whose first bytes belong to a word that is in the part
 *	before it already
 */
enum line_type {
	LINE,
	LINE_REST,
};

/**
 * enum report_type - messages to the collector, each a struct report
 * @REPORT_READER_DONE: everything is sent; @number messages
 * @REPORT_WORKER_DONE: worker @number has nothing more to receive
 * @REPORT_WORKER_HOLDS: worker @number stands still, with the mutex, at the
 *	word where it is to be killed
 */
enum report_type {
	REPORT_READER_DONE,
	REPORT_WORKER_DONE,
	REPORT_WORKER_HOLDS,
};

/**
 * struct report - body of a message to the collector
 * @number: see enum report_type
 */
struct report {
	uint64_t number;
};

#endif /* DEMO_REPORT_H */
