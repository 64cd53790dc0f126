/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loans: which pages of a region are whose.
 */
#ifndef IPCCHAN_LOAN_H
#define IPCCHAN_LOAN_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/ipcchan.h>

#include "region/tenant.h"

struct pid;

/**
 * DOC: Loans
 *
 * A loan is a run of whole pages that somebody has from somebody else: what user
 * space calls an extent. The region itself is a loan too, of all pages and from
 * nobody, so that one rule is enough: *a page is of the loan that has it in its run,
 * is live, and has not moved it on.* It is of exactly one loan at any time, for runs
 * that were moved out of one loan do not overlap:
 *
 * ::
 *
 *   region   [0                                             99]
 *   moved          [10                 39]         [70  79]
 *   moved on           [20   24]
 *   whose    rrrrrraaaabbbbbbaaaaaaaaaaaaarrrrrrrrrccccccccrrrr
 *
 * A loan by IPCCHAN_EXTENT_SHARE takes nothing away: the pages stay those of the
 * lender, who only cannot move them while somebody reads them.
 *
 * ======= ============================ =======================================
 * state   entered by                   left by
 * ======= ============================ =======================================
 * new     ipcchan_loan_init()          ipcchan_loan_begin(); or it is freed
 * live    ipcchan_loan_begin()         ipcchan_loan_end()
 * over    ipcchan_loan_end()           freed with its file
 * ======= ============================ =======================================
 *
 * When a loan is over, what it had, and what it had lent, is that of its lender: so a
 * lender is always live, and the region is the last. All the trees are of the loans
 * themselves, so the end of a loan needs no memory and cannot fail.
 *
 * This file knows neither pages nor files nor mappings; who uses it zaps these.
 */

/**
 * struct ipcchan_loans - what a region has lent
 * @lock: guards what is below, and the fields of its loans that say so
 * @poll: who waits for loans to return; self-locking
 * @all: live loans, the oldest first, but not the region
 * @all.shares: runs that somebody reads
 * @all.list: by @entry
 * @all.nr: how many
 * @all.last_id: the last number that was given
 * @all.is_frozen: nobody may write
 */
struct ipcchan_loans {
	struct rw_semaphore lock;
	wait_queue_head_t poll;
	struct {
		struct rb_root_cached shares;
		struct list_head list;
		u32 nr;
		u64 last_id;
		bool is_frozen;
	} all __guarded_by(&lock);
};

/**
 * struct ipcchan_loan - pages that somebody has from somebody
 * @of: the loans of the region; immutable
 * @mode: IPCCHAN_EXTENT_*, 0: the region itself; immutable
 * @first: first page; immutable
 * @last: last page; immutable
 * @node: in @moved of the lender, or in the shares of the region; under the lock, as
 *	all below, but of these links the macros hide that from the compiler
 * @subtree_last: of @node
 * @sibling: in @lent of the lender
 * @entry: in the list of the region
 * @id: number in the region, 0: the region itself
 * @lender: who has it again afterwards; NULL: the region itself
 * @moved: loans of it by MOVE
 * @lent: all loans of it
 * @is_live: see above
 * @returned: loans of it that are over
 * @since_ns: CLOCK_MONOTONIC time since when it is with whom it is
 * @holder: process that received or mapped it last, with a reference; NULL: none
 * @tenant: who maps it; of a MOVE only
 */
struct ipcchan_loan {
	struct ipcchan_loans *of;
	u32 mode;
	pgoff_t first;
	pgoff_t last;
	struct rb_node node;
	pgoff_t subtree_last;
	struct list_head sibling;
	struct list_head entry;
	u64 id __guarded_by(&of->lock);
	struct ipcchan_loan *lender __guarded_by(&of->lock);
	struct rb_root_cached moved __guarded_by(&of->lock);
	struct list_head lent __guarded_by(&of->lock);
	bool is_live __guarded_by(&of->lock);
	u64 returned __guarded_by(&of->lock);
	u64 since_ns __guarded_by(&of->lock);
	struct pid *holder __guarded_by(&of->lock);
	struct ipcchan_tenant tenant __guarded_by(&of->lock);
};

void ipcchan_loans_init(struct ipcchan_loans *loans, struct ipcchan_loan *region,
			pgoff_t pages);
void ipcchan_loan_init(struct ipcchan_loan *loan, struct ipcchan_loans *of);

int ipcchan_loan_check(struct ipcchan_loan *lender,
		       const struct ipcchan_loan *loan)
	__must_hold(&lender->of->lock);
void ipcchan_loan_begin(struct ipcchan_loan *loan, struct ipcchan_loan *lender)
	__must_hold(&loan->of->lock);
void ipcchan_loan_end(struct ipcchan_loan *loan)
	__must_hold(&loan->of->lock);
bool ipcchan_loan_has(struct ipcchan_loan *loan, pgoff_t first, pgoff_t last)
	__must_hold_shared(&loan->of->lock);

void ipcchan_loan_hold(struct ipcchan_loan *loan)
	__must_hold(&loan->of->lock);
bool ipcchan_loan_next_run(struct ipcchan_loan *loan, pgoff_t *first,
			   pgoff_t *last)
	__must_hold(&loan->of->lock);
void ipcchan_loans_tell(struct ipcchan_loans *loans);

/* How many pages its run has. */
static inline pgoff_t ipcchan_loan_pages(const struct ipcchan_loan *loan)
{
	return loan->last - loan->first + 1;
}

#endif /* IPCCHAN_LOAN_H */
