/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An index of queued messages: the first one of a range of types.
 */
#ifndef IPCCHAN_INDEX_H
#define IPCCHAN_INDEX_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>

struct ipcchan_filter;
struct ipcchan_queue_entry;

/**
 * DOC: Index
 *
 * To link an entry into a tree and out of it again costs more than all else that is done
 * to it while it is queued, and mostly nobody asks for a type. So entries are kept
 * unsorted, in a list that is looked through, until somebody asks while there are more
 * than a few; then each question sorts many of them, and those that would be too many
 * again are sorted when they come, until the index is empty.
 *
 * Those that are sorted are a balanced tree, by type, within one by descending priority, then
 * by sequence. Each entry in it knows the best one of its subtree, the one that
 * comes out of the queue first. A range of types is the union of some whole
 * subtrees and some single entries, at most two of each per level::
 *
 *                7           Types 3 to 8: the topmost is 7. To its left,
 *             /     \        on the way to 3, stands 5 with all that is to
 *           2         9      the right of it; to its right, on the way to
 *         /   \     /   \    8, stands 8. The answer is 7, 5, 8, or what
 *        1     5   8     9   the subtree of 6 knows as its best.
 *             / \
 *            2   6
 *
 * So a question takes some steps per level of the tree, of which there are at most
 * 2 * log2(entries + 1), one for each unsorted entry, of which there are a few once
 * enough was asked, and the sorting of IPCCHAN_INDEX_SORTED more. An entry is sorted once
 * at most.
 *
 * As pure a data structure as the queue.
 */

/* IPCCHAN_INDEX_FEW - so many unsorted entries are a reason to sort */
#define IPCCHAN_INDEX_FEW	16

/* IPCCHAN_INDEX_SORTED - entries that a question sorts at most */
#define IPCCHAN_INDEX_SORTED	64

/**
 * struct ipcchan_index - entries by type
 * @unsorted: a list, linked by ipcchan_queue_entry.unsorted
 * @root: of the tree of the others, linked by ipcchan_queue_entry.by_type
 * @nr_unsorted: length of the list
 * @few: so many unsorted ones are sorted by who asks, fewer are not
 * @is_asked: somebody asked while there were as many
 */
struct ipcchan_index {
	struct hlist_head unsorted;
	struct rb_root root;
	u32 nr_unsorted;
	u32 few;
	bool is_asked;
};

void ipcchan_index_init(struct ipcchan_index *index, u32 few);
void ipcchan_index_add(struct ipcchan_index *index,
		       struct ipcchan_queue_entry *e);
void ipcchan_index_remove(struct ipcchan_index *index,
			  struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *
ipcchan_index_first(struct ipcchan_index *index, u32 type_min, u32 type_max);
bool ipcchan_index_is_sorted(const struct ipcchan_index *index);
struct ipcchan_queue_entry *
ipcchan_index_next(const struct ipcchan_index *index,
		   const struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *
ipcchan_index_match(struct ipcchan_index *index,
		    const struct ipcchan_filter *filter);

#endif /* IPCCHAN_INDEX_H */
