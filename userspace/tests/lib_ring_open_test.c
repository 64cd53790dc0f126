// SPDX-License-Identifier: GPL-2.0
/*
 * Ends of rings of libipcchan: their names, their mappings and their processes.
 */
#include "kselftest_harness.h"
#include "lib_ring.h"

FIXTURE(ring_end)
{
	struct ipcchan *session;
	struct ipcchan_ring_options options;
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;
};

FIXTURE_SETUP(ring_end)
{
	const struct ipcchan_ring_options defaults = IPCCHAN_RING_OPTIONS;

	self->session = open_session();
	self->options = defaults;
	self->options.flags = IPCCHAN_OPEN_CREATE;
	self->options.ring_size = RING_SIZE;
	ASSERT_EQ(0, ipcchan_ring_create(self->session, RING_SIZE,
					 &self->producer, &self->consumer));
}

FIXTURE_TEARDOWN(ring_end)
{
	ipcchan_ring_close(self->producer);
	ipcchan_ring_close(self->consumer);
	EXPECT_TRUE(has_no_objects(self->session));
	ipcchan_session_close(self->session);
}

static int open_end(const struct ipcchan *session, uint32_t rights,
		    const struct ipcchan_ring_options *options,
		    struct ipcchan_ring **ring)
{
	return ipcchan_ring_open(session, own_name("ring"), rights, options,
				 ring);
}

TEST_F(ring_end, tells_the_size_of_its_ring)
{
	EXPECT_EQ(RING_SIZE, ipcchan_ring_size(self->producer));
	EXPECT_EQ(RING_SIZE, ipcchan_ring_size(self->consumer));
}

TEST_F(ring_end, info_tells_what_was_done)
{
	struct ipcchan_ring_info info;

	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	ASSERT_EQ(0, put(self->producer, "12345678", 0));
	ASSERT_EQ(0, ipcchan_ring_info(self->consumer, &info, sizeof(info)));
	EXPECT_EQ(RING_SIZE, info.size);
	EXPECT_EQ(IPCCHAN_RING_END_MAPPED, info.producer);
	EXPECT_EQ(IPCCHAN_RING_END_OPEN, info.consumer);
	EXPECT_EQ(getpid(), info.producer_pid);
	EXPECT_EQ(0, info.consumer_pid);
	EXPECT_EQ(16, info.produced);
	EXPECT_EQ(0, info.consumed);
}

TEST_F(ring_end, info_needs_its_first_size)
{
	struct ipcchan_ring_info info;

	EXPECT_EQ(-EINVAL, ipcchan_ring_info(self->consumer, &info,
					     IPCCHAN_RING_INFO_SIZE_VER0 - 8));
}

TEST_F(ring_end, size_that_is_no_power_of_two_is_refused)
{
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;

	EXPECT_EQ(-EINVAL, ipcchan_ring_create(self->session, RING_SIZE + 8,
					       &producer, &consumer));
	EXPECT_EQ(-EINVAL, ipcchan_ring_create(self->session, 0, &producer,
					       &consumer));
}

TEST_F(ring_end, opens_by_its_name_once)
{
	struct ipcchan_ring *producer;
	struct ipcchan_ring *consumer;
	struct ipcchan_ring *other;

	ASSERT_EQ(0, open_end(self->session, IPCCHAN_RIGHT_SEND,
			      &self->options, &producer));
	ASSERT_EQ(0, open_end(self->session, IPCCHAN_RIGHT_RECEIVE, NULL,
			      &consumer));
	EXPECT_EQ(-EBUSY, open_end(self->session, IPCCHAN_RIGHT_SEND, NULL,
				   &other));
	ASSERT_EQ(0, ipcchan_ring_map(producer));
	ASSERT_EQ(0, ipcchan_ring_map(consumer));
	ASSERT_EQ(0, put(producer, "hello", 0));
	EXPECT_TRUE(take(consumer, "hello"));
	ipcchan_ring_close(producer);
	EXPECT_EQ(-EPIPE, open_end(self->session, IPCCHAN_RIGHT_SEND, NULL,
				   &other));
	ipcchan_ring_close(consumer);
}

TEST_F(ring_end, opening_is_refused_for_each_reason)
{
	const char *name = own_name("ring");
	const uint32_t both = IPCCHAN_RIGHT_SEND | IPCCHAN_RIGHT_RECEIVE;
	struct ipcchan_ring *first;
	struct ipcchan_ring *ring;

	EXPECT_EQ(-ENOENT, ipcchan_ring_open(self->session, name,
					     IPCCHAN_RIGHT_SEND, NULL, &ring));
	EXPECT_EQ(-EINVAL, ipcchan_ring_open(self->session, name, both,
					     &self->options, &ring));
	EXPECT_EQ(-EINVAL, ipcchan_ring_open(self->session, NULL,
					     IPCCHAN_RIGHT_SEND,
					     &self->options, &ring));
	EXPECT_EQ(-EOPNOTSUPP, ipcchan_ring_open(self->session, name,
						 IPCCHAN_RIGHT_PEEK,
						 &self->options, &ring));
	ASSERT_EQ(0, open_end(self->session, IPCCHAN_RIGHT_SEND,
			      &self->options, &first));
	self->options.flags |= IPCCHAN_OPEN_EXCLUSIVE;
	EXPECT_EQ(-EEXIST, open_end(self->session, IPCCHAN_RIGHT_RECEIVE,
				    &self->options, &ring));
	ipcchan_ring_close(first);
}

TEST_F(ring_end, options_are_of_a_known_size)
{
	struct ipcchan_ring *ring;

	self->options.size = 8;
	EXPECT_EQ(-EINVAL, open_end(self->session, IPCCHAN_RIGHT_SEND,
				    &self->options, &ring));
}

