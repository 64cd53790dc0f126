// SPDX-License-Identifier: GPL-2.0
/*
 * The log of messages, alone and against a naive model.
 */
#include <kunit/test.h>

#include "mailbox/log.h"
#include "tests/random.h"

#define POOL 64

/* Entries by number; sequence and size = 10 * (number + 1). */
static struct ipcchan_log_entry pool[POOL];

static struct ipcchan_log_entry *entry(unsigned int number)
{
	struct ipcchan_log_entry *e = &pool[number];

	INIT_LIST_HEAD(&e->node);
	e->sequence = 10 * (number + 1);
	e->size = 10 * (number + 1);
	return e;
}

static void append(struct ipcchan_log *log, unsigned int first,
		   unsigned int last)
{
	for (unsigned int i = first; i <= last; i++)
		ipcchan_log_append(log, entry(i));
}

/* Whoever follows a pointer into it, or out of it, does not get far. */
static unsigned int poison(struct ipcchan_log_entry *e)
{
	memset(e, 0xa5, sizeof(*e));
	return e - pool;
}

/* The oldest goes, and is this one. */
static bool drops(struct ipcchan_log *log, unsigned int number)
{
	struct ipcchan_log_entry *e = ipcchan_log_drop_oldest(log);

	return e && poison(e) == number;
}

/* Returns how many went. */
static unsigned int poison_all(struct list_head *entries)
{
	struct ipcchan_log_entry *e;
	struct ipcchan_log_entry *next;
	unsigned int nr = 0;

	list_for_each_entry_safe(e, next, entries, node) {
		poison(e);
		nr++;
	}
	return nr;
}

static unsigned int trim(struct ipcchan_log *log)
{
	LIST_HEAD(trimmed);

	ipcchan_log_trim(log, &trimmed);
	return poison_all(&trimmed);
}

static bool is_next(struct ipcchan_log *log, struct ipcchan_log_reader *r,
		    unsigned int number)
{
	return ipcchan_log_next(log, r) == &pool[number];
}

static bool reads(struct ipcchan_log *log, struct ipcchan_log_reader *r,
		  unsigned int number)
{
	bool is_it = is_next(log, r, number);

	ipcchan_log_advance(log, r);
	return is_it;
}

static bool is_standing(const struct ipcchan_log_standing *standing,
			u32 readers, u32 blockers, u32 evictable)
{
	return standing->readers == readers &&
	       standing->blockers == blockers &&
	       standing->evictable == evictable;
}

static void new_is_empty(struct kunit *test)
{
	struct ipcchan_log log;

	ipcchan_log_init(&log, 3);
	KUNIT_EXPECT_EQ(test, log.depth, 0);
	KUNIT_EXPECT_EQ(test, log.bytes, 0);
	KUNIT_EXPECT_FALSE(test, ipcchan_log_can_drop(&log));
	KUNIT_EXPECT_NULL(test, ipcchan_log_drop_oldest(&log));
	KUNIT_EXPECT_EQ(test, trim(&log), 0);
}

static void gives_entries_in_order_of_acceptance(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 2);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 0));
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 1));
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 2));
	KUNIT_EXPECT_NULL(test, ipcchan_log_next(&log, &r));
}

static void next_stays_until_advance(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 1);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 0));
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 0));
	ipcchan_log_advance(&log, &r);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 1));
}

static void advance_at_the_end_does_nothing(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_BLOCK, 0);
	ipcchan_log_advance(&log, &r);
	append(&log, 0, 0);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 0));
}

static void goes_on_behind_an_end_that_was_trimmed(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_BLOCK, 0);
	append(&log, 0, 0);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 0));
	KUNIT_EXPECT_EQ(test, trim(&log), 1);
	append(&log, 1, 2);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 1));
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 2));
}

static void new_reader_gets_only_what_comes(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	append(&log, 0, 2);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	KUNIT_EXPECT_NULL(test, ipcchan_log_next(&log, &r));
	append(&log, 3, 3);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 3));
}

static void late_joiner_gets_the_last_n(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	append(&log, 0, 4);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 2);
	KUNIT_EXPECT_EQ(test, ipcchan_log_unread(&log, &r), 2);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 3));
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 4));
	KUNIT_EXPECT_NULL(test, ipcchan_log_next(&log, &r));
}

static void late_joiner_gets_all_if_there_are_fewer(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	append(&log, 0, 2);
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, ~0U);
	KUNIT_EXPECT_EQ(test, ipcchan_log_unread(&log, &r), 2);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 1));
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 2));
}

