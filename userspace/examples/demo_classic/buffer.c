// SPDX-License-Identifier: GPL-2.0
/*
 * A bounded buffer: a semaphore counts the free places, another one the items, and a
 * mutex is for where the next one is. Without the mutex, two use the same place: an
 * item is lost, and another one is taken twice.
 */
#include <stdatomic.h>
#include <stdio.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

#define PRODUCERS	3
#define CONSUMERS	3
#define EACH		40
#define ITEMS		(PRODUCERS * EACH)
#define PLACES		4

/**
 * struct store - what is shared
 * @places: the buffer
 * @in: items that were put in
 * @out: items that were taken
 * @fullest: most items that were in it at once
 * @taken: how often each item was
 */
struct store {
	int places[PLACES];
	int in;
	int out;
	int fullest;
	atomic_int taken[ITEMS];
};

/**
 * struct buffer - what all know
 * @mutex: for places, or NONE
 * @free: semaphore: places
 * @used: semaphore: items
 * @store: shared
 */
struct buffer {
	int mutex;
	int free;
	int used;
	struct store *store;
};

static void put(const struct buffer *buffer, int item)
{
	struct store *store = buffer->store;
	int place;

	semaphore_acquire(buffer->free);
	mutex_lock(buffer->mutex);
	place = store->in;
	nap();
	store->places[place % PLACES] = item;
	store->in = place + 1;
	if (store->in - store->out > store->fullest)
		store->fullest = store->in - store->out;
	mutex_unlock(buffer->mutex);
	semaphore_release(buffer->used);
}

static int take(const struct buffer *buffer)
{
	struct store *store = buffer->store;
	int place;
	int item;

	semaphore_acquire(buffer->used);
	mutex_lock(buffer->mutex);
	place = store->out;
	item = store->places[place % PLACES];
	nap();
	store->out = place + 1;
	mutex_unlock(buffer->mutex);
	semaphore_release(buffer->free);
	return item;
}

static void work(void *context, int number)
{
	const struct buffer *buffer = context;

	for (int i = 0; i < EACH; i++)
		if (number < PRODUCERS)
			put(buffer, number * EACH + i);
		else
			buffer->store->taken[take(buffer)]++;
}

/* How many items were taken exactly once; -1: a process failed. */
static int count_good(struct ipcchan *session, struct buffer *buffer)
{
	struct crew crew = { 0 };
	int once = 0;

	buffer->free = semaphore_new(session, PLACES);
	buffer->used = semaphore_new(session, 0);
	buffer->store = shared_new(sizeof(*buffer->store));
	crew_start(&crew, PRODUCERS + CONSUMERS, work, buffer);
	if (!crew_join(&crew))
		return -1;
	for (int i = 0; i < ITEMS; i++)
		once += buffer->store->taken[i] == 1;
	return once;
}

bool buffer_run(struct ipcchan *session)
{
	struct buffer naive = { .mutex = NONE };
	struct buffer ours = { .mutex = mutex_new(session, 0, 0) };
	int once;
	bool good;

	printf("A bounded buffer: %d producers, %d places, %d consumers, %d items.\n",
	       PRODUCERS, PLACES, CONSUMERS, ITEMS);
	once = count_good(session, &naive);
	printf("   naive, semaphores only: %d items are taken once, %d not\n",
	       once, ITEMS - once);
	good = check(once >= 0 && once < ITEMS, "no race.");
	once = count_good(session, &ours);
	printf("   with a mutex: %d items are taken once, %d not; at most %d are in it\n",
	       once, ITEMS - once, ours.store->fullest);
	return check(once == ITEMS && ours.store->fullest <= PLACES,
		     "the buffer is not right.") && good;
}
