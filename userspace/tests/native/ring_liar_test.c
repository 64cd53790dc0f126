// SPDX-License-Identifier: GPL-2.0
/*
 * A peer that writes anything, anywhere it can, at any time: who keeps the rules goes on
 * or finds the ring broken, within its deadlines and within its memory. Sanitizers and
 * the guards around the mappings tell of the latter.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <signal.h>
#include <sys/wait.h>

#include "stand_in.h"

#define RING_SIZE	4096U
#define ROOM		RING_SIZE

/* Of a victim that waits for a millisecond, on a machine as busy as can be. */
#define HANGS		IPCCHAN_SECONDS(10)

FIXTURE(victim)
{
	struct ipcchan_ring *ring;
	uint64_t state;
	uint64_t passed;
	uint64_t broken;
	uint64_t ended;
	pid_t liar;
};

FIXTURE_VARIANT(victim)
{
	unsigned int end;
};

FIXTURE_VARIANT_ADD(victim, that_produces)
{
	.end = PRODUCER,
};

FIXTURE_VARIANT_ADD(victim, that_consumes)
{
	.end = CONSUMER,
};

/**
 * struct liar - the peer
 * @ring: Its end.
 * @side: What this end knows; only where its pages are counts here.
 * @state: Of its numbers by chance.
 */
struct liar {
	struct ipcchan_ring *ring;
	const struct ipcchan_ring_side *side;
	uint64_t state;
};

/* One of @count numbers. */
static uint32_t pick(struct liar *liar, uint64_t count)
{
	return (next_random(&liar->state) >> 16) % count;
}

static uint32_t pick_any(struct liar *liar)
{
	return pick(liar, 1ULL << 32);
}

static void lie_anywhere(struct liar *liar)
{
	char *page = (char *)liar->side->own;

	page[pick(liar, sysconf(_SC_PAGESIZE))] = pick_any(liar);
}

/* Who says to have ended is not listened to any more, so that is said seldom. */
static void lie_in_notice(struct liar *liar)
{
	uint32_t notice = pick_any(liar);

	if (pick(liar, 64))
		notice &= ~IPCCHAN_RING_ENDED;
	__atomic_store_n(&liar->side->own->notice, notice, __ATOMIC_RELAXED);
}

/* A header of a size that fits, if it is one; or, of one of 64, of any. */
static void lie_in_data(struct liar *liar)
{
	uint32_t size = pick(liar, 64) ? pick(liar, 64) : pick_any(liar);
	char *word = liar->side->data + 8 * pick(liar, RING_SIZE / 8);

	if (liar->side->lead)
		__atomic_store_n((uint32_t *)word, size >> pick(liar, 32),
				 __ATOMIC_RELAXED);
}

/* What an honest end could say; or, of one of 64, what it could not. */
static uint32_t pick_index(struct liar *liar)
{
	const struct ipcchan_ring_side *side = liar->side;
	uint32_t peer = __atomic_load_n(&side->peer->index, __ATOMIC_ACQUIRE);
	uint32_t own = __atomic_load_n(&side->own->index, __ATOMIC_RELAXED);

	switch (pick(liar, 256)) {
	case 0:
		return pick_any(liar);
	case 1:
		return 8 * pick_any(liar);
	case 2:
		return own - 8;
	case 3:
		return own + 4;
	default:
		return side->lead ? peer + 8 * pick(liar, RING_SIZE / 8) : peer;
	}
}

static void lie(struct liar *liar)
{
	switch (pick(liar, 256)) {
	case 0:
		lie_anywhere(liar);
		break;
	case 1:
		lie_in_notice(liar);
		break;
	case 2 ... 31:
		liar->ring->entry->wake(liar->ring);
		break;
	case 32 ... 127:
		__atomic_store_n(&liar->side->own->index, pick_index(liar),
				 __ATOMIC_RELEASE);
		break;
	default:
		lie_in_data(liar);
	}
}

static pid_t start_liar(unsigned int end)
{
	struct liar liar = { .state = 1 };
	pid_t child = fork();

	if (child)
		return child;
	liar.ring = stand_in_open(end);
	liar.side = ipcchan_ring_side(liar.ring);
	for (;;)
		lie(&liar);
}

FIXTURE_SETUP(victim)
{
	memset(self, 0, sizeof(*self));
	self->state = 2;
	stand_in_create(RING_SIZE);
	self->liar = start_liar(!variant->end);
	self->ring = stand_in_open(variant->end);
}

FIXTURE_TEARDOWN(victim)
{
	kill(self->liar, SIGKILL);
	waitpid(self->liar, NULL, 0);
	ipcchan_ring_close(self->ring);
}

static uint64_t soon(void)
{
	return ipcchan_deadline_in(IPCCHAN_MILLISECONDS(1));
}

static int produce(struct ipcchan_ring *ring, uint64_t random)
{
	char bytes[RING_SIZE / 2] = {};
	void *place;
	int error;

	if (random % 2)
		return ipcchan_ring_write(ring, bytes, (random >> 8) % 2000, 0,
					  soon());
	error = ipcchan_ring_reserve(ring, (random >> 8) % 2000, &place);
	if (error)
		return error;
	memset(place, 0, (random >> 8) % 2000);
	return ipcchan_ring_commit(ring, 0, 0);
}

/* Read each byte of what is said to be a record. */
static int copy(struct ipcchan_ring *ring)
{
	struct ipcchan_record record;
	int error = ipcchan_ring_peek(ring, &record);
	char *buffer;

	if (error)
		return error;
	buffer = malloc(record.size);
	memcpy(buffer, record.data, record.size);
	free(buffer);
	return ipcchan_ring_consume(ring);
}

static int consume(struct ipcchan_ring *ring, uint64_t random)
{
	size_t size = random % ROOM;
	struct ipcchan_record record;
	char *buffer = malloc(size);
	int error = ipcchan_ring_read(ring, buffer, size, &record, soon());

	free(buffer);
	return error == -EMSGSIZE ? copy(ring) : error;
}

static int step(struct ipcchan_ring *ring, uint64_t random)
{
	if (ring->rights & IPCCHAN_RIGHT_SEND)
		return produce(ring, random);
	return consume(ring, random);
}

static bool may_be_of_a_lie(int error)
{
	return error == -EPROTO || error == -EPIPE;
}

TEST_F_TIMEOUT(victim, reads_and_writes_only_what_is_its_own, 3600)
{
	uint64_t length = IPCCHAN_SECONDS(number_of("RING_SECONDS"));
	uint64_t end = ipcchan_deadline_in(length);
	uint64_t start = ipcchan_deadline_in(0);
	uint64_t now;

	for (; start < end; start = now) {
		int error = step(self->ring, next_random(&self->state));

		now = ipcchan_deadline_in(0);
		ASSERT_GT(HANGS, now - start);
		if (may_be_of_a_lie(error)) {
			self->broken += error == -EPROTO;
			self->ended += error == -EPIPE;
			ipcchan_ring_close(self->ring);
			self->ring = stand_in_open(variant->end);
			continue;
		}
		ASSERT_TRUE(!error || error == -ETIMEDOUT || error == -EAGAIN);
		self->passed += !error;
	}
	TH_LOG("%llu records passed, %llu times broken, %llu ended",
	       (unsigned long long)self->passed,
	       (unsigned long long)self->broken,
	       (unsigned long long)self->ended);
	EXPECT_LT(0, self->passed);
	EXPECT_LT(0, self->broken);
}

TEST_HARNESS_MAIN
