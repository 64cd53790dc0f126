// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of rings, and single ends where the peer need not run at the same time.
 */
#include "kselftest_harness.h"
#include "lib_test.h"

#include <sys/eventfd.h>

#include "stand_in.h"

#define RING_SIZE	4096U
#define NR_RINGS	3

FIXTURE(group)
{
	struct ipcchan_ring_group *group;
	struct ipcchan_ring *producers[NR_RINGS];
	struct ipcchan_ring *consumers[NR_RINGS];
	struct ipcchan_record record;
	struct ipcchan_ring *ring;
};

/* A memfd cannot be polled. What stands in for it is ready, if anything is to be. */
static void poll_instead(struct ipcchan_ring *ring, unsigned int ready)
{
	ipcchan_sys_close(ring->fd);
	ring->fd = eventfd(ready, EFD_CLOEXEC);
}

FIXTURE_SETUP(group)
{
	unsigned int i;

	ASSERT_EQ(0, ipcchan_ring_group_create(&self->group));
	for (i = 0; i < NR_RINGS; i++) {
		stand_in_create(RING_SIZE);
		self->producers[i] = stand_in_open(PRODUCER);
		self->consumers[i] = stand_in_open(CONSUMER);
		poll_instead(self->consumers[i], 1);
		ASSERT_EQ(0, ipcchan_ring_group_add(self->group,
						    self->consumers[i]));
	}
}

FIXTURE_TEARDOWN(group)
{
	unsigned int i;

	ipcchan_ring_group_close(self->group);
	for (i = 0; i < NR_RINGS; i++) {
		ipcchan_ring_close(self->producers[i]);
		ipcchan_ring_close(self->consumers[i]);
	}
}

static void put(struct ipcchan_ring *ring, uint32_t type)
{
	if (ipcchan_ring_write(ring, NULL, 0, type, 0))
		abort();
}

TEST_F(group, serves_its_rings_in_turn)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		put(self->producers[0], 0);
	put(self->producers[2], 2);
	put(self->producers[2], 2);
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(0, ipcchan_ring_group_next(self->group, &self->ring,
						     &self->record, 0));
		EXPECT_EQ(i < 4 ? i % 2 * 2 : 0, self->record.type);
		EXPECT_EQ(self->consumers[self->record.type], self->ring);
		ASSERT_EQ(0, ipcchan_ring_consume(self->ring));
	}
}

TEST_F(group, waits_until_the_deadline)
{
	uint64_t deadline = ipcchan_deadline_in(IPCCHAN_MILLISECONDS(5));

	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_group_next(self->group, &self->ring,
						      &self->record, deadline));
	EXPECT_EQ(NULL, self->ring);
	EXPECT_LE(deadline, ipcchan_deadline_in(0));
}

TEST_F(group, tells_once_of_a_ring_that_ended)
{
	put(self->producers[NR_RINGS - 1], 7);
	stand_in_end_ends(PRODUCER);
	ASSERT_EQ(0, ipcchan_ring_group_next(self->group, &self->ring,
					     &self->record, 0));
	ASSERT_EQ(0, ipcchan_ring_consume(self->ring));
	EXPECT_EQ(-EPIPE, ipcchan_ring_group_next(self->group, &self->ring,
						  &self->record, 0));
	EXPECT_EQ(self->consumers[NR_RINGS - 1], self->ring);
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_group_next(self->group, &self->ring,
						      &self->record, 0));
	EXPECT_EQ(-ENOENT,
		  ipcchan_ring_group_remove(self->group,
					    self->consumers[NR_RINGS - 1]));
}

TEST_F(group, takes_out_what_is_broken)
{
	self->producers[1]->producer.own->index = 4;
	EXPECT_EQ(-EPROTO, ipcchan_ring_group_next(self->group, &self->ring,
						   &self->record, 0));
	EXPECT_EQ(self->consumers[1], self->ring);
	put(self->producers[2], 2);
	EXPECT_EQ(0, ipcchan_ring_group_next(self->group, &self->ring,
					     &self->record, 0));
}

TEST_F(group, without_rings_has_no_next)
{
	unsigned int i;

	for (i = 0; i < NR_RINGS; i++)
		EXPECT_EQ(0, ipcchan_ring_group_remove(self->group,
						       self->consumers[i]));
	EXPECT_EQ(-ENOENT, ipcchan_ring_group_next(self->group, &self->ring,
						   &self->record,
						   IPCCHAN_DEADLINE_NEVER));
}

TEST_F(group, refuses_what_it_cannot_read)
{
	EXPECT_EQ(-EEXIST, ipcchan_ring_group_add(self->group,
						  self->consumers[0]));
	EXPECT_EQ(-EPERM, ipcchan_ring_group_add(self->group,
						 self->producers[0]));
	ipcchan_ring_unmap(self->consumers[0]);
	EXPECT_EQ(-ENXIO, ipcchan_ring_group_add(self->group,
						 self->consumers[0]));
}

TEST_F(group, grows_as_needed)
{
	struct ipcchan_ring *more[20];
	unsigned int i;

	for (i = 0; i < 20; i++) {
		stand_in_create(RING_SIZE);
		more[i] = stand_in_open(CONSUMER);
		poll_instead(more[i], 0);
		ASSERT_EQ(0, ipcchan_ring_group_add(self->group, more[i]));
	}
	put(self->producers[1], 1);
	EXPECT_EQ(0, ipcchan_ring_group_next(self->group, &self->ring,
					     &self->record, 0));
	EXPECT_EQ(self->consumers[1], self->ring);
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(0, ipcchan_ring_group_remove(self->group, more[i]));
		ipcchan_ring_close(more[i]);
	}
}

TEST_HARNESS_MAIN
