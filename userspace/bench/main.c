// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-bench: what messages, calls, locks, blocks that are handed over, and objects
 * cost, by ipcchan and by what the kernel has besides.
 */
#include <argp.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "measure.h"
#include "scenarios/scenario.h"

/*
 * What two repeats may differ by, in parts, where the clock counts instructions: half of
 * what a cost may grow by. Of 16 MiB moved on Linux 6.12 it is 0.0031.
 */
#define WIDEST_SPREAD	0.005

static const struct scenario *const scenarios[] = {
	&round_trip_scenario,
	&stream_scenario,
	&self_scenario,
	&batch_scenario,
	&fan_in_scenario,
	&fan_out_scenario,
	&many_scenario,
	&requests_scenario,
	&depth_scenario,
	&lock_pair_scenario,
	&lock_hand_off_scenario,
	&hand_over_scenario,
	&creation_scenario,
	&memory_scenario,
};

#define NR_SCENARIOS	(sizeof(scenarios) / sizeof(*scenarios))

struct settings settings = { .rounds = 1000 };

/**
 * struct options - the command line, but for the settings
 * @json: File to write the results to as well.
 * @is_counted: The clock counts instructions.
 */
struct options {
	const char *json;
	bool is_counted;
};

static const struct argp_option described[] = {
	{ "rounds", 'n', "N", 0, "Round trips to measure at once (1000)", 0 },
	{ "json", 'j', "FILE", 0, "Write the results there too, as JSON", 0 },
	{ "scenario", 's', "NAME", 0, "Only that one; --list tells them", 0 },
	{ "case", 'c', "NAME", 0, "Only that case of each scenario", 0 },
	{ "only", 'o', "MECHANISM", 0, "Only that one of each scenario", 0 },
	{ "pause", 'p', "US", 0,
	  "A server sleeps so long before it answers a request (0)", 0 },
	{ "list", 'l', NULL, 0, "Tell the scenarios, and do no more", 0 },
	{ "icount", 'i', NULL, 0,
	  "The clock is a counter of instructions, so repeats must be alike", 0 },
	{},
};

static void print_scenarios(void)
{
	for (size_t i = 0; i < NR_SCENARIOS; i++)
		printf("%-14s %s\n", scenarios[i]->name, scenarios[i]->title);
	exit(0);
}

static unsigned long parse_number(struct argp_state *state, const char *text,
				  unsigned long least, unsigned long most)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end || number < least || number > most)
		argp_error(state, "%s: not from %lu to %lu", text, least, most);
	return number;
}

static void check_scenario(struct argp_state *state, const char *name)
{
	for (size_t i = 0; i < NR_SCENARIOS; i++)
		if (!strcmp(scenarios[i]->name, name))
			return;
	argp_error(state, "%s: no such scenario", name);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'n':
		settings.rounds = parse_number(state, text, 100, 1000000);
		return 0;
	case 'j':
		options->json = text;
		return 0;
	case 's':
		check_scenario(state, text);
		settings.scenario = text;
		return 0;
	case 'c':
		settings.of = text;
		return 0;
	case 'o':
		settings.mechanism = text;
		return 0;
	case 'p':
		answer_pause = parse_number(state, text, 0, 1000000);
		return 0;
	case 'l':
		print_scenarios();
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
	.doc = "Measure what messages, calls, locks, blocks of memory that are handed "
	       "over, and objects cost, by each of several mechanisms.",
};

static void write_json(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out)
		err(1, "%s", path);
	results_print_json(out);
	if (fclose(out))
		err(1, "%s", path);
}

/* For thousands of channels, and many messages. */
static void raise_limits(void)
{
	const struct rlimit descriptors = { 65536, 65536 };
	const struct rlimit queues = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_NOFILE, &descriptors) ||
	    setrlimit(RLIMIT_MSGQUEUE, &queues))
		err(1, "setrlimit");
}

static void run(const struct scenario *scenario, const char *unit)
{
	scenario->run(scenario);
	results_print(stdout, scenario->name, scenario->title,
		      scenario->unit ?: unit);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct options options = {};
	const char *unit;

	argp_parse(&bench_argp, argc, argv, 0, NULL, &options);
	raise_limits();
	unit = options.is_counted ? "instructions" : "nanoseconds";
	for (size_t i = 0; i < NR_SCENARIOS; i++)
		if (!settings.scenario ||
		    !strcmp(settings.scenario, scenarios[i]->name))
			run(scenarios[i], unit);
	if (!results_count())
		errx(1, "there is no such mechanism, or no such case");
	if (options.json)
		write_json(options.json);
	return !options.is_counted || results_are_alike(WIDEST_SPREAD) ? 0 : 1;
}
