// SPDX-License-Identifier: GPL-2.0
/*
 * Records of rings of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_ring.h"

#include <linux/ipcchan_ring.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

FIXTURE(ring)
{
	struct ipcchan *session;
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;
	struct ipcchan_record record;
	void *place;
	char buffer[RING_SIZE];
};

/* Without spinning, so that who waits is seen to sleep. */
FIXTURE_SETUP(ring)
{
	memset(self, 0, sizeof(*self));
	self->session = open_session();
	ASSERT_EQ(0, ipcchan_ring_create(self->session, RING_SIZE,
					 &self->producer, &self->consumer));
	ipcchan_ring_set_spin(self->producer, 0);
	ipcchan_ring_set_spin(self->consumer, 0);
	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	ASSERT_EQ(0, ipcchan_ring_map(self->consumer));
}

FIXTURE_TEARDOWN(ring)
{
	ipcchan_ring_close(self->producer);
	ipcchan_ring_close(self->consumer);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static bool fill(struct ipcchan_ring *ring)
{
	char bytes[LONGEST] = {};

	return !ipcchan_ring_write(ring, bytes, LONGEST, 0, 0) &&
	       !ipcchan_ring_write(ring, bytes, LONGEST, 0, 0);
}

TEST_F(ring, passes_a_copy)
{
	ASSERT_EQ(0, put(self->producer, "hello", 7));
	ASSERT_EQ(0, ipcchan_ring_read(self->consumer, self->buffer, 5,
				       &self->record, soon()));
	EXPECT_EQ(&self->buffer[0], self->record.data);
	EXPECT_EQ(5, self->record.size);
	EXPECT_EQ(7, self->record.type);
	EXPECT_EQ(0, memcmp("hello", self->buffer, 5));
}

TEST_F(ring, passes_records_in_place_when_they_are_published)
{
	ASSERT_EQ(0, ipcchan_ring_reserve(self->producer, 100, &self->place));
	strcpy(self->place, "first");
	EXPECT_EQ(-EAGAIN, ipcchan_ring_peek(self->consumer, &self->record));
	ASSERT_EQ(0, ipcchan_ring_commit(self->producer, 6, 1));
	EXPECT_EQ(-EAGAIN, ipcchan_ring_peek(self->consumer, &self->record));
	ASSERT_EQ(0, ipcchan_ring_publish(self->producer));
	ASSERT_EQ(0, ipcchan_ring_peek(self->consumer, &self->record));
	EXPECT_STREQ("first", (const char *)self->record.data);
	EXPECT_EQ(6, self->record.size);
	EXPECT_EQ(1, self->record.type);
	EXPECT_EQ(0, ipcchan_ring_consume(self->consumer));
	EXPECT_EQ(-EAGAIN, ipcchan_ring_peek(self->consumer, &self->record));
}

TEST_F(ring, passes_many_times_its_size)
{
	char bytes[1000];
	unsigned int i;

	for (i = 0; i < 10 * RING_SIZE / sizeof(bytes); i++) {
		memset(bytes, i, sizeof(bytes));
		ASSERT_EQ(0, ipcchan_ring_write(self->producer, bytes,
						sizeof(bytes), i, 0));
		ASSERT_EQ(0, ipcchan_ring_read(self->consumer, self->buffer,
					       sizeof(bytes), &self->record,
					       0));
		ASSERT_EQ(i, self->record.type);
		ASSERT_EQ(0, memcmp(bytes, self->buffer, sizeof(bytes)));
	}
}

TEST_F(ring, takes_an_empty_record)
{
	ASSERT_EQ(0, ipcchan_ring_write(self->producer, NULL, 0, 9, 0));
	ASSERT_EQ(0, ipcchan_ring_read(self->consumer, NULL, 0, &self->record,
				       0));
	EXPECT_EQ(0, self->record.size);
	EXPECT_EQ(9, self->record.type);
}

TEST_F(ring, refuses_a_record_longer_than_half)
{
	EXPECT_EQ(0, ipcchan_ring_write(self->producer, self->buffer, LONGEST,
					0, 0));
	EXPECT_EQ(-EMSGSIZE, ipcchan_ring_write(self->producer, self->buffer,
						LONGEST + 1, 0, 0));
	EXPECT_EQ(-EMSGSIZE, ipcchan_ring_reserve(self->producer, LONGEST + 1,
						  &self->place));
	EXPECT_EQ(-EMSGSIZE, ipcchan_ring_wait(self->producer, LONGEST + 1, 0));
}

TEST_F(ring, has_no_room_when_it_is_full)
{
	ASSERT_TRUE(fill(self->producer));
	EXPECT_EQ(-EAGAIN, ipcchan_ring_reserve(self->producer, 0,
						&self->place));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_write(self->producer, NULL, 0, 0,
						 0));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_wait(self->producer, 0, 0));
}

