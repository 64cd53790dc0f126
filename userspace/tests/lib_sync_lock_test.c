// SPDX-License-Identifier: GPL-2.0
/*
 * Locks of libipcchan: mutexes, and reader/writer locks.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"
#include "lib_test.h"
#include "lib_sync.h"

#include <sys/stat.h>

static int lock(void *mutex)
{
	return ipcchan_mutex_lock(*(int *)mutex, NULL);
}

static int lock_with(int mutex, uint32_t flags, uint64_t deadline_ns)
{
	struct ipcchan_lock_options how = IPCCHAN_LOCK_OPTIONS;

	how.flags = flags;
	how.deadline_ns = deadline_ns;
	return ipcchan_mutex_lock(mutex, &how);
}

static int try_lock(void *mutex)
{
	return lock_with(*(int *)mutex, IPCCHAN_NONBLOCK,
			 IPCCHAN_DEADLINE_NEVER);
}

static int lock_briefly(void *mutex)
{
	return lock_with(*(int *)mutex, 0,
			 ipcchan_deadline_in(IPCCHAN_MILLISECONDS(1)));
}

static int lock_by_the_clock(void *mutex)
{
	return lock_with(*(int *)mutex, IPCCHAN_REALTIME, real_now());
}

static struct ipcchan_mutex_info info_of(int mutex)
{
	struct ipcchan_mutex_info info;

	if (ipcchan_mutex_info(mutex, &info, sizeof(info)))
		abort();
	return info;
}

FIXTURE(mutex)
{
	struct ipcchan *session;
	struct ipcchan_mutex_options options;
	int mutex;
};

FIXTURE_SETUP(mutex)
{
	const struct ipcchan_mutex_options defaults = IPCCHAN_MUTEX_OPTIONS;

	self->session = open_session();
	self->options = defaults;
	self->mutex = ipcchan_mutex_open(self->session, NULL,
					 IPCCHAN_RIGHTS_LOCK, NULL);
	ASSERT_LE(0, self->mutex);
}

FIXTURE_TEARDOWN(mutex)
{
	close(self->mutex);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int open_mutex(const struct ipcchan *session, const char *name,
		      const struct ipcchan_mutex_options *options)
{
	return ipcchan_mutex_open(session, name, IPCCHAN_RIGHTS_LOCK, options);
}

TEST_F(mutex, belongs_to_the_thread_that_locked_it)
{
	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(gettid(), info_of(self->mutex).owner_tid);
	EXPECT_EQ(-EAGAIN, by_another(try_lock, &self->mutex));
	ASSERT_EQ(0, ipcchan_mutex_unlock(self->mutex));
	EXPECT_EQ(0, info_of(self->mutex).owner_tid);
	EXPECT_EQ(-EPERM, ipcchan_mutex_unlock(self->mutex));
}

TEST_F(mutex, is_waited_for_no_longer_than_told)
{
	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(-ETIMEDOUT, by_another(lock_briefly, &self->mutex));
	EXPECT_EQ(-ETIMEDOUT, by_another(lock_by_the_clock, &self->mutex));
}

TEST_F(mutex, goes_to_who_waits)
{
	struct other other;

	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	other_start(&other, lock, &self->mutex);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	ASSERT_EQ(0, ipcchan_mutex_unlock(self->mutex));
	EXPECT_EQ(0, other_join(&other));
}

TEST_F(mutex, tells_that_its_owner_has_ended)
{
	ASSERT_EQ(0, by_another(lock, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(IPCCHAN_LOCK_OWNER_DEAD, info_of(self->mutex).state);
	EXPECT_EQ(0, ipcchan_mutex_consistent(self->mutex));
	EXPECT_EQ(0, info_of(self->mutex).state);
	EXPECT_EQ(-EINVAL, ipcchan_mutex_consistent(self->mutex));
	EXPECT_EQ(0, ipcchan_mutex_unlock(self->mutex));
	EXPECT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
}

TEST_F(mutex, that_nobody_puts_in_order_is_lost)
{
	ASSERT_EQ(0, by_another(lock, &self->mutex));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, ipcchan_mutex_lock(self->mutex, NULL));
	ASSERT_EQ(0, ipcchan_mutex_unlock(self->mutex));
	EXPECT_EQ(-ENOTRECOVERABLE, ipcchan_mutex_lock(self->mutex, NULL));
}

/**
 * struct pair - two mutexes, locked one after the other
 * @first: The one.
 * @second: The other.
 */
