// SPDX-License-Identifier: GPL-2.0
/*
 * A stream of records of any length between two processes arrives as it was written.
 * RING_RECORDS says how many, for a long run.
 */
#include "kselftest_harness.h"
#include "lib_ring.h"

#include <stdlib.h>

#define STREAM_SIZE	RING_SIZE

#include "ring_stream.h"

#define RECORDS		50000U

/* Seconds; enough for ten million records in a slow machine. */
#define LONGEST_STREAM	3600

FIXTURE(ring_stream)
{
	struct ipcchan *session;
	struct ipcchan_ring *ends[2];
};

FIXTURE_SETUP(ring_stream)
{
	ASSERT_EQ(0, ipcchan_session_open(&self->session));
	ASSERT_EQ(0, ipcchan_ring_create(self->session, STREAM_SIZE,
					 &self->ends[0], &self->ends[1]));
}

FIXTURE_TEARDOWN(ring_stream)
{
	ipcchan_ring_close(self->ends[1]);
	ipcchan_session_close(self->session);
}

static uint64_t records(void)
{
	const char *wanted = getenv("RING_RECORDS");

	return wanted ? strtoull(wanted, NULL, 10) : RECORDS;
}

static int be_producer(struct ipcchan_ring *ring, uint64_t count)
{
	int error = ipcchan_ring_map(ring);

	return error ? error : produce(ring, count);
}

/* The producer is in a process of its own, and only there. */
static pid_t start_producer(struct ipcchan_ring *ring, uint64_t count)
{
	pid_t child = fork();

	if (!child)
		_exit(be_producer(ring, count) ? 1 : 0);
	ipcchan_ring_close(ring);
	return child;
}

TEST_F_TIMEOUT(ring_stream, arrives_as_it_was_written, LONGEST_STREAM)
{
	uint64_t count = records();
	pid_t producer = start_producer(self->ends[0], count);
	struct ipcchan_ring_info info;
	int error;

	ASSERT_EQ(0, ipcchan_ring_map(self->ends[1]));
	EXPECT_EQ(count, consume(self->ends[1], &error));
	EXPECT_EQ(-EPIPE, error);
	EXPECT_EQ(0, status_of(producer));
	ASSERT_EQ(0, ipcchan_ring_info(self->ends[1], &info, sizeof(info)));
	TH_LOG("%llu records; slept %llu and %llu times",
	       (unsigned long long)count,
	       (unsigned long long)info.producer_waits,
	       (unsigned long long)info.consumer_waits);
}

TEST_HARNESS_MAIN
