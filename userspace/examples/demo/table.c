// SPDX-License-Identifier: GPL-2.0
/*
 * The table: a hash table of words in a shared region.
 */
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "channel.h"
#include "table.h"

/* A quarter of the slots stays free, so that a search ends soon. */
static uint64_t slots_for(uint64_t words)
{
	return words + words / 3 + 16;
}

static void init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

struct table *table_open(struct ipcchan *session, struct ipcchan_region **region,
			 uint64_t words, uint64_t bytes)
{
	struct ipcchan_region_options options = IPCCHAN_REGION_OPTIONS;
	uint64_t nr_slots = slots_for(words);
	struct table *table;
	void *address;

	if (nr_slots > UINT32_MAX || bytes > UINT32_MAX)
		errx(1, "the file is too large for this demo");
	options.flags = IPCCHAN_OPEN_CREATE;
	options.region_size = sizeof(*table) + bytes +
			      nr_slots * sizeof(struct slot);
	require(ipcchan_region_open(session, NULL, IPCCHAN_RIGHT_MAP_READ |
				    IPCCHAN_RIGHT_MAP_WRITE, &options, region),
		"create a region");
	require(ipcchan_region_map(*region, PROT_READ | PROT_WRITE, &address),
		"map the region");
	table = address;
	init_lock(&table->lock);
	table->nr_slots = nr_slots;
	table->stop_at = STOP_NEVER;
	return table;
}

static char *text_of(struct table *table)
{
	return (char *)&table->slots[table->nr_slots];
}

const char *table_text(const struct table *table, const struct slot *slot)
{
	return (const char *)&table->slots[table->nr_slots] + slot->offset;
}

uint64_t table_sum(const struct table *table)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < table->nr_slots; i++)
		sum += table->slots[i].count;
	return sum;
}

/*
 * The dead holder may have counted a word in its slot, and not in the sums: they
 * are made anew. What the others finished was finished under the mutex.
 */
static void repair(struct table *table, uint32_t heir)
{
	uint64_t others = 0;

	table->words = table_sum(table);
	for (uint32_t i = 0; i < table->nr_workers; i++)
		if (i != table->holder)
			others += table->ledgers[i].finished_words;
	table->ledgers[table->holder].finished_words = table->words - others;
	table->stop_at = STOP_NEVER;
	table->heir = heir;
	table->deaths++;
}

void table_lock(struct table *table, uint32_t worker)
{
	int error = pthread_mutex_lock(&table->lock);

	if (error == EOWNERDEAD) {
		repair(table, worker);
		error = pthread_mutex_consistent(&table->lock);
	}
	if (error)
		errx(1, "mutex: %s", strerror(error));
	table->holder = worker;
}

void table_unlock(struct table *table)
{
	pthread_mutex_unlock(&table->lock);
}

/* FNV-1a */
uint32_t word_hash(const struct word *word)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < word->length; i++)
		hash = (hash ^ (unsigned char)word->text[i]) * 16777619U;
	return hash;
}

static bool is_same(const struct table *table, const struct slot *slot,
		    const struct word *word, uint32_t hash)
{
	return slot->hash == hash && slot->length == word->length &&
	       !memcmp(table_text(table, slot), word->text, word->length);
}

/* The slot of the word, or the free one where it belongs. */
static struct slot *find_slot(struct table *table, const struct word *word,
			      uint32_t hash)
{
	uint32_t i = hash % table->nr_slots;

	while (table->slots[i].count &&
	       !is_same(table, &table->slots[i], word, hash))
		i = i + 1 < table->nr_slots ? i + 1 : 0;
	return &table->slots[i];
}

void table_add(struct table *table, uint32_t worker, const struct word *word,
	       uint32_t hash)
{
	struct slot *slot = find_slot(table, word, hash);

	if (!slot->count) {
		slot->hash = hash;
		slot->length = word->length;
		slot->offset = table->text_used;
		memcpy(text_of(table) + table->text_used, word->text,
		       word->length);
		table->text_used += word->length;
	}
	/* Not before the slot is complete: this makes it one of the table. */
	__atomic_store_n(&slot->count, slot->count + 1, __ATOMIC_RELEASE);
	table->words++;
	table->ledgers[worker].finished_words++;
}

unsigned int table_top(const struct table *table, const struct slot **top,
		       unsigned int nr)
{
	unsigned int filled = 0;

	for (uint32_t i = 0; i < table->nr_slots; i++) {
		const struct slot *slot = &table->slots[i];
		unsigned int place = filled;

		while (place && top[place - 1]->count < slot->count)
			place--;
		if (!slot->count || place == nr)
			continue;
		if (filled < nr)
			filled++;
		memmove(&top[place + 1], &top[place],
			(filled - place - 1) * sizeof(*top));
		top[place] = slot;
	}
	return filled;
}
