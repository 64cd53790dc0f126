/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table: a hash table of words in a shared region.
 */
#ifndef DEMO_TABLE_H
#define DEMO_TABLE_H

#include <ipcchan.h>
#include <pthread.h>
#include <stdint.h>

#include "words.h"

/**
 * DOC: Table
 *
 * All processes map the region that holds it, and change it only while they
 * have the mutex that lives in it. Any of them may be killed at any point: the
 * mutex is robust, and what a killed process leaves behind can be repaired,
 * because the counts of the words are the only truth. They are written last
 * (a slot with count 0 is free), and all sums can be made anew from them.
 */

#define WORKERS_MAX	16

/* Has the mutex when all workers have ended. */
#define COLLECTOR	WORKERS_MAX

/* For stop_at: nobody stops. */
#define STOP_NEVER	UINT64_MAX

/**
 * struct ledger - what one worker took and what it finished
 * @taken_messages: received; written by the worker, without the mutex
 * @taken_words: words in those; likewise
 * @finished_messages: counted completely
 * @finished_words: counted
 *
 * Taken is written before the counting begins. So what a killed worker held is
 * the difference.
 */
struct ledger {
	uint64_t taken_messages;
	uint64_t taken_words;
	uint64_t finished_messages;
	uint64_t finished_words;
};

/**
 * struct slot - one word; free while @count is 0
 * @hash: of the word
 * @length: of the word, bytes
 * @offset: of the word in the text that follows the slots
 * @count: how often it was found
 */
struct slot {
	uint32_t hash;
	uint32_t length;
	uint32_t offset;
	uint32_t count;
};

/**
 * struct table - the beginning of the region; slots and text follow
 * @lock: guards all that follows but for what ledgers say of themselves
 * @nr_slots: one word in each, at most; immutable
 * @nr_workers: how many ledgers are used; immutable
 * @holder: the worker that has, or had last, the mutex; or COLLECTOR
 * @deaths: how often the mutex came from a dead worker
 * @heir: the worker that got it then; or COLLECTOR
 * @text_used: bytes of words behind the slots
 * @words: sum of all counts
 * @stop_at: the worker about to count this word, from 0, stops instead
 * @ledgers: of each worker
 * @slots: of each word
 */
struct table {
	pthread_mutex_t lock;
	uint32_t nr_slots;
	uint32_t nr_workers;
	uint32_t holder;
	uint32_t deaths;
	uint32_t heir;
	uint32_t text_used;
	uint64_t words;
	uint64_t stop_at;
	struct ledger ledgers[WORKERS_MAX];
	struct slot slots[];
};

/**
 * table_open - make a table in a new region; children inherit it
 * @session: that makes the region
 * @region: set to the region
 * @words: how many words it has to hold, all of them different
 * @bytes: bytes in those
 *
 * Return: the table; what fails ends the demo.
 */
struct table *table_open(struct ipcchan *session, struct ipcchan_region **region,
			 uint64_t words, uint64_t bytes);

/** table_lock - take the mutex as @worker; if its holder died, repair the table */
void table_lock(struct table *table, uint32_t worker);
void table_unlock(struct table *table);

uint32_t word_hash(const struct word *word);

/** table_add - count one word for @worker, who has the mutex */
void table_add(struct table *table, uint32_t worker, const struct word *word,
	       uint32_t hash);

/** table_sum - the sum of all counts, made anew */
uint64_t table_sum(const struct table *table);

/** table_top - the @nr most frequent words; return how many there are */
unsigned int table_top(const struct table *table, const struct slot **top,
		       unsigned int nr);

/** table_text - the bytes of a slot's word */
const char *table_text(const struct table *table, const struct slot *slot);

#endif /* DEMO_TABLE_H */
