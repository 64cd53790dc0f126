// SPDX-License-Identifier: GPL-2.0
/* Deadlocks through reader/writer locks, and through locks and calls together. */

#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include "sync.h"

#define MOST		8

/**
 * struct told - where a deadlock is told
 * @steps: The circle.
 * @length: How many steps it has.
 */
struct told {
	struct ipcchan_step steps[MOST];
	unsigned int length;
};

/* Of any structure with these fields, for a wait without end. */
#define TELL(told)							\
	.deadline_ns = deadline_must_happen(),				\
	.cycle = (uintptr_t)(told)->steps,				\
	.cycle_count = MOST,						\
	.step_size = sizeof((told)->steps[0])

static int lock_rwlock(int rwlock, unsigned int flags, struct told *told)
{
	struct ipcchan_rwlock_lock lock = { TELL(told), .flags = flags };
	int result = call(rwlock, IPCCHAN_IOC_RWLOCK_LOCK, &lock);

	told->length = lock.cycle_length;
	return result;
}

static int upgrade(int rwlock, struct told *told)
{
	struct ipcchan_rwlock_upgrade lock = { TELL(told) };
	int result = call(rwlock, IPCCHAN_IOC_RWLOCK_UPGRADE, &lock);

	told->length = lock.cycle_length;
	return result;
}

static int lock_mutex(int mutex, struct told *told)
{
	struct ipcchan_mutex_lock lock = { TELL(told) };
	int result = call(mutex, IPCCHAN_IOC_MUTEX_LOCK, &lock);

	told->length = lock.cycle_length;
	return result;
}

FIXTURE(deadlock)
{
	int session;
	int rwlock;
	int other;
	int mutex;
	struct told told;
};

FIXTURE_SETUP(deadlock)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->rwlock = rwlock_open(self->session);
	ASSERT_LE(0, self->rwlock);
	self->other = rwlock_open(self->session);
	ASSERT_LE(0, self->other);
	self->mutex = mutex_open(self->session);
	ASSERT_LE(0, self->mutex);
}

FIXTURE_TEARDOWN(deadlock)
{
	close(self->mutex);
	close(self->other);
	close(self->rwlock);
	close(self->session);
}

/**
 * struct party - a thread that has one thing and wants another
 * @have: Gets what it has; on @first.
 * @want: Waits for the other; on @second.
 * @first: A descriptor.
 * @second: A descriptor.
 * @has: It has the first.
 * @go: It is to want the second.
 * @sleeper: The thread.
 */
struct party {
	int (*have)(int object);
	int (*want)(int object);
	int first;
	int second;
	int has;
	int go;
	struct sleeper sleeper;
};

static int read_it(int rwlock)
{
	return rwlock_read(rwlock);
}

static int write_it(int rwlock)
{
	return rwlock_write(rwlock);
}

static int upgrade_it(int rwlock)
{
	return rwlock_upgrade(rwlock);
}

static int lock_it(int mutex)
{
	return mutex_lock(mutex);
}

/* A mutex or a rwlock, whichever it is. */
static void let_go_of(int object)
{
	if (mutex_unlock(object))
		rwlock_unlock(object);
}

static int have_and_want(void *argument)
{
	struct party *party = argument;
	int error = party->have(party->first);

	__atomic_store_n(&party->has, 1, __ATOMIC_RELEASE);
	await_counter(&party->go, 1);
	error = error ?: party->want(party->second);
	if (!error && party->second != party->first)
		let_go_of(party->second);
	let_go_of(party->first);
	return error;
}

static bool start_party(struct party *party)
{
	sleeper_start(&party->sleeper, have_and_want, party);
	return await_counter(&party->has, 1);
}

/* Until it stands in line for the second. */
static bool let_want(struct party *party, unsigned int in_line)
{
	__atomic_store_n(&party->go, 1, __ATOMIC_RELEASE);
	return await_in_line(party->second, in_line);
}

/* Step @nr is of this thread, waits for @object, and that is held by @holder. */
static bool is_step(const struct told *told, unsigned int nr, int object,
		    pid_t tid, pid_t holder)
{
	const struct ipcchan_step *step = &told->steps[nr];

	return step->object == object_info(object).id &&
	       step->kind == object_info(object).kind &&
	       step->tid == (__u32)tid && step->holder_tid == (__u32)holder;
}

