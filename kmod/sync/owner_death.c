// SPDX-License-Identifier: GPL-2.0
/*
 * Death of an owner: what a thread held that has ended is given up, and who has it next
 * is told.
 */
#include <linux/refcount.h>

#include "sync/sync.h"

/*
 * The next object that somebody held who has ended; with a reference, but if it is
 * going just now, and then nobody is told. Returns false if there is none.
 */
static bool take_from_dead(struct ipcchan_sync **sync)
	__must_hold(&ipcchan_waits.lock)
{
	struct ipcchan_thread *thread = ipcchan_thread_next_ended();
	struct ipcchan_holding *holding;

	lockdep_assert_held(&ipcchan_waits.lock);
	if (!thread)
		return false;
	holding = list_first_entry(&thread->held, struct ipcchan_holding,
				   hold.node);
	*sync = holding->sync;
	ipcchan_holding_end(holding);
	(*sync)->kind->abandon(*sync, holding);
	if (!refcount_inc_not_zero(&(*sync)->object.usage))
		*sync = NULL;
	return true;
}

/* Returns false if there is nothing left to give up. */
static bool end_one_dead(void)
{
	struct ipcchan_sync *sync = NULL;
	bool is_taken;

	spin_lock(&ipcchan_waits.lock);
	is_taken = take_from_dead(&sync);
	if (!sync) {
		spin_unlock(&ipcchan_waits.lock);
		return is_taken;
	}
	ipcchan_sync_end_change(sync);
	ipcchan_object_put(&sync->object);
	return true;
}

/**
 * ipcchan_sync_end_dead() - give up what threads held that have ended
 */
void ipcchan_sync_end_dead(void)
{
	while (end_one_dead())
		;
}