static void late_joiner_goes_on_with_what_comes(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	append(&log, 0, 1);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 1);
	append(&log, 2, 2);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 1));
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 2));
}

static void keeps_only_history_without_readers(struct kunit *test)
{
	struct ipcchan_log log;

	ipcchan_log_init(&log, 3);
	append(&log, 0, 2);
	KUNIT_EXPECT_EQ(test, trim(&log), 0);
	append(&log, 3, 7);
	KUNIT_EXPECT_EQ(test, trim(&log), 5);
	KUNIT_EXPECT_EQ(test, log.depth, 3);
	KUNIT_EXPECT_TRUE(test, drops(&log, 5));
}

static void keeps_nothing_without_readers_and_history(struct kunit *test)
{
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	append(&log, 0, 0);
	KUNIT_EXPECT_EQ(test, trim(&log), 1);
	KUNIT_EXPECT_EQ(test, log.depth, 0);
	KUNIT_EXPECT_EQ(test, log.bytes, 0);
}

static void trim_keeps_history_though_all_have_read_it(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 2);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_BLOCK, 0);
	append(&log, 0, 2);
	for (unsigned int i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, reads(&log, &r, i));
	KUNIT_EXPECT_EQ(test, trim(&log), 1);
	KUNIT_EXPECT_EQ(test, log.depth, 2);
}

static void trim_keeps_what_one_reader_needs(struct kunit *test)
{
	struct ipcchan_log_reader fast;
	struct ipcchan_log_reader slow;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &fast, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_join(&log, &slow, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 2);
	for (unsigned int i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, reads(&log, &fast, i));
	KUNIT_EXPECT_TRUE(test, reads(&log, &slow, 0));
	KUNIT_EXPECT_EQ(test, trim(&log), 1);
	KUNIT_EXPECT_TRUE(test, reads(&log, &slow, 1));
	KUNIT_EXPECT_TRUE(test, reads(&log, &slow, 2));
	KUNIT_EXPECT_EQ(test, trim(&log), 2);
}

static void trim_gives_the_oldest_first(struct kunit *test)
{
	struct ipcchan_log log;
	LIST_HEAD(trimmed);

	ipcchan_log_init(&log, 0);
	append(&log, 0, 1);
	ipcchan_log_trim(&log, &trimmed);
	KUNIT_EXPECT_PTR_EQ(test, trimmed.next, &pool[0].node);
	KUNIT_EXPECT_PTR_EQ(test, trimmed.prev, &pool[1].node);
}

static void trim_follows_a_history_that_came_down(struct kunit *test)
{
	struct ipcchan_log log;

	ipcchan_log_init(&log, 4);
	append(&log, 0, 3);
	log.history = 1;
	KUNIT_EXPECT_EQ(test, trim(&log), 3);
	KUNIT_EXPECT_EQ(test, log.depth, 1);
}

static void who_lags_goes_on_with_what_is_left(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 9);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 0));
	for (unsigned int i = 0; i < 7; i++)
		KUNIT_EXPECT_TRUE(test, drops(&log, i));
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 7));
}

static void misses_what_came_and_went_while_it_was_away(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 1);
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 1));
	KUNIT_EXPECT_NULL(test, ipcchan_log_next(&log, &r));
	append(&log, 2, 2);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 2));
}

static void reads_on_behind_what_is_dropped_as_it_reads(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 2);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 1));
	ipcchan_log_advance(&log, &r);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 2));
}

static void has_read_the_last_one_if_it_is_dropped_then(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 0);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	ipcchan_log_advance(&log, &r);
	append(&log, 1, 1);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 1));
}

static void evicts_at_the_first_drop_of_what_is_unread(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_EVICT, 0);
	append(&log, 0, 2);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_FALSE(test, ipcchan_log_is_evicted(&log, &r));
	KUNIT_EXPECT_TRUE(test, drops(&log, 1));
	KUNIT_EXPECT_TRUE(test, ipcchan_log_is_evicted(&log, &r));
}

static void evicted_reader_gets_nothing_more(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_EVICT, 0);
	append(&log, 0, 1);
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	ipcchan_log_advance(&log, &r);
	ipcchan_log_seek(&log, &r, 0);
	KUNIT_EXPECT_TRUE(test, ipcchan_log_is_evicted(&log, &r));
	KUNIT_EXPECT_NULL(test, ipcchan_log_next(&log, &r));
	KUNIT_EXPECT_EQ(test, ipcchan_log_unread(&log, &r), 0);
}

