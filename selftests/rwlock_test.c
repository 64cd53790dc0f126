// SPDX-License-Identifier: GPL-2.0
/* Reader/writer locks: who reads, who writes, and in which order they come to it. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "sync.h"

FIXTURE(rwlock)
{
	int session;
	int rwlock;
};

FIXTURE_SETUP(rwlock)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->rwlock = rwlock_open(self->session);
	ASSERT_LE(0, self->rwlock);
}

FIXTURE_TEARDOWN(rwlock)
{
	close(self->rwlock);
	close(self->session);
}

/* For threads and processes; those that end so are told of, if they wrote. */

static int read_and_end(void *rwlock)
{
	return rwlock_read(*(int *)rwlock);
}

static int write_and_end(void *rwlock)
{
	return rwlock_write(*(int *)rwlock);
}

static int read_and_unlock(void *rwlock)
{
	return rwlock_read(*(int *)rwlock) ?: rwlock_unlock(*(int *)rwlock);
}

static int write_and_unlock(void *rwlock)
{
	return rwlock_write(*(int *)rwlock) ?: rwlock_unlock(*(int *)rwlock);
}

static int try_to_read(void *rwlock)
{
	int error = rwlock_try_read(*(int *)rwlock);

	return error ?: rwlock_unlock(*(int *)rwlock);
}

static int try_to_write(void *rwlock)
{
	int error = rwlock_try_write(*(int *)rwlock);

	return error ?: rwlock_unlock(*(int *)rwlock);
}

static int unlock(void *rwlock)
{
	return rwlock_unlock(*(int *)rwlock);
}

static int downgrade(void *rwlock)
{
	return rwlock_downgrade(*(int *)rwlock);
}

static int mark(void *rwlock)
{
	return rwlock_consistent(*(int *)rwlock);
}

/**
 * struct reader - a thread that reads until it is told to go
 * @rwlock: The lock.
 * @upgrades: It wants to write after that.
 * @reads: It reads.
 * @go: It is to go on.
 * @sleeper: The thread.
 */
struct reader {
	int rwlock;
	bool upgrades;
	int reads;
	int go;
	struct sleeper sleeper;
};

static int read_until_told(void *argument)
{
	struct reader *reader = argument;
	int error = rwlock_read(reader->rwlock);

	__atomic_store_n(&reader->reads, 1, __ATOMIC_RELEASE);
	await_counter(&reader->go, 1);
	if (!error && reader->upgrades)
		error = rwlock_upgrade(reader->rwlock);
	return error ?: rwlock_unlock(reader->rwlock);
}

static bool start_reader(struct reader *reader, int rwlock)
{
	reader->rwlock = rwlock;
	sleeper_start(&reader->sleeper, read_until_told, reader);
	return await_counter(&reader->reads, 1);
}

static void let_go(struct reader *reader)
{
	__atomic_store_n(&reader->go, 1, __ATOMIC_RELEASE);
}

static int end_reader(struct reader *reader)
{
	let_go(reader);
	return sleeper_join(&reader->sleeper);
}

/* Reading and writing */

TEST_F(rwlock, tells_what_it_is)
{
	struct ipcchan_rwlock_info info = rwlock_info(self->rwlock);

	EXPECT_EQ(IPCCHAN_KIND_RWLOCK, object_info(self->rwlock).kind);
	EXPECT_EQ(0, info.rank);
	EXPECT_EQ(0, info.state);
	EXPECT_EQ(0, info.readers);
	EXPECT_EQ(0, info.writer_tid);
	EXPECT_EQ(0, info.waiters);
}

