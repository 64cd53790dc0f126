// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer: makes up programs of system calls, runs them, and keeps those
 * that reach something new. vm/fuzz.py starts it and reads the lines that
 * begin with "#fuzz".
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "corpus.h"
#include "execute.h"
#include "generate.h"
#include "ipcchan_selftest.h"
#include "minimise.h"

/* Seconds between two lines that tell how far it is. */
#define STATUS_SECONDS		5

/* The kernel takes no longer lines, and cuts what a console shows. */
#define LOG_PIECE		800

/**
 * struct fuzzer - all that the fuzzer is about
 * @machine: Where programs run.
 * @corpus: What was worth keeping.
 * @random: Where seeds come from.
 * @program: The present program.
 * @text: It as text.
 * @start: Time when it began.
 * @told: Time of the last status line.
 * @end: Time when to stop.
 * @seed: Of @random.
 * @programs: Stop after so many; 0: only by time.
 * @repeat: How often to replay.
 * @findings: How many.
 * @kmsg: The kernel's log.
 */
struct fuzzer {
	struct fuzz_machine machine;
	struct fuzz_corpus corpus;
	struct fuzz_random random;
	struct fuzz_program program;
	char text[FUZZ_TEXT];
	__u64 start;
	__u64 told;
	__u64 end;
	__u64 seed;
	__u64 programs;
	unsigned int repeat;
	unsigned int findings;
	int kmsg;
};

static struct fuzzer fuzzer;

static void tell(struct fuzzer *f, const char *what)
{
	f->told = now_ns(CLOCK_MONOTONIC);
	printf("#fuzz %s seconds=%llu programs=%llu calls=%llu places=%zu corpus=%u findings=%u\n",
	       what, (f->told - f->start) / NSEC_PER_SEC, f->machine.programs,
	       f->machine.calls, f->machine.coverage.nr_known, f->corpus.nr,
	       f->findings);
	fflush(stdout);
}

/* So that after a panic the console's last lines hold the culprit. */
static void log_program(struct fuzzer *f)
{
	char line[LOG_PIECE + 64];
	size_t length = strlen(f->text);

	for (size_t at = 0; at < length; at += LOG_PIECE) {
		int bytes = snprintf(line, sizeof(line), "<14>fuzz: %s%.*s\n",
				     at ? "\\" : "", LOG_PIECE, f->text + at);

		if (write(f->kmsg, line, bytes) < 0)
			return;
	}
}

static void report_finding(struct fuzzer *f)
{
	fuzz_program_print(&f->program, f->text);
	printf("#fuzz finding %s | %s\n", f->machine.shared->finding, f->text);
	fflush(stdout);
	f->findings++;
}

static void keep(struct fuzzer *f, size_t places)
{
	fuzz_corpus_add(&f->corpus, &f->program);
	fuzz_program_print(&f->program, f->text);
	printf("#fuzz keep %zu | %s\n", places, f->text);
	fflush(stdout);
}

/* False if nothing can be run any more. */
static bool run_program(struct fuzzer *f, bool may_keep)
{
	size_t places;
	bool is_good;

	fuzz_program_print(&f->program, f->text);
	log_program(f);
	is_good = fuzz_execute(&f->machine, &f->program);
	places = f->machine.coverage.nr_fresh;
	if (is_good && places && may_keep) {
		is_good = fuzz_minimise(&f->machine, &f->program);
		keep(f, places);
	}
	if (!is_good)
		report_finding(f);
	if (now_ns(CLOCK_MONOTONIC) > f->told + STATUS_SECONDS * NSEC_PER_SEC)
		tell(f, "status");
	return !f->machine.is_stuck;
}

static void make_up(struct fuzzer *f)
{
	struct fuzz_random random = { fuzz_next(&f->random) };
	const struct fuzz_program *one = fuzz_corpus_pick(&f->corpus, &random);
	const struct fuzz_program *other = fuzz_corpus_pick(&f->corpus,
							    &random);

	if (!one || fuzz_chance(&random, 4)) {
		fuzz_generate(&random, &f->program);
	} else {
		f->program = *one;
		fuzz_mutate(&random, &f->program, other);
	}
}

