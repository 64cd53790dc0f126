// SPDX-License-Identifier: GPL-2.0
/*
 * Which rights go together, and which a mode gives.
 */
#include <kunit/test.h>

#include "object/rights.h"

#define SEND		IPCCHAN_RIGHT_SEND
#define RECEIVE		IPCCHAN_RIGHT_RECEIVE
#define MAP_READ	IPCCHAN_RIGHT_MAP_READ
#define MAP_WRITE	IPCCHAN_RIGHT_MAP_WRITE
#define ADMIN		IPCCHAN_RIGHT_ADMIN

static const struct ipcchan_rights queue = {
	.all = SEND | RECEIVE | ADMIN,
	.read = RECEIVE,
	.write = SEND,
};

static const struct ipcchan_rights pages = {
	.all = MAP_READ | MAP_WRITE | ADMIN,
	.read = MAP_READ,
	.write = MAP_WRITE,
};

static void are_good_one_by_one_and_together(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&queue, SEND), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&queue, ADMIN), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&queue, queue.all), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&pages, MAP_READ), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&pages, pages.all), 0);
}

static void are_at_least_one(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&queue, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&pages, 0), -EINVAL);
}

static void are_those_of_the_type(struct kunit *test)
{
	for (unsigned int bit = 0; bit < 32; bit++) {
		u32 right = 1U << bit;
		int err = queue.all & right ? 0 : -EOPNOTSUPP;

		KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&queue, right), err);
		KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&queue, right | SEND),
				err);
	}
}

static void have_no_map_write_without_map_read(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&pages, MAP_WRITE), -EINVAL);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&pages, MAP_WRITE | ADMIN),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_check(&pages, MAP_WRITE | MAP_READ),
			0);
}

static void come_from_r_and_w(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&queue, 0), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&queue, 2), SEND);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&queue, 4), RECEIVE);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&queue, 6),
			SEND | RECEIVE);
}

static void of_w_alone_are_none_to_pages(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&pages, 2), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&pages, 4), MAP_READ);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&pages, 6),
			MAP_READ | MAP_WRITE);
}

/* x, the classes above, and bits that modes do not have. */
static void come_from_nothing_else(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&queue, 1), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&queue, 0770), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&queue, ~7U), 0);
	KUNIT_EXPECT_EQ(test, ipcchan_rights_of_mode(&pages, 0772), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(are_good_one_by_one_and_together),
	KUNIT_CASE(are_at_least_one),
	KUNIT_CASE(are_those_of_the_type),
	KUNIT_CASE(have_no_map_write_without_map_read),
	KUNIT_CASE(come_from_r_and_w),
	KUNIT_CASE(of_w_alone_are_none_to_pages),
	KUNIT_CASE(come_from_nothing_else),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_rights",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_rights");
