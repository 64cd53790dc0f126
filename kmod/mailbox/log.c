// SPDX-License-Identifier: GPL-2.0
/*
 * A log of messages: one copy of each, and readers with a position each.
 */
#include <linux/minmax.h>

#include "mailbox/log.h"

/**
 * ipcchan_log_init() - make an empty log
 * @log: the log
 * @history: so many entries are kept though nobody needs them
 */
void ipcchan_log_init(struct ipcchan_log *log, u32 history)
{
	*log = (struct ipcchan_log) { .history = history };
	INIT_LIST_HEAD(&log->entries);
}

/* Number of the first entry, or of the next to come if there is none. */
static u64 first_index(const struct ipcchan_log *log)
{
	return log->next - log->depth;
}

static struct ipcchan_log_entry *first_of(const struct ipcchan_log *log)
{
	if (list_empty(&log->entries))
		return NULL;
	return list_first_entry(&log->entries, struct ipcchan_log_entry, node);
}

/* Follows no pointer to what may be gone: see the DOC block. */
static struct ipcchan_log_entry *entry_at(const struct ipcchan_log *log,
					  const struct ipcchan_log_reader *r)
{
	const struct list_head *previous = &log->entries;

	if (r->next > first_index(log))
		previous = r->previous;
	if (list_is_last(previous, &log->entries))
		return NULL;
	return list_entry(previous->next, struct ipcchan_log_entry, node);
}

/* Where those are counted who stand at @e; NULL is the end. */
static struct ipcchan_log_standing *standing_at(struct ipcchan_log *log,
						struct ipcchan_log_entry *e)
{
	return e ? &e->standing : &log->end;
}

static void count_in(struct ipcchan_log *log,
		     const struct ipcchan_log_reader *r)
{
	struct ipcchan_log_standing *standing;

	standing = standing_at(log, entry_at(log, r));
	standing->readers++;
	standing->blockers += r->policy == IPCCHAN_LOG_BLOCK;
	standing->evictable += r->policy == IPCCHAN_LOG_EVICT;
}

static void count_out(struct ipcchan_log *log,
		      const struct ipcchan_log_reader *r)
{
	struct ipcchan_log_standing *standing;

	standing = standing_at(log, entry_at(log, r));
	standing->readers--;
	standing->blockers -= r->policy == IPCCHAN_LOG_BLOCK;
	standing->evictable -= r->policy == IPCCHAN_LOG_EVICT;
}

/**
 * ipcchan_log_append() - store an entry behind all others
 * @log: the log
 * @e: an entry of no log, with its size and a sequence above all others
 */
void ipcchan_log_append(struct ipcchan_log *log, struct ipcchan_log_entry *e)
{
	e->index = log->next++;
	e->standing = log->end;
	log->end = (struct ipcchan_log_standing) {};
	list_add_tail(&e->node, &log->entries);
	log->depth++;
	log->bytes += e->size;
}

/*
 * The first entry goes; there is one. Who stands there lags from now on and is
 * counted at the next one, but for those who are evicted by that.
 */
static struct ipcchan_log_entry *pop(struct ipcchan_log *log)
{
	struct ipcchan_log_standing *next;
	struct ipcchan_log_entry *e;

	e = list_first_entry(&log->entries, struct ipcchan_log_entry, node);
	list_del_init(&e->node);
	log->depth--;
	log->bytes -= e->size;
	next = standing_at(log, first_of(log));
	next->readers += e->standing.readers - e->standing.evictable;
	next->blockers += e->standing.blockers;
	return e;
}

/**
 * ipcchan_log_can_drop() - may the oldest entry go?
 * @log: the log
 *
 * Return: true if there is one and nobody who blocks has yet to read it.
 */
bool ipcchan_log_can_drop(const struct ipcchan_log *log)
{
	const struct ipcchan_log_entry *e = first_of(log);

	return e && !e->standing.blockers;
}

/**
 * ipcchan_log_drop_oldest() - take the oldest entry out, read or not
 * @log: the log
 *
 * @standing of the entry says whom that concerns: so many readers lost it, and
 * those of them that are evictable are evicted.
 *
 * Return: the entry, now of no log, or NULL if ipcchan_log_can_drop() is false.
 */
struct ipcchan_log_entry *ipcchan_log_drop_oldest(struct ipcchan_log *log)
{
	return ipcchan_log_can_drop(log) ? pop(log) : NULL;
}

/**
 * ipcchan_log_trim() - take out what nobody needs
 * @log: the log
 * @trimmed: the entries are added here, oldest first
 *
 * To be called when a reader advanced, sought, left or was evicted, when
 * nobody stands at the end to read what was appended, and when @log->history
 * came down.
 */
void ipcchan_log_trim(struct ipcchan_log *log, struct list_head *trimmed)
{
	while (log->depth > log->history && !first_of(log)->standing.readers)
		list_add_tail(&pop(log)->node, trimmed);
}

