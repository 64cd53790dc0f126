// SPDX-License-Identifier: GPL-2.0
/*
 * Chance, for tests that compare with a model.
 */
#include <kunit/test.h>
#include <linux/random.h>

#include "tests/random.h"

const unsigned int ipcchan_test_steps = IPCCHAN_TEST_STEPS;

/* Of the one test that runs. */
static u64 state;

/**
 * ipcchan_test_random_start() - begin a test by chance
 * @test: in whose log the seed goes
 */
void ipcchan_test_random_start(struct kunit *test)
{
	u32 seed = IPCCHAN_TEST_SEED ?: get_random_u32();

	kunit_info(test, "IPCCHAN_TEST_SEED=%u", seed);
	state = seed;
}

/**
 * ipcchan_test_random() - a number
 * @below: greater than all of them
 *
 * The generator is splitmix64: any seed will do.
 *
 * Return: 0 to @below - 1.
 */
u32 ipcchan_test_random(u32 below)
{
	u64 z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return (z >> 32) * below >> 32;
}