TEST_F(deadlock, is_told_to_a_writer_who_wants_to_write_again)
{
	ASSERT_EQ(0, rwlock_write(self->rwlock));
	EXPECT_EQ(-EDEADLK, lock_rwlock(self->rwlock, 0, &self->told));
	EXPECT_EQ(1, self->told.length);
	EXPECT_TRUE(is_step(&self->told, 0, self->rwlock, gettid(), gettid()));
	EXPECT_EQ(-EDEADLK, lock_rwlock(self->rwlock, IPCCHAN_RWLOCK_SHARED,
					&self->told));
	EXPECT_EQ(1, self->told.length);
	EXPECT_EQ(0, rwlock_info(self->rwlock).waiters);
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
}

TEST_F(deadlock, is_told_to_a_reader_who_wants_to_write_without_upgrade)
{
	ASSERT_EQ(0, rwlock_read(self->rwlock));
	EXPECT_EQ(-EDEADLK, lock_rwlock(self->rwlock, 0, &self->told));
	EXPECT_EQ(1, self->told.length);
	EXPECT_TRUE(is_step(&self->told, 0, self->rwlock, gettid(), gettid()));
	EXPECT_EQ(1, rwlock_info(self->rwlock).readers);
}

TEST_F(deadlock, is_told_to_a_reader_who_reads_again_while_a_writer_waits)
{
	struct party writer = {
		.have = lock_it, .first = self->mutex,
		.want = write_it, .second = self->rwlock,
	};

	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_TRUE(start_party(&writer));
	ASSERT_TRUE(let_want(&writer, 1));
	EXPECT_EQ(-EDEADLK, lock_rwlock(self->rwlock, IPCCHAN_RWLOCK_SHARED,
					&self->told));
	EXPECT_EQ(1, self->told.length);
	EXPECT_TRUE(is_step(&self->told, 0, self->rwlock, gettid(), gettid()));
	EXPECT_EQ(1, rwlock_info(self->rwlock).waiters);
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&writer.sleeper));
}

TEST_F(deadlock, is_told_to_the_second_of_two_who_upgrade)
{
	struct party first = {
		.have = read_it, .first = self->rwlock,
		.want = upgrade_it, .second = self->rwlock,
	};

	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_TRUE(start_party(&first));
	ASSERT_TRUE(let_want(&first, 1));
	EXPECT_EQ(-EAGAIN, rwlock_upgrade(self->rwlock,
					  .flags = IPCCHAN_NONBLOCK));
	EXPECT_EQ(-EDEADLK, upgrade(self->rwlock, &self->told));
	EXPECT_LE(1, self->told.length);
	EXPECT_EQ(object_info(self->rwlock).id, self->told.steps[0].object);
	EXPECT_EQ(gettid(), self->told.steps[0].tid);
	/* It reads on, and the first waits on. */
	EXPECT_EQ(2, rwlock_info(self->rwlock).readers);
	EXPECT_EQ(1, rwlock_info(self->rwlock).waiters);
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&first.sleeper));
}

/* Whoever upgrades waits for all other readers, this one among them. */
TEST_F(deadlock, is_told_to_a_reader_who_waits_for_one_who_upgrades)
{
	struct party upgrader = {
		.have = read_it, .first = self->rwlock,
		.want = upgrade_it, .second = self->rwlock,
	};

	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_TRUE(start_party(&upgrader));
	ASSERT_TRUE(let_want(&upgrader, 1));
	EXPECT_EQ(-EDEADLK, lock_rwlock(self->rwlock, IPCCHAN_RWLOCK_SHARED,
					&self->told));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&upgrader.sleeper));
}

