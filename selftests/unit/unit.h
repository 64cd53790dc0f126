/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The smallest harness for tests of pure functions: TAP, one process.
 */
#ifndef IPCCHAN_UNIT_H
#define IPCCHAN_UNIT_H

#include <stdbool.h>

/**
 * struct unit_test - one test
 * @name: the sentence that is true when it passes
 * @run: makes the checks
 * @next: registered after it
 */
struct unit_test {
	const char *name;
	void (*run)(void);
	struct unit_test *next;
};

void unit_register(struct unit_test *test);

/** unit_check - the running test fails unless @is_true; returns @is_true */
bool unit_check(bool is_true, const char *what, const char *file, int line);

/** unit_random - 0 to @below - 1, from the seed that is printed */
unsigned int unit_random(unsigned int below);

#define UNIT_TEST(test_name)						\
	static void test_name##_run(void);				\
	static struct unit_test test_name##_test = {			\
		.name = #test_name,					\
		.run = test_name##_run,					\
	};								\
	static void __attribute__((constructor))			\
	test_name##_register(void)					\
	{								\
		unit_register(&test_name##_test);			\
	}								\
	static void test_name##_run(void)

#define CHECK(condition)						\
	unit_check((condition), #condition, __FILE__, __LINE__)

#endif /* IPCCHAN_UNIT_H */
