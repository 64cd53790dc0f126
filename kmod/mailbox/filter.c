// SPDX-License-Identifier: GPL-2.0
/*
 * Filters: which messages a receiver wants.
 */
#include "mailbox/filter.h"
#include "mailbox/queue.h"

/**
 * ipcchan_filter_init() - make a filter that matches every entry
 * @filter: the filter
 */
void ipcchan_filter_init(struct ipcchan_filter *filter)
{
	*filter = (struct ipcchan_filter) { .type_max = IPCCHAN_TYPE_LAST };
}

/**
 * ipcchan_filter_is_valid() - whether user space may have such a filter
 * @filter: the filter
 *
 * Return: whether its range has an end behind its begin, and its priority
 * exists.
 */
bool ipcchan_filter_is_valid(const struct ipcchan_filter *filter)
{
	return filter->type_min <= filter->type_max &&
	       filter->min_priority < IPCCHAN_PRIORITIES;
}

static bool matches_type(const struct ipcchan_filter *filter, u32 type)
{
	bool is_in_range = type >= filter->type_min && type <= filter->type_max;

	return is_in_range != filter->except;
}

/**
 * ipcchan_filter_lets() - whether an entry like this is wanted
 * @filter: by this filter
 * @client: its sender
 * @type: its type
 * @priority: its priority
 *
 * Return: whether it is.
 */
bool ipcchan_filter_lets(const struct ipcchan_filter *filter, u64 client,
			 u32 type, u32 priority)
{
	if (filter->client && filter->client != client)
		return false;
	return priority >= filter->min_priority && matches_type(filter, type);
}

/**
 * ipcchan_filter_matches() - whether an entry is wanted
 * @filter: by this filter
 * @e: the entry, queued or not
 *
 * Return: whether it is.
 */
bool ipcchan_filter_matches(const struct ipcchan_filter *filter,
			    const struct ipcchan_queue_entry *e)
{
	return ipcchan_filter_lets(filter, e->client, e->type, e->priority);
}