/**
 * ipcchan_log_clear() - take all entries out, whoever needs them
 * @log: the log; its readers lag, also those who block
 * @cleared: the entries are added here, oldest first
 */
void ipcchan_log_clear(struct ipcchan_log *log, struct list_head *cleared)
{
	while (log->depth)
		list_add_tail(&pop(log)->node, cleared);
}

static void go_to_end(const struct ipcchan_log *log,
		      struct ipcchan_log_reader *r)
{
	r->next = log->next;
	r->previous = log->entries.prev;
}

/* One entry back; the reader does not stand at the first one. */
static void go_back(struct ipcchan_log_reader *r)
{
	r->next--;
	r->previous = r->previous->prev;
}

/* Sequence of the entry before, if the reader does not stand at the first. */
static u64 previous_sequence(const struct ipcchan_log_reader *r)
{
	return list_entry(r->previous, struct ipcchan_log_entry,
			  node)->sequence;
}

/**
 * ipcchan_log_join() - begin to read
 * @log: the log
 * @r: a reader of no log
 * @policy: what becomes of it when it is too slow
 * @from: of what is stored it reads so many, the latest; 0: only what comes
 *
 * Takes at most @from steps.
 */
void ipcchan_log_join(struct ipcchan_log *log, struct ipcchan_log_reader *r,
		      enum ipcchan_log_policy policy, u32 from)
{
	r->policy = policy;
	go_to_end(log, r);
	for (; from && r->next > first_index(log); from--)
		go_back(r);
	count_in(log, r);
}

/**
 * ipcchan_log_is_evicted() - is a reader out?
 * @log: the log
 * @r: a reader of it
 *
 * Return: true if something was dropped that it had not read and its policy is
 * IPCCHAN_LOG_EVICT. It stays so.
 */
bool ipcchan_log_is_evicted(const struct ipcchan_log *log,
			    const struct ipcchan_log_reader *r)
{
	return r->policy == IPCCHAN_LOG_EVICT && r->next < first_index(log);
}

/* A reader that lags goes on to the first entry, where it is counted. */
static void catch_up(const struct ipcchan_log *log,
		     struct ipcchan_log_reader *r)
{
	r->next = max(r->next, first_index(log));
}

/**
 * ipcchan_log_seek() - go to another position
 * @log: the log
 * @r: a reader of it
 * @after_sequence: it reads what is stored with a higher sequence, old or new
 *
 * Nothing happens if it is evicted. Takes a step for each entry with a higher
 * sequence.
 */
void ipcchan_log_seek(struct ipcchan_log *log, struct ipcchan_log_reader *r,
		      u64 after_sequence)
{
	if (ipcchan_log_is_evicted(log, r))
		return;
	catch_up(log, r);
	count_out(log, r);
	go_to_end(log, r);
	while (r->next > first_index(log) &&
	       previous_sequence(r) > after_sequence)
		go_back(r);
	count_in(log, r);
}

/**
 * ipcchan_log_next() - the entry that a reader reads next
 * @log: the log
 * @r: a reader of it
 *
 * Return: the entry, still in the log, or NULL if it has read all or is
 * evicted.
 */
struct ipcchan_log_entry *ipcchan_log_next(struct ipcchan_log *log,
					   struct ipcchan_log_reader *r)
{
	if (ipcchan_log_is_evicted(log, r))
		return NULL;
	catch_up(log, r);
	return entry_at(log, r);
}

/**
 * ipcchan_log_advance() - a reader has read what ipcchan_log_next() gave last
 * @log: the log
 * @r: a reader of it, for which neither function was called in between
 *
 * The entry may have been dropped since: who is evicted by that is evicted.
 * Nothing happens at the end.
 */
void ipcchan_log_advance(struct ipcchan_log *log, struct ipcchan_log_reader *r)
{
	struct ipcchan_log_entry *e;

	if (ipcchan_log_is_evicted(log, r))
		return;
	/* Dropped: it is counted at the first entry already. */
	if (r->next < first_index(log)) {
		r->next++;
		return;
	}
	e = entry_at(log, r);
	if (!e)
		return;
	count_out(log, r);
	r->previous = &e->node;
	r->next++;
	count_in(log, r);
}

/**
 * ipcchan_log_leave() - read no more
 * @log: the log
 * @r: a reader of it; of no log afterwards
 */
void ipcchan_log_leave(struct ipcchan_log *log, struct ipcchan_log_reader *r)
{
	if (!ipcchan_log_is_evicted(log, r))
		count_out(log, r);
}

/**
 * ipcchan_log_unread() - how much a reader has yet to read
 * @log: the log
 * @r: a reader of it
 *
 * Return: entries from its position on; 0 if it is evicted.
 */
u32 ipcchan_log_unread(const struct ipcchan_log *log,
		       const struct ipcchan_log_reader *r)
{
	if (r->next >= first_index(log))
		return log->next - r->next;
	return r->policy == IPCCHAN_LOG_EVICT ? 0 : log->depth;
}