TEST_F(ring, has_room_again_when_records_are_consumed)
{
	ASSERT_TRUE(fill(self->producer));
	ASSERT_EQ(0, ipcchan_ring_peek(self->consumer, &self->record));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_wait(self->producer, 0, 0));
	ASSERT_EQ(0, ipcchan_ring_consume(self->consumer));
	EXPECT_EQ(0, ipcchan_ring_wait(self->producer, LONGEST, 0));
}

TEST_F(ring, keeps_a_record_that_the_buffer_is_too_small_for)
{
	ASSERT_EQ(0, put(self->producer, "hello", 7));
	EXPECT_EQ(-EMSGSIZE, ipcchan_ring_read(self->consumer, self->buffer, 4,
					       &self->record, 0));
	EXPECT_EQ(5, self->record.size);
	EXPECT_TRUE(take(self->consumer, "hello"));
}

TEST_F(ring, commits_only_what_was_reserved)
{
	EXPECT_EQ(-EINVAL, ipcchan_ring_commit(self->producer, 0, 0));
	ASSERT_EQ(0, ipcchan_ring_reserve(self->producer, 3, &self->place));
	EXPECT_EQ(-EINVAL, ipcchan_ring_commit(self->producer, 4, 0));
	EXPECT_EQ(0, ipcchan_ring_commit(self->producer, 3, 0));
}

TEST_F(ring, consumes_only_what_was_peeked)
{
	ASSERT_EQ(0, put(self->producer, "hello", 7));
	EXPECT_EQ(-EINVAL, ipcchan_ring_consume(self->consumer));
}

TEST_F(ring, waits_for_a_record_until_the_deadline)
{
	uint64_t deadline = ipcchan_deadline_in(IPCCHAN_MILLISECONDS(5));

	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_wait(self->consumer, 0, deadline));
	EXPECT_LE(deadline, ipcchan_deadline_in(0));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_read(self->consumer, self->buffer, 1,
						&self->record, 0));
}

TEST_F(ring, refuses_what_the_other_end_does)
{
	struct ipcchan_ring *producer = self->producer;
	struct ipcchan_ring *consumer = self->consumer;

	EXPECT_EQ(-EPERM, ipcchan_ring_reserve(consumer, 0, &self->place));
	EXPECT_EQ(-EPERM, ipcchan_ring_commit(consumer, 0, 0));
	EXPECT_EQ(-EPERM, ipcchan_ring_publish(consumer));
	EXPECT_EQ(-EPERM, ipcchan_ring_write(consumer, NULL, 0, 0, 0));
	EXPECT_EQ(-EPERM, ipcchan_ring_peek(producer, &self->record));
	EXPECT_EQ(-EPERM, ipcchan_ring_consume(producer));
	EXPECT_EQ(-EPERM, ipcchan_ring_release(producer));
	EXPECT_EQ(-EPERM, ipcchan_ring_read(producer, self->buffer, 1,
					    &self->record, 0));
}

TEST_F(ring, needs_to_be_mapped)
{
	ipcchan_ring_unmap(self->producer);
	ipcchan_ring_unmap(self->consumer);
	EXPECT_EQ(-ENXIO, ipcchan_ring_reserve(self->producer, 0,
					       &self->place));
	EXPECT_EQ(-ENXIO, ipcchan_ring_commit(self->producer, 0, 0));
	EXPECT_EQ(-ENXIO, ipcchan_ring_publish(self->producer));
	EXPECT_EQ(-ENXIO, ipcchan_ring_wait(self->producer, 0, 0));
	EXPECT_EQ(-ENXIO, ipcchan_ring_peek(self->consumer, &self->record));
	EXPECT_EQ(-ENXIO, ipcchan_ring_consume(self->consumer));
	EXPECT_EQ(-ENXIO, ipcchan_ring_release(self->consumer));
	EXPECT_EQ(-ENXIO, ipcchan_ring_wait(self->consumer, 0, 0));
}

