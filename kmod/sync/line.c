// SPDX-License-Identifier: GPL-2.0
/*
 * The line of an object: who stands before whom.
 */
#include <linux/list_sort.h>
#include <linux/sched.h>

#include "sync/line.h"

/* Is one who comes before the other? */
static bool goes_before(const struct ipcchan_want *want,
			const struct ipcchan_want *other)
{
	if (want->goes_first || other->goes_first)
		return !other->goes_first;
	return READ_ONCE(want->waiting->wait.task->prio) <
	       READ_ONCE(other->waiting->wait.task->prio);
}

static int by_priority(void *priv, const struct list_head *a,
		       const struct list_head *b)
{
	return goes_before(list_entry(b, struct ipcchan_want, node),
			   list_entry(a, struct ipcchan_want, node));
}

/**
 * ipcchan_line_enter() - stand in the line of an object
 * @want: of it; whoever stood there keeps its place among the others
 */
void ipcchan_line_enter(struct ipcchan_want *want)
{
	const bool may_pass = want->goes_first || want->sync->by_priority;
	struct ipcchan_want *other;

	lockdep_assert_held(&ipcchan_waits.lock);
	want->overtaken = false;
	want->sync->nr_wants++;
	list_for_each_entry_reverse(other, &want->sync->wants, node)
		if (!may_pass || !goes_before(want, other)) {
			list_add(&want->node, &other->node);
			return;
		}
	list_add(&want->node, &want->sync->wants);
}

static bool is_in_order(const struct ipcchan_sync *sync)
	__must_hold(&ipcchan_waits.lock)
{
	const struct ipcchan_want *last = NULL;
	const struct ipcchan_want *want;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry(want, &sync->wants, node) {
		if (last && goes_before(want, last))
			return false;
		last = want;
	}
	return true;
}

/**
 * ipcchan_line_order() - order a line by the priorities, as they are just now
 * @sync: of which object; it is by priority
 *
 * Nobody is told when a priority changes: a line is as it was ordered last.
 */
void ipcchan_line_order(struct ipcchan_sync *sync)
{
	struct ipcchan_want *want;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (is_in_order(sync))
		return;
	list_sort(NULL, &sync->wants, by_priority);
	list_for_each_entry(want, &sync->wants, node)
		want->overtaken = true;
}
