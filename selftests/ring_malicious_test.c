// SPDX-License-Identifier: GPL-2.0
/*
 * A malicious end of a ring: a process that writes anything anywhere it can, and
 * makes any call, while the victim at the other end goes on with the protocol.
 *
 * The victim is the test: its waits keep their contract, it does not hang, and what
 * it alone may write stays as it wrote it. IPCCHAN_ROUNDS says how often it looks,
 * for a long run.
 */
#include "kselftest_harness.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "ring_pages.h"

#define SIZE		(4 * 4096)
#define ROUNDS		300

/* Seconds of a long run. */
#define LONGEST		3600

FIXTURE(ring_malicious)
{
	int session;
	int ends[2];
	struct ring_pages pages;
	struct child peer;
	int *acts;
};

FIXTURE_VARIANT(ring_malicious)
{
	int victim;
	int peer;
};

FIXTURE_VARIANT_ADD(ring_malicious, producer)
{
	.victim = CONSUMER,
	.peer = PRODUCER,
};

FIXTURE_VARIANT_ADD(ring_malicious, consumer)
{
	.victim = PRODUCER,
	.peer = CONSUMER,
};

#define VICTIM		(self->ends[variant->victim])
#define PEER		(self->ends[variant->peer])

/**
 * struct malice - what the peer has
 * @end: Its descriptor.
 * @which: Of which end.
 * @acts: Counts what it did.
 */
struct malice {
	int end;
	int which;
	int *acts;
};

static void scribble(void *memory, size_t size, unsigned int *seed)
{
	unsigned char *bytes = memory;
	size_t from = rand_r(seed) % size;
	size_t to = from + rand_r(seed) % (size - from);

	for (size_t i = from; i < to; i++)
		__atomic_store_n(&bytes[i], rand_r(seed), __ATOMIC_RELAXED);
}

/* An index that is near the truth, which a lie has to be to be believed. */
static void lie(struct ring_pages *pages, unsigned int *seed)
{
	__u32 index = ring_other_index(pages) + rand_r(seed) % (4 * SIZE) - 2 * SIZE;

	ring_publish(pages, rand_r(seed) % 2 ? index : index & -8U);
}

static void map_anew(struct ring_pages *pages, int which)
{
	ring_pages_unmap(pages);
	if (!ring_pages_map(pages, pages->fd, which))
		_exit(1);
}

static void act(struct ring_pages *pages, int which, unsigned int *seed)
{
	switch (rand_r(seed) % 8) {
	case 0:
	case 1:
		scribble(pages->own, 4096, seed);
		break;
	case 2:
		if (which == PRODUCER)
			scribble(pages->data, SIZE, seed);
		break;
	case 3:
		ring_wake(pages->fd);
		break;
	case 4:
		ring_wait(pages->fd, rand_r(seed), .flags = IPCCHAN_NONBLOCK);
		break;
	case 5:
		poll(&(struct pollfd){ pages->fd, POLLIN | POLLOUT }, 1, 0);
		break;
	case 6:
		if (rand_r(seed) % 64 == 0)
			map_anew(pages, which);
		break;
	default:
		lie(pages, seed);
	}
}

static int be_malicious(void *argument)
{
	struct malice *malice = argument;
	unsigned int seed = malice->which + 1;
	struct ring_pages pages;

	if (!ring_pages_map(&pages, malice->end, malice->which))
		return -errno;
	for (;;) {
		act(&pages, malice->which, &seed);
		__atomic_fetch_add(malice->acts, 1, __ATOMIC_RELAXED);
	}
}

FIXTURE_SETUP(ring_malicious)
{
	struct malice malice = { .which = variant->peer };

	self->session = session_open();
	self->acts = shared_alloc(sizeof(int));
	ASSERT_EQ(0, ring_create(self->session, self->ends, SIZE));
	malice.end = PEER;
	malice.acts = self->acts;
	child_start(&self->peer, be_malicious, &malice);
	ASSERT_TRUE(ring_pages_map(&self->pages, VICTIM, variant->victim));
	while (!__atomic_load_n(self->acts, __ATOMIC_RELAXED))
		nap();
}

FIXTURE_TEARDOWN(ring_malicious)
{
	ring_pages_unmap(&self->pages);
	close(self->ends[PRODUCER]);
	close(self->ends[CONSUMER]);
	close(self->session);
}

static int rounds(void)
{
	return setting("IPCCHAN_ROUNDS", ROUNDS);
}

static bool keeps_contract(int result)
{
	return !result || result == -EPROTO || result == -ETIMEDOUT;
}

TEST_F_TIMEOUT(ring_malicious, lets_the_victim_wait_no_longer_than_it_wants, LONGEST)
{
	for (int i = 0; i < rounds(); i++) {
		int result = ring_wait(VICTIM, 8 * (i % 256),
				       .deadline_ns = deadline_after(NSEC_PER_MSEC));

		ASSERT_TRUE(keeps_contract(result)) {
			TH_LOG("got %d", result);
		}
	}
}

TEST_F_TIMEOUT(ring_malicious, lets_the_victim_poll_no_longer_than_it_wants, LONGEST)
{
	for (int i = 0; i < rounds(); i++)
		ASSERT_LE(0, poll(&(struct pollfd){ VICTIM, POLLIN | POLLOUT }, 1,
				  1));
}

TEST_F_TIMEOUT(ring_malicious, changes_nothing_of_what_the_victim_writes, LONGEST)
{
	for (int i = 0; i < rounds(); i++) {
		ASSERT_LE(0, ring_publish(&self->pages, 8 * i));
		nap();
		ASSERT_EQ(8 * i, ring_index(&self->pages));
	}
}

TEST_F_TIMEOUT(ring_malicious, does_not_end_the_victim, LONGEST)
{
	for (int i = 0; i < rounds(); i++) {
		nap();
		ASSERT_EQ(0, ring_notice(&self->pages) & IPCCHAN_RING_ENDED);
	}
}

TEST_F_TIMEOUT(ring_malicious, is_noticed_when_it_is_killed, LONGEST)
{
	/* It may have nothing mapped at that moment; then its descriptor is all. */
	close(PEER);
	kill(self->peer.pid, SIGKILL);
	EXPECT_EQ(DIED, child_join(&self->peer));
	EXPECT_EQ(IPCCHAN_RING_END_ENDED, variant->peer == PRODUCER ?
		  ring_info(VICTIM).producer : ring_info(VICTIM).consumer);
	EXPECT_EQ(IPCCHAN_RING_ENDED, ring_other_notice(&self->pages));
}

#include "ipcchan_selftest_main.h"
