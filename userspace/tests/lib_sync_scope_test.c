// SPDX-License-Identifier: GPL-2.0
/*
 * Mutexes of libipcchan that are unlocked at the end of a scope, by IPCCHAN_MUTEX_SCOPE().
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"
#include "lib_test.h"
#include "lib_sync.h"

FIXTURE(block)
{
	struct ipcchan *session;
	int mutex;
};

FIXTURE_SETUP(block)
{
	self->session = open_session();
	self->mutex = ipcchan_mutex_open(self->session, NULL,
					 IPCCHAN_RIGHTS_LOCK, NULL);
	ASSERT_LE(0, self->mutex);
}

FIXTURE_TEARDOWN(block)
{
	close(self->mutex);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static uint32_t depth_of(int mutex)
{
	struct ipcchan_mutex_info info;

	if (ipcchan_mutex_info(mutex, &info, sizeof(info)))
		abort();
	return info.depth;
}

/* How often the mutex is locked inside, or -errno. */
static int look_inside(int mutex)
{
	IPCCHAN_MUTEX_SCOPE(scope, mutex, NULL);

	if (scope.result < 0)
		return scope.result;
	return depth_of(mutex);
}

static int lock(void *mutex)
{
	return ipcchan_mutex_lock(*(int *)mutex, NULL);
}

/* As a function does that puts in order what was left, if asked to. */
static int enter(int mutex, bool repairs)
{
	IPCCHAN_MUTEX_SCOPE(scope, mutex, NULL);

	if (scope.result == IPCCHAN_OWNER_DEAD && repairs)
		ipcchan_mutex_consistent(mutex);
	return scope.result;
}

TEST_F(block, has_the_mutex_until_it_is_left)
{
	EXPECT_EQ(1, look_inside(self->mutex));
	EXPECT_EQ(0, depth_of(self->mutex));
}

TEST_F(block, of_a_loop_is_left_each_time)
{
	int i;

	for (i = 0; i < 3; i++) {
		IPCCHAN_MUTEX_SCOPE(scope, self->mutex, NULL);

		ASSERT_EQ(0, scope.result);
		if (i == 1)
			continue;
		EXPECT_EQ(1, depth_of(self->mutex));
	}
	EXPECT_EQ(0, depth_of(self->mutex));
}

TEST_F(block, unlocks_nothing_that_it_has_not_locked)
{
	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(-EDEADLK, look_inside(self->mutex));
	EXPECT_EQ(1, depth_of(self->mutex));
}

TEST_F(block, takes_options)
{
	struct ipcchan_lock_options now = IPCCHAN_LOCK_OPTIONS;

	now.flags = IPCCHAN_NONBLOCK;
	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	IPCCHAN_MUTEX_SCOPE(scope, self->mutex, &now);
	EXPECT_EQ(-EAGAIN, scope.result);
}

TEST_F(block, puts_in_order_what_an_owner_left)
{
	ASSERT_EQ(0, by_another(lock, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, enter(self->mutex, true));
	EXPECT_EQ(0, enter(self->mutex, true));
}

TEST_F(block, that_does_not_has_lost_the_mutex)
{
	ASSERT_EQ(0, by_another(lock, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, enter(self->mutex, false));
	EXPECT_EQ(-ENOTRECOVERABLE, enter(self->mutex, false));
}

TEST_HARNESS_MAIN
