// SPDX-License-Identifier: GPL-2.0
/*
 * Run every suite as KUnit would, on this machine: TAP, then one line that
 * counts.
 */
#include <kunit/test.h>

#include <setjmp.h>
#include <stdarg.h>

#include <linux/sched.h>

/* Who runs the tests. */
struct task_struct ipcchan_only_task;

static struct kunit_suite *suites;
static struct kunit_suite **last = &suites;
static jmp_buf end_of_test;

void kunit_add_suite(struct kunit_suite *suite)
{
	*last = suite;
	last = &suite->next;
}

void kunit_fail(struct kunit *test, const struct kunit_place *place,
		const char *message, ...)
{
	va_list values;

	test->has_failed = true;
	printf("# %s:%d: not so: %s ", place->file, place->line, place->what);
	va_start(values, message);
	vprintf(message, values);
	va_end(values);
	putchar('\n');
}

void kunit_abort(struct kunit *test)
{
	longjmp(end_of_test, 1);
}

static unsigned int count_cases(void)
{
	unsigned int nr = 0;

	for (struct kunit_suite *s = suites; s; s = s->next)
		for (struct kunit_case *c = s->test_cases; c->run_case; c++)
			nr++;
	return nr;
}

/* Returns whether it passed. */
static bool run(const struct kunit_suite *suite, const struct kunit_case *c)
{
	static unsigned int number;
	static struct kunit test;

	test = (struct kunit){ .name = c->name };
	if (!setjmp(end_of_test))
		c->run_case(&test);
	printf("%sok %u %s.%s\n", test.has_failed ? "not " : "", ++number,
	       suite->name, c->name);
	return !test.has_failed;
}

int main(void)
{
	unsigned int nr = count_cases();
	unsigned int passed = 0;

	printf("TAP version 13\n1..%u\n", nr);
	for (struct kunit_suite *s = suites; s; s = s->next)
		for (struct kunit_case *c = s->test_cases; c->run_case; c++)
			passed += run(s, c);
	printf("%u passed, %u failed\n", passed, nr - passed);
	return passed != nr;
}