static void evicts_each_reader_once(struct kunit *test)
{
	struct ipcchan_log_reader readers[3];
	struct ipcchan_log log;
	u32 evicted = 0;

	ipcchan_log_init(&log, 0);
	for (unsigned int i = 0; i < 3; i++)
		ipcchan_log_join(&log, &readers[i], IPCCHAN_LOG_EVICT, 0);
	append(&log, 0, 4);
	KUNIT_EXPECT_TRUE(test, reads(&log, &readers[0], 0));
	for (unsigned int i = 0; i < 5; i++)
		evicted += ipcchan_log_drop_oldest(&log)->standing.evictable;
	KUNIT_EXPECT_EQ(test, evicted, 3);
}

static void evicted_reader_is_counted_nowhere(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_EVICT, 0);
	append(&log, 0, 2);
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[1].standing, 0, 0, 0));
	ipcchan_log_leave(&log, &r);
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[1].standing, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, trim(&log), 2);
}

static void blocker_keeps_what_it_has_not_read(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_BLOCK, 0);
	append(&log, 0, 1);
	KUNIT_EXPECT_FALSE(test, ipcchan_log_can_drop(&log));
	KUNIT_EXPECT_NULL(test, ipcchan_log_drop_oldest(&log));
	KUNIT_EXPECT_EQ(test, log.depth, 2);
}

static void blocker_lets_go_what_it_has_read(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_BLOCK, 0);
	append(&log, 0, 1);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 0));
	KUNIT_EXPECT_TRUE(test, ipcchan_log_can_drop(&log));
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_FALSE(test, ipcchan_log_can_drop(&log));
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 1));
}

static void leaving_unblocks(struct kunit *test)
{
	struct ipcchan_log_reader stays;
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &stays, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_BLOCK, 0);
	append(&log, 0, 0);
	KUNIT_EXPECT_FALSE(test, ipcchan_log_can_drop(&log));
	ipcchan_log_leave(&log, &r);
	KUNIT_EXPECT_TRUE(test, ipcchan_log_can_drop(&log));
}

static void reader_that_lags_leaves_nothing_behind(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	append(&log, 0, 3);
	KUNIT_EXPECT_TRUE(test, reads(&log, &r, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 1));
	KUNIT_EXPECT_EQ(test, trim(&log), 0);
	ipcchan_log_leave(&log, &r);
	KUNIT_EXPECT_EQ(test, trim(&log), 2);
}

static void depth_is_bounded_by_drops(struct kunit *test)
{
	struct ipcchan_log_reader stopped;
	struct ipcchan_log_reader evicted;
	struct ipcchan_log log;
	u32 most = 0;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &stopped, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_join(&log, &evicted, IPCCHAN_LOG_EVICT, 0);
	for (unsigned int i = 0; i < 10 * POOL; i++) {
		if (log.depth == 4)
			ipcchan_log_drop_oldest(&log);
		append(&log, i % POOL, i % POOL);
		trim(&log);
		most = max(most, log.depth);
	}
	KUNIT_EXPECT_EQ(test, most, 4);
	KUNIT_EXPECT_EQ(test, ipcchan_log_unread(&log, &stopped), 4);
}

/* Reader i reads i + 1 at a time, once that many of 48 are there. */
static void readers_are_independent(struct kunit *test)
{
	struct ipcchan_log_reader readers[16];
	unsigned int nr_read[16] = { 0 };
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	for (unsigned int i = 0; i < 16; i++)
		ipcchan_log_join(&log, &readers[i], IPCCHAN_LOG_BLOCK, 0);
	for (unsigned int n = 0; n < 48; n++) {
		append(&log, n, n);
		for (unsigned int i = 0; i < 16; i++)
			while ((n + 1) % (i + 1) == 0 && nr_read[i] <= n)
				KUNIT_EXPECT_TRUE(test, reads(&log, &readers[i],
							      nr_read[i]++));
		trim(&log);
	}
	for (unsigned int i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, ipcchan_log_unread(&log, &readers[i]),
				48 % (i + 1));
	/* The one that reads 13 at a time has read 39, all others more. */
	KUNIT_EXPECT_EQ(test, log.depth, 9);
}