struct pair {
	int first;
	int second;
};

static int lock_both(void *context)
{
	struct pair *pair = context;
	int result = ipcchan_mutex_lock(pair->first, NULL);

	if (result)
		return result;
	result = ipcchan_mutex_lock(pair->second, NULL);
	if (!result)
		ipcchan_mutex_unlock(pair->second);
	ipcchan_mutex_unlock(pair->first);
	return result;
}

TEST_F(mutex, names_who_makes_up_a_deadlock)
{
	struct ipcchan_lock_options how = IPCCHAN_LOCK_OPTIONS;
	int mutex = open_mutex(self->session, NULL, NULL);
	struct pair crossed = { mutex, self->mutex };
	struct ipcchan_step steps[3];
	uint32_t length = 0;
	struct other other;

	how.cycle = steps;
	how.cycle_count = 3;
	how.cycle_length = &length;
	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	other_start(&other, lock_both, &crossed);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	EXPECT_EQ(-EDEADLK, ipcchan_mutex_lock(mutex, &how));
	EXPECT_EQ(2, length);
	EXPECT_EQ(IPCCHAN_KIND_MUTEX, steps[0].kind);
	EXPECT_EQ(id_of(mutex), steps[0].object);
	EXPECT_EQ(gettid(), steps[0].tid);
	EXPECT_EQ(id_of(self->mutex), steps[1].object);
	EXPECT_EQ(gettid(), steps[1].holder_tid);
	EXPECT_EQ(0, ipcchan_mutex_unlock(self->mutex));
	EXPECT_EQ(0, other_join(&other));
	close(mutex);
}

