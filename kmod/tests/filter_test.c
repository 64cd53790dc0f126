// SPDX-License-Identifier: GPL-2.0
/*
 * Filters, entry by entry.
 */
#include <kunit/test.h>

#include "mailbox/filter.h"
#include "mailbox/queue.h"

#define TYPE_LAST 0xffffffffU

static struct ipcchan_filter any(void)
{
	struct ipcchan_filter filter;

	ipcchan_filter_init(&filter);
	return filter;
}

static struct ipcchan_filter range(u32 first, u32 last)
{
	struct ipcchan_filter filter = any();

	filter.type_min = first;
	filter.type_max = last;
	return filter;
}

static struct ipcchan_filter all_except(u32 first, u32 last)
{
	struct ipcchan_filter filter = range(first, last);

	filter.except = true;
	return filter;
}

static bool wants_type(struct ipcchan_filter filter, u32 type)
{
	const struct ipcchan_queue_entry e = { .client = 1, .type = type };

	return ipcchan_filter_matches(&filter, &e);
}

static bool wants_priority(struct ipcchan_filter filter, u32 priority)
{
	const struct ipcchan_queue_entry e = {
		.client = 1, .priority = priority
	};

	return ipcchan_filter_matches(&filter, &e);
}

static bool wants_client(struct ipcchan_filter filter, u64 client)
{
	const struct ipcchan_queue_entry e = { .client = client };

	return ipcchan_filter_matches(&filter, &e);
}

static bool is_any(struct ipcchan_filter filter)
{
	return ipcchan_filter_is_any(&filter);
}

static void new_matches_everything(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, is_any(any()));
	KUNIT_EXPECT_TRUE(test, wants_type(any(), 0));
	KUNIT_EXPECT_TRUE(test, wants_type(any(), TYPE_LAST));
	KUNIT_EXPECT_TRUE(test, wants_priority(any(), 0));
	KUNIT_EXPECT_TRUE(test, wants_priority(any(), 31));
	KUNIT_EXPECT_TRUE(test, wants_client(any(), ~0ULL));
}

static void range_has_both_its_ends(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, wants_type(range(10, 20), 9));
	KUNIT_EXPECT_TRUE(test, wants_type(range(10, 20), 10));
	KUNIT_EXPECT_TRUE(test, wants_type(range(10, 20), 20));
	KUNIT_EXPECT_FALSE(test, wants_type(range(10, 20), 21));
}

static void range_may_be_one_type(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, wants_type(range(7, 7), 7));
	KUNIT_EXPECT_FALSE(test, wants_type(range(7, 7), 6));
	KUNIT_EXPECT_FALSE(test, wants_type(range(7, 7), 8));
}

static void range_that_ends_before_it_begins_is_empty(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, wants_type(range(20, 10), 15));
	KUNIT_EXPECT_FALSE(test, wants_type(range(20, 10), 10));
	KUNIT_EXPECT_FALSE(test, wants_type(range(20, 10), 20));
}

static void except_is_the_opposite(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, wants_type(all_except(10, 20), 9));
	KUNIT_EXPECT_FALSE(test, wants_type(all_except(10, 20), 10));
	KUNIT_EXPECT_FALSE(test, wants_type(all_except(10, 20), 20));
	KUNIT_EXPECT_TRUE(test, wants_type(all_except(10, 20), 21));
}

static void except_of_every_type_is_nothing(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, wants_type(all_except(0, TYPE_LAST), 0));
	KUNIT_EXPECT_FALSE(test, wants_type(all_except(0, TYPE_LAST), 5));
}

static void priority_is_the_lowest_that_matches(struct kunit *test)
{
	struct ipcchan_filter filter = any();

	filter.min_priority = 8;
	KUNIT_EXPECT_FALSE(test, wants_priority(filter, 7));
	KUNIT_EXPECT_TRUE(test, wants_priority(filter, 8));
	KUNIT_EXPECT_TRUE(test, wants_priority(filter, 31));
}

static void client_is_the_only_one_that_matches(struct kunit *test)
{
	struct ipcchan_filter filter = any();

	filter.client = 1ULL << 32;
	KUNIT_EXPECT_TRUE(test, wants_client(filter, 1ULL << 32));
	KUNIT_EXPECT_FALSE(test, wants_client(filter, (1ULL << 32) + 1));
	KUNIT_EXPECT_FALSE(test, wants_client(filter, 1ULL << 33));
}

static void except_is_of_the_types_alone(struct kunit *test)
{
	struct ipcchan_filter filter = all_except(10, 20);

	filter.min_priority = 8;
	KUNIT_EXPECT_FALSE(test, wants_priority(filter, 7));
	KUNIT_EXPECT_TRUE(test, wants_priority(filter, 8));
}

static void each_condition_makes_it_not_any(struct kunit *test)
{
	struct ipcchan_filter client = any();
	struct ipcchan_filter priority = any();

	client.client = 1;
	priority.min_priority = 1;
	KUNIT_EXPECT_FALSE(test, is_any(client));
	KUNIT_EXPECT_FALSE(test, is_any(priority));
	KUNIT_EXPECT_FALSE(test, is_any(range(1, TYPE_LAST)));
	KUNIT_EXPECT_FALSE(test, is_any(range(0, TYPE_LAST - 1)));
	KUNIT_EXPECT_FALSE(test, is_any(all_except(0, TYPE_LAST)));
}

static void except_of_no_type_is_any(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, is_any(all_except(1, 0)));
	KUNIT_EXPECT_TRUE(test, wants_type(all_except(1, 0), 0));
	KUNIT_EXPECT_TRUE(test, wants_type(all_except(1, 0), 1));
}

static bool is_valid(struct ipcchan_filter filter)
{
	return ipcchan_filter_is_valid(&filter);
}

static void of_user_space_has_a_range_and_a_priority(struct kunit *test)
{
	struct ipcchan_filter priority = any();

	KUNIT_EXPECT_TRUE(test, is_valid(any()));
	KUNIT_EXPECT_TRUE(test, is_valid(range(5, 5)));
	KUNIT_EXPECT_TRUE(test, is_valid(all_except(0, TYPE_LAST)));
	KUNIT_EXPECT_FALSE(test, is_valid(range(6, 5)));
	KUNIT_EXPECT_FALSE(test, is_valid(all_except(6, 5)));
	priority.min_priority = IPCCHAN_PRIORITIES - 1;
	KUNIT_EXPECT_TRUE(test, is_valid(priority));
	priority.min_priority = IPCCHAN_PRIORITIES;
	KUNIT_EXPECT_FALSE(test, is_valid(priority));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_matches_everything),
	KUNIT_CASE(range_has_both_its_ends),
	KUNIT_CASE(range_may_be_one_type),
	KUNIT_CASE(range_that_ends_before_it_begins_is_empty),
	KUNIT_CASE(except_is_the_opposite),
	KUNIT_CASE(except_of_every_type_is_nothing),
	KUNIT_CASE(priority_is_the_lowest_that_matches),
	KUNIT_CASE(client_is_the_only_one_that_matches),
	KUNIT_CASE(except_is_of_the_types_alone),
	KUNIT_CASE(each_condition_makes_it_not_any),
	KUNIT_CASE(except_of_no_type_is_any),
	KUNIT_CASE(of_user_space_has_a_range_and_a_priority),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_filter",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_filter");
