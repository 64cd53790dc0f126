// SPDX-License-Identifier: GPL-2.0
/*
 * Who publishes on one ring and then waits at another enters the kernel once, where
 * somebody has to be woken and it would sleep itself.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sys/mman.h>

#include "ring.h"

#define RING_SIZE	4096U

/* Whatever: nobody waits for it. */
#define DEADLINE	12345

/**
 * struct peer - the other end of a ring, without a program
 * @fd: The ring.
 * @own: Its page.
 * @data: The bytes.
 */
struct peer {
	int fd;
	struct ipcchan_ring_end *own;
	struct ipcchan_ring_record *data;
};

/**
 * struct entries - what was asked of the kernel
 * @wakes: How often RING_WAKE.
 * @waits: How often RING_WAIT.
 * @woken: With the last of these: for the index of which end somebody was woken.
 * @deadline_ns: Until when it was.
 * @answer: What it gives.
 */
struct entries {
	unsigned int wakes;
	unsigned int waits;
	const struct ipcchan_ring *woken;
	uint64_t deadline_ns;
	int answer;
};

static struct entries entries;

/* The consumer's end of what is written, and the producer's of what is read. */
static struct peer reader;
static struct peer writer;

static void publish_answer(void)
{
	*writer.data = (struct ipcchan_ring_record){ .type = 1 };
	__atomic_store_n(&writer.own->index, sizeof(*writer.data),
			 __ATOMIC_RELEASE);
}

static int enter_wait(struct ipcchan_ring *ring, uint32_t goal,
		      uint64_t deadline_ns, struct ipcchan_ring *woken)
{
	(void)ring;
	(void)goal;
	entries.waits++;
	entries.woken = woken;
	entries.deadline_ns = deadline_ns;
	if (!entries.answer)
		publish_answer();
	return entries.answer;
}

static int enter_wake(struct ipcchan_ring *ring)
{
	(void)ring;
	entries.wakes++;
	return entries.answer;
}

static const struct ipcchan_ring_entry counted = {
	.wait = enter_wait,
	.wake = enter_wake,
};

static void *must_map(int fd, size_t size, off_t offset)
{
	void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			    offset);

	if (mapped == MAP_FAILED)
		abort();
	return mapped;
}

static void peer_new(struct peer *peer, off_t page)
{
	peer->fd = memfd_create("ring", MFD_CLOEXEC);
	if (ftruncate(peer->fd, IPCCHAN_RING_DATA + (off_t)RING_SIZE))
		abort();
	peer->own = must_map(peer->fd, 4096, page);
	peer->data = must_map(peer->fd, RING_SIZE, IPCCHAN_RING_DATA);
}

static void peer_free(struct peer *peer)
{
	munmap(peer->own, 4096);
	munmap(peer->data, RING_SIZE);
	close(peer->fd);
}

static struct ipcchan_ring *open_end(const struct peer *peer, uint32_t right)
{
	struct ipcchan_ring *ring;

	if (ipcchan_ring_new(dup(peer->fd), RING_SIZE, right, &counted, &ring))
		abort();
	ipcchan_ring_set_spin(ring, 0);
	if (ipcchan_ring_map(ring))
		abort();
	return ring;
}

FIXTURE(turn)
{
	struct ipcchan_ring *from;
	struct ipcchan_ring *to;
};

FIXTURE_SETUP(turn)
{
	memset(&entries, 0, sizeof(entries));
	peer_new(&reader, IPCCHAN_RING_CONSUMER);
	peer_new(&writer, IPCCHAN_RING_PRODUCER);
	self->from = open_end(&reader, IPCCHAN_RIGHT_SEND);
	self->to = open_end(&writer, IPCCHAN_RIGHT_RECEIVE);
}

FIXTURE_TEARDOWN(turn)
{
	ipcchan_ring_close(self->from);
	ipcchan_ring_close(self->to);
	peer_free(&reader);
	peer_free(&writer);
}

static void commit_empty_record(struct ipcchan_ring *ring)
{
	void *place;

	if (ipcchan_ring_reserve(ring, 0, &place) ||
	    ipcchan_ring_commit(ring, 0, 0))
		abort();
}

static void let_reader_sleep(void)
{
	reader.own->notice = IPCCHAN_RING_ALIGN | IPCCHAN_RING_AWAITS;
}

static bool has_published(void)
{
	struct ipcchan_ring_end *producer =
		must_map(reader.fd, 4096, IPCCHAN_RING_PRODUCER);
	uint32_t index = producer->index;

	munmap(producer, 4096);
	return index == sizeof(struct ipcchan_ring_record);
}

TEST_F(turn, wakes_who_sleeps_and_sleeps_by_one_entry)
{
	let_reader_sleep();
	commit_empty_record(self->from);
	EXPECT_EQ(0, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_TRUE(has_published());
	EXPECT_EQ(0, entries.wakes);
	EXPECT_EQ(1, entries.waits);
	EXPECT_EQ(self->from, entries.woken);
	EXPECT_EQ(DEADLINE, entries.deadline_ns);
}

TEST_F(turn, wakes_nobody_where_nobody_sleeps)
{
	commit_empty_record(self->from);
	EXPECT_EQ(0, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_TRUE(has_published());
	EXPECT_EQ(0, entries.wakes);
	EXPECT_EQ(1, entries.waits);
	EXPECT_EQ(NULL, entries.woken);
}

TEST_F(turn, wakes_who_sleeps_also_if_there_is_a_record_already)
{
	let_reader_sleep();
	publish_answer();
	commit_empty_record(self->from);
	EXPECT_EQ(0, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_TRUE(has_published());
	EXPECT_EQ(1, entries.wakes);
	EXPECT_EQ(0, entries.waits);
}

TEST_F(turn, wakes_who_sleeps_before_it_yields)
{
	let_reader_sleep();
	ipcchan_ring_set_yields(self->to, 1);
	commit_empty_record(self->from);
	EXPECT_EQ(0, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_EQ(1, entries.wakes);
	EXPECT_EQ(1, entries.waits);
	EXPECT_EQ(NULL, entries.woken);
}

TEST_F(turn, only_waits_where_nothing_is_committed)
{
	let_reader_sleep();
	EXPECT_EQ(0, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_EQ(0, entries.wakes);
	EXPECT_EQ(1, entries.waits);
	EXPECT_EQ(NULL, entries.woken);
}

TEST_F(turn, publishes_nothing_twice_after_a_wait_that_failed)
{
	let_reader_sleep();
	commit_empty_record(self->from);
	entries.answer = -ETIMEDOUT;
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_TRUE(has_published());
	entries.answer = 0;
	EXPECT_EQ(0, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_TRUE(has_published());
	EXPECT_EQ(2, entries.waits);
	EXPECT_EQ(NULL, entries.woken);
}

TEST_F(turn, is_refused_by_a_ring_whose_reader_has_ended)
{
	commit_empty_record(self->from);
	reader.own->notice = IPCCHAN_RING_ENDED;
	EXPECT_EQ(-EPIPE, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_EQ(-EPIPE, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_EQ(0, entries.waits);
}

TEST_F(turn, tells_why_nobody_can_be_woken)
{
	let_reader_sleep();
	publish_answer();
	commit_empty_record(self->from);
	entries.answer = -EIDRM;
	EXPECT_EQ(-EIDRM, ipcchan_ring_turn(self->from, self->to, DEADLINE));
	EXPECT_EQ(-EIDRM, ipcchan_ring_publish(self->from));
}

TEST_HARNESS_MAIN
