// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that lend each other pages and are killed at random: at any moment each
 * page has one owner, and in the end the region has all of them, with what was written
 * last.
 *
 * IPCCHAN_STEPS sets how many steps they take: 1000000 need minutes.
 */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "region_ledger.h"

#define STEPS		20000
#define STEPS_A_LOOK	2000
#define LONGEST_NAPS	8
#define STOP_SECONDS	3000
#define MOST_EXTENTS	1024

/**
 * struct list - the extents of a region at one moment
 * @region: Which.
 * @nr: How many there are.
 * @entries: The oldest first.
 */
struct list {
	int region;
	int nr;
	struct ipcchan_extent_info entries[MOST_EXTENTS];
};

FIXTURE(pages)
{
	int session;
	unsigned int random;
	unsigned int looks;
	struct ledger *ledger;
	struct list *list;
	struct worker workers[WORKERS];
	struct child children[WORKERS];
};

static void start(FIXTURE_DATA(pages) * self, int nr)
{
	struct worker *worker = &self->workers[nr];

	worker->ledger = self->ledger;
	worker->nr = nr;
	worker->seed = rand_r(&self->random);
	child_start(&self->children[nr], ledger_work, worker);
}

static void open_region(FIXTURE_DATA(pages) * self, int i)
{
	struct ledger *ledger = self->ledger;
	size_t size = ledger_pages(i) * ledger->page;

	ledger->regions[i] = region_open(self->session, size);
	ledger->memory[i] = map_pages(ledger->regions[i], size,
				      PROT_READ | PROT_WRITE);
}

FIXTURE_SETUP(pages)
{
	self->random = now_ns(CLOCK_MONOTONIC);
	self->session = session_open();
	self->ledger = shared_alloc(sizeof(*self->ledger));
	self->list = shared_alloc(sizeof(*self->list));
	self->ledger->page = sysconf(_SC_PAGESIZE);
	self->ledger->last_step = setting("IPCCHAN_STEPS", STEPS);
	TH_LOG("%llu steps, seed %u", self->ledger->last_step, self->random);
	for (int i = 0; i < MAILBOXES; i++)
		set_name(self->ledger->names[i], fresh_name());
	for (int i = 0; i < REGIONS; i++) {
		open_region(self, i);
		ASSERT_NE(NULL, self->ledger->memory[i]);
	}
	ledger_guard();
	for (int i = 0; i < WORKERS; i++)
		start(self, i);
}

FIXTURE_TEARDOWN(pages)
{
	for (int i = 0; i < REGIONS; i++) {
		munmap(self->ledger->memory[i],
		       ledger_pages(i) * self->ledger->page);
		close(self->ledger->regions[i]);
	}
	close(self->session);
}

/* Processes */

static void kill_worker(FIXTURE_DATA(pages) * self, int nr)
{
	child_end(&self->children[nr]);
	self->ledger->kills++;
}

static void kill_somebody(FIXTURE_DATA(pages) * self)
{
	int nr = rand_r(&self->random) % WORKERS;

	kill_worker(self, nr);
	start(self, nr);
}

/* Let all do what the next phase is for. */
static bool go_to_next_phase(FIXTURE_DATA(pages) * self)
{
	int phase = __atomic_add_fetch(&self->ledger->phase, 1,
				       __ATOMIC_SEQ_CST);

	if (phase % PHASES == RUN)
		return true;
	for (int i = 0; i < WORKERS; i++)
		if (!await_counter(&self->ledger->arrived[i], phase))
			return false;
	return true;
}

static int worker_of(FIXTURE_DATA(pages) * self, unsigned int tgid)
{
	for (int i = 0; i < WORKERS; i++)
		if (tgid == (unsigned int)self->children[i].pid)
			return i;
	return -1;
}

/* The list */

static int read_list(FIXTURE_DATA(pages) * self, int region)
{
	struct list *list = self->list;
	__u64 last = 0;
	int ret;

	list->region = region;
	list->nr = 0;
	do {
		ret = region_extents(self->ledger->regions[region],
				     &list->entries[list->nr], IPCCHAN_LIST_MAX,
				     .after = last);
		if (ret < 0)
			return ret;
		list->nr += ret;
		if (ret)
			last = list->entries[list->nr - 1].id;
	} while (ret == IPCCHAN_LIST_MAX &&
		 list->nr <= MOST_EXTENTS - IPCCHAN_LIST_MAX);
	return 0;
}