TEST_F(mutex, is_locked_twice_by_its_owner_only_if_recursive)
{
	int mutex;

	self->options.flags = IPCCHAN_OPEN_RECURSIVE;
	mutex = open_mutex(self->session, NULL, &self->options);
	ASSERT_LE(0, mutex);
	EXPECT_EQ(0, ipcchan_mutex_lock(mutex, NULL));
	EXPECT_EQ(0, ipcchan_mutex_lock(mutex, NULL));
	EXPECT_EQ(2, info_of(mutex).depth);
	close(mutex);
	ASSERT_EQ(0, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(-EDEADLK, ipcchan_mutex_lock(self->mutex, NULL));
}

/* One of rank 2 that this thread has locked, and one of rank 1, with these flags. */
static struct pair open_ranks(const struct ipcchan *session, uint32_t flags)
{
	struct ipcchan_mutex_options options = IPCCHAN_MUTEX_OPTIONS;
	struct pair pair;

	options.flags = flags;
	options.rank = 2;
	pair.first = open_mutex(session, NULL, &options);
	options.rank = 1;
	pair.second = open_mutex(session, NULL, &options);
	if (ipcchan_mutex_lock(pair.first, NULL))
		abort();
	return pair;
}

TEST_F(mutex, of_a_lower_rank_is_refused)
{
	struct ipcchan_lock_options how = IPCCHAN_LOCK_OPTIONS;
	struct pair pair = open_ranks(self->session, 0);
	uint32_t length = 7;

	how.cycle_length = &length;
	EXPECT_EQ(1, info_of(pair.second).rank);
	EXPECT_EQ(-EDEADLK, ipcchan_mutex_lock(pair.second, &how));
	EXPECT_EQ(0, length);
	close(pair.first);
	close(pair.second);
}

TEST_F(mutex, of_a_lower_rank_is_had_if_that_only_warns)
{
	struct pair pair = open_ranks(self->session, IPCCHAN_OPEN_RANK_WARNS);

	EXPECT_EQ(0, ipcchan_mutex_lock(pair.second, NULL));
	close(pair.first);
	close(pair.second);
}

TEST_F(mutex, may_go_by_priority)
{
	int mutex;

	self->options.flags = IPCCHAN_OPEN_PRIORITY;
	mutex = open_mutex(self->session, NULL, &self->options);
	ASSERT_LE(0, mutex);
	EXPECT_EQ(0, ipcchan_mutex_lock(mutex, NULL));
	close(mutex);
}

TEST_F(mutex, is_shared_by_its_name)
{
	const char *name = own_name("shared");
	int first;
	int second;

	EXPECT_EQ(-ENOENT, open_mutex(self->session, name, NULL));
	self->options.flags = IPCCHAN_OPEN_CREATE | IPCCHAN_OPEN_EXCLUSIVE;
	first = open_mutex(self->session, name, &self->options);
	ASSERT_LE(0, first);
	EXPECT_EQ(-EEXIST, open_mutex(self->session, name, &self->options));
	second = open_mutex(self->session, name, NULL);
	ASSERT_LE(0, second);
	EXPECT_EQ(0, ipcchan_mutex_lock(first, NULL));
	EXPECT_EQ(-EAGAIN, by_another(try_lock, &second));
	EXPECT_EQ(-EPROTOTYPE,
		  ipcchan_rwlock_open(self->session, name, IPCCHAN_RIGHTS_LOCK,
				      NULL));
	close(first);
	close(second);
}

TEST_F(mutex, has_the_mode_that_it_was_created_with)
{
	struct ipcchan_object_info info;
	int mutex;

	umask(0);
	self->options.mode = 0640;
	self->options.flags = IPCCHAN_OPEN_CREATE;
	mutex = open_mutex(self->session, own_name("mode"), &self->options);
	ASSERT_LE(0, mutex);
	ASSERT_EQ(0, ipcchan_object_info(mutex, &info, sizeof(info)));
	EXPECT_EQ(0640, info.mode);
	close(mutex);
}

TEST_F(mutex, has_no_name_that_is_none)
{
	char name[IPCCHAN_NAME_SIZE + 1] = "";

	EXPECT_EQ(-EINVAL, open_mutex(self->session, name, NULL));
	memset(name, 'x', IPCCHAN_NAME_SIZE);
	EXPECT_EQ(-ENAMETOOLONG, open_mutex(self->session, name, NULL));
}

TEST_F(mutex, takes_options_of_any_age)
{
	struct {
		struct ipcchan_lock_options known;
		uint64_t unknown;
	} newer = { IPCCHAN_LOCK_OPTIONS, 0 };

	newer.known.size = sizeof(newer);
	EXPECT_EQ(0, ipcchan_mutex_lock(self->mutex, &newer.known));
	newer.unknown = 1;
	EXPECT_EQ(-E2BIG, ipcchan_mutex_lock(self->mutex, &newer.known));
	newer.known.size = 4;
	EXPECT_EQ(-EINVAL, ipcchan_mutex_lock(self->mutex, &newer.known));
	self->options.size = 4;
	EXPECT_EQ(-EINVAL, open_mutex(self->session, NULL, &self->options));
}

TEST_F(mutex, needs_a_right_to_be_locked)
{
	int weaker = ipcchan_object_restrict(self->mutex, IPCCHAN_RIGHT_ADMIN, 0);

	ASSERT_LE(0, weaker);
	EXPECT_EQ(-EPERM, ipcchan_mutex_lock(weaker, NULL));
	close(weaker);
}

TEST_F(mutex, that_is_killed_gives_eidrm)
{
	struct ipcchan_mutex_info info;

	ASSERT_EQ(0, ipcchan_object_kill(self->mutex));
	EXPECT_EQ(-EIDRM, ipcchan_mutex_lock(self->mutex, NULL));
	EXPECT_EQ(-EIDRM, ipcchan_mutex_info(self->mutex, &info, sizeof(info)));
}

FIXTURE(rwlock)
{
	struct ipcchan *session;
	int rwlock;
};

FIXTURE_SETUP(rwlock)
{
	self->session = open_session();
	self->rwlock = ipcchan_rwlock_open(self->session, NULL,
					   IPCCHAN_RIGHTS_LOCK, NULL);
	ASSERT_LE(0, self->rwlock);
}

FIXTURE_TEARDOWN(rwlock)
{
	close(self->rwlock);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int rwlock_with(int rwlock, uint32_t flags)
{
	struct ipcchan_lock_options how = IPCCHAN_LOCK_OPTIONS;

	how.flags = flags;
	return ipcchan_rwlock_lock(rwlock, &how);
}

static int try_read(void *rwlock)
{
	return rwlock_with(*(int *)rwlock,
			   IPCCHAN_NONBLOCK | IPCCHAN_RWLOCK_SHARED);
}

static int try_write(void *rwlock)
{
	return rwlock_with(*(int *)rwlock, IPCCHAN_NONBLOCK);
}

static int write_and_end(void *rwlock)
{
	return ipcchan_rwlock_lock(*(int *)rwlock, NULL);
}

/* Reads, and lets go of it when the one before has an upgrade under way. */
static int upgrade_once(void *rwlock)
{
	int result = rwlock_with(*(int *)rwlock, IPCCHAN_RWLOCK_SHARED);

	if (!result)
		result = ipcchan_rwlock_upgrade(*(int *)rwlock, NULL);
	ipcchan_rwlock_unlock(*(int *)rwlock);
	return result;
}

static struct ipcchan_rwlock_info state_of(int rwlock)
{
	struct ipcchan_rwlock_info info;

	if (ipcchan_rwlock_info(rwlock, &info, sizeof(info)))
		abort();
	return info;
}

TEST_F(rwlock, lets_readers_in_together)
{
	ASSERT_EQ(0, rwlock_with(self->rwlock, IPCCHAN_RWLOCK_SHARED));
	EXPECT_EQ(1, state_of(self->rwlock).readers);
	EXPECT_EQ(0, by_another(try_read, &self->rwlock));
	EXPECT_EQ(-EAGAIN, by_another(try_write, &self->rwlock));
	EXPECT_EQ(0, ipcchan_rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, lets_a_writer_in_alone)
{
	ASSERT_EQ(0, ipcchan_rwlock_lock(self->rwlock, NULL));
	EXPECT_EQ(gettid(), state_of(self->rwlock).writer_tid);
	EXPECT_EQ(-EAGAIN, by_another(try_read, &self->rwlock));
	EXPECT_EQ(0, ipcchan_rwlock_unlock(self->rwlock));
	EXPECT_EQ(-EPERM, ipcchan_rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, lets_the_only_reader_write)
{
	struct ipcchan_lock_options now = IPCCHAN_LOCK_OPTIONS;

	now.flags = IPCCHAN_NONBLOCK;
	EXPECT_EQ(-EPERM, ipcchan_rwlock_upgrade(self->rwlock, &now));
	ASSERT_EQ(0, rwlock_with(self->rwlock, IPCCHAN_RWLOCK_SHARED));
	ASSERT_EQ(0, ipcchan_rwlock_upgrade(self->rwlock, &now));
	EXPECT_EQ(gettid(), state_of(self->rwlock).writer_tid);
	EXPECT_EQ(0, ipcchan_rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, lets_one_of_two_upgrade)
{
	struct ipcchan_lock_options how = IPCCHAN_LOCK_OPTIONS;
	struct ipcchan_step step;
	uint32_t length = 0;
	struct other other;

	how.cycle = &step;
	how.cycle_count = 1;
	how.cycle_length = &length;
	ASSERT_EQ(0, rwlock_with(self->rwlock, IPCCHAN_RWLOCK_SHARED));
	other_start(&other, upgrade_once, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	EXPECT_EQ(-EDEADLK, ipcchan_rwlock_upgrade(self->rwlock, &how));
	EXPECT_NE(0, length);
	EXPECT_EQ(IPCCHAN_KIND_RWLOCK, step.kind);
	EXPECT_EQ(0, ipcchan_rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, other_join(&other));
}

TEST_F(rwlock, lets_readers_in_when_the_writer_reads_on)
{
	ASSERT_EQ(0, ipcchan_rwlock_lock(self->rwlock, NULL));
	EXPECT_EQ(0, ipcchan_rwlock_downgrade(self->rwlock));
	EXPECT_EQ(0, by_another(try_read, &self->rwlock));
	EXPECT_EQ(-EPERM, ipcchan_rwlock_downgrade(self->rwlock));
	EXPECT_EQ(0, ipcchan_rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, tells_that_its_writer_has_ended)
{
	ASSERT_EQ(0, by_another(write_and_end, &self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, ipcchan_rwlock_lock(self->rwlock, NULL));
	EXPECT_EQ(-EOWNERDEAD, ipcchan_rwlock_downgrade(self->rwlock));
	EXPECT_EQ(0, ipcchan_rwlock_consistent(self->rwlock));
	EXPECT_EQ(0, ipcchan_rwlock_downgrade(self->rwlock));
	EXPECT_EQ(0, ipcchan_rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, has_a_rank)
{
	struct ipcchan_rwlock_options options = IPCCHAN_RWLOCK_OPTIONS;
	int rwlock;

	options.rank = 9;
	options.flags = IPCCHAN_OPEN_PRIORITY;
	rwlock = ipcchan_rwlock_open(self->session, NULL, IPCCHAN_RIGHTS_LOCK,
				     &options);
	ASSERT_LE(0, rwlock);
	EXPECT_EQ(9, state_of(rwlock).rank);
	close(rwlock);
}

TEST_HARNESS_MAIN
