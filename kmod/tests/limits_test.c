// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of limits.
 */
#include <kunit/test.h>

#include "limits.h"

static void allow_up_to_the_maximum(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ipcchan_limits_allow(0, 10, 10));
	KUNIT_EXPECT_TRUE(test, ipcchan_limits_allow(9, 1, 10));
	KUNIT_EXPECT_TRUE(test, ipcchan_limits_allow(10, 0, 10));
	KUNIT_EXPECT_TRUE(test, ipcchan_limits_allow(0, 0, 0));
}

static void refuse_one_more(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(0, 11, 10));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(9, 2, 10));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(10, 1, 10));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(0, 1, 0));
}

/* A sum of used and amount would be small again. */
static void refuse_what_overflows(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(1, ~0UL, ~0UL));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(~0UL, 1, ~0UL));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(~0UL, ~0UL, ~0UL));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(2, ~0UL - 1, 10));
}

static void allow_all_there_is(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ipcchan_limits_allow(0, ~0UL, ~0UL));
	KUNIT_EXPECT_TRUE(test, ipcchan_limits_allow(~0UL, 0, ~0UL));
	KUNIT_EXPECT_TRUE(test, ipcchan_limits_allow(~0UL - 1, 1, ~0UL));
}

static void refuse_when_they_came_down_below_what_is_used(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(11, 1, 10));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(11, 10, 10));
	KUNIT_EXPECT_FALSE(test, ipcchan_limits_allow(~0UL, 1, 10));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(allow_up_to_the_maximum),
	KUNIT_CASE(refuse_one_more),
	KUNIT_CASE(refuse_what_overflows),
	KUNIT_CASE(allow_all_there_is),
	KUNIT_CASE(refuse_when_they_came_down_below_what_is_used),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_limits",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_limits");
