/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages to standard output, for the verbs that receive.
 */
#ifndef IPCCHAN_RECEIVE_H
#define IPCCHAN_RECEIVE_H

#include <ipcchan.h>
#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "select.h"

/**
 * struct receiving - one run of the verb
 * @name: The mailbox's name.
 * @mailbox: The mailbox.
 * @count: --count: messages still to receive.
 * @is_counted: --count was given.
 * @follow: --follow: no matter how many.
 * @min_count: --min-count: messages of one call.
 * @linger_ns: --linger: how long it waits for the last of them.
 * @max_size: --max-size.
 * @wait: --timeout and --nonblock.
 * @select: --type, --except, --from and --min-priority.
 * @print: --output and --verbose.
 */
struct receiving {
	const char *name;
	struct ipcchan_mailbox *mailbox;
	uint64_t count;
	bool is_counted;
	bool follow;
	uint32_t min_count;
	uint64_t linger_ns;
	uint32_t max_size;
	struct wait_options wait;
	struct select_options select;
	struct print_options print;
};

/* Receive and print; return at the end, or fail(). */
void receive_all(struct receiving *receiving);

#endif /* IPCCHAN_RECEIVE_H */
