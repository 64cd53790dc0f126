// SPDX-License-Identifier: GPL-2.0
/*
 * Locks of libipcchan that end with their scope, in C++: cxx/guards.cc.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"
#include "lib_test.h"
#include "lib_sync.h"

#include "cxx/guards.h"

#ifdef HAVE_CXX

FIXTURE(guard)
{
	struct ipcchan *session;
	int mutex;
	int rwlock;
};

FIXTURE_SETUP(guard)
{
	self->session = open_session();
	self->mutex = ipcchan_mutex_open(self->session, NULL,
					 IPCCHAN_RIGHTS_LOCK, NULL);
	self->rwlock = ipcchan_rwlock_open(self->session, NULL,
					   IPCCHAN_RIGHTS_LOCK, NULL);
	ASSERT_LE(0, self->mutex);
	ASSERT_LE(0, self->rwlock);
}

FIXTURE_TEARDOWN(guard)
{
	close(self->mutex);
	close(self->rwlock);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

/* What the last look has seen. */
static uint32_t depth;
static uint32_t readers;
static uint32_t writer;

static void look_at_mutex(int mutex)
{
	struct ipcchan_mutex_info info;

	if (ipcchan_mutex_info(mutex, &info, sizeof(info)))
		abort();
	depth = info.depth;
}

static void look_at_rwlock(int rwlock)
{
	struct ipcchan_rwlock_info info;

	if (ipcchan_rwlock_info(rwlock, &info, sizeof(info)))
		abort();
	readers = info.readers;
	writer = info.writer_tid;
}

static int lock(void *mutex)
{
	return ipcchan_mutex_lock(*(int *)mutex, NULL);
}

TEST_F(guard, has_the_mutex_until_its_end)
{
	EXPECT_EQ(0, cxx_lock_mutex(self->mutex, look_at_mutex));
	EXPECT_EQ(1, depth);
	look_at_mutex(self->mutex);
	EXPECT_EQ(0, depth);
}

TEST_F(guard, writes_until_its_end)
{
	EXPECT_EQ(0, cxx_write(self->rwlock, look_at_rwlock));
	EXPECT_EQ(gettid(), writer);
	look_at_rwlock(self->rwlock);
	EXPECT_EQ(0, writer);
}

TEST_F(guard, reads_until_its_end)
{
	EXPECT_EQ(0, cxx_read(self->rwlock, look_at_rwlock));
	EXPECT_EQ(1, readers);
	EXPECT_EQ(0, writer);
	look_at_rwlock(self->rwlock);
	EXPECT_EQ(0, readers);
}

TEST_F(guard, tells_of_an_owner_that_has_ended)
{
	ASSERT_EQ(0, by_another(lock, &self->mutex));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, cxx_repair(self->mutex));
	EXPECT_EQ(0, cxx_repair(self->mutex));
}

TEST_F(guard, unlocks_nothing_that_it_has_not_locked)
{
	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(-EDEADLK, cxx_lock_mutex(self->mutex, look_at_mutex));
	EXPECT_TRUE(cxx_tells_whether_it_locked(self->mutex));
	EXPECT_EQ(0, ipcchan_mutex_unlock(self->mutex));
	EXPECT_TRUE(cxx_tells_whether_it_locked(self->mutex));
}

TEST_F(guard, unlocks_before_its_end_once)
{
	EXPECT_EQ(-EPERM, cxx_unlock_twice(self->mutex, look_at_mutex));
	EXPECT_EQ(0, depth);
}

#else

TEST(guard_needs_a_compiler_for_cxx)
{
	SKIP(return, "there was none");
}

#endif

TEST_HARNESS_MAIN