TEST_F(deadlock, is_told_of_a_circle_over_an_upgrade_and_a_mutex)
{
	struct party upgrader = {
		.have = read_it, .first = self->rwlock,
		.want = upgrade_it, .second = self->rwlock,
	};
	struct party holder = {
		.have = lock_it, .first = self->mutex,
		.want = write_it, .second = self->rwlock,
	};

	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_TRUE(start_party(&upgrader));
	ASSERT_TRUE(start_party(&holder));
	ASSERT_TRUE(let_want(&upgrader, 1));
	ASSERT_TRUE(let_want(&holder, 2));
	EXPECT_EQ(-EDEADLK, lock_mutex(self->mutex, &self->told));
	EXPECT_LE(2, self->told.length);
	EXPECT_TRUE(is_step(&self->told, 0, self->mutex, gettid(),
			    holder.sleeper.tid));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&upgrader.sleeper));
	EXPECT_EQ(0, sleeper_join(&holder.sleeper));
}

TEST_F(deadlock, is_told_of_a_circle_over_a_mutex_and_a_written_rwlock)
{
	struct party party = {
		.have = lock_it, .first = self->mutex,
		.want = read_it, .second = self->rwlock,
	};

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	ASSERT_TRUE(start_party(&party));
	ASSERT_TRUE(let_want(&party, 1));
	EXPECT_EQ(-EDEADLK, lock_mutex(self->mutex, &self->told));
	EXPECT_EQ(2, self->told.length);
	EXPECT_TRUE(is_step(&self->told, 0, self->mutex, gettid(),
			    party.sleeper.tid));
	EXPECT_TRUE(is_step(&self->told, 1, self->rwlock, party.sleeper.tid,
			    gettid()));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&party.sleeper));
}

TEST_F(deadlock, is_told_of_a_circle_over_a_mutex_and_a_read_rwlock)
{
	struct party party = {
		.have = read_it, .first = self->rwlock,
		.want = lock_it, .second = self->mutex,
	};

	ASSERT_EQ(0, mutex_lock(self->mutex));
	ASSERT_TRUE(start_party(&party));
	ASSERT_TRUE(let_want(&party, 1));
	EXPECT_EQ(-EDEADLK, lock_rwlock(self->rwlock, 0, &self->told));
	EXPECT_EQ(2, self->told.length);
	EXPECT_TRUE(is_step(&self->told, 0, self->rwlock, gettid(),
			    party.sleeper.tid));
	EXPECT_TRUE(is_step(&self->told, 1, self->mutex, party.sleeper.tid,
			    gettid()));
	/* To read it is none. */
	EXPECT_EQ(0, lock_rwlock(self->rwlock, IPCCHAN_RWLOCK_SHARED,
				 &self->told));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&party.sleeper));
}

/* Of two readers one is not in the circle: but both have to unlock it. */
TEST_F(deadlock, is_there_if_one_of_several_readers_is_in_the_circle)
{
	struct party in_circle = {
		.have = read_it, .first = self->rwlock,
		.want = lock_it, .second = self->mutex,
	};
	struct party free_one = {
		.have = read_it, .first = self->rwlock,
		.want = read_it, .second = self->other,
	};

	ASSERT_EQ(0, mutex_lock(self->mutex));
	ASSERT_TRUE(start_party(&free_one));
	ASSERT_TRUE(start_party(&in_circle));
	ASSERT_TRUE(let_want(&in_circle, 1));
	EXPECT_EQ(-EDEADLK, lock_rwlock(self->rwlock, 0, &self->told));
	EXPECT_EQ(2, self->told.length);
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	EXPECT_EQ(0, sleeper_join(&in_circle.sleeper));
	ASSERT_TRUE(let_want(&free_one, 0));
	EXPECT_EQ(0, sleeper_join(&free_one.sleeper));
}

TEST_F(deadlock, is_not_there_for_who_does_not_wait)
{
	struct party party = {
		.have = lock_it, .first = self->mutex,
		.want = write_it, .second = self->rwlock,
	};

	ASSERT_EQ(0, rwlock_read(self->rwlock));
	ASSERT_TRUE(start_party(&party));
	ASSERT_TRUE(let_want(&party, 1));
	EXPECT_EQ(-EAGAIN, mutex_try(self->mutex));
	EXPECT_EQ(-EAGAIN, rwlock_try_write(self->rwlock));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&party.sleeper));
}