static const struct ipcchan_extent_info *find(const struct list *list, __u64 id)
{
	for (int i = 0; i < list->nr; i++)
		if (list->entries[i].id == id)
			return &list->entries[i];
	return NULL;
}

static bool covers(const struct ipcchan_extent_info *entry, __u64 offset,
		   __u64 length)
{
	return entry->offset <= offset &&
	       entry->offset + entry->length >= offset + length;
}

/* Each is there once, with a lender that has all of it. */
static void judge_entries(FIXTURE_DATA(pages) * self)
{
	const struct list *list = self->list;

	for (int i = 0; i < list->nr; i++) {
		const struct ipcchan_extent_info *entry = &list->entries[i];
		const struct ipcchan_extent_info *lender;

		if (i && entry->id <= list->entries[i - 1].id)
			ledger_complain(self->ledger, "is listed twice",
					list->region, -1, entry->id);
		if (!entry->lender)
			continue;
		lender = find(list, entry->lender);
		if (!lender || !covers(lender, entry->offset, entry->length))
			ledger_complain(self->ledger, "is of no lender",
					list->region, -1, entry->id);
	}
}

/* Is it the lender of another that has the page by MOVE? */
static bool has_moved_on(const struct list *list,
			 const struct ipcchan_extent_info *entry, __u64 offset,
			 __u64 length)
{
	for (int i = 0; i < list->nr; i++) {
		const struct ipcchan_extent_info *other = &list->entries[i];

		if (other->lender == entry->id && other->mode == MOVE &&
		    covers(other, offset, length))
			return true;
	}
	return false;
}

/* Who has the page, NULL: the region. Extents that have it must be in one line. */
static const struct ipcchan_extent_info *find_owner(FIXTURE_DATA(pages) * self,
						    int page)
{
	const struct list *list = self->list;
	size_t length = self->ledger->page;
	const struct ipcchan_extent_info *owner = NULL;
	int nr = 0;

	for (int i = 0; i < list->nr; i++) {
		const struct ipcchan_extent_info *entry = &list->entries[i];

		if (entry->mode != MOVE || !covers(entry, page * length, length))
			continue;
		nr++;
		if (!has_moved_on(list, entry, page * length, length))
			owner = entry;
	}
	for (const struct ipcchan_extent_info *entry = owner; entry;
	     entry = entry->lender ? find(list, entry->lender) : NULL)
		nr--;
	if (nr)
		ledger_complain(self->ledger, "has two owners", list->region,
				page, nr);
	return owner;
}

/* What is shared is still of who shares it, though he may have it by a share. */
static void judge_shares(FIXTURE_DATA(pages) * self, int page, __u64 owner)
{
	const struct list *list = self->list;
	size_t length = self->ledger->page;

	for (int i = 0; i < list->nr; i++) {
		const struct ipcchan_extent_info *entry = &list->entries[i];

		if (entry->mode != SHARE || !covers(entry, page * length, length))
			continue;
		while (entry && entry->mode == SHARE && entry->lender)
			entry = find(list, entry->lender);
		if (!entry || (entry->mode == SHARE ? 0 : entry->id) != owner)
			ledger_complain(self->ledger, "is shared by another",
					list->region, page, owner);
	}
}

/* The list, and what can be written to */

/* Number of the extent by which the worker has to be able to write, 0: by none. */
static __u64 expected(FIXTURE_DATA(pages) * self, int nr,
		      const struct ipcchan_extent_info *owner)
{
	if (!owner || !owner->mappings)
		return 0;
	return worker_of(self, owner->tgid) == nr ? owner->id : 0;
}

