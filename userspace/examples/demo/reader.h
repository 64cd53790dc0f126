/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reader: sends the lines of a file.
 */
#ifndef DEMO_READER_H
#define DEMO_READER_H

#include "channel.h"
#include "text.h"

/** reader_run - send all of @text to @lines, and how many messages to @reports */
void reader_run(const struct text *text, struct ipcchan_mailbox *lines,
		struct ipcchan_mailbox *reports);

#endif /* DEMO_READER_H */
