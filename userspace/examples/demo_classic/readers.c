// SPDX-License-Identifier: GPL-2.0
/*
 * Readers and writers: a writer changes two fields that are always equal for readers.
 * The readers never pause: a lock that preferred them would let no writer in.
 */
#include <stdatomic.h>
#include <stdio.h>

#include "check.h"
#include "kit.h"
#include "parts.h"

#define READERS	4
#define WRITERS	2
#define WRITES	25

/**
 * struct page - what is read and written, and what was seen
 * @fields: of a writer
 * @writing: writers who are not done
 * @readers: who read at this moment
 * @most: readers at once
 * @reads: that are done
 * @torn: reads that saw two different fields
 * @longest: most reads that ended while a writer waited, or was about to
 */
struct page {
	int fields[2];
	atomic_int writing;
	atomic_int readers;
	atomic_int most;
	atomic_int reads;
	atomic_int torn;
	atomic_int longest;
};

/**
 * struct library - what all know
 * @rwlock: of the page, or NONE
 * @page: shared
 */
struct library {
	int rwlock;
	struct page *page;
};

static void lock(int rwlock, uint32_t flags)
{
	struct ipcchan_lock_options options = IPCCHAN_LOCK_OPTIONS;

	options.flags = flags;
	options.deadline_ns = ipcchan_deadline_in(PATIENCE);
	if (rwlock != NONE)
		require(ipcchan_rwlock_lock(rwlock, &options), "lock a rwlock");
}

static void unlock(int rwlock)
{
	if (rwlock != NONE)
		require(ipcchan_rwlock_unlock(rwlock), "unlock a rwlock");
}

static void raise_to(atomic_int *most, int value)
{
	int old = *most;

	while (value > old && !atomic_compare_exchange_weak(most, &old, value))
		continue;
}

static void read_page(const struct library *library)
{
	struct page *page = library->page;
	int first;

	lock(library->rwlock, IPCCHAN_RWLOCK_SHARED);
	raise_to(&page->most, atomic_fetch_add(&page->readers, 1) + 1);
	first = page->fields[0];
	nap();
	page->torn += first != page->fields[1];
	page->readers--;
	page->reads++;
	unlock(library->rwlock);
}

static void write_page(const struct library *library)
{
	struct page *page = library->page;
	int before = page->reads;

	lock(library->rwlock, 0);
	raise_to(&page->longest, page->reads - before);
	page->fields[0]++;
	nap();
	page->fields[1] = page->fields[0];
	unlock(library->rwlock);
}

static void work(void *context, int number)
{
	const struct library *library = context;

	if (number < READERS) {
		while (library->page->writing)
			read_page(library);
		return;
	}
	for (int i = 0; i < WRITES; i++)
		write_page(library);
	library->page->writing--;
}

static bool play(struct library *library, const char *name)
{
	struct page *page = shared_new(sizeof(*page));
	struct crew crew = { 0 };
	bool good;

	library->page = page;
	page->writing = WRITERS;
	crew_start(&crew, READERS + WRITERS, work, library);
	good = crew_join(&crew);
	printf("   %s: %d reads, up to %d at once; %d saw half a change\n",
	       name, page->reads, page->most, page->torn);
	return good;
}

static int rwlock_new(struct ipcchan *session)
{
	struct ipcchan_rwlock_options options = IPCCHAN_RWLOCK_OPTIONS;
	int rwlock;

	options.flags = IPCCHAN_OPEN_CREATE;
	rwlock = ipcchan_rwlock_open(session, NULL, IPCCHAN_RIGHT_WAIT,
				     &options);
	require(rwlock, "create a rwlock");
	return rwlock;
}

static void await_waiters(int rwlock, uint32_t nr)
{
	uint64_t deadline = ipcchan_deadline_in(PATIENCE);
	struct ipcchan_rwlock_info info = { 0 };

	for (;;) {
		require(ipcchan_rwlock_info(rwlock, &info, sizeof(info)),
			"ask a rwlock for its state");
		if (info.waiters == nr)
			return;
		look_again(deadline);
	}
}

static void visit(void *context, int number)
{
	if (number)
		read_page(context);
	else
		write_page(context);
}

/* A writer, and then readers, stand in line behind a reader: the writer is first. */
static bool pass_nobody(struct library *library)
{
	struct crew crew = { 0 };

	library->page = shared_new(sizeof(*library->page));
	lock(library->rwlock, IPCCHAN_RWLOCK_SHARED);
	for (int i = 0; i < 1 + READERS; i++) {
		crew_add(&crew, visit, library);
		await_waiters(library->rwlock, i + 1);
	}
	unlock(library->rwlock);
	if (!crew_join(&crew))
		return false;
	printf("   of %d readers who come while a writer waits, %d are let in before it\n",
	       READERS, library->page->longest);
	return check(!library->page->longest, "a writer was passed.");
}

bool readers_run(struct ipcchan *session)
{
	struct library naive = { .rwlock = NONE };
	struct library ours = { .rwlock = rwlock_new(session) };
	bool good;

	printf("Readers and writers: %d read all the time, %d write %d times each.\n",
	       READERS, WRITERS, WRITES);
	good = play(&naive, "naive");
	good &= check(naive.page->torn > 0, "no race.");
	good &= play(&ours, "with a rwlock");
	good &= check(!ours.page->torn && ours.page->most > 1 &&
		      ours.page->fields[1] == WRITERS * WRITES,
		      "the lock is not right.");
	printf("   a writer waited for at most %d reads\n",
	       ours.page->longest);
	return pass_nobody(&ours) && good;
}