static void stopped_reader_costs_the_others_nothing(struct kunit *test)
{
	struct ipcchan_log_reader stopped;
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &stopped, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	for (unsigned int i = 0; i < POOL; i++) {
		append(&log, i, i);
		KUNIT_EXPECT_TRUE(test, reads(&log, &r, i));
		if (log.depth > 2)
			KUNIT_EXPECT_TRUE(test, drops(&log, i - 2));
	}
}

static void seek_finds_the_next_higher_sequence(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	append(&log, 0, 3);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_seek(&log, &r, 20);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 2));
	ipcchan_log_seek(&log, &r, 19);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 1));
	ipcchan_log_seek(&log, &r, 0);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 0));
}

static void seek_behind_all_waits_for_what_comes(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	append(&log, 0, 1);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_DROP, POOL);
	ipcchan_log_seek(&log, &r, 20);
	KUNIT_EXPECT_NULL(test, ipcchan_log_next(&log, &r));
	append(&log, 2, 2);
	KUNIT_EXPECT_TRUE(test, is_next(&log, &r, 2));
}

static void seek_moves_what_a_blocker_keeps(struct kunit *test)
{
	struct ipcchan_log_reader r;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &r, IPCCHAN_LOG_BLOCK, 0);
	append(&log, 0, 2);
	ipcchan_log_seek(&log, &r, 20);
	KUNIT_EXPECT_EQ(test, trim(&log), 2);
	KUNIT_EXPECT_FALSE(test, ipcchan_log_can_drop(&log));
}

static void log_of_one_shows_the_newest_value(struct kunit *test)
{
	struct ipcchan_log_reader early;
	struct ipcchan_log_reader late;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 1);
	ipcchan_log_join(&log, &early, IPCCHAN_LOG_DROP, 1);
	for (unsigned int i = 0; i < 4; i++) {
		ipcchan_log_drop_oldest(&log);
		append(&log, i, i);
	}
	ipcchan_log_join(&log, &late, IPCCHAN_LOG_DROP, 1);
	KUNIT_EXPECT_TRUE(test, reads(&log, &early, 3));
	KUNIT_EXPECT_TRUE(test, reads(&log, &late, 3));
	KUNIT_EXPECT_EQ(test, trim(&log), 0);
}

static void clear_takes_all_whoever_needs_it(struct kunit *test)
{
	struct ipcchan_log_reader blocker;
	struct ipcchan_log_reader evictable;
	struct ipcchan_log log;
	LIST_HEAD(cleared);

	ipcchan_log_init(&log, POOL);
	ipcchan_log_join(&log, &blocker, IPCCHAN_LOG_BLOCK, 0);
	ipcchan_log_join(&log, &evictable, IPCCHAN_LOG_EVICT, 0);
	append(&log, 0, 2);
	ipcchan_log_clear(&log, &cleared);
	KUNIT_EXPECT_EQ(test, poison_all(&cleared), 3);
	KUNIT_EXPECT_NULL(test, ipcchan_log_next(&log, &blocker));
	ipcchan_log_leave(&log, &blocker);
	ipcchan_log_leave(&log, &evictable);
	KUNIT_EXPECT_TRUE(test, is_standing(&log.end, 0, 0, 0));
	KUNIT_EXPECT_EQ(test, log.bytes, 0);
}

static void counts_entries_and_bytes(struct kunit *test)
{
	struct ipcchan_log log;

	ipcchan_log_init(&log, 1);
	append(&log, 0, 2);
	KUNIT_EXPECT_EQ(test, log.depth, 3);
	KUNIT_EXPECT_EQ(test, log.bytes, 60);
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_EQ(test, log.bytes, 50);
	KUNIT_EXPECT_EQ(test, trim(&log), 1);
	KUNIT_EXPECT_EQ(test, log.depth, 1);
	KUNIT_EXPECT_EQ(test, log.bytes, 30);
}

static void counts_more_than_4_gib(struct kunit *test)
{
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	for (unsigned int i = 0; i < 2; i++) {
		entry(i)->size = ~0U;
		ipcchan_log_append(&log, &pool[i]);
	}
	KUNIT_EXPECT_EQ(test, log.bytes, 2 * 0xffffffffULL);
}

static void unlinks_what_it_drops(struct kunit *test)
{
	struct ipcchan_log log;

	ipcchan_log_init(&log, POOL);
	append(&log, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, ipcchan_log_drop_oldest(&log), &pool[0]);
	KUNIT_EXPECT_TRUE(test, list_empty(&pool[0].node));
}

