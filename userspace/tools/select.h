/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which messages a verb is for.
 */
#ifndef IPCCHAN_SELECT_H
#define IPCCHAN_SELECT_H

#include <argp.h>
#include <ipcchan.h>

/**
 * struct select_options - --type, --except, --from, --min-priority, by select_argp
 * @flags: IPCCHAN_FILTER if any was given, IPCCHAN_EXCEPT.
 * @type: --type as it was written, or NULL.
 * @type_min: The lowest type.
 * @type_max: The highest.
 * @client: --from, or 0.
 * @min_priority: --min-priority.
 */
struct select_options {
	uint32_t flags;
	const char *type;
	uint32_t type_min;
	uint32_t type_max;
	uint64_t client;
	uint32_t min_priority;
};

extern const struct argp select_argp;

/* Says it in a call. */
void select_messages(const struct select_options *select,
		     struct ipcchan_receive_options *how);

#endif /* IPCCHAN_SELECT_H */
