// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-bench: what a round trip, a message of a stream, a lock and a block that is
 * handed over cost, by ipcchan and by what the kernel has besides.
 */
#include <argp.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "hand_over.h"
#include "locks.h"
#include "pair.h"

/* What two repeats may differ by, in parts, where the clock counts instructions. */
#define WIDEST_SPREAD	0.003

static const struct mechanism *const mechanisms[] = {
	&pipe_mechanism,
	&seqpacket_mechanism,
	&mq_mechanism,
	&msg_mechanism,
	&mailbox_mechanism,
	&call_mechanism,
	&ring_mechanism,
};

#define NR_MECHANISMS	(sizeof(mechanisms) / sizeof(*mechanisms))

/**
 * struct options - the command line
 * @size: Bytes of a payload.
 * @rounds: Round trips in a repeat.
 * @json: File to write the figures to as well.
 * @table: Only this table, if not NULL.
 * @only: Only this mechanism of it, if not NULL.
 * @is_counted: The clock counts instructions.
 */
struct options {
	unsigned long size;
	unsigned long rounds;
	const char *json;
	const char *table;
	const char *only;
	bool is_counted;
};

static const struct argp_option described[] = {
	{ "size", 's', "BYTES", 0, "Size of request and of answer (64)", 0 },
	{ "rounds", 'n', "N", 0, "Round trips to measure at once (1000)", 0 },
	{ "json", 'j', "FILE", 0, "Write the figures there too, as JSON", 0 },
	{ "table", 't', "NAME", 0, "Only round_trips, or only stream", 0 },
	{ "only", 'o', "MECHANISM", 0, "Only that one of them", 0 },
	{ "icount", 'i', NULL, 0,
	  "The clock is a counter of instructions, so repeats must be alike", 0 },
	{},
};

static unsigned long parse_number(struct argp_state *state, const char *text,
				  unsigned long least, unsigned long most)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end || number < least || number > most)
		argp_error(state, "%s: not from %lu to %lu", text, least, most);
	return number;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 's':
		options->size = parse_number(state, text, sizeof(uint64_t),
					     4096);
		return 0;
	case 'n':
		options->rounds = parse_number(state, text, 1, 100000000);
		return 0;
	case 'j':
		options->json = text;
		return 0;
	case 't':
		options->table = text;
		return 0;
	case 'o':
		options->only = text;
		return 0;
	case 'i':
		options->is_counted = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp bench_argp = {
	.options = described,
	.parser = parse,
	.doc = "Measure what a round trip between two processes costs, a message of a "
	       "stream from one to the other, a lock, and a block that is handed over, "
	       "by each of several mechanisms.",
};

/**
 * struct workload - what is measured of each mechanism that can do it
 * @table: Its figures, but for these.
 * @streams: See struct pair.
 * @factor: By how much there are more rounds, so that what an interrupt costs is
 *	little against all of them.
 * @counted_rounds: Rounds in a repeat while system calls are counted: enough that
 *	one call too many in ten rounds would show, or that a stream fills what it
 *	goes through many times.
 */
struct workload {
	struct figures_table table;
	bool streams;
	unsigned int factor;
	unsigned int counted_rounds;
};

static const struct workload workloads[] = {
	{
		.table = { "round_trips", "A round trip:", NULL, NULL, 0 },
		.streams = false,
		.factor = 1,
		.counted_rounds = 20,
	},
	{
		.table = { "stream", "A message of a stream, one way:", NULL, NULL, 0 },
		.streams = true,
		.factor = 20,
		.counted_rounds = 300,
	},
};

#define NR_WORKLOADS	(sizeof(workloads) / sizeof(*workloads))

static bool is_asked_for(const char *name, const char *only)
{
	return !only || !strcmp(name, only);
}

static struct figures measure(const struct mechanism *mechanism,
			      const struct workload *workload,
			      const struct options *options)
{
	const struct pair pair = {
		.mechanism = mechanism,
		.size = options->size,
		.rounds = workload->factor * options->rounds,
		.streams = workload->streams,
		.is_marked = true,
	};

	return figures_measure(&pair, workload->counted_rounds);
}

static struct figures_table measure_all(const struct workload *workload,
					struct figures *figures,
					const struct options *options)
{
	struct figures_table table = workload->table;

	table.unit = options->is_counted ? "instructions" : "nanoseconds";
	table.figures = figures;
	for (size_t i = 0; i < NR_MECHANISMS; i++)
		if ((!workload->streams || mechanisms[i]->put) &&
		    is_asked_for(mechanisms[i]->name, options->only))
			figures[table.count++] = measure(mechanisms[i], workload,
							 options);
	return table;
}

static void write_json(const char *path, const struct figures_table *tables)
{
	FILE *out = fopen(path, "w");

	if (!out)
		err(1, "%s", path);
	fputs("{", out);
	for (size_t i = 0; i < NR_WORKLOADS; i++) {
		figures_print_json(out, &tables[i]);
		fputs(",", out);
	}
	locks_print_json(out);
	fputs(",", out);
	hand_over_print_json(out);
	fputs("}\n", out);
	if (fclose(out))
		err(1, "%s", path);
}

static bool are_alike(const struct figures_table *table)
{
	bool alike = true;

	for (size_t i = 0; i < table->count; i++)
		if (table->figures[i].spread > WIDEST_SPREAD) {
			alike = false;
			warnx("%s: repeats differ by more than %.1f %%",
			      table->figures[i].mechanism->name,
			      100 * WIDEST_SPREAD);
		}
	return alike;
}

/* For people, and for a profile. */
static void measure_some(const struct options *options)
{
	struct figures figures[NR_MECHANISMS];
	struct figures_table table;

	for (size_t i = 0; i < NR_WORKLOADS; i++) {
		if (!is_asked_for(workloads[i].table.name, options->table))
			continue;
		table = measure_all(&workloads[i], figures, options);
		if (!table.count)
			errx(1, "%s: no such mechanism", options->only);
		figures_print(stdout, &table);
	}
}

int main(int argc, char **argv)
{
	struct options options = { .size = 64, .rounds = 1000 };
	struct figures figures[NR_WORKLOADS][NR_MECHANISMS];
	struct figures_table tables[NR_WORKLOADS];
	bool alike = true;

	argp_parse(&bench_argp, argc, argv, 0, NULL, &options);
	if (options.table || options.only) {
		measure_some(&options);
		return 0;
	}
	for (size_t i = 0; i < NR_WORKLOADS; i++) {
		tables[i] = measure_all(&workloads[i], figures[i], &options);
		figures_print(stdout, &tables[i]);
		alike = are_alike(&tables[i]) && alike;
	}
	alike = locks_run(options.rounds, WIDEST_SPREAD) && alike;
	locks_print(stdout, tables[0].unit);
	alike = hand_over_run(WIDEST_SPREAD) && alike;
	hand_over_print(stdout, tables[0].unit);
	if (options.json)
		write_json(options.json, tables);
	return !options.is_counted || alike ? 0 : 1;
}