/* The table of the DOC block; entry 7 there is pool[0] here. */
static void readers_are_counted_as_the_header_says(struct kunit *test)
{
	struct ipcchan_log_reader a;
	struct ipcchan_log_reader b;
	struct ipcchan_log_reader c;
	struct ipcchan_log log;

	ipcchan_log_init(&log, 0);
	ipcchan_log_join(&log, &a, IPCCHAN_LOG_BLOCK, 0);
	ipcchan_log_join(&log, &b, IPCCHAN_LOG_DROP, 0);
	ipcchan_log_join(&log, &c, IPCCHAN_LOG_EVICT, 0);
	KUNIT_EXPECT_TRUE(test, is_standing(&log.end, 3, 1, 1));
	append(&log, 0, 1);
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[0].standing, 3, 1, 1));
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[1].standing, 0, 0, 0));
	KUNIT_EXPECT_TRUE(test, is_standing(&log.end, 0, 0, 0));
	KUNIT_EXPECT_TRUE(test, reads(&log, &a, 0));
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[0].standing, 2, 0, 1));
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[1].standing, 1, 1, 0));
	KUNIT_EXPECT_TRUE(test, drops(&log, 0));
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[1].standing, 2, 1, 0));
	KUNIT_EXPECT_TRUE(test, ipcchan_log_is_evicted(&log, &c));
	KUNIT_EXPECT_TRUE(test, reads(&log, &a, 1));
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[1].standing, 1, 0, 0));
	KUNIT_EXPECT_TRUE(test, is_standing(&log.end, 1, 1, 0));
	KUNIT_EXPECT_TRUE(test, reads(&log, &b, 1));
	KUNIT_EXPECT_TRUE(test, is_standing(&log.end, 2, 1, 0));
	KUNIT_EXPECT_EQ(test, trim(&log), 1);
	append(&log, 2, 2);
	KUNIT_EXPECT_TRUE(test, is_standing(&pool[2].standing, 2, 1, 0));
}

#define READERS 6
#define NOTHING POOL

/**
 * struct model_list - numbers of entries, oldest first
 * @numbers: of the pool
 * @nr: how many
 */
struct model_list {
	unsigned int numbers[POOL];
	unsigned int nr;
};

/**
 * struct model_reader - a reader and all that it has yet to read
 * @r: the reader
 * @unread: a copy of its own
 * @is_joined: it reads
 * @is_evicted: and is out
 */
struct model_reader {
	struct ipcchan_log_reader r;
	struct model_list unread;
	bool is_joined;
	bool is_evicted;
};

/**
 * struct model - a log, and what it should keep
 * @log: the log
 * @stored: what is in it
 * @readers: those who read and those who do not
 * @sequence: of the last entry
 */
struct model {
	struct ipcchan_log log;
	struct model_list stored;
	struct model_reader readers[READERS];
	u64 sequence;
};

static void add_last(struct model_list *list, unsigned int number)
{
	list->numbers[list->nr++] = number;
}

static unsigned int first_in(const struct model_list *list)
{
	return list->nr ? list->numbers[0] : NOTHING;
}

static void remove_first(struct model_list *list)
{
	memmove(list->numbers, list->numbers + 1,
		--list->nr * sizeof(*list->numbers));
}

static bool contains(const struct model_list *list, unsigned int number)
{
	for (unsigned int i = 0; i < list->nr; i++)
		if (list->numbers[i] == number)
			return true;
	return false;
}

static void model_append(struct model *m, unsigned int number)
{
	m->sequence += 1 + ipcchan_test_random(3);
	entry(number)->sequence = m->sequence;
	ipcchan_log_append(&m->log, &pool[number]);
	add_last(&m->stored, number);
	for (unsigned int i = 0; i < READERS; i++)
		if (m->readers[i].is_joined && !m->readers[i].is_evicted)
			add_last(&m->readers[i].unread, number);
}

/* Has a reader, or one that blocks, yet to read the oldest? */
static bool is_needed(const struct model *m, bool by_blockers)
{
	unsigned int oldest = first_in(&m->stored);

	for (unsigned int i = 0; i < READERS; i++)
		if (first_in(&m->readers[i].unread) == oldest &&
		    (!by_blockers ||
		     m->readers[i].r.policy == IPCCHAN_LOG_BLOCK))
			return true;
	return false;
}