TEST_F(deadlock, is_over_when_one_of_the_circle_is_killed)
{
	struct child child;

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	child_start(&child, have_and_want, &(struct party){
		.have = lock_it, .first = self->mutex,
		.want = write_it, .second = self->rwlock, .go = 1,
	});
	ASSERT_TRUE(await_in_line(self->rwlock, 1));
	EXPECT_EQ(-EDEADLK, mutex_lock(self->mutex));
	kill(child.pid, SIGKILL);
	ASSERT_TRUE(await_in_line(self->rwlock, 0));
	EXPECT_EQ(IPCCHAN_OWNER_DEAD, mutex_lock(self->mutex));
	EXPECT_EQ(DIED, child_join(&child));
}

/**
 * struct reader - a thread that has a rwlock and wants it again, together with more
 * @sleeper: The thread.
 * @session: For that.
 * @both: The rwlock, for reading, and what is not there.
 */
struct reader {
	struct sleeper sleeper;
	int session;
	struct ipcchan_wait_entry both[2];
};

static int read_and_want_both(void *argument)
{
	struct reader *reader = argument;
	int rwlock = reader->both[0].fd;
	int error = rwlock_read(rwlock) ?: wait_all(reader->session, reader->both);

	if (!error)
		rwlock_unlock(rwlock);
	rwlock_unlock(rwlock);
	return error;
}

static int write_told(void *rwlock)
{
	struct told told;
	int result = lock_rwlock(*(int *)rwlock, 0, &told);

	return result == -EDEADLK && told.length != 2 ? -EPROTO : result;
}

/* Behind the reader the writer only needs it to let go of what it has. */
TEST_F(deadlock, is_told_to_who_gets_in_front_of_another_by_a_new_priority)
{
	int rwlock = rwlock_open(self->session, .flags = IPCCHAN_OPEN_CREATE |
							 IPCCHAN_OPEN_PRIORITY);
	int events = eventfd(0, EFD_CLOEXEC);
	struct reader reader = {
		.session = self->session,
		.both = {
			{ .fd = rwlock, .flags = IPCCHAN_RWLOCK_SHARED },
			{ .fd = events, .events = POLLIN },
		},
	};
	struct sleeper writer;

	sleeper_start(&reader.sleeper, read_and_want_both, &reader);
	ASSERT_TRUE(await_in_line(rwlock, 1));
	sleeper_start(&writer, write_told, &rwlock);
	ASSERT_TRUE(await_in_line(rwlock, 2));
	ASSERT_EQ(0, setpriority(PRIO_PROCESS, writer.tid, -5));
	/* So the line is looked at. */
	EXPECT_EQ(-EAGAIN, rwlock_try_write(rwlock));
	EXPECT_EQ(-EDEADLK, sleeper_join(&writer));
	ASSERT_EQ(0, eventfd_write(events, 1));
	EXPECT_EQ(0, sleeper_join(&reader.sleeper));
	EXPECT_EQ(0, rwlock_try_write(rwlock));
	close(events);
	close(rwlock);
}

TEST_F(deadlock, is_told_of_only_as_far_as_there_is_room)
{
	struct ipcchan_step step = {};
	struct ipcchan_mutex_lock lock = {
		.deadline_ns = deadline_must_happen(),
		.cycle = (uintptr_t)&step,
		.cycle_count = 1,
		.step_size = sizeof(step),
	};
	struct party party = {
		.have = lock_it, .first = self->mutex,
		.want = write_it, .second = self->rwlock,
	};

	ASSERT_EQ(0, rwlock_write(self->rwlock));
	ASSERT_TRUE(start_party(&party));
	ASSERT_TRUE(let_want(&party, 1));
	EXPECT_EQ(-EDEADLK, call(self->mutex, IPCCHAN_IOC_MUTEX_LOCK, &lock));
	EXPECT_EQ(2, lock.cycle_length);
	EXPECT_EQ(object_info(self->mutex).id, step.object);
	EXPECT_EQ(-EDEADLK, mutex_lock(self->mutex));
	EXPECT_EQ(0, rwlock_unlock(self->rwlock));
	EXPECT_EQ(0, sleeper_join(&party.sleeper));
}

/* Calls: a caller has a mutex, and the server of its request wants it */

