// SPDX-License-Identifier: GPL-2.0
/*
 * A stream of records of any length between two processes arrives as it was written.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sys/wait.h>

#include "stand_in.h"

#define RING_SIZE	(1U << 20)
#define USUAL_WORDS	16U
#define LONGEST_WORDS	8192U

/* Seconds; enough for 100 million records on a busy machine. */
#define LONGEST_STREAM	3600

/**
 * struct numbered - what a record holds
 * @sequence: Its number.
 * @checksum: Of the words, which are as many as fit into it.
 * @words: By chance.
 */
struct numbered {
	uint64_t sequence;
	uint64_t checksum;
	uint64_t words[];
};

/* Most are short, and one of 4096 is long. */
static size_t pick_words(uint64_t *state)
{
	uint64_t random = next_random(state);

	return random % (random >> 52 ? USUAL_WORDS : LONGEST_WORDS);
}

static void fill(struct numbered *record, uint64_t sequence, size_t count,
		 uint64_t *state)
{
	uint64_t word = next_random(state);
	uint64_t sum = sequence + count;
	size_t i;

	for (i = 0; i < count; i++, word += sum) {
		record->words[i] = word;
		sum = 31 * sum + word;
	}
	record->sequence = sequence;
	record->checksum = sum;
}

static bool is_whole(const struct ipcchan_record *record, uint64_t sequence)
{
	const struct numbered *numbered = record->data;
	size_t count = (record->size - sizeof(*numbered)) / sizeof(uint64_t);
	uint64_t sum = sequence + count;
	size_t i;

	for (i = 0; i < count; i++)
		sum = 31 * sum + numbered->words[i];
	return record->type == (uint32_t)sequence &&
	       numbered->sequence == sequence && numbered->checksum == sum;
}

static uint64_t soon(void)
{
	return ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
}

static int produce_one(struct ipcchan_ring *ring, uint64_t sequence,
		       uint64_t *state)
{
	size_t count = pick_words(state);
	size_t size = sizeof(struct numbered) + count * sizeof(uint64_t);
	void *place;
	int error = ipcchan_ring_reserve(ring, size, &place);

	if (error == -EAGAIN) {
		error = ipcchan_ring_wait(ring, size, soon());
		if (!error)
			error = ipcchan_ring_reserve(ring, size, &place);
	}
	if (error)
		return error;
	fill(place, sequence, count, state);
	return ipcchan_ring_commit(ring, size, sequence);
}

/* Publishes every so often, as @state has it: each eighth record on average. */
static int produce(struct ipcchan_ring *ring, uint64_t count)
{
	uint64_t state = 1;
	uint64_t sequence;
	int error = 0;

	for (sequence = 0; sequence < count && !error; sequence++) {
		error = produce_one(ring, sequence, &state);
		if (!error && !(next_random(&state) % 8))
			error = ipcchan_ring_publish(ring);
	}
	return error ? error : ipcchan_ring_publish(ring);
}

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

/* How many arrived in order and whole, until there are no more. */
static uint64_t consume(struct ipcchan_ring *ring, int *error)
{
	struct ipcchan_record record;
	uint64_t sequence = 0;

	for (;;) {
		*error = ipcchan_ring_peek(ring, &record);
		if (*error == -EAGAIN) {
			*error = ipcchan_ring_wait(ring, 0, soon());
			if (!*error)
				continue;
		}
		if (*error || !is_whole(&record, sequence))
			return sequence;
		ipcchan_ring_consume(ring);
		sequence++;
	}
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
	stand_in_create(RING_SIZE);
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