static void model_lose(struct model_reader *reader, unsigned int number)
{
	if (first_in(&reader->unread) != number)
		return;
	remove_first(&reader->unread);
	if (reader->r.policy != IPCCHAN_LOG_EVICT)
		return;
	reader->unread.nr = 0;
	reader->is_evicted = true;
}

static bool model_drop(struct model *m)
{
	unsigned int oldest = first_in(&m->stored);

	if (oldest == NOTHING || is_needed(m, true))
		return !ipcchan_log_can_drop(&m->log) &&
		       !ipcchan_log_drop_oldest(&m->log);
	remove_first(&m->stored);
	for (unsigned int i = 0; i < READERS; i++)
		model_lose(&m->readers[i], oldest);
	return ipcchan_log_can_drop(&m->log) && drops(&m->log, oldest);
}

static bool model_trim(struct model *m)
{
	unsigned int nr = 0;

	for (; m->stored.nr > m->log.history && !is_needed(m, false); nr++)
		remove_first(&m->stored);
	return trim(&m->log) == nr;
}

/* @reader has yet to read what is stored from the @first on. */
static void model_stand(struct model *m, struct model_reader *reader,
			unsigned int first)
{
	reader->unread.nr = 0;
	for (unsigned int i = first; i < m->stored.nr; i++)
		add_last(&reader->unread, m->stored.numbers[i]);
}

static bool model_join(struct model *m, struct model_reader *reader)
{
	unsigned int from = ipcchan_test_random(8);

	*reader = (struct model_reader) {
		.is_joined = true,
	};
	ipcchan_log_join(&m->log, &reader->r, ipcchan_test_random(3), from);
	model_stand(m, reader, m->stored.nr - min(from, m->stored.nr));
	return true;
}

static bool model_leave(struct model *m, struct model_reader *reader)
{
	ipcchan_log_leave(&m->log, &reader->r);
	reader->unread.nr = 0;
	reader->is_joined = false;
	return true;
}

static bool model_seek(struct model *m, struct model_reader *reader)
{
	u64 back = ipcchan_test_random(20);
	u64 sequence = m->sequence - min(m->sequence, back);
	unsigned int first = 0;

	ipcchan_log_seek(&m->log, &reader->r, sequence);
	if (reader->is_evicted)
		return true;
	while (first < m->stored.nr &&
	       pool[m->stored.numbers[first]].sequence <= sequence)
		first++;
	model_stand(m, reader, first);
	return true;
}

/* Some may be dropped between the look and the end of reading. */
static bool model_read(struct model *m, struct model_reader *reader)
{
	unsigned int number = first_in(&reader->unread);
	struct ipcchan_log_entry *e = ipcchan_log_next(&m->log, &reader->r);

	if (number == NOTHING || !e)
		return number == NOTHING && !e;
	if (e != &pool[number])
		return false;
	for (unsigned int nr = ipcchan_test_random(4); nr > 1; nr--)
		if (!model_drop(m))
			return false;
	ipcchan_log_advance(&m->log, &reader->r);
	if (first_in(&reader->unread) == number)
		remove_first(&reader->unread);
	return true;
}

static bool is_counted(const struct model *m,
		       const struct ipcchan_log_standing *standing,
		       unsigned int number)
{
	u32 nr[3] = { 0 };

	for (unsigned int i = 0; i < READERS; i++) {
		const struct model_reader *reader = &m->readers[i];

		if (reader->is_joined && !reader->is_evicted &&
		    first_in(&reader->unread) == number)
			nr[reader->r.policy]++;
	}
	return is_standing(standing, nr[IPCCHAN_LOG_BLOCK] +
			   nr[IPCCHAN_LOG_DROP] + nr[IPCCHAN_LOG_EVICT],
			   nr[IPCCHAN_LOG_BLOCK], nr[IPCCHAN_LOG_EVICT]);
}

static bool reader_matches(const struct model *m,
			   const struct model_reader *reader)
{
	if (!reader->is_joined)
		return true;
	return ipcchan_log_is_evicted(&m->log, &reader->r) ==
	       reader->is_evicted &&
	       ipcchan_log_unread(&m->log, &reader->r) == reader->unread.nr;
}

