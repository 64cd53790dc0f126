// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-demo-classic: the classical problems of concurrency, each played by
 * processes; where it can be shown safely, first as it goes wrong. What is said is
 * checked.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"
#include "process.h"

/* Seconds for a part; none waits for ever, but a bug may make it loop. */
#define LIMIT	90

static bool (*const parts[])(struct ipcchan *session) = {
	race_run,
	buffer_run,
	readers_run,
	philosophers_run,
	barber_run,
	smokers_run,
	bridge_run,
	phases_run,
	priority_run,
	death_run,
	services_run,
};

/* Each part in a process of its own: whatever it leaves goes with it. */
static bool part_run(bool (*part)(struct ipcchan *session))
{
	struct ipcchan *session;
	pid_t pid = process_start();

	if (pid)
		return process_join(pid);
	alarm(LIMIT);
	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	exit(!part(session));
}

int main(int argc, char **argv)
{
	size_t nr_parts = sizeof(parts) / sizeof(*parts);
	bool good = true;

	if (argc != 1)
		errx(2, "usage: %s", argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < nr_parts; i++) {
		printf("%s%zu. ", i ? "\n" : "", i + 1);
		good = part_run(parts[i]) && good;
	}
	puts(good ? "\nPASS" : "\nFAIL");
	return good ? 0 : 1;
}
