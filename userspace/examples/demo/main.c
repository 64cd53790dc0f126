// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-demo FILE: count the words of a file by several processes, and show
 * that nothing is lost, and what is lost when one of them is killed.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "show.h"

#define USAGE	"usage: ipcchan-demo [-w WORKERS] FILE"

/* Enough for the lock to be wanted by one while another has it. */
#define WORKERS	3

static uint32_t workers_from(const char *text)
{
	char *end;
	unsigned long nr = strtoul(text, &end, 10);

	/* One is killed, and one has to be left. */
	if (*end || nr < 2 || nr > WORKERS_MAX)
		errx(2, "WORKERS is 2 to %d", WORKERS_MAX);
	return nr;
}

static bool run_count(const struct text *text, uint32_t nr_workers)
{
	struct pass pass;
	bool good;

	pass_run(&pass, text, nr_workers, STOP_NEVER);
	good = show_count(&pass, text);
	pass_end(&pass);
	return good;
}

static bool run_kill(const struct text *text, uint32_t nr_workers)
{
	struct pass pass;
	bool good;

	if (!text->words) {
		puts("\n2. Without a word there is no worker to kill at one.");
		return true;
	}
	pass_run(&pass, text, nr_workers, text->words / 2);
	good = show_kill(&pass, text);
	pass_end(&pass);
	return good;
}

int main(int argc, char **argv)
{
	uint32_t nr_workers = WORKERS;
	struct text text;
	bool good;
	int option;

	while ((option = getopt(argc, argv, "w:")) != -1) {
		if (option != 'w')
			errx(2, "%s", USAGE);
		nr_workers = workers_from(optarg);
	}
	if (argc - optind != 1)
		errx(2, "%s", USAGE);
	setvbuf(stdout, NULL, _IOLBF, 0);
	text_open(&text, argv[optind]);
	show_text(&text);
	good = run_count(&text, nr_workers);
	good = run_kill(&text, nr_workers) && good;
	puts(good ? "\nPASS" : "\nFAIL");
	return good ? 0 : 1;
}
