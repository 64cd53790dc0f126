// SPDX-License-Identifier: GPL-2.0
/* Run every registered test: TAP, then one line that counts. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "unit.h"

static struct unit_test *tests;
static struct unit_test **last = &tests;
static unsigned int nr_tests;
static bool has_failed;
static unsigned long long random_state;

void unit_register(struct unit_test *test)
{
	*last = test;
	last = &test->next;
	nr_tests++;
}

bool unit_check(bool is_true, const char *what, const char *file, int line)
{
	if (!is_true && !has_failed)
		printf("# %s:%d: not so: %s\n", file, line, what);
	if (!is_true)
		has_failed = true;
	return is_true;
}

/* splitmix64: any seed will do, also 0. */
unsigned int unit_random(unsigned int below)
{
	unsigned long long z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % below;
}

static void seed(void)
{
	const char *wanted = getenv("IPCCHAN_UNIT_SEED");

	random_state = time(NULL);
	if (wanted)
		random_state = strtoull(wanted, NULL, 0);
	printf("# IPCCHAN_UNIT_SEED=%llu\n", random_state);
}

int main(void)
{
	unsigned int number = 0;
	unsigned int failed = 0;

	printf("TAP version 13\n1..%u\n", nr_tests);
	seed();
	for (struct unit_test *test = tests; test; test = test->next) {
		has_failed = false;
		test->run();
		printf("%sok %u %s\n", has_failed ? "not " : "", ++number,
		       test->name);
		failed += has_failed;
	}
	printf("%u passed, %u failed\n", nr_tests - failed, failed);
	return failed != 0;
}
