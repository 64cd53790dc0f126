/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger of pages: how often each page of the regions was written, kept beside
 * them. A page is written by adding to a number in it, so that a page that is lost,
 * or is there twice, has a number that cannot be.
 */
#ifndef IPCCHAN_REGION_LEDGER_H
#define IPCCHAN_REGION_LEDGER_H

#include "extents.h"

#define WORKERS		8
#define REGIONS		3
#define MAILBOXES	3
#define MOST_PAGES	12

/* Of a worker that may go on, is to stop, and is to report what it can write. */
#define PHASES		3
#define RUN		0
#define STOP		1
#define REPORT		2

/* What a worker does in a step. */
enum deed {
	SEND,
	FORWARD,
	PASS_ON,
	RECEIVE,
	CLOSE,
	RELEASE,
	WRITE,
	MAP,
	KILL,
	DEEDS,
};

/**
 * struct account - what is known of a page
 * @tried: How often somebody was about to write to it, less what got SIGBUS.
 * @done: How often somebody has.
 */
struct account {
	__u64 tried;
	__u64 done;
};

/**
 * struct report - what a worker can write to
 * @by_region: A bit for each page, of each region, by the region's own mapping.
 * @by_extent: The number of the extent by which it can; 0: none.
 */
struct report {
	__u64 by_region[REGIONS];
	__u64 by_extent[REGIONS][MOST_PAGES];
};

/**
 * struct ledger - what all processes share
 * @names: Of the mailboxes.
 * @regions: Descriptors of them; each has another size.
 * @memory: All of each.
 * @page: Bytes of a page.
 * @steps: Taken by all.
 * @last_step: After so many there are no more.
 * @phase: Modulo PHASES it says what is to be done.
 * @arrived: Of each worker: the last phase that it has done.
 * @wrong: How often something was.
 * @kills: Of workers.
 * @done: Deeds that succeeded.
 * @refused: And those that did not, as they may.
 * @accounts: Of the pages.
 * @reports: Of the workers.
 */
struct ledger {
	char names[MAILBOXES][IPCCHAN_NAME_SIZE];
	int regions[REGIONS];
	char *memory[REGIONS];
	size_t page;
	__u64 steps;
	__u64 last_step;
	int phase;
	int arrived[WORKERS];
	int wrong;
	int kills;
	__u64 done[DEEDS];
	__u64 refused[DEEDS];
	struct account accounts[REGIONS][MOST_PAGES];
	struct report reports[WORKERS];
};

/**
 * struct worker - one of the processes
 * @ledger: Of all.
 * @nr: Which.
 * @seed: Of its chances; changes with each life.
 */
struct worker {
	struct ledger *ledger;
	int nr;
	unsigned int seed;
};

/** ledger_pages - of a region; no two have as many */
static inline int ledger_pages(int region)
{
	return MOST_PAGES - 2 * region;
}

/** ledger_complain - note that something is wrong, and say what */
void ledger_complain(struct ledger *ledger, const char *what, int region,
		     int page, long long value);

/** ledger_guard - let the three below survive SIGBUS; once in each process */
void ledger_guard(void);

/** ledger_write - write to a page: 0, or BUS; complains if it is another page */
int ledger_write(struct ledger *ledger, int region, int page, char *address);

/** ledger_own - the same, and nobody else may write to it meanwhile */
int ledger_own(struct ledger *ledger, int region, int page, char *address);

/** ledger_read - the same by reading */
int ledger_read(struct ledger *ledger, int region, int page,
		const char *address);

/** ledger_work - the life of a worker, which ends by SIGKILL */
int ledger_work(void *worker);

#endif /* IPCCHAN_REGION_LEDGER_H */
