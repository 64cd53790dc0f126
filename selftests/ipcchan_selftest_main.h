/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last test of a program, and main(). Included behind all other tests, as
 * the harness runs the fixtures in the order of their definition.
 */

FIXTURE(program)
{
};

FIXTURE_SETUP(program)
{
}

FIXTURE_TEARDOWN(program)
{
}

TEST_F(program, leaves_no_object_behind)
{
	EXPECT_TRUE(is_clean());
}

TEST_HARNESS_MAIN