static void judge_writers(FIXTURE_DATA(pages) * self, int page,
			  const struct ipcchan_extent_info *owner)
{
	struct ledger *ledger = self->ledger;
	int region = self->list->region;

	for (int i = 0; i < WORKERS; i++) {
		const struct report *report = &ledger->reports[i];
		bool by_region = report->by_region[region] >> page & 1;
		__u64 by_extent = report->by_extent[region][page];

		if (by_region != !owner)
			ledger_complain(ledger, owner ?
						"is written by the region" :
						"is not given back",
					region, page, i);
		if (by_extent != expected(self, i, owner))
			ledger_complain(ledger, "is written by another extent",
					region, page, by_extent);
	}
	if (owner && owner->mappings && worker_of(self, owner->tgid) < 0)
		ledger_complain(ledger, "is of the dead", region, page,
				owner->tgid);
}

static void judge_region(FIXTURE_DATA(pages) * self, int region)
{
	int ret = read_list(self, region);

	if (ret)
		ledger_complain(self->ledger, "has no list", region, -1, ret);
	judge_entries(self);
	for (int page = 0; page < ledger_pages(region); page++) {
		const struct ipcchan_extent_info *owner =
			find_owner(self, page);

		judge_shares(self, page, owner ? owner->id : 0);
		judge_writers(self, page, owner);
	}
}

/* Stop all, and look at each page. */
static bool look(FIXTURE_DATA(pages) * self)
{
	if (!go_to_next_phase(self) || !go_to_next_phase(self))
		return false;
	for (int i = 0; i < REGIONS; i++)
		judge_region(self, i);
	self->looks++;
	return go_to_next_phase(self);
}

static bool run(FIXTURE_DATA(pages) * self)
{
	struct ledger *ledger = self->ledger;
	__u64 end = deadline_after(STOP_SECONDS * NSEC_PER_SEC);
	__u64 next = STEPS_A_LOOK;
	__u64 steps;

	do {
		for (int i = rand_r(&self->random) % LONGEST_NAPS; i >= 0; i--)
			nap();
		kill_somebody(self);
		steps = __atomic_load_n(&ledger->steps, __ATOMIC_SEQ_CST);
		if (steps < next && steps < ledger->last_step)
			continue;
		next = steps + STEPS_A_LOOK;
		if (!look(self) || now_ns(CLOCK_MONOTONIC) > end)
			return false;
	} while (steps < ledger->last_step);
	return true;
}

static void tell(FIXTURE_DATA(pages) * self)
{
	static const char *const words[DEEDS] = {
		"sent", "forwarded", "passed on", "received", "closed",
		"released", "written", "mapped", "mailboxes killed",
	};
	const struct ledger *ledger = self->ledger;
	__u64 written = 0;

	for (int i = 0; i < DEEDS; i++)
		ksft_print_msg("%8llu %s, %llu refused\n", ledger->done[i],
			       words[i], ledger->refused[i]);
	for (int i = 0; i < REGIONS; i++)
		for (int page = 0; page < ledger_pages(i); page++)
			written += ledger->accounts[i][page].done;
	ksft_print_msg("%8llu writes in all, %d killed, %u looks\n", written,
		       ledger->kills, self->looks);
	fflush(stdout);
}

/* What was tried and not done is of those that were killed on the way. */
static __u64 unfinished(const struct ledger *ledger)
{
	__u64 nr = 0;

	for (int i = 0; i < REGIONS; i++)
		for (int page = 0; page < ledger_pages(i); page++)
			nr += ledger->accounts[i][page].tried -
			      ledger->accounts[i][page].done;
	return nr;
}

static int pages_lost(struct ledger *ledger, int region)
{
	int lost = 0;

	for (int page = 0; page < ledger_pages(region); page++)
		lost += ledger_own(ledger, region, page,
				   ledger->memory[region] +
					   page * ledger->page) != 0;
	return lost;
}

TEST_F_TIMEOUT(pages, have_one_owner_whoever_dies, STOP_SECONDS + 100)
{
	bool ran = run(self);

	for (int i = 0; i < WORKERS; i++)
		kill_worker(self, i);
	tell(self);
	EXPECT_TRUE(ran);
	for (int i = 0; i < REGIONS; i++) {
		EXPECT_TRUE(await_extents(self->ledger->regions[i], 0));
		EXPECT_EQ(0, pages_lost(self->ledger, i));
	}
	EXPECT_GE(self->ledger->kills, unfinished(self->ledger));
	EXPECT_EQ(0, self->ledger->wrong);
}

#include "ipcchan_selftest_main.h"