static bool matches(const struct model *m)
{
	u64 bytes = 0;

	for (unsigned int i = 0; i < m->stored.nr; i++) {
		unsigned int number = m->stored.numbers[i];

		bytes += pool[number].size;
		if (!is_counted(m, &pool[number].standing, number))
			return false;
	}
	for (unsigned int i = 0; i < READERS; i++)
		if (!reader_matches(m, &m->readers[i]))
			return false;
	return m->log.depth == m->stored.nr && m->log.bytes == bytes &&
	       is_counted(m, &m->log.end, NOTHING);
}

static bool model_change_readers(struct model *m)
{
	struct model_reader *reader =
		&m->readers[ipcchan_test_random(READERS)];

	if (!reader->is_joined)
		return model_join(m, reader);
	switch (ipcchan_test_random(16)) {
	case 0:
		return model_leave(m, reader);
	case 1:
		return model_seek(m, reader);
	default:
		return model_read(m, reader);
	}
}

/* Few are stored at a time, so that readers and the ends meet often. */
static bool model_step(struct model *m)
{
	unsigned int number = ipcchan_test_random(POOL);

	switch (ipcchan_test_random(8)) {
	case 0:
		return model_drop(m);
	case 1:
		return model_trim(m);
	case 2:
	case 3:
		if (m->stored.nr < 12 && !contains(&m->stored, number))
			model_append(m, number);
		return true;
	default:
		return model_change_readers(m);
	}
}

static void does_what_its_model_does(struct kunit *test)
{
	static struct model m;

	memset(&m, 0, sizeof(m));
	ipcchan_log_init(&m.log, 3);
	ipcchan_test_random_start(test);
	for (unsigned int i = 0; i < ipcchan_test_steps; i++)
		KUNIT_ASSERT_TRUE_MSG(test, model_step(&m) && matches(&m),
				      "step %u", i);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_is_empty),
	KUNIT_CASE(gives_entries_in_order_of_acceptance),
	KUNIT_CASE(next_stays_until_advance),
	KUNIT_CASE(advance_at_the_end_does_nothing),
	KUNIT_CASE(goes_on_behind_an_end_that_was_trimmed),
	KUNIT_CASE(new_reader_gets_only_what_comes),
	KUNIT_CASE(late_joiner_gets_the_last_n),
	KUNIT_CASE(late_joiner_gets_all_if_there_are_fewer),
	KUNIT_CASE(late_joiner_goes_on_with_what_comes),
	KUNIT_CASE(keeps_only_history_without_readers),
	KUNIT_CASE(keeps_nothing_without_readers_and_history),
	KUNIT_CASE(trim_keeps_history_though_all_have_read_it),
	KUNIT_CASE(trim_keeps_what_one_reader_needs),
	KUNIT_CASE(trim_gives_the_oldest_first),
	KUNIT_CASE(trim_follows_a_history_that_came_down),
	KUNIT_CASE(who_lags_goes_on_with_what_is_left),
	KUNIT_CASE(misses_what_came_and_went_while_it_was_away),
	KUNIT_CASE(reads_on_behind_what_is_dropped_as_it_reads),
	KUNIT_CASE(has_read_the_last_one_if_it_is_dropped_then),
	KUNIT_CASE(evicts_at_the_first_drop_of_what_is_unread),
	KUNIT_CASE(evicted_reader_gets_nothing_more),
	KUNIT_CASE(evicts_each_reader_once),
	KUNIT_CASE(evicted_reader_is_counted_nowhere),
	KUNIT_CASE(blocker_keeps_what_it_has_not_read),
	KUNIT_CASE(blocker_lets_go_what_it_has_read),
	KUNIT_CASE(leaving_unblocks),
	KUNIT_CASE(reader_that_lags_leaves_nothing_behind),
	KUNIT_CASE(depth_is_bounded_by_drops),
	KUNIT_CASE(readers_are_independent),
	KUNIT_CASE(stopped_reader_costs_the_others_nothing),
	KUNIT_CASE(seek_finds_the_next_higher_sequence),
	KUNIT_CASE(seek_behind_all_waits_for_what_comes),
	KUNIT_CASE(seek_moves_what_a_blocker_keeps),
	KUNIT_CASE(log_of_one_shows_the_newest_value),
	KUNIT_CASE(clear_takes_all_whoever_needs_it),
	KUNIT_CASE(counts_entries_and_bytes),
	KUNIT_CASE(counts_more_than_4_gib),
	KUNIT_CASE(unlinks_what_it_drops),
	KUNIT_CASE(readers_are_counted_as_the_header_says),
	KUNIT_CASE(does_what_its_model_does),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_log",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_log");
