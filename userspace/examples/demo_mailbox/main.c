// SPDX-License-Identifier: GPL-2.0
/*
 * ipcchan-demo-mailbox: what mailboxes can do, each thing by processes that need
 * it, with numbers that are checked.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "parts.h"

static bool (*const parts[])(struct ipcchan *session) = {
	policies_run,
	fairness_run,
	broadcast_run,
	barber_run,
};

int main(int argc, char **argv)
{
	size_t nr_parts = sizeof(parts) / sizeof(*parts);
	struct ipcchan *session;
	bool good = true;

	if (argc != 1)
		errx(2, "usage: %s", argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	require(ipcchan_session_open(&session), "open " IPCCHAN_DEVICE);
	for (size_t i = 0; i < nr_parts; i++) {
		printf("%s%zu. ", i ? "\n" : "", i + 1);
		good = parts[i](session) && good;
	}
	ipcchan_session_close(session);
	puts(good ? "\nPASS" : "\nFAIL");
	return good ? 0 : 1;
}
