// SPDX-License-Identifier: GPL-2.0
/* The ledger of pages: writing to them, and whether that can be true. */

#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

#include "region_ledger.h"

/* How often an owner looks whether somebody else has written. */
#define LOOKS		16

#define COMPLAINTS	20

/**
 * struct stamp - what is written at the beginning of a page
 * @count: How often it was written.
 * @writer: Mark of who wrote last.
 */
struct stamp {
	__u64 count;
	__u64 writer;
};

/* Where an access goes on that got SIGBUS. */
static sigjmp_buf bus;

static void on_bus(int signal)
{
	siglongjmp(bus, 1);
}

void ledger_guard(void)
{
	struct sigaction action = {
		.sa_handler = on_bus,
		.sa_flags = SA_NODEFER,
	};

	sigaction(SIGBUS, &action, NULL);
}

void ledger_complain(struct ledger *ledger, const char *what, int region,
		     int page, long long value)
{
	if (__atomic_fetch_add(&ledger->wrong, 1, __ATOMIC_SEQ_CST) < COMPLAINTS)
		fprintf(stderr, "# region %d, page %d: %s (%lld), in step %llu\n",
			region, page, what, value, ledger->steps);
}

/* No two writes have the same. */
static __u64 new_mark(void)
{
	static unsigned int nr;

	return (__u64)getpid() << 32 | ++nr;
}

/* @done was read before, and @tried is read behind. */
static void judge(struct ledger *ledger, int region, int page, __u64 count,
		  __u64 done)
{
	const struct account *account = &ledger->accounts[region][page];
	__u64 tried = __atomic_load_n(&account->tried, __ATOMIC_SEQ_CST);

	if (count < done)
		ledger_complain(ledger, "has lost writes", region, page,
				done - count);
	if (count > tried)
		ledger_complain(ledger, "has writes of nobody", region, page,
				count - tried);
}

/* A worker that is killed on the way leaves one that was tried and not done. */
static int write_stamp(struct ledger *ledger, int region, int page,
		       char *address, int looks)
{
	struct account *account = &ledger->accounts[region][page];
	struct stamp *stamp = (struct stamp *)address;
	__u64 done = __atomic_load_n(&account->done, __ATOMIC_SEQ_CST);
	__u64 mark = new_mark();
	__u64 count;

	__atomic_add_fetch(&account->tried, 1, __ATOMIC_SEQ_CST);
	if (sigsetjmp(bus, 0)) {
		__atomic_sub_fetch(&account->tried, 1, __ATOMIC_SEQ_CST);
		return BUS;
	}
	count = __atomic_add_fetch(&stamp->count, 1, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&account->done, 1, __ATOMIC_SEQ_CST);
	judge(ledger, region, page, count, done + 1);
	/* It has been counted: SIGBUS only ends the looking. */
	if (sigsetjmp(bus, 0))
		return 0;
	__atomic_store_n(&stamp->writer, mark, __ATOMIC_SEQ_CST);
	while (looks--)
		if (__atomic_load_n(&stamp->writer, __ATOMIC_SEQ_CST) != mark)
			ledger_complain(ledger, "is written by two", region,
					page, mark);
	return 0;
}

int ledger_write(struct ledger *ledger, int region, int page, char *address)
{
	return write_stamp(ledger, region, page, address, 0);
}

int ledger_own(struct ledger *ledger, int region, int page, char *address)
{
	return write_stamp(ledger, region, page, address, LOOKS);
}

int ledger_read(struct ledger *ledger, int region, int page,
		const char *address)
{
	const struct account *account = &ledger->accounts[region][page];
	const struct stamp *stamp = (const struct stamp *)address;
	__u64 done = __atomic_load_n(&account->done, __ATOMIC_SEQ_CST);
	__u64 count;

	if (sigsetjmp(bus, 0))
		return BUS;
	count = __atomic_load_n(&stamp->count, __ATOMIC_SEQ_CST);
	judge(ledger, region, page, count, done);
	return 0;
}
