// SPDX-License-Identifier: GPL-2.0
/*
 * The protocol of rings, on memory of one process: each end's own sums, and each lie
 * of the other end alone.
 */
#include "kselftest_harness.h"

#include <stdlib.h>
#include <string.h>

#include "ring_protocol.h"

#define SIZE		4096U
#define HEADER		8U
#define LARGEST		(SIZE / 2 - HEADER)

FIXTURE(protocol)
{
	struct ipcchan_ring_end pages[2];
	struct ipcchan_ring_side producer;
	struct ipcchan_ring_side consumer;
	char *data;
};

FIXTURE_VARIANT(protocol)
{
	uint32_t start;
};

FIXTURE_VARIANT_ADD(protocol, from_zero)
{
	.start = 0,
};

FIXTURE_VARIANT_ADD(protocol, over_the_end_of_the_indices)
{
	.start = -(SIZE / 4),
};

FIXTURE_VARIANT_ADD(protocol, over_the_sign_of_the_indices)
{
	.start = (1U << 31) - SIZE / 4,
};

static void begin(struct ipcchan_ring_side *side, struct ipcchan_ring_end *own,
		  const struct ipcchan_ring_end *peer, char *data)
{
	side->own = own;
	side->peer = peer;
	side->data = data;
	side->mask = SIZE - 1;
}

/*
 * Both ends see a record at one address, so the second mapping need not show what is
 * in the first.
 */
FIXTURE_SETUP(protocol)
{
	struct ipcchan_ring_end *pages = self->pages;

	memset(self, 0, sizeof(*self));
	self->data = calloc(2, SIZE);
	ASSERT_NE(NULL, self->data);
	pages[0].index = variant->start;
	pages[1].index = variant->start;
	begin(&self->producer, &pages[0], &pages[1], self->data);
	begin(&self->consumer, &pages[1], &pages[0], self->data);
	ASSERT_EQ(0, ipcchan_side_begin(&self->producer, SIZE));
	ASSERT_EQ(0, ipcchan_side_begin(&self->consumer, 0));
}

FIXTURE_TEARDOWN(protocol)
{
	free(self->data);
}

static int put(struct ipcchan_ring_side *side, size_t size, uint32_t type)
{
	void *data;
	int error = ipcchan_side_reserve(side, size, &data);

	if (error)
		return error;
	memset(data, (int)type, size);
	return ipcchan_side_commit(side, size, type);
}

/* The size of the next record, or -errno; a byte that is not its type is -EIO. */
static int take(struct ipcchan_ring_side *side)
{
	struct ipcchan_record record;
	int error = ipcchan_side_peek(side, &record);
	uint32_t i;

	if (error)
		return error;
	for (i = 0; i < record.size; i++)
		if (((const unsigned char *)record.data)[i] != (record.type & 0xff))
			return -EIO;
	error = ipcchan_side_consume(side);
	return error ? error : (int)record.size;
}

TEST_F(protocol, passes_a_record_when_it_is_told)
{
	EXPECT_EQ(0, put(&self->producer, 5, 7));
	EXPECT_EQ(-EAGAIN, take(&self->consumer));
	ipcchan_side_tell(&self->producer);
	EXPECT_EQ(5, take(&self->consumer));
	EXPECT_EQ(-EAGAIN, take(&self->consumer));
}

TEST_F(protocol, passes_records_of_every_size_around_the_ring)
{
	uint32_t size;

	for (size = 0; size <= LARGEST; size++) {
		ASSERT_EQ(0, put(&self->producer, size, size));
		ipcchan_side_tell(&self->producer);
		ASSERT_EQ((int)size, take(&self->consumer));
		ipcchan_side_tell(&self->consumer);
	}
}

TEST_F(protocol, takes_records_until_the_last_byte_is_used)
{
	unsigned int i;

	for (i = 0; i < SIZE / 16; i++)
		ASSERT_EQ(0, put(&self->producer, 8, i));
	EXPECT_EQ(-EAGAIN, put(&self->producer, 0, 0));
	ipcchan_side_tell(&self->producer);
	for (i = 0; i < SIZE / 16; i++)
		ASSERT_EQ(8, take(&self->consumer));
	EXPECT_EQ(-EAGAIN, put(&self->producer, 0, 0));
	ipcchan_side_tell(&self->consumer);
	EXPECT_EQ(0, put(&self->producer, LARGEST, 0));
	EXPECT_EQ(0, put(&self->producer, LARGEST, 0));
	EXPECT_EQ(-EAGAIN, put(&self->producer, 0, 0));
}

TEST_F(protocol, refuses_what_is_longer_than_half)
{
	EXPECT_EQ(0, put(&self->producer, LARGEST, 0));
	EXPECT_EQ(-EMSGSIZE, put(&self->producer, LARGEST + 1, 0));
	EXPECT_EQ(-EMSGSIZE, put(&self->producer, SIZE_MAX, 0));
	EXPECT_EQ(-EMSGSIZE, put(&self->producer, 1ULL << 32, 0));
}

