// SPDX-License-Identifier: GPL-2.0
/*
 * Who yields before it sleeps needs no sleep where both ends share a processor.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sched.h>
#include <sys/wait.h>

#include "stand_in.h"

/* One record fills the ring, so that each end waits for the other each time. */
#define RING_SIZE	4096U
#define RECORD_SIZE	(RING_SIZE / 2 - 8U)

#define RECORDS		1000
#define YIELDS		3

static uint64_t too_late(void)
{
	return ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
}

static uint64_t sleeps(void)
{
	return __atomic_load_n(&stand_in_look(PRODUCER)->nr_sleeps,
			       __ATOMIC_RELAXED) +
	       __atomic_load_n(&stand_in_look(CONSUMER)->nr_sleeps,
			       __ATOMIC_RELAXED);
}

static struct ipcchan_ring *open_end(unsigned int end, uint32_t yields)
{
	struct ipcchan_ring *ring = stand_in_open(end);

	ipcchan_ring_unmap(ring);
	ipcchan_ring_set_spin(ring, 0);
	ipcchan_ring_set_yields(ring, yields);
	if (ipcchan_ring_map(ring))
		abort();
	return ring;
}

static int produce(struct ipcchan_ring *ring)
{
	static char bytes[RECORD_SIZE];
	int error = 0;

	for (int i = 0; !error && i < RECORDS; i++)
		error = ipcchan_ring_write(ring, bytes, sizeof(bytes), 0,
					   too_late());
	return error;
}

static pid_t start_producer(uint32_t yields)
{
	pid_t child = fork();
	int error;

	if (child)
		return child;
	error = produce(open_end(PRODUCER, yields));
	stand_in_end_ends(PRODUCER);
	_exit(error ? 1 : 0);
}

/* How many there are before the ring ends. */
static int consume(struct ipcchan_ring *ring)
{
	struct ipcchan_record record;
	static char bytes[RECORD_SIZE];
	int number = 0;

	while (!ipcchan_ring_read(ring, bytes, sizeof(bytes), &record,
				  too_late()))
		number++;
	return number;
}

/* On one processor, and neither gets it from the other but by its own will. */
static int become_exclusive(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	return sched_setaffinity(0, sizeof(one), &one) ||
	       sched_setscheduler(0, SCHED_FIFO, &first);
}

/* Returns how often an end slept, or -1 if not all records came. */
static long sleeps_for_all(uint32_t yields)
{
	pid_t producer;
	int status;
	int number;

	stand_in_create(RING_SIZE);
	producer = start_producer(yields);
	number = consume(open_end(CONSUMER, yields));
	if (waitpid(producer, &status, 0) != producer || status)
		return -1;
	return number == RECORDS ? (long)sleeps() : -1;
}

TEST(both_ends_sleep_for_each_other_without)
{
	if (become_exclusive())
		SKIP(return, "SCHED_FIFO is not to be had");
	EXPECT_LE(RECORDS / 2, sleeps_for_all(0));
}

TEST(neither_end_sleeps_that_yields)
{
	long asleep;

	if (become_exclusive())
		SKIP(return, "SCHED_FIFO is not to be had");
	asleep = sleeps_for_all(YIELDS);
	EXPECT_LE(0, asleep);
	EXPECT_GT(RECORDS / 10, asleep);
}

TEST_HARNESS_MAIN