TEST_F(ring_end, name_is_not_too_long)
{
	char name[IPCCHAN_NAME_SIZE + 1] = {};
	struct ipcchan_ring *ring;

	memset(name, 'a', IPCCHAN_NAME_SIZE);
	EXPECT_EQ(-ENAMETOOLONG, ipcchan_ring_open(self->session, name,
						   IPCCHAN_RIGHT_SEND,
						   &self->options, &ring));
}

TEST_F(ring_end, is_made_of_no_other_kind_of_object)
{
	struct ipcchan_mailbox *mailbox = new_mailbox(self->session, NULL);
	struct ipcchan_ring *ring;

	EXPECT_EQ(-EPROTOTYPE,
		  ipcchan_ring_from_fd(ipcchan_mailbox_fd(mailbox), &ring));
	EXPECT_EQ(-EBADF,
		  ipcchan_ring_from_fd(ipcchan_session_fd(self->session),
				       &ring));
	EXPECT_EQ(-EBADF, ipcchan_ring_from_fd(-1, &ring));
	ipcchan_mailbox_close(mailbox);
}

TEST_F(ring_end, is_made_of_a_received_descriptor)
{
	int fd = received_fd(ipcchan_ring_fd(self->producer));
	struct ipcchan_ring *producer;

	ASSERT_EQ(0, ipcchan_ring_from_fd(fd, &producer));
	EXPECT_EQ(RING_SIZE, ipcchan_ring_size(producer));
	ipcchan_ring_close(self->producer);
	self->producer = producer;
	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	ASSERT_EQ(0, ipcchan_ring_map(self->consumer));
	ASSERT_EQ(0, put(self->producer, "hello", 0));
	EXPECT_TRUE(take(self->consumer, "hello"));
}

TEST_F(ring_end, cannot_be_mapped_with_the_right_of_neither)
{
	struct ipcchan_ring *ring;
	int fd = ipcchan_object_restrict(ipcchan_ring_fd(self->producer),
					 IPCCHAN_RIGHT_ADMIN, 0);

	ASSERT_EQ(0, ipcchan_ring_from_fd(fd, &ring));
	EXPECT_EQ(-EPERM, ipcchan_ring_map(ring));
	EXPECT_EQ(-EPERM, ipcchan_ring_wait(ring, 0, 0));
	ipcchan_ring_close(ring);
}

TEST_F(ring_end, stays_as_it_is_when_mapped_again)
{
	void *place;

	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	ASSERT_EQ(0, ipcchan_ring_reserve(self->producer, 1, &place));
	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	EXPECT_EQ(0, ipcchan_ring_commit(self->producer, 1, 0));
}

TEST_F(ring_end, goes_on_where_it_was_unmapped)
{
	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	ASSERT_EQ(0, ipcchan_ring_map(self->consumer));
	ASSERT_EQ(0, put(self->producer, "first", 0));
	ASSERT_EQ(0, put(self->producer, "second", 0));
	EXPECT_TRUE(take(self->consumer, "first"));
	ASSERT_EQ(0, ipcchan_ring_release(self->consumer));
	ipcchan_ring_unmap(self->consumer);
	ipcchan_ring_unmap(self->producer);
	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	ASSERT_EQ(0, ipcchan_ring_map(self->consumer));
	ASSERT_EQ(0, put(self->producer, "third", 0));
	EXPECT_TRUE(take(self->consumer, "second"));
	EXPECT_TRUE(take(self->consumer, "third"));
}

/* A child that has the producer's end until its parent closes the other pipe end. */
static int produce_in_child(struct ipcchan_ring *producer, int go_on)
{
	char byte;

	if (ipcchan_ring_map(producer) || put(producer, "from a child", 0))
		return 1;
	return read(go_on, &byte, 1) ? 1 : 0;
}

TEST_F(ring_end, belongs_to_the_process_that_mapped_it)
{
	int go_on[2];
	pid_t child;

	ASSERT_EQ(0, pipe(go_on));
	ASSERT_EQ(0, ipcchan_ring_map(self->consumer));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(go_on[1]);
		_exit(produce_in_child(self->producer, go_on[0]));
	}
	EXPECT_TRUE(take(self->consumer, "from a child"));
	EXPECT_EQ(-EBUSY, ipcchan_ring_map(self->producer));
	close(go_on[1]);
	EXPECT_EQ(0, status_of(child));
	EXPECT_EQ(-EPIPE, ipcchan_ring_wait(self->consumer, 0, soon()));
	EXPECT_EQ(-EPIPE, ipcchan_ring_map(self->producer));
	close(go_on[0]);
}

TEST_F(ring_end, stays_mapped_when_a_child_closes_its_handle)
{
	pid_t child;

	ASSERT_EQ(0, ipcchan_ring_map(self->producer));
	ASSERT_EQ(0, ipcchan_ring_map(self->consumer));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		ipcchan_ring_close(self->producer);
		ipcchan_ring_close(self->consumer);
		_exit(0);
	}
	EXPECT_EQ(0, status_of(child));
	ASSERT_EQ(0, put(self->producer, "hello", 0));
	EXPECT_TRUE(take(self->consumer, "hello"));
}

TEST_F(ring_end, can_spin_before_it_sleeps)
{
	ipcchan_ring_set_spin(self->consumer, 100);
	ASSERT_EQ(0, ipcchan_ring_map(self->consumer));
	EXPECT_EQ(-ETIMEDOUT, ipcchan_ring_wait(self->consumer, 0, 0));
}

TEST_HARNESS_MAIN