TEST_F(protocol, commits_only_what_was_reserved)
{
	void *data;

	EXPECT_EQ(-EINVAL, ipcchan_side_commit(&self->producer, 0, 0));
	ASSERT_EQ(0, ipcchan_side_reserve(&self->producer, 3, &data));
	EXPECT_EQ(-EINVAL, ipcchan_side_commit(&self->producer, 4, 0));
	EXPECT_EQ(0, ipcchan_side_commit(&self->producer, 1, 0));
	EXPECT_EQ(-EINVAL, ipcchan_side_commit(&self->producer, 0, 0));
	EXPECT_EQ(2 * HEADER, ipcchan_side_untold(&self->producer));
}

TEST_F(protocol, consumes_only_what_was_peeked)
{
	EXPECT_EQ(-EINVAL, ipcchan_side_consume(&self->consumer));
	ASSERT_EQ(0, put(&self->producer, 1, 0));
	ipcchan_side_tell(&self->producer);
	EXPECT_EQ(-EINVAL, ipcchan_side_consume(&self->consumer));
	EXPECT_EQ(1, take(&self->consumer));
	EXPECT_EQ(-EINVAL, ipcchan_side_consume(&self->consumer));
}

TEST_F(protocol, wakes_who_awaits_what_is_reached)
{
	uint32_t start = variant->start;
	uint32_t notice;

	ASSERT_EQ(0, put(&self->producer, 8, 0));
	self->pages[1].notice = (start + 24) | IPCCHAN_RING_AWAITS;
	notice = ipcchan_side_tell(&self->producer);
	EXPECT_FALSE(ipcchan_side_must_wake(&self->producer, notice));
	ASSERT_EQ(0, put(&self->producer, 0, 0));
	notice = ipcchan_side_tell(&self->producer);
	EXPECT_TRUE(ipcchan_side_must_wake(&self->producer, notice));
	EXPECT_FALSE(ipcchan_side_must_wake(&self->producer, start));
}

TEST_F(protocol, reads_what_was_told_before_the_end)
{
	ASSERT_EQ(0, put(&self->producer, 1, 0));
	ipcchan_side_tell(&self->producer);
	ASSERT_EQ(0, put(&self->producer, 2, 0));
	self->pages[0].notice = IPCCHAN_RING_ENDED;
	EXPECT_EQ(1, take(&self->consumer));
	EXPECT_EQ(-EPIPE, take(&self->consumer));
	EXPECT_EQ(-EPIPE, take(&self->consumer));
}

TEST_F(protocol, finds_no_room_when_the_consumer_has_ended)
{
	self->pages[1].notice = IPCCHAN_RING_ENDED;
	EXPECT_EQ(-EPIPE, put(&self->producer, 1, 0));
	EXPECT_EQ(-EPIPE, put(&self->producer, 1, 0));
}

TEST_F(protocol, goes_on_where_the_end_was_left)
{
	ASSERT_EQ(0, put(&self->producer, 8, 1));
	ASSERT_EQ(0, put(&self->producer, 16, 2));
	ipcchan_side_tell(&self->producer);
	ASSERT_EQ(8, take(&self->consumer));
	ipcchan_side_tell(&self->consumer);
	ASSERT_EQ(0, ipcchan_side_begin(&self->consumer, 0));
	ASSERT_EQ(0, ipcchan_side_begin(&self->producer, SIZE));
	EXPECT_EQ(16, take(&self->consumer));
	EXPECT_EQ(0, put(&self->producer, LARGEST, 3));
	EXPECT_EQ(-EAGAIN, put(&self->producer, LARGEST, 3));
}

TEST_F(protocol, refuses_an_own_index_that_is_none)
{
	self->pages[0].index += 4;
	EXPECT_EQ(-EPROTO, ipcchan_side_begin(&self->producer, SIZE));
	EXPECT_EQ(-EPROTO, put(&self->producer, 1, 0));
}

FIXTURE(lie)
{
	struct ipcchan_ring_end own;
	struct ipcchan_ring_end peer;
	struct ipcchan_ring_side side;
	char *data;
};

FIXTURE_VARIANT(lie)
{
	uint32_t start;
};

FIXTURE_VARIANT_ADD(lie, where_indices_begin)
{
	.start = 0,
};

FIXTURE_VARIANT_ADD(lie, where_indices_wrap)
{
	.start = -16U,
};

FIXTURE_SETUP(lie)
{
	memset(self, 0, sizeof(*self));
	self->data = calloc(2, SIZE);
	ASSERT_NE(NULL, self->data);
	begin(&self->side, &self->own, &self->peer, self->data);
	self->own.index = variant->start;
	self->peer.index = variant->start;
}

FIXTURE_TEARDOWN(lie)
{
	free(self->data);
}

