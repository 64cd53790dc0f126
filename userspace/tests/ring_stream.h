/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A stream of records of any length, in which no byte can go wrong unnoticed. For the
 * tests of rings with the device and without. Included after kselftest_harness.h.
 */
#ifndef RING_STREAM_H
#define RING_STREAM_H

#include "lib_test.h"

#define USUAL_WORDS	16U
#define LONGEST_WORDS	(LONGEST_RECORD / sizeof(uint64_t))

/* Bytes, of which a record takes fewer than half a ring has. */
#define LONGEST_RECORD	(STREAM_SIZE / 16)

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
static inline size_t pick_words(uint64_t *state)
{
	uint64_t random = next_random(state);

	return random % (random >> 52 ? USUAL_WORDS : LONGEST_WORDS);
}

static inline void fill(struct numbered *record, uint64_t sequence,
			size_t count, uint64_t *state)
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

static inline bool is_whole(const struct ipcchan_record *record, uint64_t sequence)
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

static inline uint64_t stream_deadline(void)
{
	return ipcchan_deadline_in(IPCCHAN_SECONDS(MUST_HAPPEN_SECONDS));
}

static inline int produce_one(struct ipcchan_ring *ring, uint64_t sequence,
			      uint64_t *state)
{
	size_t count = pick_words(state);
	size_t size = sizeof(struct numbered) + count * sizeof(uint64_t);
	void *place;
	int error = ipcchan_ring_reserve(ring, size, &place);

	if (error == -EAGAIN) {
		error = ipcchan_ring_wait(ring, size, stream_deadline());
		if (!error)
			error = ipcchan_ring_reserve(ring, size, &place);
	}
	if (error)
		return error;
	fill(place, sequence, count, state);
	return ipcchan_ring_commit(ring, size, sequence);
}

/* Publishes every so often, as @state has it: each eighth record on average. */
static inline int produce(struct ipcchan_ring *ring, uint64_t count)
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

/* How many arrived in order and whole, until there are no more. */
static inline uint64_t consume(struct ipcchan_ring *ring, int *error)
{
	struct ipcchan_record record;
	uint64_t sequence = 0;

	for (;;) {
		*error = ipcchan_ring_peek(ring, &record);
		if (*error == -EAGAIN) {
			*error = ipcchan_ring_wait(ring, 0, stream_deadline());
			if (!*error)
				continue;
		}
		if (*error || !is_whole(&record, sequence))
			return sequence;
		ipcchan_ring_consume(ring);
		sequence++;
	}
}

#endif /* RING_STREAM_H */