/**
 * struct service - a process that answers one request
 * @mailbox: With requests.
 * @mutex: It wants that before it answers.
 * @received: It has the request.
 * @go: It is to want the mutex.
 * @replied: What its answer gave.
 * @told: What it was told.
 */
struct service {
	int mailbox;
	int mutex;
	int received;
	int go;
	int replied;
	struct told told;
};

static int serve(void *argument)
{
	struct service *s = argument;
	char bytes[8];
	struct ipcchan_message request = MESSAGE(bytes, sizeof(bytes));
	int error;

	if (mailbox_receive(s->mailbox, &request, 1) != 1)
		return -EPROTO;
	__atomic_store_n(&s->received, 1, __ATOMIC_RELEASE);
	await_counter(&s->go, 1);
	error = lock_mutex(s->mutex, &s->told);
	s->replied = mailbox_reply(s->mailbox, &MESSAGE("yes", 3,
							.token = request.token));
	return error ?: mutex_unlock(s->mutex);
}

FIXTURE(call_and_lock)
{
	int session;
	int mutex;
	int mailbox;
	struct service *service;
	struct child server;
	char bytes[8];
	struct ipcchan_message request;
	struct ipcchan_message reply;
	struct told told;
};

FIXTURE_SETUP(call_and_lock)
{
	self->session = session_open();
	ASSERT_LE(0, self->session);
	self->mutex = mutex_open(self->session);
	ASSERT_LE(0, self->mutex);
	self->mailbox = mailbox_open(self->session);
	ASSERT_LE(0, self->mailbox);
	self->service = shared_alloc(sizeof(*self->service));
	self->service->mutex = self->mutex;
	self->service->mailbox = self->mailbox;
	self->request = MESSAGE("ask", 3);
	self->reply = MESSAGE(self->bytes, sizeof(self->bytes));
	child_start(&self->server, serve, self->service);
	ASSERT_EQ(0, mutex_lock(self->mutex));
}

FIXTURE_TEARDOWN(call_and_lock)
{
	close(self->mailbox);
	close(self->mutex);
	close(self->session);
}

TEST_F(call_and_lock, makes_a_circle_that_is_told_to_the_server)
{
	const struct told *told = &self->service->told;
	pid_t server = self->server.pid;

	self->service->go = 1;
	EXPECT_EQ(0, mailbox_call(self->mailbox, &self->request, &self->reply));
	EXPECT_EQ(-EDEADLK, child_join(&self->server));
	EXPECT_EQ(2, told->length);
	EXPECT_TRUE(is_step(told, 0, self->mutex, server, gettid()));
	EXPECT_TRUE(is_step(told, 1, self->mailbox, gettid(), server));
	EXPECT_EQ(getpid(), told->steps[0].holder_tgid);
	EXPECT_EQ(0, self->service->replied);
	EXPECT_EQ(0, mutex_unlock(self->mutex));
}

TEST_F(call_and_lock, makes_a_circle_that_is_told_to_the_caller)
{
	struct ipcchan_mailbox_call go_on = {
		TELL(&self->told),
		.request = (uintptr_t)&self->request,
		.reply = (uintptr_t)&self->reply,
		.message_size = sizeof(self->reply),
	};
	pid_t server = self->server.pid;

	ASSERT_EQ(0, mailbox_call_start(self->mailbox, &self->request));
	ASSERT_TRUE(await_counter(&self->service->received, 1));
	__atomic_store_n(&self->service->go, 1, __ATOMIC_RELEASE);
	ASSERT_TRUE(await_in_line(self->mutex, 1));
	EXPECT_EQ(-EDEADLK, call(self->mailbox, IPCCHAN_IOC_MAILBOX_CALL,
				 &go_on));
	EXPECT_EQ(2, go_on.cycle_length);
	EXPECT_TRUE(is_step(&self->told, 0, self->mailbox, gettid(), server));
	EXPECT_TRUE(is_step(&self->told, 1, self->mutex, server, gettid()));
	EXPECT_EQ(0, mutex_unlock(self->mutex));
	/* The call is over, and the server has the mutex. */
	EXPECT_EQ(0, child_join(&self->server));
	EXPECT_EQ(-ECANCELED, self->service->replied);
}

#include "ipcchan_selftest_main.h"
