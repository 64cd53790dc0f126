// SPDX-License-Identifier: GPL-2.0
/*
 * Loans: which pages of a region are whose.
 */
#include <linux/errno.h>
#include <linux/interval_tree_generic.h>
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "region/loan.h"

#define FIRST(loan)	((loan)->first)
#define LAST(loan)	((loan)->last)

INTERVAL_TREE_DEFINE(struct ipcchan_loan, node, pgoff_t, subtree_last, FIRST,
		     LAST, static inline, runs)

/**
 * ipcchan_loans_init() - nothing is lent yet
 * @loans: zeroed
 * @region: what stands for the region itself, zeroed
 * @pages: of the region
 */
void ipcchan_loans_init(struct ipcchan_loans *loans, struct ipcchan_loan *region,
			pgoff_t pages)
	__context_unsafe(not published yet)
{
	init_rwsem(&loans->lock);
	init_waitqueue_head(&loans->poll);
	INIT_LIST_HEAD(&loans->all.list);
	loans->all.shares = RB_ROOT_CACHED;
	ipcchan_loan_init(region, loans);
	region->last = pages - 1;
	region->is_live = true;
}

/**
 * ipcchan_loan_init() - make a loan that is not live yet
 * @loan: zeroed; the caller sets its run and its mode
 * @of: the loans of the region
 */
void ipcchan_loan_init(struct ipcchan_loan *loan, struct ipcchan_loans *of)
	__context_unsafe(not published yet)
{
	loan->of = of;
	loan->moved = RB_ROOT_CACHED;
	INIT_LIST_HEAD(&loan->lent);
}

/**
 * ipcchan_loan_has() - is all of a run of pages a loan's
 * @loan: the loan
 * @first: first page of the run
 * @last: last page of it
 *
 * Return: true if who has the loan may access all of them.
 */
bool ipcchan_loan_has(struct ipcchan_loan *loan, pgoff_t first, pgoff_t last)
{
	lockdep_assert_held(&loan->of->lock);
	return loan->is_live && first >= loan->first && last <= loan->last &&
	       !runs_iter_first(&loan->moved, first, last);
}

/**
 * ipcchan_loan_check() - may a loan begin
 * @lender: whose it would be
 * @loan: new
 *
 * Return: 0; -ESTALE: the lender is over itself; -EBUSY: it has lent a part of that
 * run, or it is to be moved, and somebody reads a part of it.
 */
int ipcchan_loan_check(struct ipcchan_loan *lender,
		       const struct ipcchan_loan *loan)
{
	lockdep_assert_held(&lender->of->lock);
	if (!lender->is_live)
		return -ESTALE;
	if (!ipcchan_loan_has(lender, loan->first, loan->last))
		return -EBUSY;
	if (loan->mode == IPCCHAN_EXTENT_MOVE &&
	    runs_iter_first(&lender->of->all.shares, loan->first, loan->last))
		return -EBUSY;
	return 0;
}

/* Where its run is found: by the lender, or by who wants to move it. */
static struct rb_root_cached *tree_of(struct ipcchan_loan *loan)
	__must_hold(&loan->of->lock)
{
	lockdep_assert_held(&loan->of->lock);
	return loan->mode == IPCCHAN_EXTENT_MOVE ? &loan->lender->moved :
						   &loan->of->all.shares;
}

/**
 * ipcchan_loan_begin() - let a loan be live; cannot fail
 * @loan: new; it was checked since the lock was taken
 * @lender: whose it is
 */
void ipcchan_loan_begin(struct ipcchan_loan *loan, struct ipcchan_loan *lender)
{
	struct ipcchan_loans *loans = loan->of;

	lockdep_assert_held(&loan->of->lock);
	/* They are of one region. */
	lockdep_assert_held(&lender->of->lock);
	loan->id = ++loans->all.last_id;
	loan->since_ns = ktime_get_ns();
	loan->lender = lender;
	loan->is_live = true;
	runs_insert(loan, tree_of(loan));
	list_add_tail(&loan->sibling, &lender->lent);
	list_add_tail(&loan->entry, &loans->all.list);
	loans->all.nr++;
}

/*
 * What it has lent, the lender has lent now. By MOVE: that was inside of the run of
 * @loan, where the lender had moved nothing else, so nothing overlaps.
 */
static void inherit(struct ipcchan_loan *loan)
	__must_hold(&loan->of->lock)
{
	struct ipcchan_loan *lender = loan->lender;
	struct ipcchan_loan *child;

	lockdep_assert_held(&loan->of->lock);
	/* All are of one region. */
	lockdep_assert_held(&lender->of->lock);
	list_for_each_entry(child, &loan->lent, sibling) {
		lockdep_assert_held(&child->of->lock);
		if (child->mode == IPCCHAN_EXTENT_MOVE) {
			runs_remove(child, &loan->moved);
			runs_insert(child, &lender->moved);
		}
		child->lender = lender;
	}
	list_splice_tail_init(&loan->lent, &lender->lent);
}

/**
 * ipcchan_loan_end() - what a loan had is its lender's again; cannot fail
 * @loan: live, not the region
 *
 * The caller tells the pollers.
 */
void ipcchan_loan_end(struct ipcchan_loan *loan)
{
	struct ipcchan_loan *lender = loan->lender;

	lockdep_assert_held(&loan->of->lock);
	/* They are of one region. */
	lockdep_assert_held(&lender->of->lock);
	runs_remove(loan, tree_of(loan));
	inherit(loan);
	list_del(&loan->sibling);
	list_del(&loan->entry);
	loan->of->all.nr--;
	loan->is_live = false;
	lender->returned++;
}

/**
 * ipcchan_loan_hold() - the current process has received or mapped it
 * @loan: live
 */
void ipcchan_loan_hold(struct ipcchan_loan *loan)
{
	lockdep_assert_held(&loan->of->lock);
	if (loan->holder == task_tgid(current))
		return;
	put_pid(loan->holder);
	loan->holder = get_pid(task_tgid(current));
	loan->since_ns = ktime_get_ns();
}

/**
 * ipcchan_loan_next_run() - the pages of a loan that it has not moved on
 * @loan: the loan
 * @first: from which page on; becomes the first of the run
 * @last: becomes the last of the run
 *
 * Return: true if there is such a run.
 */
bool ipcchan_loan_next_run(struct ipcchan_loan *loan, pgoff_t *first,
			   pgoff_t *last)
{
	lockdep_assert_held(&loan->of->lock);
	while (*first <= loan->last) {
		struct ipcchan_loan *next =
			runs_iter_first(&loan->moved, *first, loan->last);

		if (!next || next->first > *first) {
			*last = next ? next->first - 1 : loan->last;
			return true;
		}
		*first = next->last + 1;
	}
	return false;
}

/**
 * ipcchan_loans_tell() - a loan is over: tell who polls; no lock held
 * @loans: of the region
 */
void ipcchan_loans_tell(struct ipcchan_loans *loans)
{
	wake_up_interruptible_poll(&loans->poll, EPOLLIN | EPOLLRDNORM);
}
