// SPDX-License-Identifier: GPL-2.0
/*
 * Spinning adapts itself to what it is worth, within what the caller allows.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sched.h>

#include "ring_spin.h"

#define MOST	64U

FIXTURE(spin)
{
	struct ipcchan_ring_spin spin;
};

FIXTURE_SETUP(spin)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "one CPU: nothing spins");
	ipcchan_spin_init(&self->spin, MOST);
}

FIXTURE_TEARDOWN(spin)
{
}

static bool pays(struct ipcchan_ring_spin *spin)
{
	const uint32_t index = 8;

	return ipcchan_spin_until(spin, &index, 8);
}

static bool fails(struct ipcchan_ring_spin *spin)
{
	const uint32_t index = 0;

	return !ipcchan_spin_until(spin, &index, 8);
}

TEST_F(spin, begins_with_all_that_is_allowed)
{
	EXPECT_EQ(MOST, self->spin.now);
}

TEST_F(spin, becomes_shorter_when_it_fails)
{
	EXPECT_TRUE(fails(&self->spin));
	EXPECT_EQ(MOST / 2, self->spin.now);
}

TEST_F(spin, becomes_longer_when_it_pays)
{
	EXPECT_TRUE(fails(&self->spin));
	EXPECT_TRUE(fails(&self->spin));
	EXPECT_TRUE(pays(&self->spin));
	EXPECT_EQ(MOST / 2, self->spin.now);
	EXPECT_TRUE(pays(&self->spin));
	EXPECT_TRUE(pays(&self->spin));
	EXPECT_EQ(MOST, self->spin.now);
}

TEST_F(spin, never_stops_to_try)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		EXPECT_TRUE(fails(&self->spin));
	EXPECT_LT(0, self->spin.now);
	EXPECT_TRUE(pays(&self->spin));
}

TEST_F(spin, stays_off_when_it_is)
{
	ipcchan_spin_init(&self->spin, 0);
	EXPECT_FALSE(pays(&self->spin));
	EXPECT_EQ(0, self->spin.now);
}

TEST_F(spin, stays_within_one_pause)
{
	ipcchan_spin_init(&self->spin, 1);
	EXPECT_TRUE(fails(&self->spin));
	EXPECT_EQ(1, self->spin.now);
	EXPECT_TRUE(pays(&self->spin));
	EXPECT_EQ(1, self->spin.now);
}

TEST_F(spin, is_as_long_for_who_is_bound_to_one_of_several_cpus)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(one), &one));
	ipcchan_spin_init(&self->spin, MOST);
	EXPECT_EQ(MOST, self->spin.most);
	EXPECT_TRUE(pays(&self->spin));
}

TEST_HARNESS_MAIN
