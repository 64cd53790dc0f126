// SPDX-License-Identifier: GPL-2.0
/*
 * A stream of records of any length between two processes arrives as it was written.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sys/wait.h>

#include "stand_in.h"

#define STREAM_SIZE	(1U << 20)

#include "ring_stream.h"

/* Seconds; enough for 100 million records on a busy machine. */
#define LONGEST_STREAM	3600

static pid_t start_producer(uint64_t count)
{
	pid_t child = fork();
	int error;

	if (child)
		return child;
	error = produce(stand_in_open(PRODUCER), count);
	stand_in_end_ends(PRODUCER);
	_exit(error ? 1 : 0);
}

static uint64_t monotonic_ns(void)
{
	return ipcchan_deadline_in(0);
}

FIXTURE(stream)
{
};

FIXTURE_SETUP(stream)
{
	stand_in_create(STREAM_SIZE);
}

FIXTURE_TEARDOWN(stream)
{
}

TEST_F_TIMEOUT(stream, arrives_as_it_was_written, LONGEST_STREAM)
{
	uint64_t count = number_of("RING_RECORDS");
	uint64_t start = monotonic_ns();
	struct ipcchan_ring *ring;
	double seconds;
	pid_t producer;
	int status;
	int error;

	producer = start_producer(count);
	ring = stand_in_open(CONSUMER);
	EXPECT_EQ(count, consume(ring, &error));
	EXPECT_EQ(-EPIPE, error);
	seconds = (monotonic_ns() - start) / 1e9;
	EXPECT_EQ(producer, waitpid(producer, &status, 0));
	EXPECT_EQ(0, status);
	TH_LOG("%llu records in %.2f s, %.1f million a second; slept %llu, %llu",
	       (unsigned long long)count, seconds, count / seconds / 1e6,
	       (unsigned long long)stand_in_look(PRODUCER)->nr_sleeps,
	       (unsigned long long)stand_in_look(CONSUMER)->nr_sleeps);
	ipcchan_ring_close(ring);
}

TEST_HARNESS_MAIN
