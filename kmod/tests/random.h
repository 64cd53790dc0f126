/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Chance, for tests that compare with a model.
 */
#ifndef IPCCHAN_TESTS_RANDOM_H
#define IPCCHAN_TESTS_RANDOM_H

#include <linux/types.h>

struct kunit;

/**
 * DOC: Chance
 *
 * A test by chance is the same again with the same seed, in the kernel and on
 * the host: it tells the seed in its log as IPCCHAN_TEST_SEED=n, and that word
 * as an argument of make sets it. The kernel takes fewer steps than the host,
 * because it takes them at each load; they are the host's first.
 */

/* How many steps such a test takes. */
extern const unsigned int ipcchan_test_steps;

void ipcchan_test_random_start(struct kunit *test);
u32 ipcchan_test_random(u32 below);

#endif /* IPCCHAN_TESTS_RANDOM_H */
