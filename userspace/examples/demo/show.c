// SPDX-License-Identifier: GPL-2.0
/*
 * What people read, and what decides: the sums, compared with wc -w.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "show.h"

#define TOP_WORDS	6
#define WORD_SHOWN	24

void show_text(const struct text *text)
{
	const char *slash = strrchr(text->path, '/');

	printf("Counting the words of %s: %zu bytes; wc -w says %" PRIu64
	       ".\n\n", slash ? slash + 1 : text->path, text->size,
	       text->words);
}

static void show_workers(const struct table *table)
{
	for (uint32_t i = 0; i < table->nr_workers; i++)
		printf("     worker %" PRIu32 ": %7" PRIu64 " messages, %8"
		       PRIu64 " words\n", i + 1,
		       table->ledgers[i].finished_messages,
		       table->ledgers[i].finished_words);
}

static void show_word(const struct table *table, const struct slot *slot)
{
	const char *text = table_text(table, slot);
	uint32_t shown = slot->length < WORD_SHOWN ? slot->length : WORD_SHOWN;

	for (uint32_t i = 0; i < shown; i++)
		putchar(text[i] > ' ' && text[i] <= '~' ? text[i] : '?');
	printf("%s %" PRIu32, shown < slot->length ? "..." : "", slot->count);
}

static const char *heir_name(const struct table *table)
{
	static char name[32];

	if (table->heir == COLLECTOR)
		return "the collector";
	snprintf(name, sizeof(name), "worker %" PRIu32, table->heir + 1);
	return name;
}

static void show_top(const struct table *table)
{
	const struct slot *top[TOP_WORDS];
	unsigned int nr = table_top(table, top, TOP_WORDS);

	printf("   Most frequent:");
	for (unsigned int i = 0; i < nr; i++) {
		printf("%s ", i ? "," : "");
		show_word(table, top[i]);
	}
	puts(nr ? "." : " none.");
}

/* What must hold whoever was killed; says what does not. */
static bool ended_in_order(const struct pass *pass)
{
	const struct table *table = pass->table;
	uint64_t taken = taken_messages(table);
	bool good = false;

	if (pass->findings.hangs)
		puts("   FAIL: something hangs; all processes were killed.");
	else if (!pass->all_ended_well)
		puts("   FAIL: a process ended that should not have.");
	else if (taken != pass->findings.sent)
		printf("   FAIL: %" PRIu64 " messages sent, %" PRIu64
		       " received.\n", pass->findings.sent, taken);
	else if (table_sum(table) != table->words)
		puts("   FAIL: the table contradicts itself.");
	else
		good = true;
	return good;
}

bool show_count(const struct pass *pass, const struct text *text)
{
	double seconds = pass->seconds + 0.001;
	bool equal = pass->table->words == text->words;

	puts("1. A reader sends the lines, up to 64 at a time, through a mailbox. Workers\n"
	     "   receive them and count in shared memory, under a mutex that lives there.");
	show_workers(pass->table);
	printf("   %" PRIu64 " messages in %.1f s: %.0f messages/s, %.1f MB/s.\n",
	       pass->findings.sent, seconds, pass->findings.sent / seconds,
	       text->size / seconds / 1e6);
	show_top(pass->table);
	printf("   Counted %" PRIu64 " words: %s wc -w.\n", pass->table->words,
	       equal ? "equal to" : "NOT equal to");
	return ended_in_order(pass) && equal;
}

bool show_kill(const struct pass *pass, const struct text *text)
{
	const struct findings *findings = &pass->findings;
	const struct table *table = pass->table;
	const struct ledger *ledger;
	uint64_t held;
	bool equal;

	puts("\n2. The same, but the worker that is about to count the middle word is killed\n"
	     "   (SIGKILL), with lines in its hands and the mutex locked.");
	if (findings->victim == NOBODY) {
		puts("   FAIL: no worker got there.");
		return false;
	}
	ledger = &table->ledgers[findings->victim];
	held = ledger->taken_words - ledger->finished_words;
	equal = table->words + held == text->words;
	printf("   It was worker %d (pid %d), holding %" PRIu64
	       " messages with %" PRIu64 " words;\n   %" PRIu64
	       " messages were still to be received.\n",
	       findings->victim + 1, findings->victim_pid,
	       ledger->taken_messages - ledger->finished_messages, held,
	       findings->sent - findings->taken_by_then);
	if (!findings->hangs)
		printf("   Nothing hangs: the mutex went to %s, and all others "
		       "ended\n   after %.1f s.\n", heir_name(table),
		       pass->seconds);
	printf("   Counted %" PRIu64 " words + %" PRIu64 " lost with it = %"
	       PRIu64 ": %s wc -w.\n", table->words, held, table->words + held,
	       equal ? "equal to" : "NOT equal to");
	return ended_in_order(pass) && equal && table->deaths == 1;
}
