// SPDX-License-Identifier: GPL-2.0
/*
 * Who sleeps is woken, however the two ends meet.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sys/wait.h>

#include "stand_in.h"

/* So small that the producer sleeps as well. */
#define RING_SIZE	4096U
#define RECORD_SIZE	(RING_SIZE / 2 - 8U)

/* Longer than it can take to publish, to wake and to look again. */
#define MOST_DELAY	2048U

/* A sleep that lasts so long was not ended by a wake-up. */
static uint64_t too_late(void)
{
	return ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
}

static void delay(uint64_t *state)
{
	uint64_t turns = next_random(state) % MOST_DELAY;

	/* Often not at all: most is lost in the first few steps. */
	if (next_random(state) % 2)
		turns %= 16;
	while (turns--)
		__asm__ volatile("" ::: "memory");
}

static uint64_t sleeps_of(unsigned int end)
{
	return __atomic_load_n(&stand_in_look(end)->nr_sleeps, __ATOMIC_RELAXED);
}

static uint64_t sleeps(void)
{
	return sleeps_of(PRODUCER) + sleeps_of(CONSUMER);
}

static struct ipcchan_ring *open_end(unsigned int end, uint32_t spin)
{
	struct ipcchan_ring *ring = stand_in_open(end);

	ipcchan_ring_unmap(ring);
	ipcchan_ring_set_spin(ring, spin);
	if (ipcchan_ring_map(ring))
		abort();
	return ring;
}

static int produce(struct ipcchan_ring *ring, uint64_t cycles)
{
	char bytes[RECORD_SIZE] = {};
	uint64_t state = 1;
	int error = 0;

	while (!error && sleeps() < cycles) {
		delay(&state);
		error = ipcchan_ring_write(ring, bytes,
					   next_random(&state) % RECORD_SIZE, 0,
					   too_late());
	}
	return error;
}

static pid_t start_producer(uint64_t cycles, uint32_t spin)
{
	pid_t child = fork();
	int error;

	if (child)
		return child;
	error = produce(open_end(PRODUCER, spin), cycles);
	stand_in_end_ends(PRODUCER);
	_exit(error ? 1 : 0);
}

static int consume(struct ipcchan_ring *ring)
{
	struct ipcchan_record record;
	char bytes[RECORD_SIZE];
	uint64_t state = 2;
	int error;

	do {
		delay(&state);
		error = ipcchan_ring_read(ring, bytes, sizeof(bytes), &record,
					  too_late());
	} while (!error);
	return error;
}

FIXTURE(sleeper)
{
};

FIXTURE_VARIANT(sleeper)
{
	uint32_t spin;
};

FIXTURE_VARIANT_ADD(sleeper, at_once)
{
	.spin = 0,
};

FIXTURE_VARIANT_ADD(sleeper, after_spinning)
{
	.spin = IPCCHAN_SPIN_DEFAULT,
};

FIXTURE_SETUP(sleeper)
{
	stand_in_create(RING_SIZE);
}

FIXTURE_TEARDOWN(sleeper)
{
}

TEST_F_TIMEOUT(sleeper, is_woken_each_time, 3600)
{
	uint64_t start = ipcchan_deadline_in(0);
	pid_t producer = start_producer(number_of("RING_CYCLES"),
					variant->spin);
	struct ipcchan_ring *ring = open_end(CONSUMER, variant->spin);
	double seconds;
	int status;

	EXPECT_EQ(-EPIPE, consume(ring));
	EXPECT_EQ(producer, waitpid(producer, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_LE(number_of("RING_CYCLES"), sleeps());
	seconds = (ipcchan_deadline_in(0) - start) / 1e9;
	TH_LOG("slept %llu + %llu times in %.2f s",
	       (unsigned long long)sleeps_of(PRODUCER),
	       (unsigned long long)sleeps_of(CONSUMER), seconds);
	ipcchan_ring_close(ring);
}

TEST_HARNESS_MAIN
