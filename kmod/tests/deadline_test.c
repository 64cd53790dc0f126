// SPDX-License-Identifier: GPL-2.0
/*
 * Deadlines as user space gives them.
 */
#include <kunit/test.h>

#include "wait/deadline.h"

static ktime_t expires(u64 ns)
{
	struct ipcchan_deadline deadline;

	ipcchan_deadline_init(&deadline, ns, CLOCK_MONOTONIC, false);
	return deadline.expires;
}

static void takes_what_a_clock_reaches(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, expires(0), 0);
	KUNIT_EXPECT_EQ(test, expires(1), 1);
	KUNIT_EXPECT_EQ(test, expires(KTIME_MAX - 1), KTIME_MAX - 1);
}

/* As a ktime_t these would be long ago. */
static void is_never_when_no_clock_reaches_it(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, expires(KTIME_MAX), KTIME_MAX);
	KUNIT_EXPECT_EQ(test, expires((u64)KTIME_MAX + 1), KTIME_MAX);
	KUNIT_EXPECT_EQ(test, expires(~0ULL - 1), KTIME_MAX);
	KUNIT_EXPECT_EQ(test, expires(~0ULL), KTIME_MAX);
}

static void keeps_its_clock(struct kunit *test)
{
	struct ipcchan_deadline deadline;

	ipcchan_deadline_init(&deadline, 5, CLOCK_REALTIME, false);
	KUNIT_EXPECT_EQ(test, deadline.clock, CLOCK_REALTIME);
	ipcchan_deadline_init(&deadline, 5, CLOCK_MONOTONIC, false);
	KUNIT_EXPECT_EQ(test, deadline.clock, CLOCK_MONOTONIC);
}

static void may_forbid_to_sleep_at_any_time(struct kunit *test)
{
	struct ipcchan_deadline deadline;

	ipcchan_deadline_init(&deadline, 5, CLOCK_MONOTONIC, false);
	KUNIT_EXPECT_FALSE(test, deadline.nonblock);
	ipcchan_deadline_init(&deadline, ~0ULL, CLOCK_MONOTONIC, true);
	KUNIT_EXPECT_TRUE(test, deadline.nonblock);
}

static ktime_t within(u64 ns, u64 now, u64 time)
{
	struct ipcchan_deadline deadline;

	ipcchan_deadline_init(&deadline, ns, CLOCK_MONOTONIC, false);
	return ipcchan_deadline_within(&deadline, now, time);
}

static void bounds_a_time_inside_it(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, within(100, 10, 0), 10);
	KUNIT_EXPECT_EQ(test, within(100, 10, 89), 99);
	KUNIT_EXPECT_EQ(test, within(100, 10, 90), 100);
	KUNIT_EXPECT_EQ(test, within(100, 10, 91), 100);
	KUNIT_EXPECT_EQ(test, within(100, 10, ~0ULL), 100);
}

static void bounds_a_time_that_begins_behind_it(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, within(100, 100, 1), 100);
	KUNIT_EXPECT_EQ(test, within(100, 101, ~0ULL), 100);
}

static void that_is_never_bounds_no_time(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, within(~0ULL, 10, 5), 15);
	KUNIT_EXPECT_EQ(test, within(~0ULL, 10, ~0ULL), KTIME_MAX);
	KUNIT_EXPECT_EQ(test, within(~0ULL, 10, KTIME_MAX), KTIME_MAX);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(takes_what_a_clock_reaches),
	KUNIT_CASE(is_never_when_no_clock_reaches_it),
	KUNIT_CASE(keeps_its_clock),
	KUNIT_CASE(may_forbid_to_sleep_at_any_time),
	KUNIT_CASE(bounds_a_time_inside_it),
	KUNIT_CASE(bounds_a_time_that_begins_behind_it),
	KUNIT_CASE(that_is_never_bounds_no_time),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_deadline",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_deadline");
