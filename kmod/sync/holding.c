// SPDX-License-Identifier: GPL-2.0
/*
 * Holdings: who has an object, or a part of it.
 */
#include <linux/list.h>

#include "sync/sync.h"

/**
 * ipcchan_holding_begin() - a thread comes to hold an object
 * @holding: for that
 * @sync: the object
 * @thread: the thread
 */
void ipcchan_holding_begin(struct ipcchan_holding *holding,
			   struct ipcchan_sync *sync,
			   struct ipcchan_thread *thread)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	holding->sync = sync;
	list_add_tail(&holding->of_sync, &sync->holdings);
	ipcchan_thread_hold(&holding->hold, thread, &sync->resource);
}

/**
 * ipcchan_holding_end() - it holds it no more
 * @holding: which
 */
void ipcchan_holding_end(struct ipcchan_holding *holding)
{
	lockdep_assert_held(&ipcchan_waits.lock);
	ipcchan_thread_let_go(&holding->hold);
	list_del_init(&holding->of_sync);
}

/**
 * ipcchan_holding_of() - what a thread has of an object
 * @sync: the object
 * @thread: the thread; NULL has nothing
 *
 * Return: the last, if it has several; or NULL.
 */
struct ipcchan_holding *ipcchan_holding_of(const struct ipcchan_sync *sync,
					   const struct ipcchan_thread *thread)
{
	struct ipcchan_holding *holding;

	lockdep_assert_held(&ipcchan_waits.lock);
	list_for_each_entry_reverse(holding, &sync->holdings, of_sync)
		if (thread && holding->hold.thread == thread)
			return holding;
	return NULL;
}
