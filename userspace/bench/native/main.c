// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-bench-native: what it costs to get messages to another process on this
 * machine, by a ring of ipcchan, by libraries for that, and by the kernel alone.
 */
#include <argp.h>
#include <err.h>
#include <stdlib.h>
#include <unistd.h>

#include "counter.h"
#include "figures.h"
#include "support.h"

/* The first is what the others are compared with. */
static const struct mechanism *const mechanisms[] = {
	&ring_mechanism,
	&ring_sleeping_mechanism,
	&ring_batch_mechanism,
	&pipe_mechanism,
	&unix_stream_mechanism,
	&seqpacket_mechanism,
	&mq_mechanism,
	&boost_mechanism,
	&zeromq_stream_mechanism,
	&zeromq_call_mechanism,
	&nng_mechanism,
	&qb_mechanism,
	&iceoryx_mechanism,
	&iceoryx_spinning_mechanism,
};

#define NR_MECHANISMS	(sizeof(mechanisms) / sizeof(*mechanisms))

static pid_t benchmark;

/**
 * struct options - the command line
 * @rounds: How often everything is measured.
 * @ms: How long, each time.
 * @json: File to write the figures to as well.
 */
struct options {
	unsigned long rounds;
	unsigned long ms;
	const char *json;
};

static const struct argp_option described[] = {
	{ "rounds", 'r', "N", 0, "Measure everything so often (5)", 0 },
	{ "time", 't', "MS", 0, "For so long, each time (200)", 0 },
	{ "json", 'j', "FILE", 0, "Write the figures there too, as JSON", 0 },
	{},
};

static unsigned long parse_number(struct argp_state *state, const char *text,
				  unsigned long most)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end || !number || number > most)
		argp_error(state, "%s: not from 1 to %lu", text, most);
	return number;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'r':
		options->rounds = parse_number(state, text, MOST_ROUNDS);
		return 0;
	case 't':
		options->ms = parse_number(state, text, 10000);
		return 0;
	case 'j':
		options->json = text;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp native_argp = {
	.options = described,
	.parser = parse,
	.doc = "Measure what it costs to get messages to another process and back, "
	       "by each of several mechanisms: k/s are thousands of messages in a "
	       "second, x is the time in parts of what the first mechanism needs, "
	       "calls are system calls of both processes for each message.",
};

/* In turn, so that what else the machine does meets all of them. */
static void measure_round(struct figures *figures, unsigned int round,
			  unsigned long ms)
{
	for (unsigned int i = 0; i < NR_WORKLOADS; i++)
		for (size_t j = 0; j < NR_MECHANISMS; j++) {
			struct pair pair = {
				.mechanism = mechanisms[j],
				.kind = workloads[i].kind,
				.size = workloads[i].size,
				.one_cpu = workloads[i].one_cpu,
				.is_block = workloads[i].is_block,
				.duration_ns = ms * 1000000,
			};

			if (!figures_has(mechanisms[j], i))
				continue;
			figures[j].measured[i][round] = pair_run(&pair);
		}
}

/* At exit, also after an error; but not of the processes that were forked. */
static void conclude(void)
{
	if (getpid() != benchmark)
		return;
	for (size_t i = 0; i < NR_MECHANISMS; i++)
		if (mechanisms[i]->conclude)
			mechanisms[i]->conclude();
	remove_folder();
}

static void prepare(void)
{
	benchmark = getpid();
	make_folder();
	atexit(conclude);
	counter_prepare();
	for (size_t i = 0; i < NR_MECHANISMS; i++)
		if (mechanisms[i]->prepare)
			mechanisms[i]->prepare();
}

static void write_json(const char *path, const struct figures *figures)
{
	FILE *out = fopen(path, "w");

	if (!out)
		err(1, "%s", path);
	figures_print(out, true, figures, NR_MECHANISMS);
	if (fclose(out))
		err(1, "%s", path);
}

int main(int argc, char **argv)
{
	static struct figures figures[NR_MECHANISMS];
	struct options options = { .rounds = 5, .ms = 200 };

	argp_parse(&native_argp, argc, argv, 0, NULL, &options);
	if (geteuid())
		warnx("not root: what else runs slows down some of the mechanisms");
	figures_print_machine(stdout);
	fflush(stdout);
	prepare();
	for (size_t i = 0; i < NR_MECHANISMS; i++) {
		figures[i].mechanism = mechanisms[i];
		figures[i].rounds = options.rounds;
	}
	for (unsigned int round = 0; round < options.rounds; round++) {
		fprintf(stderr, "# round %u of %lu\n", round + 1,
			options.rounds);
		measure_round(figures, round, options.ms);
	}
	figures_print(stdout, false, figures, NR_MECHANISMS);
	if (options.json)
		write_json(options.json, figures);
	return 0;
}