/* What a producer that has filled the ring says to the index @ahead of its start. */
static int producer_sees(struct ipcchan_ring_side *side,
			 struct ipcchan_ring_end *peer, uint32_t ahead)
{
	uint32_t start = peer->index;

	ipcchan_side_begin(side, SIZE);
	if (put(side, LARGEST, 0) || put(side, LARGEST, 0))
		return -EIO;
	ipcchan_side_tell(side);
	peer->index = start + ahead;
	return put(side, 0, 0);
}

TEST_F(lie, of_a_consumer_that_is_true_passes)
{
	EXPECT_EQ(-EAGAIN, producer_sees(&self->side, &self->peer, 0));
	self->peer.index += 8;
	EXPECT_EQ(0, put(&self->side, 0, 0));
	self->peer.index += SIZE - 8;
	EXPECT_EQ(0, put(&self->side, LARGEST, 0));
}

TEST_F(lie, of_a_tail_that_is_not_aligned_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO, producer_sees(&self->side, &self->peer, 12));
	EXPECT_EQ(-EPROTO, put(&self->side, 0, 0));
}

TEST_F(lie, of_a_tail_before_the_head_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO,
		  producer_sees(&self->side, &self->peer, SIZE + 8));
}

TEST_F(lie, of_a_tail_far_behind_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO, producer_sees(&self->side, &self->peer, -8U));
}

TEST_F(lie, of_a_tail_that_goes_back_breaks_the_ring)
{
	ASSERT_EQ(0, producer_sees(&self->side, &self->peer, 16));
	self->peer.index -= 8;
	EXPECT_EQ(-EPROTO, put(&self->side, 8, 0));
}

TEST_F(lie, of_a_tail_beyond_what_was_told_breaks_the_ring)
{
	ASSERT_EQ(0, ipcchan_side_begin(&self->side, SIZE));
	ASSERT_EQ(0, put(&self->side, LARGEST, 0));
	ASSERT_EQ(0, put(&self->side, LARGEST, 0));
	self->peer.index += 8;
	EXPECT_EQ(-EPROTO, put(&self->side, 0, 0));
}

/* What a consumer says to the index @ahead of its own, and a record of @size. */
static int consumer_sees(struct ipcchan_ring_side *side,
			 struct ipcchan_ring_end *peer, uint32_t ahead,
			 uint32_t size)
{
	struct ipcchan_ring_record *header;

	ipcchan_side_begin(side, 0);
	header = ipcchan_side_header(side);
	header->size = size;
	peer->index += ahead;
	return take(side);
}

TEST_F(lie, of_a_producer_that_is_true_passes)
{
	EXPECT_EQ(1, consumer_sees(&self->side, &self->peer, 16, 1));
}

TEST_F(lie, of_a_producer_that_fills_all_passes)
{
	EXPECT_EQ(SIZE - 8,
		  consumer_sees(&self->side, &self->peer, SIZE, SIZE - 8));
}

TEST_F(lie, of_a_head_that_is_not_aligned_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO, consumer_sees(&self->side, &self->peer, 17, 1));
	EXPECT_EQ(-EPROTO, take(&self->side));
}

TEST_F(lie, of_a_head_too_far_ahead_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO,
		  consumer_sees(&self->side, &self->peer, SIZE + 8, 1));
}

TEST_F(lie, of_a_head_before_the_tail_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO, consumer_sees(&self->side, &self->peer, -8U, 1));
}

TEST_F(lie, of_a_head_over_what_was_not_released_breaks_the_ring)
{
	ASSERT_EQ(8, consumer_sees(&self->side, &self->peer, 16, 8));
	self->peer.index += SIZE - 8;
	EXPECT_EQ(-EPROTO, take(&self->side));
}

TEST_F(lie, of_a_record_behind_the_head_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO, consumer_sees(&self->side, &self->peer, 16, 9));
}

TEST_F(lie, of_a_record_that_overflows_breaks_the_ring)
{
	EXPECT_EQ(-EPROTO, consumer_sees(&self->side, &self->peer, 16, -1U));
}

TEST_F(lie, of_a_size_after_it_was_read_counts_for_nothing)
{
	struct ipcchan_record record;

	self->peer.index += 32;
	ASSERT_EQ(0, ipcchan_side_begin(&self->side, 0));
	ASSERT_EQ(0, ipcchan_side_peek(&self->side, &record));
	ipcchan_side_header(&self->side)->size = -1U;
	EXPECT_EQ(0, ipcchan_side_consume(&self->side));
	EXPECT_EQ(HEADER, ipcchan_side_untold(&self->side));
}

TEST_F(lie, of_a_producer_that_has_ended_stays)
{
	ASSERT_EQ(0, ipcchan_side_begin(&self->side, 0));
	self->peer.notice = IPCCHAN_RING_ENDED;
	EXPECT_EQ(-EPIPE, take(&self->side));
	self->peer.notice = 0;
	self->peer.index += 8;
	EXPECT_EQ(-EPIPE, take(&self->side));
}

TEST_HARNESS_MAIN
