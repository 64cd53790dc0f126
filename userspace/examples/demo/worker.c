// SPDX-License-Identifier: GPL-2.0
/*
 * A worker: receives a batch of lines, takes them apart, and counts their words
 * in the shared table.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "report.h"
#include "worker.h"

/**
 * struct found - a word of the batch
 * @word: where it stands
 * @hash: of the word; computed before the mutex is taken
 */
struct found {
	struct word word;
	uint32_t hash;
};

/**
 * struct batch - messages that were received together, and their words
 * @messages: with buffers of MESSAGE_MAX bytes
 * @nr: messages in it
 * @ends: of each message, how many words it and those before it have
 * @words: all words
 * @room: how many fit into @words
 */
struct batch {
	struct ipcchan_message messages[BATCH];
	size_t nr;
	size_t ends[BATCH];
	struct found *words;
	size_t room;
};

static void batch_init(struct batch *batch)
{
	char *buffers = malloc((size_t)BATCH * MESSAGE_MAX);

	batch->room = 1024;
	batch->words = malloc(batch->room * sizeof(*batch->words));
	if (!buffers || !batch->words)
		err(1, "malloc");
	for (size_t i = 0; i < BATCH; i++)
		ipcchan_message_set(&batch->messages[i],
				    buffers + i * MESSAGE_MAX, MESSAGE_MAX);
}

static void report(const struct worker *worker, enum report_type type)
{
	struct ipcchan_send_options options = IPCCHAN_SEND_OPTIONS;
	struct report report = { .number = worker->number };

	options.type = type;
	require(ipcchan_mailbox_send(worker->reports, &report, sizeof(report),
				     &options), "report to the collector");
}

/* False when no line is left and the reader is gone. */
static bool receive(const struct worker *worker, struct batch *batch)
{
	int nr = ipcchan_mailbox_receive_batch(worker->lines, batch->messages,
					       BATCH, sizeof(*batch->messages),
					       NULL);

	if (nr == -EPIPE)
		return false;
	require(nr, "receive lines");
	batch->nr = nr;
	return true;
}

static struct found *new_word(struct batch *batch, size_t i)
{
	if (i == batch->room) {
		batch->room *= 2;
		batch->words = reallocarray(batch->words, batch->room,
					    sizeof(*batch->words));
		if (!batch->words)
			err(1, "reallocarray");
	}
	return &batch->words[i];
}

static void take_apart(const struct worker *worker, struct batch *batch)
{
	size_t nr = 0;

	for (size_t i = 0; i < batch->nr; i++) {
		const struct ipcchan_message *message = &batch->messages[i];
		const char *text = ipcchan_message_data(message);
		struct words words = {
			.at = text,
			.end = text + message->length,
			.rule = worker->rule,
		};
		struct word word;

		if (message->type == LINE_REST)
			words_skip_run(&words);
		while (words_next(&words, &word))
			*new_word(batch, nr++) = (struct found){
				.word = word,
				.hash = word_hash(&word),
			};
		batch->ends[i] = nr;
	}
}

static void enter_taken(const struct worker *worker, const struct batch *batch)
{
	struct ledger *ledger = &worker->table->ledgers[worker->number];

	ledger->taken_messages += batch->nr;
	ledger->taken_words += batch->ends[batch->nr - 1];
}

/* Here the collector finds us and kills us, with the mutex in our hands. */
static void stand_still(const struct worker *worker)
{
	report(worker, REPORT_WORKER_HOLDS);
	for (;;)
		pause();
}

static void count(const struct worker *worker, const struct batch *batch)
{
	struct table *table = worker->table;
	struct ledger *ledger = &table->ledgers[worker->number];
	size_t next = 0;

	table_lock(table, worker->number);
	for (size_t i = 0; i < batch->nr; i++) {
		for (; next < batch->ends[i]; next++) {
			const struct found *found = &batch->words[next];

			if (table->words == table->stop_at)
				stand_still(worker);
			table_add(table, worker->number, &found->word,
				  found->hash);
		}
		ledger->finished_messages++;
	}
	table_unlock(table);
}

void worker_run(const struct worker *worker)
{
	struct batch batch;

	batch_init(&batch);
	while (receive(worker, &batch)) {
		take_apart(worker, &batch);
		enter_taken(worker, &batch);
		count(worker, &batch);
	}
	report(worker, REPORT_WORKER_DONE);
}
