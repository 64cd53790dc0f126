/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters: which messages a receiver wants.
 */
#ifndef IPCCHAN_FILTER_H
#define IPCCHAN_FILTER_H

#include <linux/types.h>

struct ipcchan_queue_entry;

/**
 * DOC: Filter
 *
 * All that a filter says must hold for an entry to match. One that has just
 * been initialised matches every entry; zeroed, it is for type 0 only.
 *
 * A range whose end is before its begin has no types in it: no entry matches,
 * or, with @except, those of any type.
 */

/**
 * struct ipcchan_filter - what an entry must be to match
 * @client: from this sender; 0: from any
 * @type_min: begin of the range of types
 * @type_max: end of it, in it
 * @min_priority: of this priority or a higher one
 * @except: of a type outside the range, rather than in it
 */
struct ipcchan_filter {
	u64 client;
	u32 type_min;
	u32 type_max;
	u32 min_priority;
	bool except;
};

void ipcchan_filter_init(struct ipcchan_filter *filter);
bool ipcchan_filter_is_valid(const struct ipcchan_filter *filter);
bool ipcchan_filter_lets(const struct ipcchan_filter *filter, u64 client,
			 u32 type, u32 priority);
bool ipcchan_filter_matches(const struct ipcchan_filter *filter,
			    const struct ipcchan_queue_entry *e);

/* The highest type that a message can have. */
#define IPCCHAN_TYPE_LAST (~(u32)0)

/**
 * ipcchan_filter_is_any_type() - whether a filter matches every type
 * @filter: the filter
 *
 * Return: whether it does.
 */
static inline bool
ipcchan_filter_is_any_type(const struct ipcchan_filter *filter)
{
	if (filter->except)
		return filter->type_min > filter->type_max;
	return filter->type_min == 0 && filter->type_max == IPCCHAN_TYPE_LAST;
}

/**
 * ipcchan_filter_is_any() - whether a filter matches every entry
 * @filter: the filter
 *
 * Return: whether it does.
 */
static inline bool ipcchan_filter_is_any(const struct ipcchan_filter *filter)
{
	return !filter->client && !filter->min_priority && ipcchan_filter_is_any_type(filter);
}

#endif /* IPCCHAN_FILTER_H */
