// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of rings of libipcchan.
 */
#include "kselftest_harness.h"
#include "lib_ring.h"

#include <pthread.h>

#define NR_RINGS	3

FIXTURE(ring_group)
{
	struct ipcchan *session;
	struct ipcchan_ring_group *group;
	struct ipcchan_ring *producers[NR_RINGS];
	struct ipcchan_ring *consumers[NR_RINGS];
	struct ipcchan_record record;
	struct ipcchan_ring *ring;
};

FIXTURE_SETUP(ring_group)
{
	unsigned int i;

	self->session = open_session();
	ASSERT_EQ(0, ipcchan_ring_group_create(&self->group));
	for (i = 0; i < NR_RINGS; i++) {
		ASSERT_EQ(0, ipcchan_ring_create(self->session, RING_SIZE,
						 &self->producers[i],
						 &self->consumers[i]));
		ASSERT_EQ(0, ipcchan_ring_map(self->producers[i]));
		ASSERT_EQ(0, ipcchan_ring_map(self->consumers[i]));
		ASSERT_EQ(0, ipcchan_ring_group_add(self->group,
						    self->consumers[i]));
	}
}

FIXTURE_TEARDOWN(ring_group)
{
	unsigned int i;

	ipcchan_ring_group_close(self->group);
	for (i = 0; i < NR_RINGS; i++) {
		ipcchan_ring_close(self->producers[i]);
		ipcchan_ring_close(self->consumers[i]);
	}
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

TEST_F(ring_group, serves_its_rings_in_turn)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, put(self->producers[0], "", 0));
	ASSERT_EQ(0, put(self->producers[2], "", 2));
	ASSERT_EQ(0, put(self->producers[2], "", 2));
	for (i = 0; i < 6; i++) {
		ASSERT_EQ(0, ipcchan_ring_group_next(self->group, &self->ring,
						     &self->record, soon()));
		EXPECT_EQ(i < 4 ? i % 2 * 2 : 0, self->record.type);
		EXPECT_EQ(self->consumers[self->record.type], self->ring);
		ASSERT_EQ(0, ipcchan_ring_consume(self->ring));
	}
}

TEST_F(ring_group, waits_until_the_deadline)
{
	uint64_t deadline = ipcchan_deadline_in(IPCCHAN_MILLISECONDS(5));

	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_group_next(self->group, &self->ring,
						      &self->record, deadline));
	EXPECT_EQ(NULL, self->ring);
	EXPECT_LE(deadline, ipcchan_deadline_in(0));
}

#define ROUNDS	200

/* The rings by turns, as fast as it can. */
static void *produce(void *context)
{
	struct ipcchan_ring **producers = context;
	unsigned int i;

	for (i = 0; i < ROUNDS * NR_RINGS; i++)
		if (put(producers[i % NR_RINGS], "", i / NR_RINGS))
			return context;
	return NULL;
}

TEST_F(ring_group, wakes_for_each_of_its_rings)
{
	unsigned int taken = 0;
	pthread_t thread;
	void *failed;

	ASSERT_EQ(0, pthread_create(&thread, NULL, produce, self->producers));
	while (taken < ROUNDS * NR_RINGS) {
		ASSERT_EQ(0, ipcchan_ring_group_next(self->group, &self->ring,
						     &self->record, soon()));
		ASSERT_EQ(0, ipcchan_ring_consume(self->ring));
		taken++;
	}
	ASSERT_EQ(0, pthread_join(thread, &failed));
	EXPECT_EQ(NULL, failed);
}

TEST_F(ring_group, tells_once_of_a_ring_that_ended)
{
	ASSERT_EQ(0, put(self->producers[1], "last", 0));
	ipcchan_ring_close(self->producers[1]);
	self->producers[1] = NULL;
	ASSERT_EQ(0, ipcchan_ring_group_next(self->group, &self->ring,
					     &self->record, soon()));
	ASSERT_EQ(0, ipcchan_ring_consume(self->ring));
	EXPECT_EQ(-EPIPE, ipcchan_ring_group_next(self->group, &self->ring,
						  &self->record, soon()));
	EXPECT_EQ(self->consumers[1], self->ring);
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_group_next(self->group, &self->ring,
						      &self->record, 0));
}

TEST_F(ring_group, without_rings_has_no_next)
{
	unsigned int i;

	for (i = 0; i < NR_RINGS; i++)
		EXPECT_EQ(0, ipcchan_ring_group_remove(self->group,
						       self->consumers[i]));
	EXPECT_EQ(-ENOENT, ipcchan_ring_group_remove(self->group,
						     self->consumers[0]));
	EXPECT_EQ(-ENOENT, ipcchan_ring_group_next(self->group, &self->ring,
						   &self->record,
						   IPCCHAN_DEADLINE_NEVER));
}

TEST_F(ring_group, refuses_what_it_cannot_read)
{
	EXPECT_EQ(-EEXIST, ipcchan_ring_group_add(self->group,
						  self->consumers[0]));
	EXPECT_EQ(-EPERM, ipcchan_ring_group_add(self->group,
						 self->producers[0]));
	EXPECT_EQ(0, ipcchan_ring_group_remove(self->group,
					       self->consumers[0]));
	ipcchan_ring_unmap(self->consumers[0]);
	EXPECT_EQ(-ENXIO, ipcchan_ring_group_add(self->group,
						 self->consumers[0]));
}

TEST_HARNESS_MAIN