TEST_F(rwlock, is_read_by_many_and_then_written_by_nobody)
{
	struct reader readers[3] = {};

	for (int i = 0; i < 3; i++)
		ASSERT_TRUE(start_reader(&readers[i], self->rwlock));
	EXPECT_EQ(3, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(0, rwlock_info(self->rwlock).writer_tid);
	EXPECT_EQ(-EAGAIN, rwlock_try_write(self->rwlock));
	EXPECT_EQ(0, rwlock_try_read(self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(0, end_reader(&readers[i]));
	EXPECT_EQ(0, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(0, rwlock_try_write(self->rwlock));
}

TEST_F(rwlock, is_written_by_one_and_then_read_by_nobody)
{
	struct ipcchan_rwlock_info info;

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	info = rwlock_info(self->rwlock);
	EXPECT_EQ(getpid(), info.writer_tgid);
	EXPECT_EQ(gettid(), info.writer_tid);
	EXPECT_EQ(0, info.readers);
	EXPECT_EQ(-EAGAIN, in_thread(try_to_read, &self->rwlock));
	EXPECT_EQ(-EAGAIN, run_in_child(try_to_write, &self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, rwlock_info(self->rwlock).writer_tid);
	EXPECT_EQ(0, in_thread(try_to_write, &self->rwlock));
}

TEST_F(rwlock, is_unlocked_by_nobody_who_has_not_locked_it)
{
	EXPECT_EQ(-EPERM, rwlock_unlock(self->rwlock));
	ASSERT_EQ(0, rwlock_write(self->rwlock));
	EXPECT_EQ(-EPERM, in_thread(unlock, &self->rwlock));
	EXPECT_EQ(-EPERM, run_in_child(unlock, &self->rwlock));
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(-EPERM, in_thread(unlock, &self->rwlock));
	EXPECT_EQ(-EPERM, run_in_child(unlock, &self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(-EPERM, rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, is_read_again_by_a_reader_and_unlocked_as_often)
{
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(2, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(-EAGAIN, in_thread(try_to_write, &self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, in_thread(try_to_write, &self->rwlock));
}

TEST_F(rwlock, is_waited_for_until_a_deadline_of_either_clock)
{
	struct reader reader = {};

	ASSERT_TRUE(start_reader(&reader, self->rwlock));
	EXPECT_EQ(-ETIMEDOUT, rwlock_lock(self->rwlock,
					  .deadline_ns = deadline_brief()));
	EXPECT_EQ(-ETIMEDOUT, rwlock_lock(self->rwlock,
					  .flags = IPCCHAN_REALTIME,
					  .deadline_ns = now_ns(CLOCK_REALTIME) +
							 NSEC_PER_MSEC));
	EXPECT_EQ(0, rwlock_info(self->rwlock).waiters);
	EXPECT_EQ(0, rwlock_lock(self->rwlock, .deadline_ns = 1,
				 .flags = IPCCHAN_RWLOCK_SHARED));
	EXPECT_EQ(0, end_reader(&reader));
}

/* Order */

TEST_F(rwlock, lets_in_together_who_reads_and_stands_together)
{
	struct sleeper readers[12];

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	for (int i = 0; i < 12; i++) {
		sleeper_start(&readers[i], read_and_end, &self->rwlock);
		ASSERT_TRUE(await_in_line(self->rwlock, i + 1));
	}
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, rwlock_info(self->rwlock).waiters);
	for (int i = 0; i < 12; i++)
		EXPECT_EQ(0, sleeper_join(&readers[i]));
	EXPECT_EQ(0, rwlock_write(self->rwlock));
}

TEST_F(rwlock, lets_no_reader_pass_a_writer_who_came_before)
{
	struct reader reader = {};
	struct sleeper writer;
	struct sleeper late;

	ASSERT_TRUE(start_reader(&reader, self->rwlock));
	sleeper_start(&writer, write_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	EXPECT_EQ(-EAGAIN, rwlock_try_read(self->rwlock));
	sleeper_start(&late, read_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 2));
	EXPECT_EQ(1, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(0, end_reader(&reader));
	EXPECT_EQ(0, sleeper_join(&writer));
	EXPECT_EQ(0, sleeper_join(&late));
}

TEST_F(rwlock, lets_readers_in_when_a_writer_before_them_gives_up)
{
	struct reader reader = {};
	struct child writer;
	struct sleeper late;

	ASSERT_TRUE(start_reader(&reader, self->rwlock));
	child_start(&writer, write_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	sleeper_start(&late, read_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 2));
	kill(writer.pid, SIGKILL);
	EXPECT_EQ(0, sleeper_join(&late));
	EXPECT_EQ(DIED, child_join(&writer));
	EXPECT_EQ(0, end_reader(&reader));
}

static int write_to(int rwlock)
{
	return rwlock_write(rwlock);
}

static int unlock_it(int rwlock)
{
	return rwlock_unlock(rwlock);
}

TEST_F(rwlock, is_written_by_who_came_first)
{
	struct turns turns = {
		.object = self->rwlock, .have = write_to, .let_go = unlock_it,
	};

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	ASSERT_TRUE(turns_start(&turns, 8));
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_TRUE(turns_end(&turns));
}

TEST_F(rwlock, is_written_by_the_best_priority_first_if_it_was_created_so)
{
	struct turns turns = {
		.object = rwlock_open(self->session,
				      .flags = IPCCHAN_OPEN_CREATE |
					       IPCCHAN_OPEN_PRIORITY),
		.have = write_to, .let_go = unlock_it, .by_priority = true,
	};

	ASSERT_EQ(0, rwlock_write(turns.object));
	ASSERT_TRUE(turns_start(&turns, 8));
	ASSERT_EQ(0, rwlock_unlock(turns.object));
	EXPECT_TRUE(turns_end(&turns));
	close(turns.object);
}

/* From reading to writing, and back */

TEST_F(rwlock, is_upgraded_at_once_by_its_only_reader)
{
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(0, rwlock_upgrade(self->rwlock));
	EXPECT_EQ(gettid(), rwlock_info(self->rwlock).writer_tid);
	EXPECT_EQ(0, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(-EAGAIN, in_thread(try_to_read, &self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(-EPERM, rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, is_upgraded_when_the_other_readers_have_unlocked_it)
{
	struct reader upgrader = { .upgrades = true };
	struct reader readers[2] = {};

	ASSERT_TRUE(start_reader(&upgrader, self->rwlock));
	for (int i = 0; i < 2; i++)
		ASSERT_TRUE(start_reader(&readers[i], self->rwlock));
	let_go(&upgrader);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	EXPECT_EQ(-EAGAIN, rwlock_try_read(self->rwlock));
	EXPECT_EQ(0, end_reader(&readers[0]));
	EXPECT_EQ(1, rwlock_info(self->rwlock).waiters);
	EXPECT_EQ(0, end_reader(&readers[1]));
	EXPECT_EQ(0, end_reader(&upgrader));
	EXPECT_EQ(0, rwlock_try_write(self->rwlock));
}

/* Whoever stands in line, also if it is of a better priority. */
static void upgrade_first(struct __test_metadata *_metadata, int rwlock)
{
	struct reader upgrader = { .upgrades = true };
	struct turns writers = {
		.object = rwlock, .have = write_to, .let_go = unlock_it,
	};
	struct reader reader = {};

	ASSERT_TRUE(start_reader(&upgrader, rwlock));
	ASSERT_TRUE(start_reader(&reader, rwlock));
	ASSERT_TRUE(turns_start(&writers, 2));
	let_go(&upgrader);
	ASSERT_TRUE(await_in_line(rwlock, 3));
	EXPECT_EQ(0, end_reader(&reader));
	EXPECT_EQ(0, end_reader(&upgrader));
	EXPECT_TRUE(turns_end(&writers));
}

TEST_F(rwlock, is_upgraded_before_all_who_stand_in_line)
{
	upgrade_first(_metadata, self->rwlock);
}

TEST_F(rwlock, is_upgraded_before_all_in_a_line_of_priorities)
{
	int rwlock = rwlock_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
							 IPCCHAN_OPEN_PRIORITY);

	upgrade_first(_metadata, rwlock);
	close(rwlock);
}

TEST_F(rwlock, is_read_on_by_who_upgrades_in_vain)
{
	struct reader reader = {};

	ASSERT_TRUE(start_reader(&reader, self->rwlock));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(-EAGAIN, rwlock_upgrade(self->rwlock,
					  .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(-ETIMEDOUT, rwlock_upgrade(self->rwlock,
					     .deadline_ns = deadline_brief()));
	EXPECT_EQ(2, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(0, rwlock_info(self->rwlock).waiters);
	EXPECT_EQ(0, in_thread(try_to_read, &self->rwlock));
	EXPECT_EQ(0, end_reader(&reader));
	EXPECT_EQ(0, rwlock_upgrade(self->rwlock));
}

TEST_F(rwlock, is_upgraded_by_nobody_but_who_reads_it_once)
{
	EXPECT_EQ(-EPERM, rwlock_upgrade(self->rwlock));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(-EINVAL, rwlock_upgrade(self->rwlock));
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	ASSERT_EQ(0, rwlock_upgrade(self->rwlock));
	EXPECT_EQ(-EPERM, rwlock_upgrade(self->rwlock));
}

TEST_F(rwlock, is_kept_for_reading_when_it_is_downgraded)
{
	struct sleeper readers[2];
	struct sleeper writer;

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	for (int i = 0; i < 2; i++) {
		sleeper_start(&readers[i], read_and_unlock, &self->rwlock);
		ASSERT_TRUE(await_in_line(self->rwlock, i + 1));
	}
	sleeper_start(&writer, write_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 3));
	ASSERT_EQ(0, rwlock_downgrade(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&readers[0]));
	EXPECT_EQ(0, sleeper_join(&readers[1]));
	EXPECT_EQ(1, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(1, rwlock_info(self->rwlock).waiters);
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&writer));
}

TEST_F(rwlock, is_downgraded_by_nobody_but_who_writes_it)
{
	EXPECT_EQ(-EPERM, rwlock_downgrade(self->rwlock));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(-EPERM, rwlock_downgrade(self->rwlock));
	ASSERT_EQ(0, rwlock_upgrade(self->rwlock));
	EXPECT_EQ(-EPERM, in_thread(downgrade, &self->rwlock));
	EXPECT_EQ(0, rwlock_downgrade(self->rwlock));
	EXPECT_EQ(-EPERM, rwlock_downgrade(self->rwlock));
}

/* The end of an owner */

TEST_F(rwlock, is_told_to_the_next_if_a_writer_ends)
{
	ASSERT_EQ(0, in_thread(write_and_end, &self->rwlock));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
	EXPECT_EQ(IPCCHAN_LOCK_OWNER_DEAD, rwlock_info(self->rwlock).state);
	EXPECT_EQ(gettid(), rwlock_info(self->rwlock).writer_tid);
}

TEST_F(rwlock, is_told_to_the_next_if_a_process_ends_that_writes)
{
	ASSERT_EQ(0, run_in_child(write_and_end, &self->rwlock));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
}

static int write_and_wait(void *rwlock)
{
	return rwlock_write(*(int *)rwlock) ?: pause();
}

static int read_and_wait(void *rwlock)
{
	return rwlock_read(*(int *)rwlock) ?: pause();
}

/* Has it from the caller, and is waited for by another thread then. */
static bool pass_on(struct child *child, struct sleeper *next, int *rwlock,
		    int (*child_does)(void *rwlock))
{
	if (rwlock_write(*rwlock))
		return false;
	child_start(child, child_does, rwlock);
	if (!await_in_line(*rwlock, 1) || rwlock_unlock(*rwlock))
		return false;
	sleeper_start(next, write_and_unlock, rwlock);
	return true;
}

TEST_F(rwlock, is_handed_to_who_waits_when_a_writer_is_killed)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_TRUE(pass_on(&child, &sleeper, &self->rwlock, write_and_wait));
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
	EXPECT_EQ(DIED, child_join(&child));
}

TEST_F(rwlock, is_handed_to_who_waits_when_a_reader_is_killed)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_TRUE(pass_on(&child, &sleeper, &self->rwlock, read_and_wait));
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	kill(child.pid, SIGKILL);
	/* Who reads changes nothing. */
	EXPECT_EQ(0, sleeper_join(&sleeper));
	EXPECT_EQ(DIED, child_join(&child));
	EXPECT_EQ(0, rwlock_info(self->rwlock).state);
}

TEST_F(rwlock, is_in_order_after_readers_have_ended)
{
	ASSERT_EQ(0, in_thread(read_and_end, &self->rwlock));
	ASSERT_EQ(0, run_in_child(read_and_end, &self->rwlock));
	EXPECT_EQ(0, rwlock_write(self->rwlock));
	EXPECT_EQ(0, rwlock_info(self->rwlock).state);
}

static int write_and_execute(void *rwlock)
{
	return rwlock_write(*(int *)rwlock) ?: execute();
}

TEST_F(rwlock, is_let_go_of_by_a_process_that_executes_another_program)
{
	struct sleeper sleeper;
	struct child child;

	ASSERT_EQ(0, fcntl(self->rwlock, F_SETFD, 0));
	ASSERT_TRUE(pass_on(&child, &sleeper, &self->rwlock, write_and_execute));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, sleeper_join(&sleeper));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&child));
}

static int write_and_leave_a_child(void *argument)
{
	int *rwlock = argument;

	if (rwlock_write(rwlock[0]))
		return 1;
	rwlock[1] = fork_with();
	return rwlock[1] < 0;
}

TEST_F(rwlock, is_let_go_of_also_if_a_child_has_the_descriptor)
{
	int *shared = shared_alloc(2 * sizeof(int));

	shared[0] = self->rwlock;
	ASSERT_EQ(0, run_in_child(write_and_leave_a_child, shared));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
	EXPECT_EQ(0, kill(shared[1], SIGKILL));
}

TEST_F(rwlock, is_kept_when_a_descriptor_is_closed)
{
	int other = dup(self->rwlock);

	ASSERT_EQ(0, rwlock_write(other));
	close(other);
	EXPECT_EQ(-EAGAIN, in_thread(try_to_read, &self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
}

TEST_F(rwlock, ends_under_who_has_it_when_nobody_has_a_descriptor)
{
	int rwlock = rwlock_open(self->session);

	ASSERT_EQ(0, rwlock_read(rwlock));
	ASSERT_EQ(0, rwlock_read(rwlock));
	close(rwlock);
	ASSERT_EQ(0, rwlock_write(self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
}

/* What a writer left that has ended */

TEST_F(rwlock, is_consistent_again_once_it_is_marked)
{
	ASSERT_EQ(0, in_thread(write_and_end, &self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
	EXPECT_EQ(0, rwlock_consistent(self->rwlock));
	EXPECT_EQ(-EINVAL, rwlock_consistent(self->rwlock));
	EXPECT_EQ(0, rwlock_info(self->rwlock).state);
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, rwlock_write(self->rwlock));
}

TEST_F(rwlock, is_marked_by_nobody_but_a_writer)
{
	EXPECT_EQ(-EPERM, rwlock_consistent(self->rwlock));
	ASSERT_EQ(0, in_thread(write_and_end, &self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, rwlock_read(self->rwlock));
	EXPECT_EQ(-EPERM, rwlock_consistent(self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, rwlock_upgrade(self->rwlock));
	EXPECT_EQ(-EPERM, in_thread(mark, &self->rwlock));
	EXPECT_EQ(0, rwlock_consistent(self->rwlock));
}

TEST_F(rwlock, is_left_as_it_is_by_readers_who_were_told)
{
	ASSERT_EQ(0, in_thread(write_and_end, &self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, rwlock_read(self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(IPCCHAN_LOCK_OWNER_DEAD, rwlock_info(self->rwlock).state);
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, in_thread(read_and_end, &self->rwlock));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
}

TEST_F(rwlock, is_not_downgraded_before_it_is_marked)
{
	ASSERT_EQ(0, in_thread(write_and_end, &self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
	EXPECT_EQ(-EOWNERDEAD, rwlock_downgrade(self->rwlock));
	EXPECT_EQ(gettid(), rwlock_info(self->rwlock).writer_tid);
	ASSERT_EQ(0, rwlock_consistent(self->rwlock));
	EXPECT_EQ(0, rwlock_downgrade(self->rwlock));
}

TEST_F(rwlock, is_lost_for_all_if_it_is_unlocked_and_was_not_marked)
{
	struct sleeper sleepers[2];

	ASSERT_EQ(0, in_thread(write_and_end, &self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
	sleeper_start(&sleepers[0], read_and_unlock, &self->rwlock);
	sleeper_start(&sleepers[1], write_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 2));
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(-ENOTRECOVERABLE, sleeper_join(&sleepers[0]));
	EXPECT_EQ(-ENOTRECOVERABLE, sleeper_join(&sleepers[1]));
	EXPECT_TRUE(rwlock_info(self->rwlock).state & IPCCHAN_LOCK_LOST);
	EXPECT_EQ(-ENOTRECOVERABLE, rwlock_read(self->rwlock));
	EXPECT_EQ(-ENOTRECOVERABLE, rwlock_try_write(self->rwlock));
}

TEST_F(rwlock, is_orphaned_again_if_who_was_told_ends_too)
{
	ASSERT_EQ(0, in_thread(write_and_end, &self->rwlock));
	ASSERT_EQ(IPCCHAN_OWNER_DEAD, in_thread(write_and_end, &self->rwlock));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, rwlock_write(self->rwlock));
}

/* Rank; deadlocks are in lock_deadlock_test.c */

TEST_F(rwlock, of_a_rank_is_not_had_after_one_of_a_higher_rank)
{
	int low = rwlock_open(self->session, .rank = 1);
	int high = mutex_open(self->session, .rank = 2);
	struct ipcchan_rwlock_lock lock = {
		.deadline_ns = deadline_must_happen(),
		.cycle_length = 7,
	};

	EXPECT_EQ(1, rwlock_info(low).rank);
	ASSERT_EQ(0, mutex_lock(high));
	EXPECT_EQ(-EDEADLK, call(low, IPCCHAN_IOC_RWLOCK_LOCK, &lock));
	EXPECT_EQ(0, lock.cycle_length);
	EXPECT_EQ(-EDEADLK, rwlock_try_read(low));
	EXPECT_EQ(0, rwlock_try_read(self->rwlock));
	ASSERT_EQ(0, mutex_unlock(high));
	EXPECT_EQ(0, rwlock_read(low));
	/* It is the same one. */
	EXPECT_EQ(0, rwlock_read(low));
	close(low);
	close(high);
}

TEST_F(rwlock, of_a_rank_is_had_all_the_same_if_that_only_warns)
{
	int low = rwlock_open(self->session, .rank = 1,
			      .flags = IPCCHAN_OPEN_CREATE |
				       IPCCHAN_OPEN_RANK_WARNS);
	int high = rwlock_open(self->session, .rank = 2);

	ASSERT_EQ(0, rwlock_read(high));
	EXPECT_EQ(0, rwlock_write(low));
	close(low);
	close(high);
}

/* Signals */

TEST_F(rwlock, is_waited_for_no_more_when_a_signal_is_handled)
{
	struct reader upgrader = { .upgrades = true };
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->rwlock, 0));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	sleeper_start(&sleeper, write_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	EXPECT_EQ(0, interrupt(&sleeper));
	EXPECT_EQ(-EINTR, sleeper_join(&sleeper));
	ASSERT_TRUE(start_reader(&upgrader, self->rwlock));
	let_go(&upgrader);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	EXPECT_EQ(0, interrupt(&upgrader.sleeper));
	EXPECT_EQ(-EINTR, end_reader(&upgrader));
	EXPECT_EQ(0, rwlock_info(self->rwlock).waiters);
}

TEST_F(rwlock, is_waited_for_anew_after_a_signal_that_restarts)
{
	struct reader upgrader = { .upgrades = true };
	struct sleeper sleeper;

	ASSERT_TRUE(handle_signals(self->rwlock, SA_RESTART));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_TRUE(start_reader(&upgrader, self->rwlock));
	sleeper_start(&sleeper, write_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	EXPECT_EQ(0, interrupt(&sleeper));
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	let_go(&upgrader);
	ASSERT_TRUE(await_in_line(self->rwlock, 2));
	EXPECT_EQ(1, interrupt(&upgrader.sleeper));
	ASSERT_TRUE(await_in_line(self->rwlock, 2));
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, end_reader(&upgrader));
	EXPECT_EQ(0, sleeper_join(&sleeper));
}

/* Life and rights */

TEST_F(rwlock, that_is_killed_is_so_for_all)
{
	struct reader upgrader = { .upgrades = true };
	struct sleeper writer;

	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_TRUE(start_reader(&upgrader, self->rwlock));
	sleeper_start(&writer, write_and_unlock, &self->rwlock);
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	let_go(&upgrader);
	ASSERT_TRUE(await_in_line(self->rwlock, 2));
	ASSERT_EQ(0, object_kill(self->rwlock));
	EXPECT_EQ(-EIDRM, sleeper_join(&writer));
	EXPECT_EQ(-EIDRM, end_reader(&upgrader));
	EXPECT_EQ(-EIDRM, rwlock_upgrade(self->rwlock));
	EXPECT_EQ(-EIDRM, rwlock_unlock(self->rwlock));
	EXPECT_EQ(-EIDRM, rwlock_lock(self->rwlock));
	EXPECT_EQ(-EIDRM, rwlock_downgrade(self->rwlock));
	EXPECT_EQ(-EIDRM, rwlock_consistent(self->rwlock));
	EXPECT_EQ(-EIDRM, call(self->rwlock, IPCCHAN_IOC_RWLOCK_INFO,
			       &(struct ipcchan_rwlock_info){}));
}

TEST_F(rwlock, is_locked_with_the_right_to_wait_only)
{
	int weak = object_restrict(self->rwlock, IPCCHAN_RIGHT_ADMIN, 0);

	ASSERT_LE(0, weak);
	EXPECT_EQ(-EPERM, rwlock_read(weak));
	EXPECT_EQ(-EPERM, rwlock_write(weak));
	EXPECT_EQ(-EPERM, rwlock_unlock(weak));
	EXPECT_EQ(-EPERM, rwlock_upgrade(weak));
	EXPECT_EQ(-EPERM, rwlock_downgrade(weak));
	EXPECT_EQ(-EPERM, rwlock_consistent(weak));
	EXPECT_EQ(0, rwlock_info(weak).readers);
	close(weak);
}

TEST_F(rwlock, is_found_by_its_name)
{
	struct ipcchan_rwlock_open open = {
		.flags = IPCCHAN_OPEN_CREATE,
		.mode = 0600,
		.rights = IPCCHAN_RIGHT_WAIT,
		.rank = 5,
	};
	int one, other;

	set_name(open.name, fresh_name());
	one = call(self->session, IPCCHAN_IOC_RWLOCK_OPEN, &open);
	open.rank = 7;
	other = call(self->session, IPCCHAN_IOC_RWLOCK_OPEN, &open);
	ASSERT_LE(0, other);
	EXPECT_EQ(5, rwlock_info(other).rank);
	ASSERT_EQ(0, rwlock_write(one));
	EXPECT_EQ(-EAGAIN, in_thread(try_to_read, &other));
	EXPECT_EQ(0, rwlock_unlock(other));
	close(one);
	close(other);
}

TEST_F(rwlock, can_be_polled_for_while_nobody_has_it)
{
	EXPECT_EQ(POLLIN, poll_now(self->rwlock));
	ASSERT_EQ(0, rwlock_write(self->rwlock));
	EXPECT_EQ(0, poll_now(self->rwlock));
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(POLLIN, poll_now(self->rwlock));
	ASSERT_EQ(0, object_kill(self->rwlock));
	EXPECT_EQ(POLLERR | POLLHUP, poll_now(self->rwlock));
}

TEST_F(rwlock, wakes_who_polls_for_it_when_it_is_unlocked)
{
	struct sleeper sleeper;

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	sleeper_start(&sleeper, poll_for_input, &self->rwlock);
	ASSERT_TRUE(await_asleep(&sleeper));
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(POLLIN, sleeper_join(&sleeper));
}

TEST_F(rwlock, refuses_what_it_does_not_know)
{
	EXPECT_EQ(-EINVAL, rwlock_open(self->session, .rights = 0));
	EXPECT_EQ(-EOPNOTSUPP, rwlock_open(self->session,
					   .flags = IPCCHAN_OPEN_CREATE |
						    IPCCHAN_OPEN_RECURSIVE));
	EXPECT_EQ(-EOPNOTSUPP, rwlock_lock(self->rwlock, .flags = 1U << 31));
	EXPECT_EQ(-EINVAL, rwlock_lock(self->rwlock, .step_size = 1));
	EXPECT_EQ(-EINVAL, rwlock_lock(self->rwlock, .cycle_count = ~0U,
				       .step_size = sizeof(struct ipcchan_step)));
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(-EOPNOTSUPP, rwlock_upgrade(self->rwlock,
					      .flags = IPCCHAN_RWLOCK_SHARED));
	EXPECT_EQ(-EINVAL, rwlock_upgrade(self->rwlock, .step_size = 1));
	EXPECT_EQ(-EOPNOTSUPP, rwlock_downgrade(self->rwlock, .flags = 1));
	EXPECT_EQ(-EOPNOTSUPP, rwlock_consistent(self->rwlock, .reserved = 1));
	EXPECT_EQ(-EOPNOTSUPP, rwlock_unlock(self->rwlock, .flags = 1));
	EXPECT_EQ(1, rwlock_info(self->rwlock).readers);
}

TEST_F(rwlock, tells_of_itself_in_fdinfo)
{
	char text[64];

	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_EQ(0, fdinfo_value(self->rwlock, "ipcchan-readers", text,
				  sizeof(text)));
	EXPECT_STREQ("1", text);
	ASSERT_EQ(0, fdinfo_value(self->rwlock, "ipcchan-state", text,
				  sizeof(text)));
	EXPECT_STREQ("consistent", text);
}

TEST_F_TIMEOUT(rwlock, is_not_locked_for_reading_without_end, 300)
{
	for (int i = 0; i < IPCCHAN_READERS_MAX; i++)
		ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(-EOVERFLOW, rwlock_read(self->rwlock));
	EXPECT_EQ(IPCCHAN_READERS_MAX, rwlock_info(self->rwlock).readers);
	ASSERT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, rwlock_read(self->rwlock));
}

#include "ipcchan_selftest_main.h"
