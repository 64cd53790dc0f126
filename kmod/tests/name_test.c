// SPDX-License-Identifier: GPL-2.0
/*
 * What is a name.
 */
#include <kunit/test.h>

#include "object/registry.h"

/* What ipcchan_name_check() says of these bytes, zeros behind them. */
static int check(const char *bytes, size_t length)
{
	char text[IPCCHAN_NAME_SIZE] = { 0 };

	memcpy(text, bytes, length);
	return ipcchan_name_check(text);
}

static void has_letters_digits_dot_underscore_and_dash(struct kunit *test)
{
	const char *upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *lower = "abcdefghijklmnopqrstuvwxyz";
	const char *others = "0123456789._-";

	for (int byte = 1; byte < 256; byte++) {
		char c = byte;
		bool is_good = strchr(upper, c) || strchr(lower, c) ||
			       strchr(others, c);

		KUNIT_EXPECT_EQ(test, check(&c, 1), is_good ? 0 : -EINVAL);
	}
}

static void is_checked_to_its_end(struct kunit *test)
{
	char text[IPCCHAN_NAME_SIZE];

	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		memset(text, 'a', sizeof(text));
		text[i] = '/';
		KUNIT_EXPECT_EQ(test, check(text, sizeof(text) - 1), -EINVAL);
	}
}

static void ends_at_its_nul(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, check("a\0/", 3), 0);
}

static void may_be_empty(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, check("", 0), 0);
}

static void has_up_to_63_bytes(struct kunit *test)
{
	char text[IPCCHAN_NAME_SIZE];

	memset(text, 'a', sizeof(text));
	KUNIT_EXPECT_EQ(test, check(text, sizeof(text) - 1), 0);
	KUNIT_EXPECT_EQ(test, check(text, sizeof(text)), -ENAMETOOLONG);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(has_letters_digits_dot_underscore_and_dash),
	KUNIT_CASE(is_checked_to_its_end),
	KUNIT_CASE(ends_at_its_nul),
	KUNIT_CASE(may_be_empty),
	KUNIT_CASE(has_up_to_63_bytes),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_name",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_name");