TEST_F(ring, is_read_to_its_end_when_the_producer_has_ended)
{
	ASSERT_EQ(0, put(self->producer, "published", 0));
	ASSERT_EQ(0, ipcchan_ring_reserve(self->producer, 8, &self->place));
	ASSERT_EQ(0, ipcchan_ring_commit(self->producer, 8, 0));
	ipcchan_ring_close(self->producer);
	self->producer = NULL;
	EXPECT_TRUE(take(self->consumer, "published"));
	EXPECT_EQ(-EPIPE, ipcchan_ring_wait(self->consumer, 0, soon()));
	EXPECT_EQ(-EPIPE, ipcchan_ring_peek(self->consumer, &self->record));
	EXPECT_EQ(-EPIPE, ipcchan_ring_read(self->consumer, self->buffer, 1,
					    &self->record, soon()));
}

TEST_F(ring, is_not_written_when_the_consumer_has_ended)
{
	ipcchan_ring_close(self->consumer);
	self->consumer = NULL;
	EXPECT_EQ(-EPIPE, put(self->producer, "for nobody", 0));
	EXPECT_EQ(-EPIPE, ipcchan_ring_reserve(self->producer, 0,
					       &self->place));
	EXPECT_EQ(-EPIPE, ipcchan_ring_wait(self->producer, 0, soon()));
	EXPECT_EQ(-EPIPE, ipcchan_ring_publish(self->producer));
}

/* The other end is gone as well, and which of the two is seen first is open. */
TEST_F(ring, ends_all_waits_when_it_is_killed)
{
	int error;

	ASSERT_TRUE(fill(self->producer));
	EXPECT_EQ(0, ipcchan_object_kill(ipcchan_ring_fd(self->producer)));
	error = ipcchan_ring_wait(self->producer, 0, soon());
	EXPECT_TRUE(error == -EIDRM || error == -EPIPE);
	ipcchan_ring_unmap(self->consumer);
	EXPECT_EQ(-EIDRM, ipcchan_ring_map(self->consumer));
}

/* As only this end can, and the library never does. */
static void write_index(const struct ipcchan_ring *ring, off_t page,
			uint32_t index)
{
	size_t size = sysconf(_SC_PAGESIZE);
	struct ipcchan_ring_end *end = mmap(NULL, size, PROT_READ | PROT_WRITE,
					    MAP_SHARED, ipcchan_ring_fd(ring),
					    page);

	if (end == MAP_FAILED)
		abort();
	__atomic_store_n(&end->index, index, __ATOMIC_RELEASE);
	munmap(end, size);
}

TEST_F(ring, is_broken_for_ever_when_the_producer_lies)
{
	write_index(self->producer, IPCCHAN_RING_PRODUCER, RING_SIZE + 8);
	EXPECT_EQ(-EPROTO, ipcchan_ring_wait(self->consumer, 0, soon()));
	EXPECT_EQ(-EPROTO, ipcchan_ring_peek(self->consumer, &self->record));
	EXPECT_EQ(-EPROTO, ipcchan_ring_read(self->consumer, self->buffer, 1,
					     &self->record, soon()));
	ipcchan_ring_unmap(self->consumer);
	EXPECT_EQ(-EPROTO, ipcchan_ring_map(self->consumer));
}

TEST_F(ring, is_broken_for_ever_when_the_consumer_lies)
{
	ASSERT_TRUE(fill(self->producer));
	write_index(self->consumer, IPCCHAN_RING_CONSUMER, 4);
	EXPECT_EQ(-EPROTO, put(self->producer, "hello", 0));
	EXPECT_EQ(-EPROTO, ipcchan_ring_publish(self->producer));
}

/**
 * struct sleeper - a thread that waits at one end of a ring
 * @ring: The end.
 * @bytes: What it waits for.
 * @result: Of the wait.
 */