static bool run_corpus(struct fuzzer *f, bool may_keep)
{
	for (unsigned int i = 0; i < f->corpus.nr; i++) {
		f->program = f->corpus.programs[i];
		if (!run_program(f, may_keep))
			return false;
	}
	return true;
}

static void fuzz(struct fuzzer *f)
{
	bool goes_on = run_corpus(f, false);

	while (goes_on && now_ns(CLOCK_MONOTONIC) < f->end &&
	       (!f->programs || f->machine.programs < f->programs)) {
		make_up(f);
		goes_on = run_program(f, true);
	}
}

/* A file of programs, or the seed that one was generated from. */
static bool load_replay(struct fuzzer *f, const char *what)
{
	struct fuzz_random random;
	char *end;

	f->corpus.nr = 0;
	random.state = strtoull(what, &end, 0);
	if (*end)
		return fuzz_corpus_load(&f->corpus, what);
	fuzz_generate(&random, &f->program);
	fuzz_corpus_add(&f->corpus, &f->program);
	return true;
}

static void replay(struct fuzzer *f)
{
	bool goes_on = true;

	for (unsigned int i = 0; goes_on && i < f->repeat; i++)
		goes_on = run_corpus(f, false);
}

static int usage(void)
{
	fputs("usage: ipcchan_fuzz [--seed N] [--seconds N] [--programs N] [FILE...]\n"
	      "       ipcchan_fuzz --replay FILE|SEED [--repeat N]\n"
	      "Files hold programs, one a line. The module must be loaded.\n",
	      stderr);
	return 2;
}

static const struct option options[] = {
	{ "seed", required_argument, NULL, 's' },
	{ "seconds", required_argument, NULL, 't' },
	{ "programs", required_argument, NULL, 'p' },
	{ "replay", required_argument, NULL, 'r' },
	{ "repeat", required_argument, NULL, 'n' },
	{}
};

/* False for wrong usage; *@what is what to replay, or NULL. */
static bool parse_options(struct fuzzer *f, int argc, char **argv,
			  const char **what)
{
	__u64 seconds = 60;
	int option;

	f->seed = now_ns(CLOCK_REALTIME);
	f->repeat = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 's')
			f->seed = strtoull(optarg, NULL, 0);
		else if (option == 't')
			seconds = strtoull(optarg, NULL, 0);
		else if (option == 'p')
			f->programs = strtoull(optarg, NULL, 0);
		else if (option == 'r')
			*what = optarg;
		else if (option == 'n')
			f->repeat = strtoul(optarg, NULL, 0);
		else
			return false;
	}
	f->random.state = f->seed;
	f->start = now_ns(CLOCK_MONOTONIC);
	f->end = f->start + seconds * NSEC_PER_SEC;
	return true;
}

int main(int argc, char **argv)
{
	struct fuzzer *f = &fuzzer;
	const char *what = NULL;
	bool has_files;

	if (!parse_options(f, argc, argv, &what))
		return usage();
	has_files = what ? load_replay(f, what) : true;
	for (int i = optind; has_files && !what && i < argc; i++)
		has_files = fuzz_corpus_load(&f->corpus, argv[i]);
	if (!has_files)
		return 2;
	f->kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (!fuzz_machine_open(&f->machine)) {
		fprintf(stderr, "fuzz: the module is not loaded, or not for root\n");
		return 2;
	}
	if (!what && !f->machine.coverage.is_on) {
		fputs("fuzz: this kernel has no KCOV, by which the fuzzer sees what it reaches\n",
		      stderr);
		return 2;
	}
	printf("#fuzz seed %#llx\n", f->seed);
	if (what)
		replay(f);
	else
		fuzz(f);
	tell(f, "summary");
	fuzz_machine_close(&f->machine);
	return f->findings != 0;
}
