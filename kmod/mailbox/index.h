/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An index of queued messages: the first one of a range of types.
 */
#ifndef IPCCHAN_INDEX_H
#define IPCCHAN_INDEX_H

#include <linux/rbtree.h>
#include <linux/types.h>

struct ipcchan_filter;
struct ipcchan_queue_entry;

/**
 * DOC: Index
 *
 * A balanced tree of entries, by type, within one by descending priority, then
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
 * So every operation takes some steps per level of the tree, of which there are
 * at most 2 * log2(entries + 1), and none depends on what does not match.
 *
 * As pure a data structure as the queue.
 */

/**
 * struct ipcchan_index - entries by type
 * @root: of the tree, linked by ipcchan_queue_entry.by_type
 */
struct ipcchan_index {
	struct rb_root root;
};

void ipcchan_index_init(struct ipcchan_index *index);
void ipcchan_index_add(struct ipcchan_index *index,
		       struct ipcchan_queue_entry *e);
void ipcchan_index_remove(struct ipcchan_index *index,
			  struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *
ipcchan_index_first(const struct ipcchan_index *index, u32 type_min,
		    u32 type_max);
struct ipcchan_queue_entry *
ipcchan_index_next(const struct ipcchan_queue_entry *e);
struct ipcchan_queue_entry *
ipcchan_index_match(const struct ipcchan_index *index,
		    const struct ipcchan_filter *filter);

#endif /* IPCCHAN_INDEX_H */