struct sleeper {
	struct ipcchan_ring *ring;
	size_t bytes;
	int result;
};

static void *sleep_at_end(void *context)
{
	struct sleeper *sleeper = context;

	sleeper->result = ipcchan_ring_wait(sleeper->ring, sleeper->bytes,
					    soon());
	return NULL;
}

TEST_F(ring, wakes_a_consumer_by_publishing)
{
	struct sleeper sleeper = { .ring = self->consumer };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, sleep_at_end, &sleeper));
	EXPECT_TRUE(await_sleeps(self->producer, IPCCHAN_RIGHT_RECEIVE, 1));
	ASSERT_EQ(0, put(self->producer, "hello", 0));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, sleeper.result);
	EXPECT_TRUE(take(self->consumer, "hello"));
}

TEST_F(ring, wakes_a_producer_by_finding_nothing_more)
{
	struct sleeper sleeper = { self->producer, LONGEST, 0 };
	pthread_t thread;

	ASSERT_EQ(0, put(self->producer, "small", 0));
	ASSERT_EQ(0, ipcchan_ring_write(self->producer, self->buffer, LONGEST,
					0, 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, sleep_at_end, &sleeper));
	EXPECT_TRUE(await_sleeps(self->consumer, IPCCHAN_RIGHT_SEND, 1));
	EXPECT_TRUE(take(self->consumer, "small"));
	ASSERT_EQ(0, ipcchan_ring_peek(self->consumer, &self->record));
	ASSERT_EQ(0, ipcchan_ring_consume(self->consumer));
	EXPECT_EQ(-EAGAIN, ipcchan_ring_peek(self->consumer, &self->record));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, sleeper.result);
}

TEST_F(ring, wakes_a_consumer_by_its_end)
{
	struct sleeper sleeper = { .ring = self->consumer };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, sleep_at_end, &sleeper));
	EXPECT_TRUE(await_sleeps(self->producer, IPCCHAN_RIGHT_RECEIVE, 1));
	ipcchan_ring_close(self->producer);
	self->producer = NULL;
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(-EPIPE, sleeper.result);
}

TEST_F(ring, wakes_a_producer_when_it_is_killed)
{
	struct sleeper sleeper = { .ring = self->producer };
	pthread_t thread;

	ASSERT_TRUE(fill(self->producer));
	ASSERT_EQ(0, pthread_create(&thread, NULL, sleep_at_end, &sleeper));
	EXPECT_TRUE(await_sleeps(self->consumer, IPCCHAN_RIGHT_SEND, 1));
	EXPECT_EQ(0, ipcchan_object_kill(ipcchan_ring_fd(self->consumer)));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(-EIDRM, sleeper.result);
}

static void ignore(int signal)
{
	(void)signal;
}

TEST_F(ring, wait_ends_when_a_signal_handler_runs)
{
	const struct sigaction action = { .sa_handler = ignore };
	struct sleeper sleeper = { .ring = self->consumer };
	pthread_t thread;

	sigaction(SIGUSR1, &action, NULL);
	ASSERT_EQ(0, pthread_create(&thread, NULL, sleep_at_end, &sleeper));
	EXPECT_TRUE(await_sleeps(self->producer, IPCCHAN_RIGHT_RECEIVE, 1));
	ASSERT_EQ(0, pthread_kill(thread, SIGUSR1));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(-EINTR, sleeper.result);
}

TEST_F(ring, wait_publishes_before_it_sleeps)
{
	ASSERT_EQ(0, ipcchan_ring_reserve(self->producer, LONGEST,
					  &self->place));
	ASSERT_EQ(0, ipcchan_ring_commit(self->producer, LONGEST, 1));
	ASSERT_EQ(0, ipcchan_ring_reserve(self->producer, LONGEST,
					  &self->place));
	ASSERT_EQ(0, ipcchan_ring_commit(self->producer, LONGEST, 2));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_wait(self->producer, 0, 0));
	EXPECT_EQ(0, ipcchan_ring_peek(self->consumer, &self->record));
	EXPECT_EQ(1, self->record.type);
}

TEST_HARNESS_MAIN
