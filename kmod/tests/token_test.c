// SPDX-License-Identifier: GPL-2.0
/*
 * Tokens of requests.
 */
#include <kunit/test.h>
#include <linux/bitops.h>

#include "mailbox/token.h"
#include "tests/random.h"

#define MANY 2048
#define TABLE (4 * MANY)

static const struct ipcchan_token_key key = {
	.factor = 0x5851f42d4c957f2c,
	.rounds = { { { 1, 2 } }, { { 3, 4 } } },
};

/* What gives 1 with it, modulo 2^64; each turn doubles how many bits are right. */
static u64 inverse_of(u64 odd)
{
	u64 inverse = odd;

	for (u32 right = 3; right < 64; right *= 2)
		inverse *= 2 - odd * inverse;
	return inverse;
}

/* All of it backwards; whatever has a way back is of no other number. */
static u64 number_of(u64 token)
{
	u32 left = token >> 32;
	u32 right = token;

	for (u32 i = IPCCHAN_TOKEN_ROUNDS; i--;) {
		u32 mixed = right ^ hsiphash_1u32(left, &key.rounds[i]);

		right = left;
		left = mixed;
	}
	return ((u64)right << 32 | left) * inverse_of(key.factor | 1);
}

static bool comes_back(u64 number)
{
	return number_of(ipcchan_token_of(&key, number)) == number;
}

static u64 any_number(void)
{
	u64 high = ipcchan_test_random(~0U);

	return high << 32 | ipcchan_test_random(~0U);
}

static void are_of_one_number_each(struct kunit *test)
{
	ipcchan_test_random_start(test);
	for (u64 number = 0; number < ipcchan_test_steps; number++) {
		u64 any = any_number();

		KUNIT_ASSERT_TRUE_MSG(test, comes_back(number), "%llu",
				      (unsigned long long)number);
		KUNIT_ASSERT_TRUE_MSG(test, comes_back(any), "%llu",
				      (unsigned long long)any);
	}
}

static void are_of_one_number_each_at_the_edges(struct kunit *test)
{
	for (u32 bit = 0; bit < 64; bit++) {
		KUNIT_EXPECT_TRUE(test, comes_back(1ULL << bit));
		KUNIT_EXPECT_TRUE(test, comes_back((1ULL << bit) - 1));
		KUNIT_EXPECT_TRUE(test, comes_back(~0ULL << bit));
	}
}

static void are_the_same_again_with_the_same_key(struct kunit *test)
{
	const struct ipcchan_token_key copy = key;

	for (u64 number = 0; number < 64; number++)
		KUNIT_EXPECT_EQ(test, ipcchan_token_of(&copy, number),
				ipcchan_token_of(&key, number));
}

/* Of odd numbers: an even one times the uppermost bit of a factor is nothing. */
static u32 count_same(const struct ipcchan_token_key *other)
{
	u32 nr = 0;

	for (u64 number = 1; number < 128; number += 2)
		nr += ipcchan_token_of(other, number) ==
		      ipcchan_token_of(&key, number);
	return nr;
}

static void are_others_if_any_part_of_the_key_is(struct kunit *test)
{
	for (u32 i = 0; i < 2 * IPCCHAN_TOKEN_ROUNDS; i++) {
		struct ipcchan_token_key other = key;

		other.rounds[i / 2].key[i % 2] ^= 1;
		KUNIT_EXPECT_EQ(test, count_same(&other), 0);
	}
	for (u32 bit = 1; bit < 64; bit++) {
		struct ipcchan_token_key other = key;

		other.factor ^= 1ULL << bit;
		KUNIT_EXPECT_EQ(test, count_same(&other), 0);
	}
}

static void need_no_odd_factor(struct kunit *test)
{
	struct ipcchan_token_key other = key;

	other.factor ^= 1;
	KUNIT_EXPECT_EQ(test, count_same(&other), 64);
}

/* How many bits change with this bit of the number, of 64 in 64 numbers. */
static u32 count_changes(u32 bit)
{
	u32 nr = 0;

	for (u64 number = 0; number < 64; number++)
		nr += hweight64(ipcchan_token_of(&key, number) ^
				ipcchan_token_of(&key,
						 number ^ (1ULL << bit)));
	return nr;
}

/* By chance it would be 2048; 256 more or less is eight times the deviation. */
static void change_in_half_their_bits_with_any_bit(struct kunit *test)
{
	for (u32 bit = 0; bit < 64; bit++) {
		KUNIT_EXPECT_TRUE(test, count_changes(bit) > 2048 - 256);
		KUNIT_EXPECT_TRUE(test, count_changes(bit) < 2048 + 256);
	}
}

/* Returns whether it was not there; the table has room. */
static bool is_added(u64 *table, u64 token)
{
	u32 at = token % TABLE;

	while (table[at] && table[at] != token)
		at = (at + 1) % TABLE;
	if (table[at])
		return false;
	table[at] = token;
	return true;
}

static void that_are_new_are_neither_0_nor_known(struct kunit *test)
{
	static u64 table[TABLE];

	memset(table, 0, sizeof(table));
	for (u32 i = 0; i < MANY; i++) {
		u64 token = ipcchan_token_new();

		KUNIT_ASSERT_TRUE_MSG(test, token, "number %u", i);
		KUNIT_ASSERT_TRUE_MSG(test, is_added(table, token),
				      "number %u", i);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(are_of_one_number_each),
	KUNIT_CASE(are_of_one_number_each_at_the_edges),
	KUNIT_CASE(are_the_same_again_with_the_same_key),
	KUNIT_CASE(are_others_if_any_part_of_the_key_is),
	KUNIT_CASE(need_no_odd_factor),
	KUNIT_CASE(change_in_half_their_bits_with_any_bit),
	KUNIT_CASE(that_are_new_are_neither_0_nor_known),
	{}
};

static struct kunit_suite suite = {
	.name = "ipcchan_token",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_INFO(kunit_suite, "ipcchan_token");
