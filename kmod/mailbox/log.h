/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A log of messages: one copy of each, and readers with a position each.
 */
#ifndef IPCCHAN_LOG_H
#define IPCCHAN_LOG_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * DOC: Log
 *
 * Entries stand in the order of acceptance, and each reader stands at the entry
 * that it reads next, or at the end. A pure data structure: no locking, no
 * allocation, nothing of the kernel but its list; the caller's lock guards it.
 * Room is the caller's business: it compares depth and bytes with its capacity,
 * and drops the oldest or waits.
 *
 * No operation visits the readers, so none depends on how many there are.
 * ipcchan_log_join() takes a step for each stored entry that it goes back,
 * ipcchan_log_seek() one for each that is newer than the number sought,
 * ipcchan_log_trim() and ipcchan_log_clear() one for each entry that they give;
 * all others take one step.
 *
 * **Counts.** Each entry, and the end, has the counts of those who stand at it
 * (struct ipcchan_log_standing). The readers before an entry cannot be met
 * without passing it, so the counts at the first entry alone say whether it may
 * go: nobody needs it if no reader stands there, and it may be dropped if no
 * blocker does. Counts move with a reader that moves, from the end to an entry
 * that is appended, and from an entry that goes to the one behind it.
 *
 * **Numbers.** Entries are numbered without gaps as they are appended
 * (@index), unlike by their sequence, which counts also what was dropped before
 * it was stored. So a position is a number, and means something also when its
 * entry is gone: a reader whose number is less than the first stored lags. It
 * finds that out itself, when it looks; the sequences tell what it missed.
 *
 * Here A blocks, B drops and C is evicted rather than lose anything. The
 * columns say who is counted where, then which number each reader has:
 *
 * ============== ====== ====== ====== ====== ===================
 * step           at 7   at 8   at 9   at end reader: number
 * ============== ====== ====== ====== ====== ===================
 * begin          .      .      .      A B C  A: 7, B: 7, C: 7
 * append 7       A B C  .      .             the same
 * append 8       A B C         .             the same
 * A reads 7      B C    A      .             A: 8
 * drop 7         .      A B    .             the same; C is out
 * A reads 8      .      B      .      A      A: 9
 * B looks        .      B      .      A      B: 8
 * B reads 8      .             .      A B    B: 9
 * trim           .      .      .      A B    the same
 * append 9       .      .      A B           the same
 * ============== ====== ====== ====== ====== ===================
 *
 * So a reader is counted at its number, or at the first entry if it lags: there
 * it is counted out when it moves or leaves. One that is evicted is counted
 * nowhere from the drop on, and keeps nothing.
 *
 * **No stale pointer.** A reader has a pointer to the entry before its position
 * (@previous), not to the one at it, which may not exist yet. It follows the
 * pointer only if that entry is stored, that is, if its number less one is not
 * less than the first stored. Else it stands at the first entry, or lags and is
 * counted there, and the list says which that is. In the table, A and B point
 * to 8 after the trim and do not look at it: 9 is the first.
 */

/**
 * enum ipcchan_log_policy - what becomes of a reader that is too slow
 * @IPCCHAN_LOG_BLOCK: what it has not read is not dropped
 * @IPCCHAN_LOG_DROP: it goes on with what is left
 * @IPCCHAN_LOG_EVICT: it is out once anything is dropped that it has not read
 */
enum ipcchan_log_policy {
	IPCCHAN_LOG_BLOCK,
	IPCCHAN_LOG_DROP,
	IPCCHAN_LOG_EVICT,
};

/**
 * struct ipcchan_log_standing - how many readers stand at an entry, or the end
 * @readers: all of them, also those that lag, if it is the first
 * @blockers: those of them with IPCCHAN_LOG_BLOCK
 * @evictable: those of them with IPCCHAN_LOG_EVICT
 */
struct ipcchan_log_standing {
	u32 readers;
	u32 blockers;
	u32 evictable;
};

/**
 * struct ipcchan_log_entry - what a log knows of a message
 * @node: in the list of entries; linked to itself outside a log
 * @sequence: number in the order of acceptance, rising, perhaps with gaps
 * @index: number in the order of append, without gaps; the log's
 * @size: bytes
 * @standing: who reads it next; still there when it was dropped
 */
struct ipcchan_log_entry {
	struct list_head node;
	u64 sequence;
	u64 index;
	u32 size;
	struct ipcchan_log_standing standing;
};

/**
 * struct ipcchan_log - entries, oldest first
 * @entries: struct ipcchan_log_entry, numbered @next - @depth to @next - 1
 * @next: number of the entry that is appended next
 * @bytes: sum of the sizes
 * @depth: how many entries
 * @history: so many are kept for those who join late; may change at any time
 * @end: who has read all
 */
struct ipcchan_log {
	struct list_head entries;
	u64 next;
	u64 bytes;
	u32 depth;
	u32 history;
	struct ipcchan_log_standing end;
};

/**
 * struct ipcchan_log_reader - a position in a log
 * @previous: node of number @next - 1; no pointer to follow once that is gone
 * @next: number of the entry that it reads next; less than any: it lags
 * @policy: what becomes of it when it is too slow; immutable while joined
 */
struct ipcchan_log_reader {
	struct list_head *previous;
	u64 next;
	enum ipcchan_log_policy policy;
};

void ipcchan_log_init(struct ipcchan_log *log, u32 history);
void ipcchan_log_append(struct ipcchan_log *log, struct ipcchan_log_entry *e);
bool ipcchan_log_can_drop(const struct ipcchan_log *log);
struct ipcchan_log_entry *ipcchan_log_drop_oldest(struct ipcchan_log *log);
void ipcchan_log_trim(struct ipcchan_log *log, struct list_head *trimmed);
void ipcchan_log_clear(struct ipcchan_log *log, struct list_head *cleared);

void ipcchan_log_join(struct ipcchan_log *log, struct ipcchan_log_reader *r,
		      enum ipcchan_log_policy policy, u32 from);
void ipcchan_log_seek(struct ipcchan_log *log, struct ipcchan_log_reader *r,
		      u64 after_sequence);
struct ipcchan_log_entry *ipcchan_log_next(struct ipcchan_log *log,
					   struct ipcchan_log_reader *r);
void ipcchan_log_advance(struct ipcchan_log *log, struct ipcchan_log_reader *r);
void ipcchan_log_leave(struct ipcchan_log *log, struct ipcchan_log_reader *r);

bool ipcchan_log_is_evicted(const struct ipcchan_log *log,
			    const struct ipcchan_log_reader *r);
u32 ipcchan_log_unread(const struct ipcchan_log *log,
		       const struct ipcchan_log_reader *r);

#endif /* IPCCHAN_LOG_H */
